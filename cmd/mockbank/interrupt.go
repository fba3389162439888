package main

import (
	"context"
	"errors"
	"io"
)

// errInterrupted ends a command that waits for input when somebody presses Ctrl-C, or the program is to end.
var errInterrupted = errors.New("interrupted; nothing was changed")

// interruptible reads until its context ends. A read that is under way then is left behind: what it gets is lost,
// and the program ends.
type interruptible struct {
	ctx  context.Context
	from io.Reader
	// rest is what was read and not yet taken.
	rest []byte
}

type read struct {
	bytes []byte
	err   error
}

func newInterruptible(ctx context.Context, from io.Reader) *interruptible {
	return &interruptible{ctx: ctx, from: from}
}

// Read implements [io.Reader].
func (i *interruptible) Read(into []byte) (int, error) {
	if len(i.rest) > 0 {
		n := copy(into, i.rest)
		i.rest = i.rest[n:]
		return n, nil
	}
	if i.ctx.Err() != nil {
		return 0, errInterrupted
	}
	reads := make(chan read, 1)
	go func() {
		buffer := make([]byte, max(len(into), 1))
		n, err := i.from.Read(buffer)
		reads <- read{buffer[:n], err}
	}()
	select {
	case got := <-reads:
		n := copy(into, got.bytes)
		i.rest = got.bytes[n:]
		return n, got.err
	case <-i.ctx.Done():
		return 0, errInterrupted
	}
}
