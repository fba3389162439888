package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// How changes share transactions on PostgreSQL: see [gather].
const (
	batchLanes = 2
	batchPays  = 8
)

// batches lets changes on PostgreSQL share transactions and statements.
//
//   - A change runs in its caller's goroutine, and only what it leaves to be written is handed in (see [kept]). One that needs
//     the database before its end goes apart, as all did before there were batches: its locks are its own.
//   - A batch is written in one round trip where it only adds processes, else in two: first the updates, each of which must
//     find its row, then all that is added, as few statements, and the commit. Each change is answered after the commit.
//   - No change is refused by a batch: one whose row was not found as it was expected is left out and run again apart, where
//     it gets its [engine.ErrStale], or waits for a lock. Where a statement fails all go apart, since one of them is to blame.
//   - A batch waits for no lock that a change of a record holds, so that it is part of no deadlock.
//   - Where nobody knows whether a commit took place, the changes are told so, as one apart would be. A batch that only adds
//     processes is sent again instead: what is there already is left as it is.
//   - What changes expect of sessions is looked at by one statement within the transaction, which fails where it does not hold:
//     all go apart then, and those that expected wrongly are told.
//   - A caller who goes away withdraws what no lane has taken. What was taken is waited for, as on SQLite, at most for
//     [Options.Timeout].
type batches struct {
	store  *Store
	gather *gather[*pending]
}

// pending is a change that ran, and waits for what it left to be written.
type pending struct {
	work   *work
	answer chan error
}

func newBatches(s *Store) *batches {
	b := &batches{store: s}
	b.gather = &gather[*pending]{
		work: func(all []*pending) { b.send(newBatch(all)) }, lanes: min(batchLanes, max(1, s.options.PoolSize-1)),
		most: s.options.maxBatch, pays: batchPays, yields: s.options.gather,
	}
	return b
}

// update runs a change and has it written with others. It returns [errApart] where the change is to be run in a transaction of
// its own; nothing was written then.
func (b *batches) update(ctx context.Context, run func(t *transaction) error) error {
	w := &work{store: b.store, ctx: ctx, kept: &kept{}}
	_, err := w.run(run)
	switch {
	case err != nil:
		return err
	case w.nothing() && len(w.kept.expects) > 0:
		return errApart // nobody would look whether what it went by still holds
	case w.nothing():
		return nil
	}
	p := &pending{work: w, answer: make(chan error, 1)}
	if err := b.gather.hand(p); err != nil {
		return err
	}
	select {
	case err = <-p.answer:
	case <-ctx.Done():
		if b.gather.withdraw(p) {
			return ctx.Err()
		}
		err = <-p.answer
	}
	if err == nil {
		b.store.jobs.inserted(w.jobs)
	}
	return err
}

// send writes a batch and answers each of it.
func (b *batches) send(batch *batch) {
	ctx, cancel := context.WithTimeout(context.Background(), b.store.options.Timeout)
	defer cancel()
	for attempt := 0; ; attempt++ {
		err := b.store.native(ctx, func(conn *pgx.Conn) error { return batch.write(ctx, b.store, conn) })
		switch class := b.store.dialect.class(err); {
		case err == nil && len(batch.in) == 0:
			return // all have gone apart
		case err == nil:
			b.store.tally.changes.Add(int64(len(batch.in)))
			b.store.tally.commits.Add(1)
		case class == classLost && batch.repeatable() && attempt < maxAttempts && pause(ctx, attempt):
			batch.again = true
			continue
		default:
			err = b.verdict(err)
		}
		batch.answer(err)
		return
	}
}

// verdict is what the changes of a batch are told that failed.
func (b *batches) verdict(err error) error {
	var commit commitError
	var waited *pgconn.PgError
	switch class := b.store.dialect.class(err); {
	case class == classForeignKey:
		b.store.flows.forget() // a flow that was there is gone: store it again
		return errApart
	case class == classLost && errors.As(err, &commit):
		return err
	case class == classUnavailable && !(errors.As(err, &waited) && isWait(waited.Code)):
		return err
	}
	return errApart
}

// isWait reports whether an SQLSTATE says that a statement took too long, which one change alone may be to blame for:
// query_canceled, lock_not_available.
func isWait(state string) bool { return state == "57014" || state == "55P03" }
