package store

import (
	"github.com/mockbank/mockbank/engine"
)

var (
	// processFixed are the columns that never change.
	processFixed = columnsOf(`id session bank username scenario trigger_key rules captures
		seed created_at session_began api`)
	// processMoving are those that [engine.Tx.SaveProcess] writes.
	processMoving = columnsOf(`flow_hash await step entered_at visits wrong_answers wrong polls answers redirect_uri state
		connection_id ends_at end_status moves_at look_at updated_at version`)
	processAll = append(processFixed[:len(processFixed):len(processFixed)], processMoving...)

	selectProcesses = "SELECT " + processAll.list() + " FROM bank_authentication_processes"
	selectProcess   = selectProcesses + " WHERE id = ?"
	// selectUserProcesses goes by an index of its own, which few processes are in.
	selectUserProcesses = selectProcesses + " WHERE session = ? AND bank = ? AND username = ? AND look_at <= ? ORDER BY id"
	updateProcess       = "UPDATE bank_authentication_processes SET " + processMoving.set() +
		", written_at = ? WHERE id = ? AND version = ?"
	saveFreeProcess = ifFree("bank_authentication_processes", processMoving)
	// insertProcesses adds 1, 2, 4, ... rows.
	insertProcesses = sizes(wholeRow.text)
)

// insertSizes is how many sizes of a statement of many rows there are: 1, 2, 4, ... 64.
const insertSizes = 7

// appendProcess appends the values of [processAll].
func appendProcess(args []any, d dialect, p *engine.Process) []any {
	args = append(args, p.ID, p.Session, p.Bank, p.Username, p.Scenario, p.Trigger, p.Rules,
		jsonOrNull(len(p.Captures) == 0, p.Captures), int64(p.Seed), d.time(p.CreatedAt), timeOrNull(d, p.SessionBegan), textOrNull(p.API))
	return appendMovingProcess(args, d, p)
}

// appendMovingProcess appends the values of [processMoving].
func appendMovingProcess(args []any, d dialect, p *engine.Process) []any {
	return append(args, p.FlowHash, jsonOrNull(p.Await == nil, p.Await), p.Step, d.time(p.EnteredAt), p.Visits, p.WrongAnswers,
		textOrNull(p.Wrong), p.Polls, p.Answers,
		textOrNull(p.RedirectURI), textOrNull(p.State), textOrNull(p.ConnectionID),
		timeOrNull(d, p.EndsAt), textOrNull(p.EndStatus), timeOrNull(d, p.MovesAt), timeOrNull(d, p.RescanAt), d.time(p.UpdatedAt),
		p.Version)
}

// processTargets are where the values of [processAll] are read to.
func processTargets(p *engine.Process) []any {
	return []any{
		&p.ID, &p.Session, &p.Bank, &p.Username, &p.Scenario, &p.Trigger, &p.Rules,
		document[engine.Captures]{&p.Captures}, seed{&p.Seed}, stamp{&p.CreatedAt}, optionalStamp{&p.SessionBegan},
		optionalText[string]{&p.API},
		&p.FlowHash, document[*engine.Await]{&p.Await}, &p.Step, stamp{&p.EnteredAt}, &p.Visits, &p.WrongAnswers,
		optionalText[engine.EventKind]{&p.Wrong},
		&p.Polls, &p.Answers, optionalText[string]{&p.RedirectURI}, optionalText[string]{&p.State},
		optionalText[string]{&p.ConnectionID}, optionalStamp{&p.EndsAt},
		optionalText[engine.Status]{&p.EndStatus}, optionalStamp{&p.MovesAt}, optionalStamp{&p.RescanAt}, stamp{&p.UpdatedAt}, &p.Version,
	}
}
