package store

import (
	"context"
	"fmt"
	"time"
)

// over tells how rows of a table that are over are found, page by page in the order of their identifiers, which is
// that of their creation by the wall clock: no index has to be kept for it, whatever sessions' clocks show.
type over struct {
	// page selects the end of a page of the rows that were made before the horizon.
	page string
	// history removes what hangs on the rows of a page that are over, at most so many; "" where nothing does.
	history string
	remove  string
	// moments is how many places for the horizon remove and history have.
	moments int
}

// lastWritten holds of a row that was last written before the horizon. One that was not written since it was made has
// no time: its identifier, which is before the page's end, says it.
const lastWritten = "(%[1]s.written_at IS NULL OR %[1]s.written_at < ?)"

func pageOf(table string) string {
	return "SELECT count(*), max(id) FROM (SELECT id FROM " + table + " WHERE id > ? AND id < ? ORDER BY id LIMIT ?) AS page"
}

// overConnections are those that have nothing more to write: one with points ahead is not over.
func (s *Store) overConnections() over {
	const condition = "c.id > ? AND c.id <= ? AND c.due_at IS NULL AND "
	written := fmt.Sprintf(lastWritten, "c")
	return over{
		page: pageOf("bank_connections"),
		history: `DELETE FROM import_history WHERE (connection_id, run, number) IN (
			SELECT h.connection_id, h.run, h.number FROM bank_connections c JOIN import_history h ON h.connection_id = c.id
			WHERE ` + condition + written + ` LIMIT ?)`,
		remove:  "DELETE FROM bank_connections AS c WHERE " + condition + written,
		moments: 1,
	}
}

// overProcesses are those that have ended by their session's clock. A process stays as long as its connection, whose
// answers name it.
func (s *Store) overProcesses() over {
	return over{
		page: pageOf("bank_authentication_processes"),
		remove: `DELETE FROM bank_authentication_processes AS p WHERE p.id > ? AND p.id <= ? AND ` + fmt.Sprintf(lastWritten, "p") + `
			AND (p.ends_at IS NULL OR p.ends_at < coalesce((SELECT ` + s.dialect.sessionTime() + ` FROM sessions s
				WHERE s.id = p.session), ?))
			AND (SELECT 1 FROM bank_connections c WHERE c.id = p.connection_id) IS NULL`,
		moments: 3,
	}
}

// overDeliveries are those that were last tried before the horizon and wait for nothing. A replay is younger than those around it.
func overDeliveries() over {
	return over{
		page: pageOf("webhook_deliveries"),
		remove: `DELETE FROM webhook_deliveries AS d WHERE d.id > ? AND d.id <= ? AND d.state <> 'pending'
			AND coalesce(d.delivered_at, d.next_at) < ?`,
		moments: 1,
	}
}

// removeOver removes the rows that are over and were last written before.
func (s *Store) removeOver(ctx context.Context, rows over, before time.Time) (removed int64, err error) {
	after, end := "", firstIdentifier(before)
	moments := make([]any, rows.moments)
	for i := range moments {
		moments[i] = s.dialect.time(before)
	}
	page := s.cleanUpPage()
	for {
		var count int
		var last string
		err := s.readRow(ctx, rows.page, []any{after, end, page}, &count, optionalText[string]{&last})
		if err != nil || count == 0 {
			return removed, err
		}
		n, err := s.removePage(ctx, rows, append([]any{after, last}, moments...))
		removed += n
		if err != nil || count < page {
			return removed, err
		}
		after = last
	}
}

// removePage removes the rows of a page, in as many transactions as what hangs on them takes.
func (s *Store) removePage(ctx context.Context, rows over, args []any) (removed int64, err error) {
	for more := true; more && err == nil; {
		err = s.update(ctx, func(t *transaction) (err error) {
			removed, more = 0, false
			if err := t.flushBefore(); err != nil {
				return err
			}
			if rows.history != "" {
				steps, err := t.write(rows.history, append(args[:len(args):len(args)], maxTouched)...)
				if more = steps == maxTouched; err != nil || more {
					return err
				}
			}
			if removed, err = t.write(rows.remove, args...); removed > 0 {
				t.writesOthers()
			}
			return err
		})
	}
	return removed, err
}

// firstIdentifier returns the least identifier (UUIDv7) that can be made at a time.
func firstIdentifier(at time.Time) string {
	milliseconds := fmt.Sprintf("%012x", max(0, at.UnixMilli()))
	return milliseconds[:8] + "-" + milliseconds[8:] + "-"
}
