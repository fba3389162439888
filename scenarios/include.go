package scenarios

import (
	"context"
	"fmt"
	"hash"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

// loader reads the files of one configuration.
type loader struct {
	ctx     context.Context
	options Options
	report  *Report
	home    *room
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

	units []*unit
	// incomplete says that some file could not be read as YAML, so that names may be missing.
	incomplete bool
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

const packPrefix = "catalogue:"

// watch notes a folder whose changes concern the configuration, and those that it lies in: they may be
// links, or be put in place as a whole.
func (l *loader) watch(r *room, folder string) {
	for !r.packs && !l.report.folders[r.display(folder)] {
		l.report.folders[r.display(folder)] = true
		folder = path.Dir(folder)
	}
}

// file loads a file: its includes first, then what it declares itself. A file that was loaded before
// is not loaded again. at is the include that names it.
func (l *loader) file(r *room, name string, at span) {
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
	got := l.fetch(r, name)
	if !l.accept(r, name, got, at) {
		l.incomplete = true
		return
	}
	document := decodeDocument(got.file, got.root, l.report)
	if follow(got.root).Kind != yaml.MappingNode {
		l.incomplete = true
		return
	}
	l.includes(r, name, document)
	l.units = append(l.units, &unit{got.file, document})
	l.report.Files = append(l.report.Files, File{Name: display, Bytes: len(got.file.text), Scenarios: len(document.Scenarios)})
}

// accept adds a fetched file to the configuration, and reports why it has no content.
func (l *loader) accept(r *room, name string, got *fetched, at span) bool {
	if got.err != nil {
		l.unreadable(got.file, at, got.err)
		return false
	}
	l.bytes += got.bytes
	_, _ = fmt.Fprintf(l.hash, "%s %d\n%x", r.hashName(name), got.bytes, got.sum) // a hash never fails
	if len(l.state) > maxFiles || l.bytes > maxTotalBytes {
		l.report.add(span{file: got.file}, CodeTooMuch, "", "the configuration has more than %d files or %d MiB", maxFiles, maxTotalBytes>>20)
		return false
	}
	l.report.merge(&got.problems)
	return got.root != nil
}

// hashName names a file within its room, so that the same configuration has the same hash in every
// folder that it is copied to.
func (r *room) hashName(name string) string {
	if r.packs {
		return packPrefix + name
	}
	return name
}

// includes loads what a document includes.
func (l *loader) includes(r *room, name string, document *Document) {
	places := document.items("include")
	for i, wanted := range document.Include {
		at := document.value("include")
		if i < len(places) {
			at = places[i]
		}
		if pack, ok := strings.CutPrefix(wanted, packPrefix); ok {
			l.pack(pack, at)
			continue
		}
		target := path.Join(path.Dir(name), filepath.ToSlash(wanted))
		if r.packs || filepath.IsAbs(wanted) || !fs.ValidPath(target) {
			l.report.add(at, CodeIncludeOutside, "write a path relative to this file, within the configuration's folder",
				"%q lies outside the configuration's folder", wanted)
			continue
		}
		l.include(r, target, wanted, at)
	}
}

// items returns the spans of a list's items, or of the single value under the key.
func (p Place) items(key string) []span {
	file, _, value := p.find(key)
	if value = follow(value); value == nil {
		return nil
	}
	if value.Kind != yaml.SequenceNode {
		return []span{spanOf(file, value)}
	}
	spans := make([]span, len(value.Content))
	for i, item := range value.Content {
		spans[i] = spanOf(file, item)
	}
	return spans
}

// include loads a file, a folder or what a glob finds.
func (l *loader) include(r *room, target, wanted string, at span) {
	if strings.ContainsAny(target, `*?[\`) {
		l.glob(r, target, wanted, at)
		return
	}
	info, err := fs.Stat(r.files, target)
	if err != nil {
		l.watch(r, existingFolder(r, path.Dir(target)))
		l.unreadable(&source{name: r.display(target)}, at, err)
		l.incomplete = true
		return
	}
	if !info.IsDir() {
		l.watch(r, path.Dir(target))
		l.file(r, target, at)
		return
	}
	l.watch(r, target)
	names, err := r.yamlFiles(target)
	if err != nil {
		l.unreadable(&source{name: r.display(target)}, at, err)
		return
	}
	l.all(r, names, wanted, at)
}

func (l *loader) glob(r *room, target, wanted string, at span) {
	names, err := fs.Glob(r.files, target)
	if err != nil {
		l.report.add(at, CodeIncludeNotFound, "a glob knows *, ? and [a-z]", "%q is no glob", wanted)
		return
	}
	l.watch(r, existingFolder(r, globBase(target)))
	names = slices.DeleteFunc(names, func(name string) bool {
		l.watch(r, path.Dir(name))
		return !IsConfigFile(name)
	})
	l.all(r, names, wanted, at)
}

// all loads the files that one include found.
func (l *loader) all(r *room, names []string, wanted string, at span) {
	if len(names) == 0 {
		l.report.add(at, CodeEmptyGlob, "", "%q finds no file yet", wanted)
	}
	l.fetchAhead(r, names)
	for _, name := range names {
		l.file(r, name, at)
	}
}

// globBase is the folder that lies before the first wildcard.
func globBase(pattern string) string {
	base := pattern[:strings.IndexAny(pattern, `*?[\`)]
	return path.Dir(base + "x")
}

// existingFolder is the folder, or the nearest one above it that is there.
func existingFolder(r *room, folder string) string {
	for folder != "." {
		if info, err := fs.Stat(r.files, folder); err == nil && info.IsDir() {
			break
		}
		folder = path.Dir(folder)
	}
	return folder
}

// pack loads a ready-made pack of the catalogue.
func (l *loader) pack(name string, at span) {
	packs := &room{files: l.options.Catalogue, packs: true}
	known := l.packNames()
	if !slices.Contains(known, name) {
		hint := didYouMean(name, known)
		if len(known) == 0 {
			hint = "this mockbank comes without packs"
		}
		l.report.add(at, CodeUnknownPack, hint, "the catalogue has no pack %q", name)
		l.incomplete = true
		return
	}
	l.file(packs, name+".yaml", at)
}

// packNames lists the catalogue's packs.
func (l *loader) packNames() []string {
	if l.options.Catalogue == nil {
		return nil
	}
	packs := &room{files: l.options.Catalogue, packs: true}
	files, err := packs.yamlFiles(".")
	if err != nil {
		return nil
	}
	for i, file := range files {
		files[i] = strings.TrimSuffix(file, path.Ext(file))
	}
	return files
}
