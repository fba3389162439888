package httpapi

import "net/http"

// reset forgets what happened in a session, or in all of them: processes, connections, counters, kept
// answers and the journal. Clocks, seeds and coverage stay.
func reset(x *exchange) error {
	f, err := x.fields()
	if err != nil {
		return err
	}
	said := f.optional("session", maxName)
	if err := f.err(); err != nil {
		return err
	}
	session, err := x.sessionAsked(said)
	if err != nil {
		return err
	}
	var left bool
	if session == "" {
		left, err = x.api.sessions.ResetAll(x.context())
	} else {
		left, err = x.api.sessions.Reset(x.context(), session)
	}
	if err != nil {
		return err
	}
	x.api.forgetJournal(session)
	x.forgotten(left)
	return nil
}

// leftBody says that a removal goes on in the background.
type leftBody struct {
	Left bool `json:"left"`
}

// forgotten answers a removal: 204 where it is done, 202 where there was so much that it goes on in the background.
func (x *exchange) forgotten(left bool) {
	if left {
		x.compose(http.StatusAccepted, &leftBody{true})
		return
	}
	x.noContent()
}

// forgetJournal drops what the journal holds of a session, "" for all of it.
func (a *api) forgetJournal(session string) {
	if a.journal != nil {
		a.journal.Forget(session)
	}
}
