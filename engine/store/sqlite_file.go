package store

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// checkFile finds what SQLite would report in words that do not help, and returns the file's path without links. It
// opens nothing but the folder: a pipe or a terminal would never let go of whoever opens it.
func checkFile(path string) (string, error) {
	target, err := followLink(path)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return target, checkFolder(filepath.Dir(target))
	case err != nil:
		return "", cmp.Or(checkFolder(filepath.Dir(target)), cause(err))
	case info.IsDir():
		return "", fmt.Errorf("it is a folder: name a file in it, such as %q", filepath.Join(path, "mockbank.db"))
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("it is no regular file, but %s: name another file", kindOf(info.Mode()))
	}
	return target, checkFolder(filepath.Dir(target))
}

// followLink returns where a path leads. Of a link that leads to nothing the target is made, where its folder exists.
func followLink(path string) (string, error) {
	resolved, err := filepath.EvalSymlinks(path)
	if err == nil {
		return resolved, nil
	}
	target, linkErr := os.Readlink(path)
	if linkErr != nil {
		return path, nil // a file that is not there yet
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(path), target)
	}
	if folder, err := filepath.EvalSymlinks(filepath.Dir(target)); err == nil {
		if _, err := os.Lstat(target); errors.Is(err, fs.ErrNotExist) {
			return filepath.Join(folder, filepath.Base(target)), nil
		}
	}
	return "",
		fmt.Errorf("it is a link that leads to %q, where nothing is and nothing can be made: create that folder, or remove the link",
			target)
}

func kindOf(mode os.FileMode) string {
	switch {
	case mode&os.ModeNamedPipe != 0:
		return "a pipe"
	case mode&os.ModeSocket != 0:
		return "a socket"
	default:
		return "a device"
	}
}

// checkFolder sees to it that SQLite can keep its files beside the database.
func checkFolder(folder string) error {
	switch info, err := os.Stat(folder); {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %q: create it, or name another file", folder)
	case err != nil:
		return fmt.Errorf("the folder %q: %w", folder, cause(err))
	case !info.IsDir():
		return fmt.Errorf("%q is no folder", folder)
	}
	probe, err := os.CreateTemp(folder, ".mockbank-*")
	if err != nil {
		return fmt.Errorf("the folder %q cannot be written to (the database keeps files beside it): %w", folder, cause(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

const sqliteMagic = "SQLite format 3\x00"

// checkHeader looks at the beginning of a file, which is empty where it is new.
func checkHeader(file *os.File) error {
	header := make([]byte, len(sqliteMagic))
	n, err := file.ReadAt(header, 0)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return fmt.Errorf("the file cannot be read: %w", cause(err))
	case n > 0 && string(header[:n]) != sqliteMagic:
		return errors.New("the file is not an SQLite database: name another file")
	}
	return nil
}
