package httpapi

import (
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// deleteSessions removes the sessions of a prefix, or those that have been idle, and what this node remembers of
// them. A parameter that is missing or empty by mistake must not remove every session.
func deleteSessions(x *exchange) error {
	q := x.query()
	filter := q.sessionFilter()
	if err := q.err(); err != nil {
		return err
	}
	removed, left, err := x.api.sessions.DeleteMatching(x.context(), filter)
	for _, id := range removed {
		x.api.forgetSession(id)
	}
	if err != nil {
		return err
	}
	x.forgotten(left)
	return nil
}

// forgetSession drops what this node remembers of a session that was removed.
func (a *api) forgetSession(id string) {
	a.forgetJournal(id)
	a.coverage.Forget(id)
}

// sessionFilter reads which sessions are meant: by prefix, idle_since, or both.
func (q *query) sessionFilter() (filter engine.SessionFilter) {
	before := len(q.faults)
	prefix, idle := q.text("prefix"), q.text("idle_since")
	byPrefix, byIdle := q.values.Has("prefix"), q.values.Has("idle_since")
	if len(q.faults) > before {
		return filter
	}
	if !byPrefix && !byIdle {
		q.fault("prefix", "or idle_since is required: which sessions are to be deleted? POST /admin/v1/reset empties all of them")
	}
	if byPrefix {
		q.sessionPrefix(prefix)
	}
	if byIdle {
		length, err := engine.ParseDuration(idle)
		if err != nil {
			q.fault("idle_since", "is no duration: "+err.Error())
		}
		filter.IdleFor = length
	}
	filter.Prefix = prefix
	return filter
}

// sessionPrefix checks what sessions' names are to begin with.
func (q *query) sessionPrefix(prefix string) {
	if prefix == "" {
		q.fault("prefix", "must not be empty: it says what the names of the sessions to be deleted begin with")
		return
	}
	if err := engine.CheckSessionName(prefix); err != nil {
		q.fault("prefix", "begins no session's name: "+strings.TrimPrefix(err.Error(), "a session's name "))
	}
}
