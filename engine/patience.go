package engine

import (
	"context"
	"errors"
	"sync/atomic"
)

// patience is what a request has with its database: once that could not answer, nothing of the request asks again.
type patience struct{ lost atomic.Pointer[Error] }

type patienceKey struct{}

// WithPatience returns a context under which a [Store] gives up at once after it has failed with [CodeUnavailable]: a
// request then waits for a silent database once, and not for each thing that it wants of it.
func WithPatience(ctx context.Context) context.Context {
	return context.WithValue(ctx, patienceKey{}, new(patience))
}

// Lost returns the failure that used up the context's patience, nil where it has not failed or has no end.
func Lost(ctx context.Context) error {
	if p, ok := ctx.Value(patienceKey{}).(*patience); ok {
		if lost := p.lost.Load(); lost != nil {
			return lost
		}
	}
	return nil
}

// LoseOn uses the context's patience up where err says that the database cannot answer, and returns err.
func LoseOn(ctx context.Context, err error) error {
	var known *Error
	if CodeOf(err) != CodeUnavailable {
		return err
	}
	if p, ok := ctx.Value(patienceKey{}).(*patience); ok && errors.As(err, &known) {
		p.lost.CompareAndSwap(nil, known)
	}
	return err
}
