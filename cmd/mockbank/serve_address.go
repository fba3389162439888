package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// forgetURL removes the file that an earlier server left, so that nobody takes its address for this one's.
func forgetURL(file string) error {
	if file == "" {
		return nil
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("--url-file: %w", err)
	}
	return nil
}

// reportURL writes the address at which the bank answers: into the file, which is there at once with all of it, and
// then alone on a line of standard output.
func reportURL(t terminal, file, url string) error {
	if file != "" {
		if err := writeURL(file, url); err != nil {
			return fmt.Errorf("--url-file: %w", err)
		}
	}
	if _, err := fmt.Fprintln(t.stdout, url); err != nil {
		return fmt.Errorf("write the address to standard output: %w", err)
	}
	return nil
}

func writeURL(file, url string) error {
	temporary, err := os.CreateTemp(filepath.Dir(file), ".mockbank-url-*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) //nolint:errcheck // it has its own name by now, or there was an error
	_, err = fmt.Fprintln(temporary, url)
	if err = errors.Join(err, temporary.Chmod(0o644), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), file)
}
