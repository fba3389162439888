package scenarios

import (
	"errors"
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
func (p Position) items(key string) []span {
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
func (l *loader) find(r *root, from, wanted string, at span) (*root, []string) {
	if pack, ok := strings.CutPrefix(wanted, packPrefix); ok {
		return l.findPack(pack, at)
	}
	folder, target := path.Dir(from), path.Join(path.Dir(from), filepath.ToSlash(wanted))
	if r.packs || filepath.IsAbs(wanted) || strings.HasPrefix(wanted, "/") || !fs.ValidPath(target) {
		l.report.add(at, CodeIncludeOutside, "write a path relative to this file, within the configuration's folder",
			"%q lies outside the configuration's folder", wanted)
		return r, nil
	}
	info, err := fs.Stat(r.files, target)
	switch { // a path that is there as it is written is that path, whatever its characters
	case err == nil && info.IsDir():
		return r, l.findInFolder(r, target, wanted, at)
	case err == nil:
		l.watch(r, path.Dir(target))
		return r, []string{target}
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(wanted, wildcards):
		return r, l.findGlob(r, folder, wanted, at)
	}
	l.watch(r, existingFolder(r, path.Dir(target)))
	l.incomplete = true
	if hint := foreignSyntax(wanted); hint != "" && errors.Is(err, fs.ErrNotExist) {
		l.missing(&source{name: r.display(target)})
		l.report.add(at, CodeIncludeNotFound, hint, "%s is not there", r.display(target))
		return r, nil
	}
	l.unreadable(&source{name: r.display(target)}, at, err)
	return r, nil
}

func (l *loader) findInFolder(r *root, folder, wanted string, at span) []string {
	l.watch(r, folder)
	entries, err := fs.ReadDir(r.files, folder)
	if err != nil {
		l.unreadable(&source{name: r.display(folder)}, at, err)
		l.incomplete = true
		return nil
	}
	names := l.choose(r, folder, entries, "", at)
	if len(names) == 0 {
		l.report.add(at, CodeEmptyGlob, "", "%q finds no file yet", wanted)
	}
	return names
}

// findGlob returns what a glob finds: the files of a folder by name, then those of its folders.
func (l *loader) findGlob(r *root, folder, wanted string, at span) []string {
	before, parts := splitGlob(filepath.ToSlash(wanted))
	base := path.Join(folder, before)
	if bad := checkGlob(parts); bad.message != "" {
		l.report.add(at, CodeIncludeNotFound, bad.hint, "%q %s", wanted, bad.message)
		return nil
	}
	g := newGlob(l, r, base, at)
	g.poll(base, parts)
	switch hint := foreignSyntax(wanted); {
	case g.failed || len(g.found) > 0:
	case hint != "":
		l.report.add(at, CodeIncludeNotFound, hint, "%q finds no file", wanted)
	default:
		l.report.add(at, CodeEmptyGlob, "", "%q finds no file yet", wanted)
	}
	return g.found
}

// choose returns the configuration files among a folder's entries that fit a part of a glob, all where
// that is empty. What is left out because of its name is told, once.
func (l *loader) choose(r *root, folder string, entries []fs.DirEntry, part string, at span) []string {
	var names []string
	for _, entry := range entries {
		name := path.Join(folder, entry.Name())
		switch {
		case part != "" && part != entry.Name() && !fits(part, entry.Name()):
		case !IsConfigFile(entry.Name()):
			if looksLikeConfig(entry.Name(), part) {
				l.leaveOut(r, name, "the name of a configuration's file ends in .yaml or .yml, and not in _test",
					"rename it, or include it by its name", at)
			}
		case r.isFolder(name, entry):
			l.leaveOut(r, name, "it is a folder", "include the folder by its name", at)
		case l.state[r.display(name)] == loading: // no glob means the file that it stands in
		default:
			names = append(names, name)
		}
	}
	return names
}

// looksLikeConfig reports whether somebody may think that a file is loaded which is not: its name ends
// like that of one but for the case, or a glob asks for such names.
func looksLikeConfig(base, part string) bool {
	if strings.HasPrefix(base, ".") {
		return false
	}
	asked := strings.ToLower(path.Ext(part))
	switch ending := strings.ToLower(path.Ext(base)); ending {
	case ".yaml", ".yml":
		return ending != path.Ext(base) || strings.HasSuffix(strings.TrimSuffix(part, path.Ext(part)), "_test")
	default:
		return asked != "" && !strings.ContainsAny(asked, wildcards)
	}
}

// leaveOut tells of a file that is not loaded because of its name.
func (l *loader) leaveOut(r *root, name, why, hint string, at span) {
	display := r.display(name)
	if l.leftOut[display] || r.packs {
		return
	}
	l.leftOut[display] = true
	if at.file == nil {
		at = span{file: &source{name: display}}
	}
	l.report.add(at, CodeLeftOut, hint, "%s is left out: %s", display, why)
}

// findPack returns the file of a ready-made pack of the catalogue.
func (l *loader) findPack(name string, at span) (*root, []string) {
	packs := &root{files: l.options.Catalogue, packs: true}
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
