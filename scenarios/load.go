package scenarios

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/engine"
)

// Options are what a load needs beside the files.
type Options struct {
	// Catalogue holds the ready-made packs, NAME.yaml each, for `include: catalogue:NAME`. Without it
	// there are none.
	Catalogue fs.FS
	// Throttle, where set, is called many times while files are read and compiled, by one goroutine at a
	// time, and may pause it for the sake of others.
	Throttle func()

	// LookupEnv looks up the environment variables that `${env:NAME}` stands for; nil means the process's.
	LookupEnv func(name string) (string, bool)

	// Cache, where set, is what earlier loads compiled, for this one to reuse.
	Cache *Cache

	// Edited holds texts to read in place of files, by their names however written, to see what an edit
	// would make of a configuration.
	Edited map[string]string

	// limits are lower in tests.
	limits limits
}

// limits bound a whole configuration; 0: as everywhere.
type limits struct {
	// files and bytes are those of all files together, folders those that one glob looks into.
	files, bytes, folders int
}

// bounds returns the limits of a load.
func (o *Options) bounds() limits {
	return limits{cmp.Or(o.limits.files, 10_000), cmp.Or(o.limits.bytes, 256<<20), cmp.Or(o.limits.folders, 10_000)}
}

// edited returns the texts of [Options.Edited] by the full paths of their files.
func (o *Options) edited() map[string]string {
	edited := make(map[string]string, len(o.Edited))
	for name, text := range o.Edited {
		edited[fullPath(name)] = text
	}
	return edited
}

// Config is a configuration that was accepted.
type Config struct {
	// Server is how mockbank itself runs, with the default of every setting that is not written.
	Server Server
	// Rules are what the engine plays.
	Rules *engine.RuleSet
	// Files lists what was loaded, in the order of loading.
	Files []File
	// Hash identifies the configuration by the content of all its files.
	Hash string
	// Diagnostics are the warnings.
	Diagnostics []Diagnostic
}

// File is a file of a configuration.
type File struct {
	// Name is the file's name as the user knows it.
	Name string `json:"name"`
	// Bytes is its size.
	Bytes int `json:"bytes"`
	// Scenarios is how many scenarios it declares.
	Scenarios int `json:"scenarios"`
}

// The names that the main file has in a folder.
var mainNames = []string{"mockbank.yaml", "mockbank.yml"}

// loader reads the files of one configuration.
type loader struct {
	ctx     context.Context
	options Options
	// name is what the user named: a file or a folder.
	name   string
	report *Report
	home   *root
	// close ends reading; nil where it has not begun.
	close func() error
	// mainFile is the name of the file that may hold the server's settings; "" where any one may.
	mainFile string
	// named is the file that the user named, "" where that is a folder.
	named string
	state map[string]loadState
	// ahead holds the files that are being fetched before their turn.
	ahead    map[string]*fetched
	fetching sync.WaitGroup
	hash     hash.Hash
	bytes    int
	// full says that the configuration has more than it may, which was reported: what comes behind is not read.
	full bool
	// leftOut holds the files of which it was told that they are not loaded because of their names.
	leftOut map[string]bool

	// assets are the files that the configuration's own files name, by the names that reports show.
	assets map[string]asset

	units []*unit
	// incomplete says that some file could not be read as YAML, so that names may be missing.
	incomplete bool

	// environment identifies what all scenarios share, kept what their steps and conditions are about. again says that
	// the load is to start anew; see [Cache].
	environment sum
	kept        kept
	again       bool
	// outside says that a file was read which the configuration's own files name.
	outside bool
}

// unit is a file that was decoded.
type unit struct {
	file     *source
	document *Document
}

type loadState int

const (
	loading loadState = iota + 1
	loaded
)

// Load reads a configuration: a file with its includes, or a folder. Of a folder all *.yaml and
// *.yml are loaded by name, tests (*_test.yaml) and hidden files apart; one that is called
// mockbank.yaml is the main file and comes last, so that its catch-all stays last.
//
// The Config is nil where the report has errors. Reading stops early when ctx ends.
func Load(ctx context.Context, name string, options Options) (*Config, *Report) {
	if options.Cache != nil {
		return options.Cache.load(ctx, name, options)
	}
	return newLoader(ctx, name, options).run()
}

