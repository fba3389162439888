package main

import (
	"context"
	"io"
	"os"
	"time"
)

// parentCheck is how often the parent is looked for.
const parentCheck = 500 * time.Millisecond

// startedBy is the process that started this one, as the program began.
var startedBy = os.Getppid()

// withParent returns a context that ends with the process that started this one: when that closes what it gave as
// standard input, or is gone.
func withParent(ctx context.Context, stdin io.Reader) context.Context {
	ctx, end := context.WithCancel(ctx)
	if reportsEnd(stdin) {
		go func() {
			_, _ = io.Copy(io.Discard, stdin) // an error is an end, too
			end()
		}()
	}
	go func() {
		ticker := time.NewTicker(parentCheck)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				if os.Getppid() != startedBy {
					end()
					return
				}
			}
		}
	}()
	return ctx
}

// reportsEnd reports whether the end of standard input says something about the parent: that of a file, or of the
// null device that programs give to their children, does not.
func reportsEnd(stdin io.Reader) bool {
	file, ok := stdin.(*os.File)
	if !ok {
		return stdin != nil
	}
	info, err := file.Stat()
	if err != nil || info.Mode().IsRegular() {
		return err != nil // a closed one: the parent is gone already
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
