package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// Return is what the browser brings back to the app whose api began a process.
type Return struct {
	// Query is added to the address; a value that is nil takes the parameter away.
	Query map[string]*string
	// Nowhere says that the browser is not sent back.
	Nowhere bool
}

// declaredPage is the bank's page of a process that a declared api began: the whole login happens there.
type declaredPage struct {
	ID       string
	Username string
	// Kind is what the page asks: credentials, answer, fields, choice, password, or nothing.
	Kind    string
	Message string
	Label   string
	Wrong   bool
	Choices []engine.Procedure
	// Fields are those in which a challenge of several answers is answered.
	Fields []engine.ChallengeField
	// Password says that the step takes an additional password too, and Phone that the bank's app decides as well.
	Password, Phone bool
	Return          string
}

// returnOf returns what the browser brings back, nil where no declared api began the process.
func (s *view) returnOf(state *engine.ProcessState) (*Return, error) {
	if s.config.Return == nil {
		return nil, nil
	}
	return s.config.Return(s.r, state, state.Decision())
}

// declared shows the page of a process that a declared api began, or sends the browser back where the login
// has ended. It reports false where none began it, and the page is the bank's ordinary one.
func (s *view) declared(state *engine.ProcessState) (bool, error) {
	back, err := s.returnOf(state)
	if err != nil || back == nil {
		return err != nil, err
	}
	if state.Status.Ended() {
		return true, s.sendBack(state, back)
	}
	page := declaredPage{ID: state.ID, Username: state.Username}
	if state.Challenge != nil {
		page.Message, page.Label = state.Challenge.Message.In(s.language.Tag), state.Challenge.AnswerFieldLabel.In(s.language.Tag)
		page.Choices, page.Fields = slices.Clone(state.Challenge.Procedures), slices.Clone(state.Challenge.Fields)
		for i := range page.Choices {
			page.Choices[i].Name = s.spoken(page.Choices[i].Name)
		}
		for i := range page.Fields {
			page.Fields[i].Label = s.spoken(page.Fields[i].Label)
		}
	}
	page.Wrong, page.Phone = state.Wrong != "", onPhone(state)
	page.Password = state.Takes(engine.EventPassword) && state.Status != engine.RedirectRequired
	switch {
	case state.AwaitsCredentials():
		page.Kind = "credentials"
	case len(page.Choices) > 0:
		page.Kind = "choice"
	case len(page.Fields) > 0:
		page.Kind = "fields"
	case state.Status == engine.ChallengeResponseRequired && (state.Takes(engine.EventChallengeResponse) || !page.Password):
		page.Kind = "answer"
	case page.Password:
		page.Kind = "password"
	default:
		return false, nil
	}
	s.target = s.config.Redirects.policySource(state.RedirectURI)
	return true, s.show(http.StatusOK, "declared.html", "login.title", page)
}

// additionalPassword is the field of a password that is not the login's.
const additionalPassword = "additional_password"

// fieldAnswers returns the answers to a challenge's fields, challenge_response[NAME] as in the bank's API; nil
// where there are none.
func fieldAnswers(form url.Values) map[string]string {
	var answers map[string]string
	for name, values := range form {
		inner, is := strings.CutPrefix(name, "challenge_response[")
		if inner, closed := strings.CutSuffix(inner, "]"); is && closed {
			if answers == nil {
				answers = make(map[string]string)
			}
			answers[inner] = values[len(values)-1]
		}
	}
	return answers
}

// takeDeclared gives the process what its user entered on the bank's page: credentials, answers, a choice or
// an additional password. It reports false where the form holds none of them.
func (s *view) takeDeclared(id string) (bool, error) {
	ctx := s.r.Context()
	var state engine.ProcessState
	var err error
	form := s.r.PostForm
	answers := fieldAnswers(form)
	switch {
	case form.Has("password"):
		state, err = s.config.Bank.Identify(ctx, id, engine.Login{
			Username: form.Get("username"), Password: form.Get("password"), Header: s.r.Header.Get,
		})
	case form.Has(additionalPassword):
		state, err = s.config.Bank.Continue(ctx, id, engine.Input{Kind: engine.EventPassword, Value: form.Get(additionalPassword)})
	case answers != nil:
		state, err = s.config.Bank.Continue(ctx, id, engine.Input{Kind: engine.EventChallengeResponse, Fields: answers})
	case form.Has("challenge_response"):
		state, err = s.config.Bank.Continue(ctx, id,
			engine.Input{Kind: engine.EventChallengeResponse, Value: form.Get("challenge_response")})
	case form.Has("two_step_procedure_id"):
		state, err = s.config.Bank.Continue(ctx, id,
			engine.Input{Kind: engine.EventTwoStepProcedure, Value: form.Get("two_step_procedure_id")})
	default:
		return false, nil
	}
	if engine.CodeOf(err) == engine.CodeNoChallengeOpen {
		return true, s.tooLate(id, err)
	}
	if err != nil {
		return true, s.failure(err, "")
	}
	s.of(&state)
	return true, s.next(&state)
}

// next sends the browser back where the login has ended, else to the page of what is asked next.
func (s *view) next(state *engine.ProcessState) error {
	if !state.Status.Ended() {
		return s.send("./" + state.ID)
	}
	back, err := s.returnOf(state)
	if err != nil {
		return s.failure(err, "")
	}
	if back == nil {
		return s.send("./" + state.ID)
	}
	return s.sendBack(state, back)
}

// sendBack sends the browser to the app with what the api says that it brings.
func (s *view) sendBack(state *engine.ProcessState, with *Return) error {
	if back := s.back(state); back != "" && !with.Nowhere {
		return s.send(engine.WithQuery(back, with.Query))
	}
	decision := state.Decision()
	return s.confirm(decidedPage{Approved: decision == engine.Approved, Declined: decision == engine.Declined, Nowhere: with.Nowhere})
}