func newLoader(ctx context.Context, name string, options Options) *loader {
	return &loader{
		ctx: ctx, options: options, name: name, hash: sha256.New(),
		state: make(map[string]loadState), leftOut: make(map[string]bool), ahead: make(map[string]*fetched),
		report: &Report{order: make(map[string]int), folders: make(map[string]bool)},
	}
}

// run loads, and completes the report.
func (l *loader) run() (*Config, *Report) {
	config := l.load(l.name)
	for _, unit := range l.units { // the settings of the server know their file as long as they hold
		unit.file.cut, unit.file.cache, unit.file.pause = nil, nil, nil
	}
	l.report.Hash = hex.EncodeToString(l.hash.Sum(nil)[:8])
	l.report.sort()
	if l.report.HasErrors() || config == nil {
		return nil, l.report
	}
	config.Hash, config.Files, config.Diagnostics = l.report.Hash, l.report.Files, l.report.Diagnostics
	config.Rules.Hash = l.report.Hash
	return config, l.report
}

// load reads everything and compiles it.
func (l *loader) load(name string) (config *Config) {
	defer func() {
		if l.close != nil {
			_ = l.close() // it was only read from
		}
	}()
	defer l.fetching.Wait()
	defer func() {
		if what := recover(); what != nil {
			l.stopped(what)
			config = nil
		}
	}()
	l.start(name)
	l.fetching.Wait()
	if len(l.units) == 0 {
		return nil
	}
	l.readEnvironment()
	l.resolveLikes()
	return compile(l)
}

// calledOff is what a load ends with, wherever it is, once its context has ended.
type calledOff struct{}

// throttle is a moment at which the load may pause for the sake of others, and ends where it was called
// off. It is called many times: a load heeds its context everywhere, also within the parser.
func (l *loader) throttle() {
	if l.ctx.Err() != nil {
		panic(calledOff{})
	}
	if l.options.Throttle != nil {
		l.options.Throttle()
	}
}

// stopped reports that the load was called off. Any other panic goes on.
func (l *loader) stopped(what any) {
	switch what {
	case (any)(startAnew{}):
		return
	case (any)(calledOff{}):
	default:
		panic(what)
	}
	l.unreadable(&source{name: l.name}, span{}, l.ctx.Err())
}

// start finds out what the name is and loads it.
func (l *loader) start(name string) {
	info, err := os.Stat(name)
	folder, base := filepath.Dir(name), filepath.Base(name)
	if err == nil && info.IsDir() {
		folder, base = name, ""
	}
	l.report.folders[folder], l.report.order[name] = true, 0 // to be watched, even if it is not there now
	_, given := l.options.edited()[fullPath(name)]           // a text that is no file, such as the standard input
	if err != nil && !given {
		l.unreadable(&source{name: name}, span{}, err)
		return
	}
	files, home, err := openHome(folder)
	if err != nil {
		l.unreadable(&source{name: name}, span{}, err)
		return
	}
	l.close = home.Close
	l.home = &root{files: files, folder: folder, edited: l.options.edited()}
	if info != nil && info.IsDir() {
		l.folder(name)
		return
	}
	l.mainFile = l.home.display(base)
	l.named = l.mainFile
	l.file(l.home, base, span{})
}

// folder loads the configuration that is a folder.
func (l *loader) folder(name string) {
	entries, err := fs.ReadDir(l.home.files, ".")
	if err != nil {
		l.unreadable(&source{name: name}, span{}, err)
		return
	}
	names := l.choose(l.home, ".", entries, "", span{})
	if len(names) == 0 {
		l.report.add(span{file: &source{name: name}}, CodeFileNotFound, initHint,
			"the folder holds no *.yaml file")
		return
	}
	names, main := mainLast(names)
	l.mainFile = l.home.display(main)
	if main == "" {
		l.mainFile = "" // any one file may be
	}
	l.all(l.home, names, span{})
}

const initHint = "`mockbank init` writes one to begin with"

