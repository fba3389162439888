package store

import "github.com/mockbank/mockbank/engine"

const (
	// The session is the connection's, and missing where there is none.
	insertStep = `INSERT INTO import_history
		(connection_id, run, number, session, at, status, progress, message, error)
		VALUES (?, ?, ?, (SELECT session FROM bank_connections WHERE id = ?), ?, ?, ?, ?, ?)
		ON CONFLICT (connection_id, run, number) DO NOTHING`
	selectHistory = `SELECT connection_id, run, number, at, status, progress, message, error
		FROM import_history WHERE connection_id = ? ORDER BY run, number`
)

// stepColumns are those of a row that is added with its session.
var stepColumns = columnsOf("connection_id run number session at status progress message error")

// stepRow are the values of [stepColumns].
func stepRow(d dialect, s *engine.ImportStep, session string) []any {
	args := stepArgs(d, s)
	args[3] = session
	return args
}

func stepArgs(d dialect, s *engine.ImportStep) []any {
	return []any{
		s.ConnectionID, s.Run, s.Number, s.ConnectionID, d.time(s.At), string(s.Status), s.Progress,
		message(s.Message, s.Blank), jsonOrNull(s.Error == nil, s.Error),
	}
}

func stepTargets(s *engine.ImportStep) []any {
	return []any{
		&s.ConnectionID, &s.Run, &s.Number, stamp{&s.At}, &s.Status, &s.Progress,
		messageTarget{&s.Message, &s.Blank}, document[*engine.Failure]{&s.Error},
	}
}
