package scenarios

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// homeFolder is the folder of a configuration as a file system. What a link leads to decides whether it lies
// within the folder, not how the link is written: os.Root refuses every absolute link, and each that goes
// out and comes back in.
type homeFolder struct {
	files fs.FS
	// folder is the folder's path with all links followed.
	folder string
}

// openHome opens a folder. Closing the root ends the use of its files.
func openHome(folder string) (*homeFolder, *os.Root, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, nil, err
	}
	full, err := filepath.EvalSymlinks(fullPath(folder))
	if err != nil {
		_ = root.Close() // only read from
		return nil, nil, err
	}
	return &homeFolder{files: root.FS(), folder: full}, root, nil
}

// Open implements [fs.FS].
func (h *homeFolder) Open(name string) (fs.File, error) {
	return inside(h, name, h.files.Open)
}

// Stat implements [fs.StatFS]. It opens nothing: opening a pipe would wait for ever.
func (h *homeFolder) Stat(name string) (fs.FileInfo, error) {
	return inside(h, name, func(name string) (fs.FileInfo, error) { return fs.Stat(h.files, name) })
}

// ReadDir implements [fs.ReadDirFS].
func (h *homeFolder) ReadDir(name string) ([]fs.DirEntry, error) {
	return inside(h, name, func(name string) ([]fs.DirEntry, error) { return fs.ReadDir(h.files, name) })
}

// inside does something with a name, and where a link on its way is refused, with what that leads to.
func inside[T any](h *homeFolder, name string, do func(name string) (T, error)) (T, error) {
	result, err := do(name)
	if !escapes(err) {
		return result, err
	}
	full, failure := filepath.EvalSymlinks(filepath.Join(h.folder, filepath.FromSlash(name)))
	if failure != nil {
		return result, err
	}
	within, failure := filepath.Rel(h.folder, full)
	if failure != nil || !filepath.IsLocal(within) {
		return result, err
	}
	return do(filepath.ToSlash(within))
}

// escapes reports whether a path leaves its root. Package os has no error value for it.
func escapes(err error) bool {
	return err != nil && strings.Contains(err.Error(), "escapes from parent")
}
