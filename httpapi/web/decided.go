package web

import (
	"html/template"
	"net/http"
	"slices"

	"github.com/mockbank/mockbank/engine"
)

// closedPage tells that a process asks nothing (any more) on this page.
type closedPage struct {
	Text    string
	Status  engine.Status
	Message string
	// Elsewhere is the page on which the process asks, nil where none does.
	Elsewhere *link
	Return    template.URL
}

// link leads to another page, with a text's name as its words.
type link struct{ Path, Text string }

// decided tells that there is nothing to decide: with 410 for a process that is over, and 409 for one that
// asks elsewhere.
func (s *view) decided(state *engine.ProcessState) error {
	status, text, page := http.StatusGone, "over", closedPage{Text: "over.text", Status: state.Status}
	if !state.Status.Ended() {
		status, text, page.Text = http.StatusConflict, "elsewhere", "elsewhere.text"
		// The paths lead from one page to its neighbour, wherever both are.
		switch {
		case onPhone(state):
			page.Text, page.Elsewhere = "elsewhere.on_phone", &link{"../phone/" + state.ID, "elsewhere.to_phone"}
		case state.Status == engine.RedirectRequired:
			page.Text, page.Elsewhere = "elsewhere.on_page", &link{"../login/" + state.ID, "elsewhere.to_page"}
		}
	}
	if page.Elsewhere == nil {
		page.Return = template.URL(s.back(state))
	}
	if state.Error != nil {
		page.Message = state.Error.DisplayMessage.In(s.language.Tag)
	}
	return s.show(status, "closed.html", text+".title", page)
}

// decide gives the process the decision that the form holds, as an input of the kind. Where it refuses,
// decide shows why; where it returns no state, all is said.
func (s *view) decide(id string, kind engine.EventKind) (state *engine.ProcessState, decision string, err error) {
	decision = s.r.PostFormValue("decision")
	if decision != engine.Approved && decision != engine.Declined && !s.offers(id, kind, decision) {
		return nil, "", s.undecided()
	}
	decided, err := s.config.Bank.Continue(s.r.Context(), id, engine.Input{Kind: kind, Value: decision})
	switch {
	case engine.CodeOf(err) == engine.CodeNoChallengeOpen:
		return nil, "", s.tooLate(id, err)
	case err != nil:
		return nil, "", s.failure(err, "")
	}
	s.of(&decided)
	return &decided, decision, nil
}

// tooLate tells a user whose decision nobody waits for any more, and shows the way back.
func (s *view) tooLate(id string, refused error) error {
	state, err := s.config.Bank.Process(s.r.Context(), id)
	if err != nil {
		return s.failure(err, "")
	}
	return s.of(&state).failure(refused, s.back(&state))
}

// decidedPage says what the user decided.
type decidedPage struct {
	// Approved and Declined are false for a decision of the scenario's own.
	Approved, Declined bool
	// Nowhere says that the browser does not go back to the app.
	Nowhere bool
	// Phone says that the page is the phone's: what asked goes on somewhere else by itself.
	Phone bool
	// More is where the bank asks for more, "" where it does not.
	More string
}

func (s *view) confirm(page decidedPage) error {
	return s.show(http.StatusOK, "decided.html", "decided.title", page)
}

// offers reports whether the bank's page of a process has a button of the scenario's own for the decision.
func (s *view) offers(id string, kind engine.EventKind, decision string) bool {
	if decision == "" || !kind.Spec().Door.Page {
		return false
	}
	state, err := s.config.Bank.Process(s.r.Context(), id)
	return err == nil && slices.ContainsFunc(state.Decisions, func(d engine.Decision) bool { return d.ID == decision })
}
