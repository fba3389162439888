package store

import (
	"github.com/mockbank/mockbank/engine"
)

var (
	// connectionFixed are the columns that never change.
	connectionFixed = columnsOf(`id session bank username process_id created_at`)
	// connectionRun are those that a new run may change.
	connectionRun = columnsOf(`scenario trigger_key rules flow_hash captures seed turn`)
	// connectionMoving are those that every [engine.Tx.SaveConnection] writes.
	connectionMoving = columnsOf(`authenticated_at run update_case started_at status import_progress
		import_message error warnings written ends_at end_status steps_at due_at holds_until queued queued_flow
		updated_at finished_at version`)
	connectionSaved = append(connectionRun[:len(connectionRun):len(connectionRun)], connectionMoving...)
	connectionAll   = append(connectionFixed[:len(connectionFixed):len(connectionFixed)], connectionSaved...)

	selectConnection   = "SELECT " + connectionAll.list() + " FROM bank_connections WHERE id = ?"
	insertConnection   = insert("bank_connections", connectionAll, 1)
	updateConnection   = "UPDATE bank_connections SET " + connectionMoving.set() + ", written_at = ? WHERE id = ? AND version = ?"
	saveFreeConnection = ifFree("bank_connections", connectionMoving)
	restartConnection  = "UPDATE bank_connections SET " + connectionSaved.set() + ", written_at = ? WHERE id = ? AND version = ?"
)

const (
	deleteHistory    = "DELETE FROM import_history WHERE connection_id = ?"
	deleteConnection = "DELETE FROM bank_connections WHERE id = ?"
)

// appendFixedConnection appends the values of [connectionFixed].
func appendFixedConnection(args []any, d dialect, c *engine.Connection) []any {
	return append(args, c.ID, c.Session, c.Bank, c.Username, c.ProcessID, d.time(c.CreatedAt))
}

// appendConnectionRun appends the values of [connectionRun].
func appendConnectionRun(args []any, c *engine.Connection) []any {
	return append(args, c.Scenario, c.Trigger, c.Rules, c.FlowHash,
		jsonOrNull(len(c.Captures) == 0, c.Captures), int64(c.Seed), c.Generation)
}

// appendMovingConnection appends the values of [connectionMoving].
func appendMovingConnection(args []any, d dialect, c *engine.Connection) []any {
	return append(args, d.time(c.AuthenticatedAt), c.Run, c.Case, d.time(c.StartedAt), string(c.Status),
		c.Progress, message(c.Message, c.Blank), jsonOrNull(c.Error == nil, c.Error),
		jsonOrNull(len(c.Warnings) == 0, c.Warnings), c.Written, timeOrNull(d, c.EndsAt),
		textOrNull(c.EndStatus), timeOrNull(d, c.StepsAt), timeOrNull(d, c.DueAt), timeOrNull(d, c.HoldsUntil),
		jsonOrNull(c.Queued == nil, c.Queued), textOrNull(queuedFlow(c)), d.time(c.UpdatedAt), timeOrNull(d, c.FinishedAt), c.Version)
}

// queuedFlow is the hash of the flow of the update that waits, "" where none does. It has a column of its own, so that
// the flow stays; [engine.QueuedUpdate] says it too.
func queuedFlow(c *engine.Connection) string {
	if c.Queued == nil {
		return ""
	}
	return c.Queued.FlowHash
}

// connectionTargets are where the values of [connectionAll] are read to.
func connectionTargets(c *engine.Connection) []any {
	return []any{
		&c.ID, &c.Session, &c.Bank, &c.Username, &c.ProcessID, stamp{&c.CreatedAt},
		&c.Scenario, &c.Trigger, &c.Rules, &c.FlowHash, document[engine.Captures]{&c.Captures}, seed{&c.Seed}, &c.Generation,
		stamp{&c.AuthenticatedAt}, &c.Run, &c.Case, stamp{&c.StartedAt}, &c.Status,
		&c.Progress, messageTarget{&c.Message, &c.Blank}, document[*engine.Failure]{&c.Error},
		document[[]engine.Failure]{&c.Warnings}, &c.Written, optionalStamp{&c.EndsAt},
		optionalText[engine.ImportStatus]{&c.EndStatus}, optionalStamp{&c.StepsAt}, optionalStamp{&c.DueAt}, optionalStamp{&c.HoldsUntil},
		document[*engine.QueuedUpdate]{&c.Queued}, optionalText[string]{new(string)}, stamp{&c.UpdatedAt}, optionalStamp{&c.FinishedAt},
		&c.Version,
	}
}
