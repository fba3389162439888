package web

import (
	"errors"
	"html/template"
	"net/http"

	"github.com/mockbank/mockbank/engine"
)

// failurePage tells of a request that could not be answered.
type failurePage struct {
	Text string
	// Return is where the user can go on, "" for nowhere.
	Return template.URL
}

// Failure shows the page that tells of err, and returns err.
func (p *Pages) Failure(w http.ResponseWriter, r *http.Request, err error) error {
	return p.view(w, r).failure(err, "")
}

func (s *view) failure(err error, back string) error {
	status, code := s.config.Problem(err)
	if status == http.StatusServiceUnavailable {
		s.w.Header().Set("Retry-After", "1")
		code = engine.CodeUnavailable
	}
	text := "problem." + string(code)
	if _, found := s.language.Texts[text+".title"]; !found {
		text = "problem.refused"
		if status >= http.StatusInternalServerError {
			text = "problem.internal"
		}
	}
	if shown := s.show(status, "failure.html", text+".title", failurePage{text + ".text", template.URL(back)}); shown != nil {
		return shown
	}
	return err
}

var errUndecided = errors.New("the form holds no decision")

// undecided tells that the form holds no decision.
func (s *view) undecided() error {
	if err := s.show(http.StatusUnprocessableEntity, "failure.html", "undecided.title", failurePage{Text: "undecided.text"}); err != nil {
		return err
	}
	return errUndecided
}
