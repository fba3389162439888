package web

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// loginPage plays the bank's login, and then asks the user to approve or to decline. What is entered
// into its login form has no name, so that no browser sends it.
type loginPage struct {
	// ID is the process's, and where its form leads: without that the browser would take the page's own
	// address with its fragment, and the app that it comes back to would inherit the fragment.
	ID       string
	Username string
	// App is the host that the user came from and returns to, "" where none is known.
	App string
	// Return is where the browser goes without a decision, "" where the client named no place.
	Return template.URL
	// Decisions are further buttons, in the page's language.
	Decisions []engine.Decision
	ExpiresAt *time.Time
}

// Login shows the page on which the user of a process decides. Where nothing is to be decided it
// says so, with 410 for a process that is over and 409 for one that asks elsewhere.
func (p *Pages) Login(w http.ResponseWriter, r *http.Request, id string) error {
	s := p.view(w, r)
	state, err := p.config.Bank.Process(r.Context(), id)
	if err != nil {
		return s.failure(err, "")
	}
	s.of(&state)
	if shown, err := s.declared(&state); shown || err != nil {
		return err
	}
	if state.Status != engine.RedirectRequired {
		return s.decided(&state)
	}
	page := loginPage{
		ID: state.ID, Username: state.Username, Return: template.URL(p.back(&state)), Decisions: s.decisions(&state),
		ExpiresAt: state.ExpiresAt,
	}
	if target, err := url.Parse(state.RedirectURI); err == nil {
		if page.App = target.Host; target.Scheme != "" && target.Scheme != "http" && target.Scheme != "https" {
			page.App = target.Scheme + ":" // an app on the same device
		}
	}
	s.frame.Kind, s.target = "login", p.config.Redirects.policySource(state.RedirectURI)
	return s.scripted().show(http.StatusOK, "login.html", "login.title", page)
}

// Decide takes the user's decision and sends the browser back to where it came from. Without such a
// place it says what was decided.
func (p *Pages) Decide(w http.ResponseWriter, r *http.Request, id string) error {
	s := p.view(w, r)
	if _ = r.PostFormValue("decision"); r.PostForm != nil && !r.PostForm.Has("decision") { // which parses the form
		if taken, err := s.takeDeclared(id); taken || err != nil {
			return err
		}
	}
	state, decision, err := s.decide(id, engine.EventRedirect)
	if state == nil {
		return err
	}
	if with, err := s.returnOf(state); err != nil || with != nil {
		if err != nil {
			return s.failure(err, "")
		}
		return s.next(state)
	}
	if back := p.back(state); back != "" {
		return s.send(back)
	}
	page := decidedPage{Approved: decision == engine.Approved, Declined: decision == engine.Declined}
	switch {
	case state.Returns != nil && state.Returns.Nowhere:
		page.Nowhere = true
	case state.Status == engine.RedirectRequired:
		page.More = state.ID
	}
	return s.confirm(page)
}

// decisions returns the further buttons of the page, in its language.
func (s *view) decisions(state *engine.ProcessState) []engine.Decision {
	decisions := slices.Clone(state.Decisions)
	for i := range decisions {
		decisions[i].Name = s.spoken(decisions[i].Name)
	}
	return decisions
}

// spoken returns a text in the page's language alone.
func (s *view) spoken(text engine.LocalizedText) engine.LocalizedText {
	return engine.Plain(engine.Text(text.In(s.language.Tag)))
}

// back returns where the browser goes on, "" where the client named no place, or one that the
// configuration does not allow (any more).
func (p *Pages) back(state *engine.ProcessState) string {
	if state.RedirectURI == "" || p.config.Redirects.Check(state.RedirectURI) != nil {
		return ""
	}
	return state.ReturnURL()
}

func (p *Pages) bankName(state *engine.ProcessState) string {
	if bank, ok := p.config.Bank.Rules().Bank(state.Bank); ok && bank.Name != "" {
		return bank.Name
	}
	return state.Bank
}
