package httpapi

import (
	"net/http"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// turnClock turns a session's clock: it freezes it or lets it run on, and sets it forward.
func turnClock(x *exchange) error {
	id, err := x.namedSession()
	if err != nil {
		return err
	}
	f, err := x.fields()
	if err != nil {
		return err
	}
	turn := f.turn()
	if f.err() == nil && turn.Advance > 0 {
		if err := x.checkReach(f, id, turn.Advance); err != nil {
			return err
		}
	}
	if err := f.err(); err != nil {
		return err
	}
	outcome, err := x.api.bank.TurnClock(x.context(), id, turn)
	if err != nil {
		return err
	}
	x.compose(http.StatusOK, &clockBody{x.api.sessionBody(&outcome.SessionState), outcome.Written, outcome.Sent, outcome.Left})
	return nil
}

// checkReach notes a fault where the clock would get further ahead than any duration may be: sooner or
// later its time could not be told any more, and the clock would seem to go back.
func (x *exchange) checkReach(f *fields, id string, advance time.Duration) error {
	state, err := x.api.bank.Session(x.context(), id)
	if engine.CodeOf(err) == engine.CodeNotFound {
		return nil // a new one: no duration is too long for it
	}
	if err == nil && state.Now.Sub(x.api.now())+advance > engine.MaxDuration {
		f.fault("advance", "would set the clock further ahead than "+engine.FormatDuration(engine.MaxDuration)+"; DELETE the session to begin anew")
	}
	return err
}

// turn returns the turn that the fields ask for.
func (f *fields) turn() engine.Turn {
	turn := engine.Turn{Advance: f.duration("advance"), Freeze: f.flag("freeze"), Resume: f.flag("resume")}
	switch {
	case turn.Freeze && turn.Resume:
		f.fault("resume", "must not come together with freeze")
	case !turn.Freeze && !turn.Resume && !f.has("advance"):
		f.fault("", `says no turn: send {"advance": "2s"}, {"freeze": true} or {"resume": true}`)
	}
	return turn
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
