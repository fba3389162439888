package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// maxAttempts bounds how often a change is run on PostgreSQL.
const maxAttempts = 10

// update runs a change of the package's own, unless the caller's patience is used up.
func (s *Store) update(ctx context.Context, run func(t *transaction) error) error {
	if lost := engine.Lost(ctx); lost != nil {
		return lost
	}
	defer s.timed(CallChange, time.Now())
	return engine.LoseOn(ctx, s.tryUpdate(ctx, run))
}

func (s *Store) tryUpdate(ctx context.Context, run func(t *transaction) error) error {
	if s.group != nil {
		return s.group.update(ctx, run)
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	err := s.batches.update(ctx, run)
	if !errors.Is(err, errApart) {
		return s.refine(ctx, err)
	}
	for attempt := range maxAttempts {
		if err = s.transact(ctx, run, attempt > 0); err == nil {
			return nil
		}
		if !s.again(err, attempt) || !pause(ctx, attempt) {
			break
		}
	}
	return s.refine(ctx, err)
}

// again reports whether a change that failed is to be run again.
func (s *Store) again(err error, attempt int) bool {
	switch s.dialect.class(err) {
	case classRetry:
		return true
	case classOutdated:
		return attempt == 0
	case classLost:
		var commit commitError
		return !errors.As(err, &commit) // nobody knows whether a commit that was cut short took place
	case classForeignKey:
		s.flows.forget() // a flow that was there is gone: store it again
		return true
	default:
		return false
	}
}

// commitError is an error of a commit itself.
type commitError struct{ error }

// Unwrap returns the cause.
func (e commitError) Unwrap() error { return e.error }

// pause waits a little longer after each attempt, and reports whether there is time for another.
func pause(ctx context.Context, attempt int) bool {
	timer := time.NewTimer(rand.N(time.Millisecond << min(attempt, 6)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// transact runs one change in a transaction of its own; again says that it is not the first attempt.
func (s *Store) transact(ctx context.Context, run func(t *transaction) error, again bool) error {
	w, err := s.begin(ctx)
	if err != nil {
		return err
	}
	w.again = again
	if _, err := w.run(run); err != nil {
		w.rollback()
		return err
	}
	if err := w.commit(); err != nil {
		w.rollback()
		return err
	}
	s.tally.changes.Add(1)
	s.tally.commits.Add(1)
	return nil
}

// unavailable reports whether err says that the database cannot answer now.
func (s *Store) unavailable(err error) bool {
	if engine.CodeOf(err) == engine.CodeUnavailable {
		return true
	}
	switch s.dialect.class(err) {
	case classUnavailable, classLost, classBroken, classOutdated:
		return true
	}
	return false
}

// refine turns what the driver reports about an unreachable or overloaded database into an
// [engine.Error] of [engine.CodeUnavailable]. An end of the caller's own context stays what it is.
func (s *Store) refine(ctx context.Context, err error) error {
	var known *engine.Error
	switch {
	case err == nil, errors.As(err, &known), errors.Is(err, context.Canceled):
		return err
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("%w: %w", context.Canceled, err)
	case s.unavailable(err), ctx.Err() != nil:
		return s.unavailableError(err)
	default:
		return err
	}
}

// unavailableError says in words why the database cannot answer.
func (s *Store) unavailableError(err error) *engine.Error {
	message := "the database cannot answer now; send the request again"
	if words := s.dialect.explain(err); words != "" {
		message = "the database cannot answer now: " + words
	}
	known := &engine.Error{Code: engine.CodeUnavailable, Message: message, Cause: err}
	if s.dialect.class(err) == classBroken && s.health.broken.CompareAndSwap(nil, known) {
		s.options.Logger.Error("the database is damaged: "+s.dialect.explain(err), "database", s.place, "error", err)
	}
	return known
}

func (s *Store) refineBatch(err error) error {
	var whole batchError
	if errors.As(err, &whole) {
		return batchError{s.refine(context.Background(), whole.error)}
	}
	return s.refine(context.Background(), err)
}
