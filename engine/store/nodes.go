package store

import (
	"context"
	"database/sql"
	"time"
)

// Node is a process on the database, as it last told of itself.
type Node struct {
	// ID is of this one process; Name is what people call it, and may come again after a restart.
	ID, Name, Version string
	// RulesHash and Generation are of the rule set that it plays since RulesSince.
	RulesHash  string
	Generation int64
	RulesSince time.Time
	StartedAt  time.Time
	SeenAt     time.Time
	// ClockAhead is by how much its machine's clock is ahead of the database's, negative where it is behind, in whole
	// milliseconds.
	ClockAhead time.Duration
}

var (
	nodeColumns = columnsOf(`id name version rules_hash generation rules_since started_at seen_at clock_ahead`)
	selectNodes = "SELECT " + nodeColumns.list() + " FROM nodes ORDER BY name, started_at"
	saveNode    = insert("nodes", nodeColumns, 1) + ` ON CONFLICT (id) DO UPDATE SET rules_hash = excluded.rules_hash,
		generation = excluded.generation, rules_since = excluded.rules_since, seen_at = excluded.seen_at,
		clock_ahead = excluded.clock_ahead`
)

const (
	removeNode   = `DELETE FROM nodes WHERE id = ?`
	removeSilent = `DELETE FROM nodes WHERE seen_at < ? AND id <> ? RETURNING id`
)

// afterNode gives free what a node held that is no more. Each statement has one place for its identifier.
var afterNode = []string{
	`UPDATE river_job SET state = 'available' WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = ?`,
	`DELETE FROM river_leader WHERE leader_id = ?`,
	`UPDATE webhook_deliveries SET leased_until = NULL, holder = NULL, version = version + 1 WHERE holder = ? AND state = 'pending'`,
	`DELETE FROM idempotency_keys WHERE holder = ? AND answer IS NULL`,
}

// SaveNode tells that a node is there.
func (s *Store) SaveNode(ctx context.Context, n Node) error {
	d := s.dialect
	return s.update(ctx, func(t *transaction) error {
		_, err := t.write(saveNode, n.ID, n.Name, n.Version, n.RulesHash, n.Generation, d.time(n.RulesSince), d.time(n.StartedAt),
			d.time(n.SeenAt),
			n.ClockAhead.Milliseconds())
		return err
	})
}

// RemoveNode tells that a node is leaving.
func (s *Store) RemoveNode(ctx context.Context, id string) error {
	return s.update(ctx, func(t *transaction) error {
		_, err := t.write(removeNode, id)
		return err
	})
}

// Nodes returns the nodes on the database, by their names.
func (s *Store) Nodes(ctx context.Context) (nodes []Node, err error) {
	begin := func() { nodes = nil }
	err = s.readRows(ctx, selectNodes, nil, begin, func(rows *sql.Rows) error {
		var n Node
		var ahead int64
		err := rows.Scan(&n.ID, &n.Name, &n.Version, &n.RulesHash, &n.Generation,
			stamp{&n.RulesSince}, stamp{&n.StartedAt}, stamp{&n.SeenAt}, &ahead)
		n.ClockAhead = time.Duration(ahead) * time.Millisecond
		nodes = append(nodes, n)
		return err
	})
	return nodes, err
}

// RemoveSilentNodes removes the nodes other than self that were not seen since, and gives their jobs to
// those that are left. A node that was only slow does some work twice, which does no harm, and is there
// again as soon as it tells so. It returns the removed nodes' identifiers.
func (s *Store) RemoveSilentNodes(ctx context.Context, self string, since time.Time) (removed []string, err error) {
	err = s.update(ctx, func(t *transaction) error {
		removed = nil
		t.wrote = true
		err := t.rows(removeSilent, []any{s.dialect.time(since), self}, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			removed = append(removed, id)
			return err
		})
		if err != nil || s.group != nil { // an SQLite file's jobs are released when a process starts on it
			return err
		}
		for _, id := range removed {
			for _, query := range afterNode {
				if _, err := t.write(query, id); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if len(removed) > 0 {
		s.jobs.driver.alarm.now() // what they had put off is nobody's now
	}
	return removed, err
}
