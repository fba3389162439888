package scenarios

import (
	"io/fs"
	"iter"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// includesOf yields what a document includes, and where each is written.
func includesOf(document *Document) iter.Seq2[string, span] {
	return func(yield func(string, span) bool) {
		spans := document.items("include")
		for i, wanted := range document.Include {
			at := document.value("include")
			if i < len(spans) {
				at = spans[i]
			}
			if !yield(wanted, at) {
				return
			}
		}
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

// find returns the files that an include of the file from finds, and their room. It reports why there
// are none.
func (l *loader) find(r *room, from, wanted string, at span) (*room, []string) {
	if pack, ok := strings.CutPrefix(wanted, packPrefix); ok {
		return l.findPack(pack, at)
	}
	target := path.Join(path.Dir(from), filepath.ToSlash(wanted))
	if r.packs || filepath.IsAbs(wanted) || !fs.ValidPath(target) {
		l.report.add(at, CodeIncludeOutside, "write a path relative to this file, within the configuration's folder",
			"%q lies outside the configuration's folder", wanted)
		return r, nil
	}
	names, ok := l.findNames(r, target, wanted, at)
	if ok && len(names) == 0 {
		l.report.add(at, CodeEmptyGlob, "", "%q finds no file yet", wanted)
	}
	return r, names
}

// findNames returns the names of a file, a folder's files or what a glob finds; false where it has
// reported why that cannot be.
func (l *loader) findNames(r *room, target, wanted string, at span) ([]string, bool) {
	if strings.ContainsAny(target, `*?[\`) {
		return l.glob(r, target, wanted, at)
	}
	info, err := fs.Stat(r.files, target)
	if err != nil {
		l.watch(r, existingFolder(r, path.Dir(target)))
		l.unreadable(&source{name: r.display(target)}, at, err)
		l.incomplete = true
		return nil, false
	}
	if !info.IsDir() {
		l.watch(r, path.Dir(target))
		return []string{target}, true
	}
	l.watch(r, target)
	names, err := r.yamlFiles(target)
	if err != nil {
		l.unreadable(&source{name: r.display(target)}, at, err)
	}
	return names, err == nil
}

func (l *loader) glob(r *room, target, wanted string, at span) ([]string, bool) {
	names, err := fs.Glob(r.files, target)
	if err != nil {
		l.report.add(at, CodeIncludeNotFound, "a glob knows *, ? and [a-z]", "%q is no glob", wanted)
		return nil, false
	}
	l.watch(r, existingFolder(r, globBase(target)))
	return slices.DeleteFunc(names, func(name string) bool {
		l.watch(r, path.Dir(name))
		return !IsConfigFile(name)
	}), true
}

// globBase is the folder that lies before the first wildcard.
func globBase(pattern string) string {
	base := pattern[:strings.IndexAny(pattern, `*?[\`)]
	return path.Dir(base + "x")
}

// findPack returns the file of a ready-made pack of the catalogue.
func (l *loader) findPack(name string, at span) (*room, []string) {
	packs := &room{files: l.options.Catalogue, packs: true}
	known := packs.packNames()
	if slices.Contains(known, name) {
		return packs, []string{name + ".yaml"}
	}
	hint := didYouMean(name, known)
	if len(known) == 0 {
		hint = "this mockbank comes without packs"
	}
	l.report.add(at, CodeUnknownPack, hint, "the catalogue has no pack %q", name)
	l.incomplete = true
	return packs, nil
}
