package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// fault is something that befalls an SQLite file, and what the bank must make of it.
type fault struct {
	name string
	// running says that it befalls the file while the bank runs; else between a crash and the next start.
	running bool
	befall  func(path string) error
	// refused are words of a start that is refused; "": it starts, and has what was acknowledged. lost says that the
	// fault itself takes what was acknowledged.
	refused string
	lost    bool
}

var faults = []fault{
	{name: "removed while it runs", running: true, befall: removeAll},
	{name: "replaced while it runs", running: true, befall: replace},
	{name: "its log removed while it runs", running: true, befall: func(path string) error { return os.Remove(path + "-wal") }},
	{name: "moved away while it runs", running: true, befall: func(path string) error { return os.Rename(path, path+".old") }},
	{name: "the log torn after a crash", befall: func(path string) error { return cut(path+"-wal", 100) }, lost: true},
	{name: "the log cut in half after a crash", befall: func(path string) error { return cut(path+"-wal", 0) }, lost: true},
	{name: "a hard link to it", befall: func(path string) error { return os.Link(path, path+".link") }},
	{name: "its first page damaged", befall: func(path string) error { return scribble(path, 0) }, refused: "not an SQLite database"},
	{name: "text in its place", befall: func(path string) error {
		return errors.Join(removeAll(path), os.WriteFile(path, []byte("no database, but text"), 0o644))
	}, refused: "not an SQLite database"},
	{name: "a folder in its place", befall: func(path string) error { return errors.Join(removeAll(path), os.Mkdir(path, 0o755)) }, refused: "it is a folder"},
	{name: "a dangling link in its place", befall: func(path string) error {
		return errors.Join(removeAll(path), os.Symlink("/nowhere/at/all.db", path))
	}, refused: "it is a link"},
}

// storage tries each fault on a bank of its own.
func storage(ctx context.Context, binary string, out io.Writer) error {
	var errs []error
	for _, f := range faults {
		err := f.try(ctx, binary)
		verdict := "as it should"
		if err != nil {
			verdict = err.Error()
			errs = append(errs, fmt.Errorf("%s: %w", f.name, err))
		}
		_, _ = fmt.Fprintf(out, "storage, %s: %s\n", f.name, verdict) // nowhere else to say it
	}
	return errors.Join(errs...)
}

func (f *fault) try(ctx context.Context, binary string) (err error) {
	b, err := newBank(binary, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	l := newLedger()
	if err := b.start(ctx); err != nil {
		return err
	}
	if err := load(ctx, b, l, 300*time.Millisecond, !f.running); err != nil {
		return err
	}
	if err := f.befall(b.database); err != nil {
		return err
	}
	if f.running {
		return notices(ctx, b)
	}
	err = b.start(ctx)
	switch {
	case f.refused != "" && err == nil:
		return errors.New("it started")
	case f.refused != "" && !strings.Contains(err.Error(), f.refused):
		return fmt.Errorf("it says %w; want %q", err, f.refused)
	case f.refused != "":
		return nil
	case err != nil:
		return err
	}
	result := &crashes{}
	if result.ask(ctx, b, l.all(0), entry.check); len(result.lost) > 0 && !f.lost {
		return errors.New("lost: " + result.lost[0])
	}
	return load(ctx, b, newLedger(), 100*time.Millisecond, false)
}

// notices wants that within ten seconds changes are refused, and the bank is not ready.
func notices(ctx context.Context, b *bank) error {
	within, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for within.Err() == nil {
		got, err := b.do(within, http.MethodPost, api+"/authenticate", nil, map[string]string{"username": "tester", "password": "success"})
		ready, failed := b.do(within, http.MethodGet, "/readyz", nil, nil)
		if err == nil && failed == nil && got.status == http.StatusServiceUnavailable && ready.status == http.StatusServiceUnavailable {
			return nil
		}
	}
	return errors.New("it was not noticed within 10 s")
}

func removeAll(path string) error {
	var errs []error
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func replace(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(path+".new", content, 0o644), os.Rename(path+".new", path))
}

// cut shortens a file by so many bytes, or to its half.
func cut(path string, by int64) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if by == 0 {
		by = info.Size() / 2
	}
	return os.Truncate(path, max(0, info.Size()-by))
}

func scribble(path string, at int64) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(bytes.Repeat([]byte{0xa5}, 4096), at)
	return errors.Join(err, file.Close())
}
