package console

import (
	"errors"
	"net/http"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// maxInput bounds what is sent to a process, in bytes.
const maxInput = 1024

var errNoInput = errors.New("the form holds no input that a process takes")

// Input gives a process what the form holds, as its user or its client would.
func (c *Console) Input(w http.ResponseWriter, r *http.Request, id string) error {
	p := c.page(w, r, "flow")
	if decision := r.PostFormValue("decision"); decision != "" {
		return p.decide(id, decision)
	}
	kind, value := inputOf(r)
	if kind == "" || len(value) > maxInput {
		return p.news(http.StatusUnprocessableEntity, p.say("flow.no_input"), errNoInput)
	}
	if _, err := c.config.Bank.Continue(r.Context(), id, engine.Input{Kind: kind, Value: value, Fields: fieldsOf(r)}); err != nil {
		return p.refused(err)
	}
	return p.done(p.back("/console/processes/" + id))
}

// inputOf returns what the form sends: its field has the name of the member in which a client would send it.
func inputOf(r *http.Request) (kind engine.EventKind, value string) {
	for _, kind := range engine.EventKinds() {
		if door := kind.Spec().Door; door != nil && door.Field != "" && r.PostForm.Has(door.Field) {
			return kind, r.PostForm.Get(door.Field)
		}
	}
	return "", ""
}

// fieldsOf returns the answers to a challenge's fields, nil where the form has none.
func fieldsOf(r *http.Request) (fields map[string]string) {
	for name, values := range r.PostForm {
		if field, found := strings.CutPrefix(name, fieldPrefix); found && len(values[0]) <= maxInput {
			if fields == nil {
				fields = make(map[string]string)
			}
			fields[field] = values[0]
		}
	}
	return fields
}

// fieldPrefix begins the names of inputs that are a challenge's fields.
const fieldPrefix = "field."

// decide plays the user who decides, wherever the process asks.
func (p *page) decide(id, decision string) error {
	var err error
	for _, kind := range engine.EventKinds() {
		if door := kind.Spec().Door; door == nil || door.Field != "" {
			continue
		}
		_, err = p.config.Bank.Continue(p.r.Context(), id, engine.Input{Kind: kind, Value: decision})
		if engine.CodeOf(err) != engine.CodeNoChallengeOpen {
			break
		}
	}
	if err != nil {
		return p.refused(err)
	}
	return p.done(p.back("/console/processes/" + id))
}
