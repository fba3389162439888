package httpapi

import (
	"net/http"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// clockBody is a session after a turn of its clock.
type clockBody struct {
	sessionBody
	// Written is how many connections had something due, Sent how many webhooks were sent; Left says
	// that there is more.
	Written int  `json:"written"`
	Sent    int  `json:"sent"`
	Left    bool `json:"left"`
	// Due is what the clock was set forward to, or, where it was only read, what is due next; null for nothing.
	Due []dueBody `json:"due"`
}

// dueBody is something that time brings.
type dueBody struct {
	Kind engine.DueKind `json:"kind"`
	At   string         `json:"at"`
	// Those that it happens to, and what it leads to; null where that does not apply.
	ProcessID    *string `json:"bank_authentication_process_id"`
	ConnectionID *string `json:"bank_connection_id"`
	Status       *string `json:"status"`
	Progress     *int    `json:"import_progress"`
	DeliveryID   *string `json:"webhook_delivery_id"`
	// Name is that of the webhook, or of the session's fault.
	Name *string `json:"name"`
}

func (a *api) clockBody(outcome *engine.ClockOutcome) *clockBody {
	body := &clockBody{sessionBody: a.sessionBody(&outcome.SessionState), Written: outcome.Written, Sent: outcome.Sent, Left: outcome.Left}
	for i := range outcome.Due {
		due := &outcome.Due[i]
		one := dueBody{
			Kind: due.Kind, At: stamp(due.At), ProcessID: textOrNull(due.ProcessID), ConnectionID: textOrNull(due.ConnectionID),
			Status: textOrNull(due.Status), DeliveryID: textOrNull(due.Delivery), Name: textOrNull(due.Name),
		}
		if due.Kind == engine.DueImportPoint || due.Kind == engine.DueImportEnd {
			one.Progress = &due.Progress
		}
		body.Due = append(body.Due, one)
	}
	return body
}

// showClock answers with a session's clock, and what is due next by it.
func showClock(x *exchange) error {
	id, err := x.namedSession()
	if err != nil {
		return err
	}
	state, err := x.api.sessions.Get(x.context(), id)
	if err != nil {
		return err
	}
	due, err := x.api.clocks.NextDue(x.context(), id)
	if err != nil {
		return err
	}
	x.compose(http.StatusOK, x.api.clockBody(&engine.ClockOutcome{SessionState: state, Due: due}))
	return nil
}

// changeClock turns a session's clock: it freezes it or lets it run on, and sets it forward, by a duration or to the
// next thing that is due.
func changeClock(x *exchange) error {
	id, err := x.namedSession()
	if err != nil {
		return err
	}
	f, err := x.fields()
	if err != nil {
		return err
	}
	change := f.change()
	if f.err() == nil && change.Advance > 0 {
		if err := x.checkReach(f, id, change.Advance); err != nil {
			return err
		}
	}
	if err := f.err(); err != nil {
		return err
	}
	outcome, err := x.api.clocks.Change(x.context(), id, change)
	if err != nil {
		return err
	}
	x.compose(http.StatusOK, x.api.clockBody(&outcome))
	return nil
}

// checkReach notes a fault where the clock would get further ahead than any duration may be: sooner or
// later its time could not be told any more, and the clock would seem to go back.
func (x *exchange) checkReach(f *fields, id string, advance time.Duration) error {
	state, err := x.api.sessions.Get(x.context(), id)
	if engine.CodeOf(err) == engine.CodeNotFound {
		return nil // a new one: no duration is too long for it
	}
	if err == nil && state.Now.Sub(x.api.now())+advance > engine.MaxDuration {
		f.fault("advance", "would set the clock further ahead than "+engine.FormatDuration(engine.MaxDuration)+
			"; DELETE the session to begin anew")
	}
	return err
}

// change returns the turn that the fields ask for.
func (f *fields) change() engine.ClockChange {
	change := engine.ClockChange{Advance: f.duration("advance"), ToNext: f.flag("to_next"), Freeze: f.flag("freeze"),
		Resume: f.flag("resume")}
	switch {
	case change.Freeze && change.Resume:
		f.fault("resume", "must not come together with freeze")
	case change.ToNext && f.has("advance"):
		f.fault("to_next", "must not come together with advance")
	case !change.Freeze && !change.Resume && !change.ToNext && !f.has("advance"):
		f.fault("", `says no turn: send {"advance": "2s"}, {"to_next": true}, {"freeze": true} or {"resume": true}`)
	}
	return change
}

// startsAt returns the moment at which a new session's clock is to begin, zero where the field is missing or null.
func (f *fields) startsAt(wall time.Time) time.Time {
	const name = "starts_at"
	text, given := f.text(name, maxName)
	if !given || !f.clean(name) {
		return time.Time{}
	}
	at, _, ok := engine.ParseMoment(text, time.UTC)
	switch {
	case !ok:
		f.fault(name, "is no moment: write it as 2026-12-24T23:00:00+01:00, or as a day, 2026-12-24")
	case at.Sub(wall).Abs() > engine.MaxDuration:
		f.fault(name, "is further from now than "+engine.FormatDuration(engine.MaxDuration))
	}
	return at
}

// duration returns the field's length of time, 0 where it is missing or null.
func (f *fields) duration(name string) time.Duration {
	text, given := f.text(name, maxName)
	if !given {
		return 0
	}
	d, err := engine.ParseDuration(text)
	if err != nil && f.clean(name) {
		f.fault(name, "is no duration: "+err.Error())
	}
	return d
}

// clean reports whether no fault of the field is noted yet.
func (f *fields) clean(name string) bool {
	for _, fault := range f.faults {
		if *fault.Pointer == "/"+name {
			return false
		}
	}
	return true
}
