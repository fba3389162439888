package store

import (
	"context"
	"errors"
	"math/bits"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/mockbank/mockbank/engine"
)

// batch is some changes that are written together.
type batch struct {
	in []*pending
	// saves says that some of them update rows, adds that some add other rows than processes.
	saves, adds bool
	// again says that it was sent before, and nobody knows with what outcome.
	again bool
}

func newBatch(in []*pending) *batch {
	b := &batch{in: in}
	for _, p := range in {
		k := p.work.kept
		b.saves = b.saves || len(k.saves) > 0
		b.adds = b.adds || len(k.connections)+len(k.steps)+len(p.work.jobs) > 0
	}
	return b
}

// repeatable reports whether the batch may be sent again where nobody knows whether it was written.
func (b *batch) repeatable() bool { return !b.saves && !b.adds }

// answer answers all that are still in.
func (b *batch) answer(err error) {
	for _, p := range b.in {
		p.answer <- err
	}
}

// write writes the batch over a connection, and sends those apart whose rows were not as expected.
func (b *batch) write(ctx context.Context, s *Store, conn *pgx.Conn) error {
	if b.repeatable() { // which is one transaction by itself
		sent := &pgx.Batch{}
		b.expect(sent, s.dialect)
		b.insertProcesses(sent, s.dialect)
		return conn.SendBatch(ctx, sent).Close()
	}
	if err := b.save(ctx, s, conn); err != nil {
		return err
	}
	sent := &pgx.Batch{}
	if err := b.insert(ctx, s, sent); err != nil {
		return err
	}
	sent.Queue("COMMIT")
	err := conn.SendBatch(ctx, sent).Close()
	if err != nil && s.dialect.class(err) == classLost {
		return commitError{err}
	}
	return err
}

// save begins the transaction and makes the updates. A change one of whose rows was not found is sent apart; where another
// of its rows was, all begins anew without it.
func (b *batch) save(ctx context.Context, s *Store, conn *pgx.Conn) error {
	for {
		sent := &pgx.Batch{}
		sent.Queue("BEGIN")
		expecting := b.expect(sent, s.dialect)
		for _, p := range b.in {
			for _, save := range p.work.kept.saves {
				sent.Queue(s.dialect.text(save.query), save.args...)
			}
		}
		anew, err := b.readSaves(conn.SendBatch(ctx, sent), 1+expecting)
		if err != nil || !anew {
			return err
		}
		if _, err := conn.Exec(ctx, "ROLLBACK"); err != nil {
			return err
		}
	}
}

// readSaves reads how many rows each update found, after some other results.
func (b *batch) readSaves(results pgx.BatchResults, others int) (anew bool, err error) {
	defer func() { err = errors.Join(err, results.Close()) }()
	for range others {
		if _, err := results.Exec(); err != nil {
			return false, err
		}
	}
	var in, apart []*pending
	for _, p := range b.in {
		found := 0
		for range p.work.kept.saves {
			tag, err := results.Exec()
			if err != nil {
				return false, err
			}
			found += int(tag.RowsAffected())
		}
		if found == len(p.work.kept.saves) {
			in = append(in, p)
			continue
		}
		apart = append(apart, p)
		anew = anew || found > 0
	}
	b.in = in
	for _, p := range apart {
		p.answer <- errApart
	}
	return anew, nil
}

// expectSessions divides by zero where a session is not as it was expected, which ends the transaction.
const expectSessions = `SELECT 1 / (count(*) = 0)::int FROM unnest(?::text[], ?::bigint[], ?::timestamptz[]) AS known (id, version, created_at)
	LEFT JOIN LATERAL (SELECT version, created_at FROM sessions WHERE id = known.id COLLATE "C" LIMIT 1) AS s ON true
	WHERE coalesce(s.version, 0) <> known.version OR s.created_at <> known.created_at`

// expect queues the statement that looks at the sessions which changes went by, and returns how many it queued.
func (b *batch) expect(sent *pgx.Batch, d dialect) int {
	type expected struct {
		id      string
		version int64
		created time.Time
	}
	seen := make(map[expected]bool)
	var ids []string
	var versions []int64
	var created []time.Time
	for _, p := range b.in {
		for i := range p.work.kept.expects {
			s := &p.work.kept.expects[i]
			if one := (expected{s.ID, s.Version, s.CreatedAt}); !seen[one] {
				seen[one] = true
				ids, versions, created = append(ids, s.ID), append(versions, s.Version), append(created, s.CreatedAt)
			}
		}
	}
	if len(ids) == 0 {
		return 0
	}
	sent.Queue(d.text(expectSessions), ids, versions, created)
	return 1
}

