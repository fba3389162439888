package store

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

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

// Statements returns the texts that the store has run so far, as SQLite or PostgreSQL get them.
func Statements(s *Store) (texts []string) {
	if d, is := s.dialect.(postgres); is {
		d.texts.Range(func(_, text any) bool {
			texts = append(texts, text.(string))
			return true
		})
		return texts
	}
	for _, prepared := range []*statements{s.reads, s.writes} {
		prepared.mu.RLock()
		for text := range prepared.byText {
			texts = append(texts, text)
		}
		prepared.mu.RUnlock()
	}
	return texts
}

// Scans returns the steps of a statement's plan that go through a whole table or index, one a line.
func Scans(ctx context.Context, s *Store, text string) (scans []string, err error) {
	if s.group == nil {
		return s.scansOfPostgres(ctx, text)
	}
	rows, err := s.writer.QueryContext(ctx, "EXPLAIN QUERY PLAN "+text, make([]any, strings.Count(text, "?"))...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return nil, err
		}
		if strings.HasPrefix(detail, "SCAN ") {
			scans = append(scans, detail)
		}
	}
	return scans, rows.Err()
}

// scansOfPostgres has a statement planned for any values, by a planner that takes an index wherever one can serve.
func (s *Store) scansOfPostgres(ctx context.Context, text string) (scans []string, err error) {
	places := 0
	for strings.Contains(text, "$"+strconv.Itoa(places+1)) {
		places++
	}
	execute := "EXPLAIN (FORMAT JSON) EXECUTE planned"
	if places > 0 {
		execute += "(NULL" + strings.Repeat(", NULL", places-1) + ")"
	}
	err = s.native(ctx, func(conn *pgx.Conn) error {
		for _, statement := range []string{"SET plan_cache_mode = force_generic_plan", "SET enable_seqscan = off", "PREPARE planned AS " + text} {
			if _, err := conn.Exec(ctx, statement, pgx.QueryExecModeSimpleProtocol); err != nil {
				return err
			}
		}
		defer conn.Exec(ctx, "DEALLOCATE planned")
		var plan []struct{ Plan planNode }
		if err := conn.QueryRow(ctx, execute, pgx.QueryExecModeSimpleProtocol).Scan(&plan); err != nil {
			return err
		}
		scans = plan[0].Plan.scans(nil)
		return nil
	})
	return scans, err
}

// planNode is a step of PostgreSQL's plan.
type planNode struct {
	Type     string `json:"Node Type"`
	Relation string `json:"Relation Name"`
	Index    string `json:"Index Name"`
	Cond     string `json:"Index Cond"`
	Recheck  string `json:"Recheck Cond"`
	Plans    []planNode
}

func (n planNode) scans(found []string) []string {
	switch {
	case n.Type == "Seq Scan":
		found = append(found, "SCAN "+n.Relation)
	case n.Index != "" && n.Cond == "":
		found = append(found, "SCAN "+n.Relation+" USING INDEX "+n.Index)
	}
	for _, part := range n.Plans {
		found = part.scans(found)
	}
	return found
}
