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
	// play is given a bank that runs and what it acknowledged.
	play func(ctx context.Context, b *bank, l *ledger) error
	// small says that the database lies on a small file system of its own.
	small bool
}

var faults = append([]fault{
	{name: "removed while it runs", play: whileItRuns(removeAll)},
	{name: "replaced while it runs", play: whileItRuns(replace)},
	{name: "its log removed while it runs", play: whileItRuns(func(path string) error { return os.Remove(path + "-wal") })},
	{name: "moved away while it runs", play: whileItRuns(func(path string) error { return os.Rename(path, path+".old") })},
	{name: "the log torn after a crash", play: afterACrash(func(path string) error { return cut(path+"-wal", 100) }, mayLose)},
	{name: "the log cut in half after a crash", play: afterACrash(func(path string) error { return cut(path+"-wal", 0) }, mayLose)},
	{name: "a hard link to it", play: afterACrash(func(path string) error { return os.Link(path, path+".link") }, losesNothing)},
	{name: "its first page damaged", play: refused(func(path string) error { return scribble(path, 0, 1) }, "not an SQLite database")},
	{name: "text in its place", play: refused(func(path string) error {
		return errors.Join(removeAll(path), os.WriteFile(path, []byte("no database, but text"), 0o644))
	}, "not an SQLite database")},
	{name: "a folder in its place", play: refused(func(path string) error { return errors.Join(removeAll(path), os.Mkdir(path, 0o755)) },
		"it is a folder")},
	{name: "a dangling link in its place", play: refused(func(path string) error {
		return errors.Join(removeAll(path), os.Symlink("/nowhere/at/all.db", path))
	}, "it is a link")},
	{name: "pages in its middle damaged after a crash", play: damagedInTheMiddle},
	{name: "tables of a newer version", play: refused(func(path string) error {
		return asClient(path, "INSERT INTO mockbank_migrations (version_id, is_applied) VALUES (99999, 1)")
	}, "use a newer mockbank")},
	{name: "locked by another program while it runs", play: locked},
	{name: "held up by another program at every write", play: slow},
}, diskFaults...)

// errCannot says that a fault cannot be made to befall on this machine.
var errCannot = errors.New("not tried")

// storage tries each fault on a bank of its own.
func storage(ctx context.Context, binary string, out io.Writer) error {
	var errs []error
	for _, f := range faults {
		err := f.try(ctx, binary)
		verdict := "as it should"
		if err != nil {
			verdict = err.Error()
		}
		if err != nil && !errors.Is(err, errCannot) {
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
	unmount := func() {}
	if f.small {
		if unmount, err = mountSmall(b); err != nil {
			return errors.Join(err, b.close())
		}
	}
	defer func() {
		err = errors.Join(err, b.stop())
		unmount()
		err = errors.Join(err, b.close())
	}()
	l := newLedger()
	if err := b.start(ctx); err != nil {
		return err
	}
	if err := load(ctx, b, l, 300*time.Millisecond, false); err != nil {
		return err
	}
	return f.play(ctx, b, l)
}

// whileItRuns has something befall the file under a running bank, which must notice.
func whileItRuns(befall func(path string) error) func(context.Context, *bank, *ledger) error {
	return func(ctx context.Context, b *bank, _ *ledger) error {
		if err := befall(b.database); err != nil {
			return err
		}
		return notices(ctx, b)
	}
}

// What may be gone after a fault.
const (
	losesNothing = false
	mayLose      = true
)

// afterACrash has something befall the file between a crash and the next start, which must succeed.
func afterACrash(befall func(path string) error, lost bool) func(context.Context, *bank, *ledger) error {
	return func(ctx context.Context, b *bank, l *ledger) error {
		if err := errors.Join(b.kill(), befall(b.database), b.start(ctx)); err != nil {
			return err
		}
		if err := l.holds(ctx, b); err != nil && !lost {
			return err
		}
		return load(ctx, b, newLedger(), 100*time.Millisecond, false)
	}
}

// refused has something befall the file between a crash and the next start, which must be refused in such words.
func refused(befall func(path string) error, words string) func(context.Context, *bank, *ledger) error {
	return func(ctx context.Context, b *bank, _ *ledger) error {
		if err := errors.Join(b.kill(), befall(b.database)); err != nil {
			return err
		}
		switch err := b.start(ctx); {
		case err == nil:
			return errors.New("it started")
		case !strings.Contains(err.Error(), words):
			return fmt.Errorf("it says %w; want %q", err, words)
		}
		return nil
	}
}

// holds asks for everything that was acknowledged.
func (l *ledger) holds(ctx context.Context, b *bank) error {
	result := &crashes{}
	if result.ask(ctx, b, l.all(0), entry.check); len(result.lost) > 0 {
		return fmt.Errorf("lost %d of %d: %s", len(result.lost), len(l.entries), result.lost[0])
	}
	return nil
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

// pageSize is that of SQLite's files.
const pageSize = 4096

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

// scribble writes over pages from one on.
func scribble(path string, from, pages int64) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(bytes.Repeat([]byte{0xa5}, int(pages)*pageSize), from*pageSize)
	return errors.Join(err, file.Close())
}