// insert queues the statements that add rows: first what others refer to.
func (b *batch) insert(ctx context.Context, s *Store, sent *pgx.Batch) error {
	b.insertProcesses(sent, s.dialect)
	var connections, steps [][]any
	var jobs []job
	for _, p := range b.in {
		connections = append(connections, p.work.kept.connections...)
		steps = append(steps, p.work.kept.steps...)
		jobs = append(jobs, p.work.jobs...)
	}
	queueRows(sent, s.dialect, &insertConnections, connections)
	queueRows(sent, s.dialect, &insertSteps, steps)
	return s.jobs.queue(ctx, sent, s.dialect, jobs)
}

// insertProcesses queues the statements that add processes.
func (b *batch) insertProcesses(sent *pgx.Batch, d dialect) {
	var rows [2][][]any // by shape
	for _, p := range b.in {
		for i := range p.work.processes {
			shape := min(shapeOfRow(&p.work.processes[i]), freshRow) // here a settled one is no other
			rows[shape] = append(rows[shape], shape.values(d, &p.work.processes[i]))
		}
	}
	for shape := range rows {
		texts := &insertShapes[shape]
		if b.again {
			texts = &insertShapesAgain[shape]
		}
		queueRows(sent, d, texts, rows[shape])
	}
}

// sized are the texts of a statement that adds 1, 2, 4, ... 64 rows: few, so that each is prepared once for a connection.
type sized [insertSizes]string

func sizes(text func(rows int) string) (texts sized) {
	for i := range texts {
		texts[i] = text(1 << i)
	}
	return texts
}

// queueRows queues statements that add the rows.
func queueRows(sent *pgx.Batch, d dialect, texts *sized, rows [][]any) {
	_ = halving(rows, func(size int, rows [][]any) error { // which only queues
		args := make([]any, 0, len(rows[0])<<size)
		for _, row := range rows {
			args = append(args, row...)
		}
		sent.Queue(d.text(texts[size]), args...)
		return nil
	})
}

// halving has 64, 32, 16, ... of the rows inserted at a time, until there is none left or an insert fails: 1<<size by the
// text of that size.
func halving[R any](rows []R, insert func(size int, rows []R) error) error {
	for len(rows) > 0 {
		size := min(bits.Len(uint(len(rows)))-1, insertSizes-1)
		if err := insert(size, rows[:1<<size]); err != nil {
			return err
		}
		rows = rows[1<<size:]
	}
	return nil
}

var (
	insertShapes      = [2]sized{insertProcesses, sizes(insertFresh)}
	insertShapesAgain = [2]sized{sizes(againOf(wholeRow.text)), sizes(againOf(insertFresh))}
	insertConnections = sizes(func(rows int) string { return insert("bank_connections", connectionAll, rows) })
	insertSteps       = sizes(func(rows int) string {
		return insert("import_history", stepColumns, rows) + " ON CONFLICT (connection_id, run, number) DO NOTHING"
	})
)

// againOf is the text of a statement that can be run again where nobody knows whether it was run.
func againOf(text func(rows int) string) func(rows int) string {
	return func(rows int) string { return text(rows) + " ON CONFLICT (id) DO NOTHING" }
}

// insertFresh adds fresh rows, each with all its values: parameters that rows share would need their types, and gain nothing.
func insertFresh(rows int) string {
	const row = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 1, 0, 0, 0, 1)"
	return `INSERT INTO bank_authentication_processes (id, session, bank, username, scenario, trigger_key, rules,
		flow_hash, api, created_at, entered_at, updated_at, ends_at, end_status, moves_at,
		seed, step, visits, wrong_answers, polls, answers, version) VALUES ` + row + strings.Repeat(", "+row, rows-1)
}

// values are a row's, as a statement on PostgreSQL of its shape takes them.
func (s rowShape) values(d dialect, p *engine.Process) []any {
	if s == wholeRow {
		return appendProcess(make([]any, 0, len(processAll)), d, p)
	}
	return []any{
		p.ID, p.Session, p.Bank, p.Username, p.Scenario, p.Trigger, p.Rules, p.FlowHash, textOrNull(p.API), d.time(p.CreatedAt),
		d.time(p.EnteredAt), d.time(p.UpdatedAt), timeOrNull(d, p.EndsAt), textOrNull(p.EndStatus), timeOrNull(d, p.MovesAt),
	}
}
