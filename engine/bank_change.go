package engine

import (
	"context"
	"errors"
)

// maxTries bounds how often a change is applied anew to a record that others change meanwhile. Each
// time one of the others has won, so it is reached only under an implausible storm.
const maxTries = 50

// change runs a transaction, again where another one changed the record first.
func (b *Bank) change(ctx context.Context, change func(tx Tx) error) error {
	for range maxTries {
		err := b.store.Update(ctx, change)
		if !errors.Is(err, ErrStale) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return tooMuch()
}

// tries gives each run of a change the record that it is about: the first run has it as it was read
// before, so that the transaction need not read it; where that turned out to be stale, or the change is
// run again for another reason, the transaction reads it.
type tries[Record interface{ Copy() Record }] struct {
	read Record
	used bool
}

func (t *tries[Record]) record(again func() (Record, error)) (Record, error) {
	if t.used {
		return again()
	}
	t.used = true
	return t.read.Copy(), nil
}

func tooMuch() error {
	return refuse(CodeConflict, "the record changed %d times while the request was applied; send it again", maxTries)
}

func runWithin[State any](tx Tx, state State, within []Within[State]) error {
	for _, step := range within {
		if err := step(tx, state); err != nil {
			return err
		}
	}
	return nil
}

// missing turns the store's ErrNotFound into a refusal that names what is missing.
func missing(err error, what, id string) error {
	if errors.Is(err, ErrNotFound) {
		return &Error{Code: CodeNotFound, Message: "no " + what + " has the identifier " + id, Related: id, Cause: err}
	}
	return err
}

const (
	processNoun    = "bank authentication process"
	connectionNoun = "bank connection"
)
