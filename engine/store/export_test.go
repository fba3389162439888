package store

import (
	"context"
	"regexp"
	"strconv"
	"time"

	"github.com/mockbank/mockbank/engine"
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

// ConnectionsQuery and DeliveriesQuery are the statements of lists, with their values.
func ConnectionsQuery(s *Store, filter engine.ConnectionFilter) (string, []any) {
	return s.connectionsQuery(filter)
}

// ProcessesQuery is as ConnectionsQuery.
func ProcessesQuery(s *Store, filter engine.ProcessFilter) (string, []any) {
	return s.processesQuery(filter)
}

// DeliveriesQuery is as ConnectionsQuery.
func DeliveriesQuery(s *Store, filter engine.DeliveryFilter) (string, []any) {
	return s.deliveriesQuery(&filter)
}

// Analyze lets PostgreSQL know what its tables hold, as it would by itself after a while.
func Analyze(ctx context.Context, s *Store) error {
	if s.group != nil {
		return nil
	}
	_, err := s.writer.ExecContext(ctx, "ANALYZE")
	return err
}

// RowsRead returns how many rows PostgreSQL says that a statement reads, and the plan that SQLite has for it.
func RowsRead(ctx context.Context, s *Store, query string, args []any) (rows int, plan string, err error) {
	if s.group == nil {
		rows, err = s.rowsOfPostgres(ctx, query, args)
		return rows, "", err
	}
	steps, err := s.readers.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		return 0, "", err
	}
	defer steps.Close()
	for steps.Next() {
		var id, parent, unused int
		var detail string
		if err := steps.Scan(&id, &parent, &unused, &detail); err != nil {
			return 0, "", err
		}
		plan += detail + "\n"
	}
	return 0, plan, steps.Err()
}

func (s *Store) rowsOfPostgres(ctx context.Context, query string, args []any) (rows int, err error) {
	var text []byte
	if err := s.writer.QueryRowContext(ctx, "EXPLAIN (ANALYZE, FORMAT JSON) "+s.dialect.text(query), args...).Scan(&text); err != nil {
		return 0, err
	}
	for _, read := range regexp.MustCompile(`"(?:Actual Rows|Rows Removed by Filter)": (\d+)`).FindAllSubmatch(text, -1) {
		n, err := strconv.Atoi(string(read[1]))
		if err != nil {
			return 0, err
		}
		rows += n
	}
	return rows, nil
}

// ErrApart is what becomes of a change that a batch leaves to a transaction of its own.
var ErrApart = errApart

// Together writes changes in one batch, and returns what became of each of them; again says that the batch may have been
// written before.
func Together(s *Store, again bool, changes ...func(tx engine.Tx) error) []error {
	errs := make([]error, len(changes))
	var handed []*pending
	at := make(map[*pending]int)
	for i, change := range changes {
		w := &work{store: s, ctx: context.Background(), kept: &kept{}}
		if _, errs[i] = w.run(func(t *transaction) error { return change(t) }); errs[i] == nil {
			p := &pending{work: w, answer: make(chan error, 1)}
			handed, at[p] = append(handed, p), i
		}
	}
	b := newBatch(handed)
	b.again = again
	s.batches.send(b)
	for p, i := range at {
		errs[i] = <-p.answer
	}
	return errs
}
