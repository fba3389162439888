package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// diskFaults befall the file system that the database lies on.
var diskFaults = []fault{
	{name: "its disk full while it runs", play: fullDisk, small: true},
	{name: "its disk full at the start", play: fullStart, small: true},
	{name: "its disk read-only at the start", play: refused(func(path string) error {
		return syscall.Mount("", filepath.Dir(path), "", syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
	}, "read-only"), small: true},
}

// mountSmall puts a file system of 64 MiB where the database is to lie, which needs the rights to.
func mountSmall(b *bank) (unmount func(), err error) {
	folder := filepath.Dir(b.database)
	if err := syscall.Mount("none", folder, "tmpfs", 0, "size=64m"); err != nil {
		return nil, fmt.Errorf("%w: a file system of its own: %w", errCannot, err)
	}
	return func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) }, nil
}

func filler(b *bank) string { return filepath.Join(filepath.Dir(b.database), "filler") }

// fill leaves no room on the disk.
func fill(b *bank) error {
	file, err := os.Create(filler(b))
	if err != nil {
		return err
	}
	block := make([]byte, pageSize) // the last of it is no larger than what the bank would write
	for err == nil {
		_, err = file.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		return errors.Join(err, file.Close())
	}
	return file.Close()
}

// fullDisk: changes are refused in words, what there is can still be read, and once there is room it goes on.
func fullDisk(ctx context.Context, b *bank, l *ledger) error {
	if err := fill(b); err != nil {
		return err
	}
	refusal, err := changeUntil(ctx, b, http.StatusServiceUnavailable)
	if err != nil {
		return err
	}
	if !strings.Contains(string(refusal.body), "full") {
		return fmt.Errorf("it says %s", refusal.body)
	}
	for _, e := range l.all(0) {
		if e.kind != "processes" { // the others change something
			continue
		}
		if err := e.check(ctx, b); err != nil {
			return fmt.Errorf("while the disk is full: %s %s: %w", e.kind, e.name, err)
		}
	}
	if err := os.Remove(filler(b)); err != nil {
		return err
	}
	return well(ctx, b, l)
}

// fullStart: it starts, or says that the disk is full; once there is room it starts.
func fullStart(ctx context.Context, b *bank, l *ledger) error {
	if err := errors.Join(b.kill(), fill(b)); err != nil {
		return err
	}
	if err := b.start(ctx); err != nil && !strings.Contains(err.Error(), "full") {
		return fmt.Errorf("it says %w", err)
	}
	if err := errors.Join(b.kill(), os.Remove(filler(b)), b.start(ctx)); err != nil {
		return err
	}
	return well(ctx, b, l)
}
