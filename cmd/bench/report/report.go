package report

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The marks between which a file takes the report; what stands around them is its reader's.
const (
	begins = "<!-- measured: begin -->"
	ends   = "<!-- measured: end -->"
)

// Print writes the tables.
func (r *Results) Print(w io.Writer) error {
	_, err := io.WriteString(w, r.tables(nil))
	return err
}

// WriteReport writes the report into a Markdown file, between its marks where it has some, and the
// plots into a folder beside it that has the file's name.
func (r *Results) WriteReport(file string) error {
	folder := strings.TrimSuffix(file, filepath.Ext(file))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var errs []error
	text := r.tables(func(name, drawing string) string {
		errs = append(errs, os.WriteFile(filepath.Join(folder, name), []byte(drawing), 0o644))
		return filepath.Base(folder) + "/" + name
	})
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return errors.Join(append(errs, os.WriteFile(file, place(old, text), 0o644))...)
}

// place puts the report between the marks of a file, or makes it the whole of a new one.
func place(old []byte, text string) []byte {
	before, rest, marked := bytes.Cut(old, []byte(begins))
	_, after, closed := bytes.Cut(rest, []byte(ends))
	if !marked || !closed {
		before, after = []byte("# Performance\n\n"), []byte("\n")
	}
	return bytes.Join([][]byte{before, []byte(begins + "\n\n" + text + "\n" + ends), after}, nil)
}
