package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// caseForm is what is left of a condition when its facts are taken out. Its members, and their order, make
// the identifiers that counts are kept by: they do not change.
type caseForm struct {
	Bank, Username, Password, Session Matcher
	Headers                           map[string]Matcher
	Facts                             struct {
		Attempt, Connections, OpenProcesses *Range
		Counters                            map[string]Range
	}
	Scenario Matcher            `json:",omitzero"`
	Fields   map[string]Matcher `json:",omitempty"`
	AnyOf    []caseForm         `json:",omitempty"`
	Not      *caseForm          `json:",omitempty"`
}

// caseOf identifies the condition without its facts, those within AnyOf and Not included.
func (w *Condition) caseOf() string {
	form, _ := w.withoutFacts()
	body, err := json.Marshal(form)
	if err != nil { // it holds texts and numbers only
		panic(fmt.Sprintf("encode condition: %v", err))
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:8])
}

// withoutFacts returns what is left of the condition, and whether that is anything. An alternative of which
// nothing is left is left out.
func (w *Condition) withoutFacts() (form caseForm, asks bool) {
	form = caseForm{
		Bank: w.Bank, Username: w.Username, Password: w.Password, Session: w.Session, Headers: w.Headers,
		Scenario: w.Scenario, Fields: w.Fields,
	}
	asks = len(w.Headers)+len(w.Fields) > 0
	for _, matcher := range []*Matcher{&form.Bank, &form.Username, &form.Password, &form.Session, &form.Scenario} {
		asks = asks || !matcher.MatchesAll()
		matcher.Any = false // "any" and nothing said are the same condition
	}
	for i := range w.AnyOf {
		if one, left := w.AnyOf[i].withoutFacts(); left {
			form.AnyOf, asks = append(form.AnyOf, one), true
		}
	}
	if w.Not != nil {
		if one, left := w.Not.withoutFacts(); left {
			form.Not, asks = &one, true
		}
	}
	return form, asks
}

// onlyFacts returns the condition without its matchers, those within AnyOf and Not included.
func (w *Condition) onlyFacts() *Condition {
	only := &Condition{Facts: w.Facts, draws: w.draws}
	for i := range w.AnyOf {
		only.AnyOf = append(only.AnyOf, *w.AnyOf[i].onlyFacts())
	}
	if w.Not != nil && w.Not.Factual() {
		only.Not = w.Not.onlyFacts()
	}
	return only
}
