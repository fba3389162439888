package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// sessionFaultsBody are the faults of a session that have not ended.
type sessionFaultsBody struct {
	Faults []sessionFaultBody `json:"faults"`
}

// sessionFaultBody is a fault that a test gave to a session.
type sessionFaultBody struct {
	Name string `json:"name"`
	// EndsAt is when it ends by the session's clock, null for not by itself.
	EndsAt *string `json:"ends_at"`
	// Fault is as it was written.
	Fault json.RawMessage `json:"fault"`
}

// setSessionFaults gives a session faults in place of those that it had. The session begins where it is not there.
func setSessionFaults(x *exchange) error {
	id, err := x.namedSession()
	if err != nil {
		return err
	}
	if err := x.readBody(); err != nil {
		return err
	}
	text := string(bytes.TrimPrefix(x.body.Bytes(), byteOrderMark))
	if strings.TrimSpace(text) == "" {
		return refuse(codeInvalidFields,
			`the body has no faults: send a list, such as [{"endpoint": "connect", "http_status": 503, "lasts": "30s"}]`)
	}
	faults, problems := x.api.compileFaults(text)
	if len(problems) > 0 {
		return refuseFaults(problems)
	}
	if _, err := x.api.sessions.SetFaults(x.context(), id, faults); err != nil {
		return err
	}
	x.about.session, x.about.faults = id, text
	return x.composeSessionFaults(id)
}

func (a *api) compileFaults(text string) ([]engine.SessionFault, []ConfigurationProblem) {
	if a.config.CompileFaults == nil {
		return nil, []ConfigurationProblem{{Message: "this server takes no faults of sessions"}}
	}
	return a.config.CompileFaults(text)
}

// refuseFaults tells all that is wrong with the faults of a session, in the loader's words.
func refuseFaults(problems []ConfigurationProblem) error {
	var texts []string
	r := refuse(codeInvalidFields, "")
	for _, p := range problems {
		text := fmt.Sprintf("line %d, column %d: %s: %s", p.Line, p.Column, p.Code, p.Message)
		if p.Hint != "" {
			text += " (" + p.Hint + ")"
		}
		texts = append(texts, text)
		pointer := ""
		r.errors = append(r.errors, fieldError{Pointer: &pointer, Detail: text})
	}
	r.detail = "the faults are refused: " + strings.Join(texts, "; ")
	return r
}

func listSessionFaults(x *exchange) error {
	id, err := x.namedSession()
	if err != nil {
		return err
	}
	return x.composeSessionFaults(id)
}

func (x *exchange) composeSessionFaults(id string) error {
	faults, err := x.api.sessions.Faults(x.context(), id)
	if err != nil {
		return err
	}
	body := &sessionFaultsBody{Faults: []sessionFaultBody{}}
	for _, one := range faults {
		body.Faults = append(body.Faults, sessionFaultBody{one.Name, stampOrNull(one.Until), one.Written})
	}
	x.compose(http.StatusOK, body)
	return nil
}

// endSessionFaults takes a session's faults away, also where there are none.
func endSessionFaults(x *exchange) error {
	id, err := x.namedSession()
	if err != nil {
		return err
	}
	if faults, err := x.api.sessions.Faults(x.context(), id); err != nil || len(faults) == 0 {
		if err == nil {
			x.noContent()
		}
		return err
	}
	if _, err := x.api.sessions.SetFaults(x.context(), id, nil); err != nil {
		return err
	}
	x.about.session, x.about.faults = id, "[]"
	x.noContent()
	return nil
}
