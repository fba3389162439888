package httpapi

import (
	"net/http"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// sessionBody is a session as its user sees it.
type sessionBody struct {
	ID string `json:"id"`
	// Now is the session's time, Offset how far that is ahead of the wall clock.
	Now    string `json:"now"`
	Frozen bool   `json:"frozen"`
	Offset string `json:"offset"`
	// Seed is null where the configuration's is used.
	Seed      *uint64 `json:"seed"`
	CreatedAt *string `json:"created_at"`
	UsedAt    *string `json:"used_at"`
	// Switches says of each that is declared whether it is on.
	Switches map[string]bool `json:"switches"`
}

// sessionsBody is a page of sessions in the order of their names.
type sessionsBody struct {
	Sessions   []sessionBody `json:"sessions"`
	NextCursor *string       `json:"next_cursor"`
}

func (a *api) sessionBody(state *engine.SessionState) sessionBody {
	body := sessionBody{
		ID: state.ID, Now: stamp(state.Now), Frozen: state.Clock.Frozen(), Offset: a.offset(state),
		CreatedAt: stampUnlessZero(state.CreatedAt), UsedAt: stampUnlessZero(state.UsedAt), Switches: map[string]bool{},
	}
	for _, declared := range a.bank.Rules().Switches {
		body.Switches[declared.Name] = state.Switches[declared.Name]
	}
	if state.Seed != 0 {
		body.Seed = &state.Seed
	}
	return body
}

// offset returns how far the session's clock is ahead of the wall clock, in the scenario language's
// words; one that stood is behind, and so not ahead at all.
func (a *api) offset(state *engine.SessionState) string {
	offset := state.Clock.Offset
	if state.Clock.Frozen() {
		offset = state.Now.Sub(a.now()).Truncate(time.Millisecond)
	}
	return engine.FormatDuration(max(0, offset))
}

func stampUnlessZero(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return stampOrNull(&t)
}

// createSession makes a session, which stands still where that is asked for.
func createSession(x *exchange) error {
	f, err := x.fields()
	if err != nil {
		return err
	}
	id := f.required("id", maxName)
	if err := engine.CheckSessionName(id); err != nil && id != "" {
		f.fault("id", "is no session's name: "+strings.TrimPrefix(err.Error(), "a session's name "))
	}
	seed, frozen := f.whole("seed"), f.flag("frozen")
	startsAt := f.startsAt(x.api.now())
	if err := f.err(); err != nil {
		return err
	}
	state, err := x.api.sessions.Create(x.context(), engine.NewSession{ID: id, Seed: seed, StartsAt: startsAt, Frozen: frozen})
	if err != nil {
		return err
	}
	body := x.api.sessionBody(&state)
	x.compose(http.StatusCreated, &body)
	x.answer.Header = append(x.answer.Header, headerField{"Location", "/admin/v1/sessions/" + state.ID})
	return nil
}

func listSessions(x *exchange) error {
	q := x.query()
	page := q.page()
	if page.after != "" && !validSession(page.after) {
		q.fault("cursor", cursorFault)
	}
	format := q.choice("format", "json", "text")
	if err := q.err(); err != nil {
		return err
	}
	states, err := x.api.sessions.Page(x.context(), "", page.after, page.limit+1)
	if err != nil {
		return err
	}
	body := &sessionsBody{Sessions: []sessionBody{}}
	for i := range states[:min(len(states), page.limit)] {
		body.Sessions = append(body.Sessions, x.api.sessionBody(&states[i]))
	}
	if len(states) > page.limit {
		body.NextCursor = cursorAfter(states[page.limit-1].ID)
	}
	if format == "text" {
		x.composeText(sessionsText(body))
		return nil
	}
	x.compose(http.StatusOK, body)
	return nil
}

// namedSession returns the session's name from the path. What no session can be named is not asked for:
// a database may not even take it as a text.
func (x *exchange) namedSession() (string, error) {
	name := x.variable("id")
	if !validSession(name) {
		return "", refuse(engine.CodeNotFound, "no session has such a name: it has 1 to %d letters, digits, dots, underscores and hyphens",
			maxSession)
	}
	return name, nil
}

func showSession(x *exchange) error {
	id, err := x.namedSession()
	if err != nil {
		return err
	}
	state, err := x.api.sessions.Get(x.context(), id)
	if err != nil {
		return err
	}
	body := x.api.sessionBody(&state)
	x.compose(http.StatusOK, &body)
	return nil
}

// deleteSession removes a session with all its records, and what this node remembers of it.
func deleteSession(x *exchange) error {
	id, err := x.namedSession()
	if err != nil {
		return err
	}
	left, err := x.api.sessions.Delete(x.context(), id)
	if err != nil {
		return err
	}
	x.api.forgetSession(id)
	x.forgotten(left)
	return nil
}
