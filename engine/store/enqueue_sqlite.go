package store

import (
	"strings"
	"time"
)

// jobTime is how River writes a time on SQLite. It compares times as texts, so there is no other way.
const jobTime = "2006-01-02 15:04:05.000"

// insertJobsSQLite adds jobs as River's own statement does, which reads them out of a JSON text, and is parsed anew each time.
var insertJobsSQLite = sizes(func(rows int) string {
	const row = "(jsonb(?), datetime('now', 'subsec'), ?, ?, jsonb('{}'), ?, ?, ?, ?, jsonb('[]'))"
	return `INSERT INTO river_job (args, created_at, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags) VALUES ` +
		row + strings.Repeat(", "+row, rows-1)
})

// insertJobs adds the background jobs of an SQLite transaction.
func (w *work) insertJobs() error {
	said, err := w.store.jobs.ask(w.ctx, w.jobs)
	if err != nil {
		return w.fail(err)
	}
	return halving(said.jobs, func(size int, rows []jobRow) error {
		var args []any
		for i := range rows {
			j := &rows[i]
			at := j.at.UTC().Round(time.Millisecond).Format(jobTime)
			args = append(args, j.args, j.kind, j.maxAttempts, j.priority, j.queue, at, j.state)
		}
		_, err := w.exec(insertJobsSQLite[size], args...)
		return err
	})
}
