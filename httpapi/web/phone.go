package web

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// phonePage is what the bank's app on the user's phone shows.
type phonePage struct {
	ID       string
	Bank     string
	Username string
	Message  string
	// Asks says that the process takes a decision; else it goes on by itself.
	Asks      bool
	StartedAt time.Time
	ExpiresAt *time.Time
	// Left is the time until ExpiresAt by the clock of the process's session, which shows Now, and
	// Stands where it is frozen.
	Left   time.Duration
	Now    time.Time
	Stands bool
}

// onPhone reports whether a process is one that the bank's app shows.
func onPhone(state *engine.ProcessState) bool {
	return state.Takes(engine.EventApproval) ||
		state.Status == engine.DecoupledAuthRequired || state.Status == engine.DecoupledAuthInProgress
}

// Phone shows what the bank's app would show of a process, and follows it. Where the app has nothing to
// show the page says so, with 410 for a process that is over and 409 for one that asks elsewhere.
func (p *Pages) Phone(w http.ResponseWriter, r *http.Request, id string) error {
	s := p.view(w, r)
	s.frame.Kind = "phone"
	state, clock, err := p.phone(r.Context(), id)
	if err != nil {
		return s.failure(err, "")
	}
	s.of(&state)
	if !state.Status.Ended() {
		s.following(markOf(&state, &clock))
	}
	if !onPhone(&state) {
		return s.decided(&state)
	}
	page := phonePage{
		ID: state.ID, Bank: s.frame.Bank, Username: state.Username, Asks: state.Takes(engine.EventApproval),
		StartedAt: state.EnteredAt, ExpiresAt: state.ExpiresAt, Now: clock.Now, Stands: clock.Clock.Frozen(),
	}
	if state.ExpiresAt != nil {
		page.Left = state.ExpiresAt.Sub(clock.Now)
	}
	if state.Challenge != nil {
		page.Message = state.Challenge.Message.In(s.language.Tag)
	}
	return s.show(http.StatusOK, "phone.html", "phone.app", page)
}

// DecideOnPhone takes the decision that the user makes in the bank's app.
func (p *Pages) DecideOnPhone(w http.ResponseWriter, r *http.Request, id string) error {
	s := p.view(w, r)
	s.frame.Kind = "phone"
	state, decision, err := s.decide(id, engine.EventApproval)
	if state == nil {
		return err
	}
	page := decidedPage{Approved: decision == engine.Approved, Declined: decision == engine.Declined, Phone: true}
	if onPhone(state) {
		page.More = state.ID
	}
	return s.confirm(page)
}

// PhoneMark returns the mark of what the phone shows of a process now: it changes when the page does.
// It is over once the process is.
func (p *Pages) PhoneMark(ctx context.Context, id string) (mark string, decided bool, err error) {
	state, clock, err := p.phone(ctx, id)
	if err != nil {
		return "", false, err
	}
	return markOf(&state, &clock), state.Status.Ended(), nil
}

// phone reads a process and the clock that it lives by.
func (p *Pages) phone(ctx context.Context, id string) (engine.ProcessState, engine.SessionState, error) {
	state, err := p.config.Bank.Process(ctx, id)
	if err != nil {
		return state, engine.SessionState{}, err
	}
	clock, err := p.config.Sessions.Get(ctx, state.Session)
	if engine.CodeOf(err) == engine.CodeNotFound { // nobody has turned it yet
		clock.Now, err = p.config.Bank.Now(ctx, state.Session)
	}
	return state, clock, err
}

func markOf(state *engine.ProcessState, clock *engine.SessionState) string {
	return fmt.Sprintf("%s-%d-%d-%d", state.Status, state.Visits, state.Step, clock.Clock.Generation)
}
