package scenarios

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
)

// maxAsset bounds a file that a configuration names, such as a picture: 1 MiB.
const maxAsset = 1 << 20

// asset is a file that a configuration names, or why it cannot be read.
type asset struct {
	content []byte
	code    Code
	why     string
}

// asset reads a file that is named in another one, relative to that, once. It is one of the configuration's inputs:
// its content is part of the hash, and it is watched. Where it cannot be read, code and why say so.
func (l *loader) asset(from *source, name string) (content []byte, code Code, why string) {
	l.outside = true
	r, folder := l.rootOf(from)
	target := path.Join(folder, filepath.ToSlash(name))
	switch {
	case name == "" || path.IsAbs(filepath.ToSlash(name)) || filepath.IsAbs(name):
		return nil, CodeIncludeOutside, "has no path within the configuration's folder"
	case target == ".." || strings.HasPrefix(target, "../"):
		return nil, CodeIncludeOutside, "lies outside the configuration's folder"
	}
	display := r.display(target)
	if r.packs {
		display = packPrefix + target
	}
	found, known := l.assets[display]
	if !known {
		found = readAsset(r, target)
		if l.assets == nil {
			l.assets = make(map[string]asset)
		}
		l.assets[display] = found
		_, _ = fmt.Fprintf(l.hash, "asset %s %s\n%x", r.hashName(target), found.code, sha256.Sum256(found.content)) // a hash never fails
		l.watchAsset(r, target, display)
	}
	return found.content, found.code, found.why
}

// watchAsset makes a file one of the configuration's inputs, be it there or not.
func (l *loader) watchAsset(r *root, target, display string) {
	if r.packs {
		return
	}
	if _, there := l.report.order[display]; !there {
		l.report.order[display] = len(l.report.order)
	}
	l.watch(r, existingFolder(r, path.Dir(target)))
}

// rootOf returns the room that a file was read from, and the folder that it lies in there.
func (l *loader) rootOf(from *source) (*root, string) {
	if name, packed := strings.CutPrefix(from.name, packPrefix); packed {
		return &root{files: l.options.Catalogue, packs: true}, path.Dir(name)
	}
	within, err := filepath.Rel(l.home.folder, from.name)
	if err != nil {
		within = from.name
	}
	return l.home, path.Dir(filepath.ToSlash(within))
}

func readAsset(r *root, target string) asset {
	info, err := fs.Stat(r.files, target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return asset{code: CodeFileNotFound, why: "is not there"}
	case err != nil:
		return asset{code: CodeFileUnreadable, why: "cannot be read, or lies outside the configuration's folder"}
	case !info.Mode().IsRegular():
		return asset{code: CodeFileUnreadable, why: "is no regular file"}
	case info.Size() > maxAsset:
		return asset{code: CodeFileTooLarge, why: fmt.Sprintf("has more than %d bytes", maxAsset)}
	}
	content, err := fs.ReadFile(r.files, target)
	switch {
	case err != nil:
		return asset{code: CodeFileUnreadable, why: "cannot be read"}
	case len(content) > maxAsset: // it grew meanwhile
		return asset{code: CodeFileTooLarge, why: fmt.Sprintf("has more than %d bytes", maxAsset)}
	}
	return asset{content: content}
}
