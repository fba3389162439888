package edit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/mockbank/mockbank/scenarios"
)

// MaxFile is the largest file that is read or written, in bytes.
const MaxFile = 16 << 20

// Files reads and changes the files of one configuration, and their tests, and no others. Its methods are safe for
// concurrent use; changes go one after the other.
type Files struct {
	main    string // the file or folder that the user named
	folder  string // the configuration's, which holds all files
	options scenarios.Options

	mu sync.Mutex
	// before holds, for each file that was written, its content before that.
	before map[string]string
}

// NewFiles returns the files of the configuration that the user named by a file or a folder.
func NewFiles(name string, options scenarios.Options) *Files {
	folder := filepath.Dir(name)
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		folder = name
	}
	return &Files{main: name, folder: folder, options: options, before: map[string]string{}}
}

// FileInfo is a file that can be edited.
type FileInfo struct {
	// Path is relative to the configuration's folder, with slashes.
	Path string
	// Test says that it holds tests; Main that it is the file that the user named.
	Test, Main bool
	// Bytes is its size.
	Bytes int64
}

// The errors of [Files].
var (
	// ErrNotEditable: the file is not one of the configuration's, nor one of its tests.
	ErrNotEditable = errors.New("no file of the configuration")
	// ErrChanged: the file is not as the writer saw it last.
	ErrChanged = errors.New("the file has changed meanwhile")
	// ErrTooLarge: it exceeds [MaxFile].
	ErrTooLarge = errors.New("the file is too large")
)

// List returns the files that can be edited, of those that a load has read: the configuration's own, by their names
// there, and the tests beside them.
func (f *Files) List(loaded []string) []FileInfo {
	var all []FileInfo
	folders := []string{f.folder}
	for _, name := range loaded {
		relative, ok := f.relative(name)
		if !ok {
			continue // a ready-made pack
		}
		if folder := filepath.Dir(name); !slices.Contains(folders, folder) {
			folders = append(folders, folder)
		}
		all = append(all, f.info(relative, false))
	}
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			continue
		}
		for _, entry := range entries {
			if relative, ok := f.relative(filepath.Join(folder, entry.Name())); ok && scenarios.IsTestFile(entry.Name()) && !entry.IsDir() {
				all = append(all, f.info(relative, true))
			}
		}
	}
	return all
}

func (f *Files) info(relative string, test bool) FileInfo {
	info := FileInfo{Path: relative, Test: test, Main: filepath.Clean(f.full(relative)) == filepath.Clean(f.main)}
	if stat, err := os.Stat(f.full(relative)); err == nil {
		info.Bytes = stat.Size()
	}
	return info
}

func (f *Files) full(relative string) string {
	return filepath.Join(f.folder, filepath.FromSlash(relative))
}

// relative returns the path of a file as the user knows it, from the configuration's folder.
func (f *Files) relative(name string) (string, bool) {
	relative, err := filepath.Rel(f.folder, name)
	if err != nil || strings.Contains(name, ":") && !filepath.IsAbs(name) {
		return "", false
	}
	relative = filepath.ToSlash(relative)
	return relative, fs.ValidPath(relative) && isYAML(relative)
}

// isYAML reports whether a path can be that of a configuration's file, or of tests.
func isYAML(name string) bool {
	extension := path.Ext(name)
	return (extension == ".yaml" || extension == ".yml") && !strings.HasPrefix(path.Base(name), ".")
}

// editable refuses a path that is none of the configuration's.
func (f *Files) editable(relative string, loaded []string) error {
	if !fs.ValidPath(relative) || !isYAML(relative) {
		return ErrNotEditable
	}
	if scenarios.IsTestFile(relative) {
		return nil
	}
	for _, name := range loaded {
		if own, ok := f.relative(name); ok && own == relative {
			return nil
		}
	}
	return ErrNotEditable
}

// Read returns a file's text. It returns [ErrNotEditable] and [fs.ErrNotExist].
func (f *Files) Read(relative string, loaded []string) (string, error) {
	if err := f.editable(relative, loaded); err != nil {
		return "", err
	}
	return f.read(relative)
}

// read reads within the configuration's folder: a link that leads out of it is not followed, but for the file
// that the user named.
func (f *Files) read(relative string) (string, error) {
	if filepath.Clean(f.full(relative)) == filepath.Clean(f.main) {
		return readBounded(os.Open(f.main))
	}
	root, err := os.OpenRoot(f.folder)
	if err != nil {
		return "", err
	}
	defer root.Close()
	return readBounded(root.Open(filepath.FromSlash(relative)))
}

func readBounded(file *os.File, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", ErrNotEditable
	case info.Size() > MaxFile:
		return "", ErrTooLarge
	}
	text := make([]byte, info.Size())
	n, err := file.ReadAt(text, 0)
	if err != nil && n < len(text) {
		return "", err
	}
	return string(text[:n]), nil
}

// Tag identifies a text by its content, for [Files.Write].
func Tag(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:12])
}

// Before returns what the file was before it was written last, and false where it was not written.
func (f *Files) Before(relative string) (string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	text, found := f.before[relative]
	return text, found
}

// Diagnose reports what is wrong with a configuration in which the file has this text, or with the tests that the text
// is. Nothing is written.
func (f *Files) Diagnose(ctx context.Context, relative, text string) *scenarios.Report {
	if scenarios.IsTestFile(relative) {
		return scenarios.DiagnoseTests(f.full(relative), text)
	}
	options := f.options
	options.Edited = map[string]string{f.full(relative): text}
	_, report := scenarios.Load(ctx, f.main, options)
	return report
}

// Add works out how a scenario is added to a file; see [Add]. Nothing is written.
func (f *Files) Add(ctx context.Context, relative string, addition Addition) (*Added, *scenarios.Report, error) {
	return Add(ctx, f.main, f.full(relative), addition, f.options)
}