// file loads a file: its includes first, then what it declares itself. A file that was loaded before
// is not loaded again. at is the include that names it.
func (l *loader) file(r *root, name string, at span) {
	display := r.display(name)
	switch l.state[display] {
	case loading:
		l.report.add(at, CodeIncludeCycle, "take one of the includes out", "%s is included while it is being loaded itself", display)
		return
	case loaded:
		return
	}
	l.report.order[display] = len(l.state)
	l.state[display] = loading
	defer func() { l.state[display] = loaded }()
	if l.full {
		return
	}
	got := l.fetch(r, name)
	if !l.accept(r, name, got, at) {
		l.incomplete = true
		return
	}
	checkSchema(r, name, got.file, l.report)
	document := decodeDocument(got.file, got.root, l.report)
	if follow(got.root).Kind != yaml.MappingNode {
		l.incomplete = true
		return
	}
	for wanted, where := range includesOf(document) {
		found, names := l.find(r, name, wanted, where)
		l.all(found, names, where)
	}
	l.units = append(l.units, &unit{got.file, document})
	l.report.Files = append(l.report.Files, File{Name: display, Bytes: len(got.file.text), Scenarios: len(document.Scenarios)})
}

// accept adds a fetched file to the configuration, and reports why it has no content.
func (l *loader) accept(r *root, name string, got *fetched, at span) bool {
	if got.err != nil && !errors.Is(got.err, errTooMuch) {
		l.unreadable(got.file, at, got.err)
		return false
	}
	l.bytes += got.bytes
	_, _ = fmt.Fprintf(l.hash, "%s %d\n%x", r.hashName(name), got.bytes, got.sum) // a hash never fails
	if most := l.options.bounds(); len(l.state) > most.files || l.bytes > most.bytes || got.err != nil {
		l.full = true
		l.report.add(span{file: got.file}, CodeTooMuch, "", "the configuration has more than %d files or %d MiB", most.files,
			most.bytes>>20)
		return false
	}
	l.report.merge(&got.problems)
	return got.root != nil
}

// all loads files. at is the include that names them, zero where the user does.
func (l *loader) all(r *root, names []string, at span) {
	l.fetchAhead(r, names)
	for _, name := range names {
		l.file(r, name, at)
	}
}

// watch notes a folder whose changes concern the configuration, and those that it lies in: they may be
// links, or be put in place as a whole.
func (l *loader) watch(r *root, folder string) {
	for !r.packs && !l.report.folders[r.display(folder)] {
		l.report.folders[r.display(folder)] = true
		folder = path.Dir(folder)
	}
}

// unreadable reports a file that cannot be opened or read. at is the include that names it, zero
// where the user does.
func (l *loader) unreadable(file *source, at span, err error) {
	_, _ = fmt.Fprintf(l.hash, "%s unreadable\n", file.name) // a hash never fails
	code, hint, why := CodeFileUnreadable, "", "cannot be read"
	switch {
	case l.ctx.Err() != nil:
		why = "was not read, since the load was called off"
	case errors.Is(err, fs.ErrNotExist):
		code, why = CodeFileNotFound, "is not there"
		l.missing(file)
	case errors.Is(err, fs.ErrPermission):
		why, hint = "cannot be read", "mockbank lacks the permission to read it"
		l.report.unread = true
	case errors.Is(err, errNotRegular):
		why = "is no regular file"
	case escapes(err):
		code, why, hint = CodeIncludeOutside, "lies outside the configuration's folder",
			"keep every file, and what links point to, within the folder of the main file"
	default:
		why = "cannot be read: " + reasonOf(err)
		l.report.unread = true
	}
	if at.file == nil {
		at = span{file: file}
		if code == CodeFileNotFound {
			hint = initHint
			if IsTestFile(file.name) {
				hint = "`mockbank new test` writes one"
			}
		}
		l.report.add(at, code, hint, "the file %s", why)
		return
	}
	if code == CodeFileNotFound {
		code = CodeIncludeNotFound
	}
	l.report.add(at, code, hint, "%s %s", file.name, why)
}

// missing remembers that a file was not there.
func (l *loader) missing(file *source) { l.report.missing = append(l.report.missing, file.name) }

// reasonOf returns why the system could not read something, without the path.
func reasonOf(err error) string {
	if located, found := errors.AsType[*fs.PathError](err); found {
		return located.Err.Error()
	}
	return err.Error()
}
