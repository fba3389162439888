package store

import (
	"context"
	"time"
)

// Impatient returns options under which the lock of another process is waited for only shortly.
func Impatient(o Options) Options {
	o.lockPatience, o.startPatience = 100*time.Millisecond, 100*time.Millisecond
	return o
}

// Alone returns options under which every change has a commit of its own.
func Alone(o Options) Options {
	o.maxBatch = 1
	return o
}

// NotGathered returns options under which the writer takes what waits at once.
func NotGathered(o Options) Options {
	o.gather = -1
	return o
}

// Interrupt has a statement cut short on the connection that writes, as a background job's is when it is
// cancelled. The pool closes the connection then, and opens another.
func Interrupt(ctx context.Context, s *Store) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	const forever = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n`
	return s.work.QueryRowContext(ctx, forever).Scan(new(int))
}

// Watchful returns options under which the file is looked after all the time.
func Watchful(o Options) Options {
	o.watchInterval = 5 * time.Millisecond
	return o
}

// Talkative returns options under which a start tells at once what it waits for.
func Talkative(o Options) Options {
	o.slowAfter = time.Millisecond
	return o
}
