package web

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// loginPage asks the user to approve or to decline.
type loginPage struct {
	Bank     string
	Username string
	// App is the host that the user came from and returns to, "" where none is known.
	App       string
	ExpiresAt *time.Time
}

// overPage tells that a process asks nothing (any more) on this page.
type overPage struct {
	Bank    string
	Status  engine.Status
	Message string
	Return  string
}

// Login shows the page on which the user of a process decides. Where nothing is to be decided it
// says so, with 410 for a process that is over and 409 for one that asks elsewhere.
func (p *Pages) Login(w http.ResponseWriter, r *http.Request, id string) error {
	state, err := p.config.Bank.Process(r.Context(), id)
	if err != nil {
		return p.Failure(w, err)
	}
	p.nameRules(w, &state)
	if state.Status != engine.RedirectRequired {
		return p.over(w, &state)
	}
	page := loginPage{Bank: p.bankName(&state), Username: state.Username, ExpiresAt: state.ExpiresAt}
	if target, err := url.Parse(state.RedirectURI); err == nil {
		page.App = target.Host
	}
	return p.show(w, http.StatusOK, "login.html", "Log in", policySource(state.RedirectURI), page)
}

// over tells that there is nothing to decide.
func (p *Pages) over(w http.ResponseWriter, state *engine.ProcessState) error {
	status, title := http.StatusConflict, "Nothing to decide here"
	if state.Status.Ended() {
		status, title = http.StatusGone, "This login is over"
	}
	page := overPage{Bank: p.bankName(state), Status: state.Status, Return: p.back(state)}
	if state.Error != nil {
		page.Message = string(state.Error.DisplayMessage)
	}
	return p.show(w, status, "over.html", title, "", page)
}

// Decide takes the user's decision and sends the browser back to where it came from. Without such a
// place it says what was decided.
func (p *Pages) Decide(w http.ResponseWriter, r *http.Request, id string) error {
	decision := r.PostFormValue("decision")
	if decision != engine.Approved && decision != engine.Declined {
		return p.undecided(w)
	}
	state, err := p.config.Bank.Continue(r.Context(), id, engine.Input{Kind: engine.EventRedirect, Value: decision})
	if engine.CodeOf(err) == engine.CodeNoChallengeOpen {
		return p.tooLate(w, r, id, err)
	}
	if err != nil {
		return p.Failure(w, err)
	}
	p.nameRules(w, &state)
	back := p.back(&state)
	if back == "" {
		return p.show(w, http.StatusOK, "decided.html", "Thank you", "", decision == engine.Approved)
	}
	p.secure(w.Header(), "")
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}

var errUndecided = errors.New("the form holds no decision")

func (p *Pages) undecided(w http.ResponseWriter) error {
	page := failurePage{Detail: "Go back and choose one of the two buttons."}
	if err := p.show(w, http.StatusUnprocessableEntity, "failure.html", "Nothing was decided", "", page); err != nil {
		return err
	}
	return errUndecided
}

// tooLate tells a user whose decision nobody waits for any more, and shows the way back.
func (p *Pages) tooLate(w http.ResponseWriter, r *http.Request, id string, refused error) error {
	state, err := p.config.Bank.Process(r.Context(), id)
	if err != nil {
		return p.Failure(w, err)
	}
	p.nameRules(w, &state)
	return p.failure(w, refused, p.back(&state))
}

// back returns where the browser goes on, "" where the client named no place, or one that the
// configuration does not allow (any more).
func (p *Pages) back(state *engine.ProcessState) string {
	if state.RedirectURI == "" || p.config.Redirects.Check(state.RedirectURI) != nil {
		return ""
	}
	back, err := returnTo(state.RedirectURI, state.ID, state.State)
	if err != nil {
		return ""
	}
	return back
}

func (p *Pages) bankName(state *engine.ProcessState) string {
	if bank, ok := p.config.Bank.Rules().Bank(state.Bank); ok {
		return bank.Name
	}
	return state.Bank
}

// nameRules says in the header which scenario of which rule set speaks.
func (p *Pages) nameRules(w http.ResponseWriter, state *engine.ProcessState) {
	if state.Scenario != "" {
		w.Header().Set("X-Mockbank-Scenario", state.Scenario)
	}
	w.Header().Set("X-Mockbank-Rules", state.Rules)
}
