package scenarios

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// Options are what a load needs beside the files.
type Options struct {
	// Catalogue holds the ready-made packs, NAME.yaml each, for `include: catalogue:NAME`. Without it
	// there are none.
	Catalogue fs.FS
	// Breathe, where set, is called many times while files are read and compiled, by one goroutine at a
	// time, and may pause it for the sake of others.
	Breathe func()

	// edited holds texts to read in place of files, by [samePath], to see what an edit would make of
	// a configuration.
	edited map[string]string
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

// maxFiles and maxTotalBytes bound a whole configuration.
const (
	maxFiles      = 10_000
	maxTotalBytes = 256 << 20
)

// Load reads a configuration: a file with its includes, or a folder. Of a folder all *.yaml and
// *.yml are loaded by name, tests (*_test.yaml) and hidden files apart; one that is called
// mockbank.yaml is the main file and comes last, so that its catch-all stays last.
//
// The Config is nil where the report has errors. Reading stops early when ctx ends.
func Load(ctx context.Context, name string, options Options) (*Config, *Report) {
	l := &loader{
		ctx: ctx, options: options, state: make(map[string]loadState), ahead: make(map[string]*fetched), hash: sha256.New(),
		report: &Report{order: make(map[string]int), folders: make(map[string]bool)},
	}
	l.start(name)
	l.fetching.Wait()
	var config *Config
	if len(l.units) > 0 {
		config = compile(l)
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

// start finds out what the name is and loads it.
func (l *loader) start(name string) {
	info, err := os.Stat(name)
	folder, base := filepath.Dir(name), filepath.Base(name)
	if err == nil && info.IsDir() {
		folder, base = name, ""
	}
	l.report.folders[folder], l.report.order[name] = true, 0 // to be watched, even if it is not there now
	if err != nil {
		l.unreadable(&source{name: name}, span{}, err)
		return
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		l.unreadable(&source{name: name}, span{}, err)
		return
	}
	defer root.Close() //nolint:errcheck // only read from
	l.home = &room{files: root.FS(), folder: folder, edited: l.options.edited}
	if info.IsDir() {
		l.folder(name)
		return
	}
	l.mainFile = l.home.display(base)
	l.named = l.mainFile
	l.file(l.home, base, span{})
}

// folder loads the configuration that is a folder.
func (l *loader) folder(name string) {
	names, err := l.home.yamlFiles(".")
	if err != nil {
		l.unreadable(&source{name: name}, span{}, err)
		return
	}
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
	l.fetchAhead(l.home, names)
	for _, one := range names {
		l.file(l.home, one, span{})
	}
}

const initHint = "`mockbank init` writes one to begin with"

// mainLast moves the main file to the end of the names, and returns its name or "".
func mainLast(names []string) ([]string, string) {
	for _, main := range mainNames {
		for i, name := range names {
			if name == main {
				return append(append(names[:i:i], names[i+1:]...), main), main
			}
		}
	}
	return names, ""
}

// unreadable reports a file that cannot be opened or read. at is the include that names it, zero
// where the user does.
func (l *loader) unreadable(file *source, at span, err error) {
	_, _ = fmt.Fprintf(l.hash, "%s unreadable\n", file.name) // a hash never fails
	code, hint, why := CodeFileUnreadable, "", "cannot be read"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		code, why = CodeFileNotFound, "is not there"
	case errors.Is(err, fs.ErrPermission):
		why, hint = "cannot be read", "mockbank lacks the permission to read it"
	case errors.Is(err, errNotRegular):
		why = "is no regular file"
	case escapes(err):
		code, why, hint = CodeIncludeOutside, "lies outside the configuration's folder", "keep every file, and what links point to, within the folder of the main file"
	case l.ctx.Err() != nil:
		why = "was not read, since the load was called off"
	}
	if at.file == nil {
		at = span{file: file}
		if code == CodeFileNotFound {
			hint = initHint
		}
		l.report.add(at, code, hint, "the file %s", why)
		return
	}
	if code == CodeFileNotFound {
		code = CodeIncludeNotFound
	}
	l.report.add(at, code, hint, "%s %s", file.name, why)
}

var errNotRegular = errors.New("not a regular file")

// escapes reports whether a path leaves its root. Package os has no error value for it.
func escapes(err error) bool {
	return err != nil && strings.Contains(err.Error(), "escapes from parent")
}

// room is a set of files that includes can reach: the configuration's folder, or the catalogue.
type room struct {
	files fs.FS
	// folder is how the user names the room; packs stand behind "catalogue:".
	folder string
	packs  bool
	// edited holds texts to read in place of files; see [Options].
	edited map[string]string
}

// display returns a file's name as reports show it.
func (r *room) display(name string) string {
	if r.packs {
		return packPrefix + strings.TrimSuffix(name, ".yaml")
	}
	return filepath.Join(r.folder, filepath.FromSlash(name))
}

// yamlFiles lists the configuration files of a folder by name.
func (r *room) yamlFiles(folder string) ([]string, error) {
	entries, err := fs.ReadDir(r.files, folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if IsConfigFile(entry.Name()) && !entry.IsDir() {
			names = append(names, path.Join(folder, entry.Name()))
		}
	}
	return names, nil
}

// IsConfigFile reports whether a file of this name is loaded from a folder: *.yaml or *.yml, but
// neither a test nor a hidden file.
func IsConfigFile(name string) bool {
	base, extension := path.Base(name), path.Ext(name)
	if extension != ".yaml" && extension != ".yml" || strings.HasPrefix(base, ".") {
		return false
	}
	return !strings.HasSuffix(strings.TrimSuffix(base, extension), "_test")
}

// read returns a file's text.
func (r *room) read(name string) (string, error) {
	if len(r.edited) > 0 && !r.packs {
		if text, ok := r.edited[samePath(r.display(name))]; ok {
			return text, nil
		}
	}
	info, err := fs.Stat(r.files, name)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", errNotRegular // opening a pipe would wait for ever
	}
	file, err := r.files.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // only read from
	return readLimited(file)
}
