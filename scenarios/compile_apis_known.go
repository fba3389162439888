package scenarios

import (
	"slices"

	"github.com/mockbank/mockbank/engine/surface"
)

// namedBy says how requests to an endpoint may say what they are about.
type namedBy struct {
	// record says that they can at all: by the path, by `of`, by a token, or since the endpoint begins a login.
	record bool
	// id says that they can by one of the api's identifiers.
	id bool
}

// namedBy finds out how requests to an endpoint say what they are about: in one of its cases, if in any.
func (a *apiCompiler) namedBy(written *APIEndpoint, variables []string) (by namedBy) {
	for _, name := range variables {
		id := a.written.IDs[name] != nil
		by.id = by.id || id
		by.record = by.record || id || name == "process" || name == "connection"
	}
	by.record = by.record || a.written.Tokens != nil && written.Authorization != "none"
	a.namedByCase(&written.APICase, &by)
	return by
}

func (a *apiCompiler) namedByCase(written *APICase, by *namedBy) {
	if written.Of != nil {
		by.record, by.id = true, by.id || len(a.written.IDs) > 0
	}
	if written.Does == nil {
		return
	}
	switch surface.OperationKind(written.Does.operation) {
	case surface.DoesAuthenticate, surface.DoesRefresh:
		by.record = true
	}
	for i := range written.Does.cases {
		a.namedByCase(&written.Does.cases[i], by)
	}
}

// nameIt is what an endpoint lacks whose requests do not say what they are about.
const nameIt = "let the path name it, by {process} or one of the api's ids, or write `of`"

// checkNamed reports what an endpoint asks of a record that none of its requests can name.
func (a *apiCompiler) checkNamed(written *APIEndpoint, variables []string) {
	by := a.namedBy(written, variables)
	if limit := written.RateLimit; limit != nil {
		a.checkLimitNamed(limit, by)
	}
	a.checkCaseNamed(&written.APICase, by)
}

func (a *apiCompiler) checkCaseNamed(written *APICase, by namedBy) {
	a.checkWhenNamed(written.When, by)
	for i := range written.Answers {
		a.checkAnswerNamed(&written.Answers[i], by)
	}
	if written.Answer != nil {
		a.checkAnswerNamed(written.Answer, by)
	}
	if written.Does == nil {
		return
	}
	if kind := surface.OperationKind(written.Does.operation); !by.record && kind.NeedsRecord() {
		a.report.add(written.value("does"), CodeConditionUnfit, nameIt, "%s needs to know what it works on, which no request can say", kind)
	}
	for i := range written.Does.cases {
		a.checkCaseNamed(&written.Does.cases[i], by)
	}
}

func (a *apiCompiler) checkAnswerNamed(written *APIAnswer, by namedBy) {
	a.checkWhenNamed(written.When, by)
	if written.RateLimit != nil {
		a.checkLimitNamed(written.RateLimit, by)
	}
}

func (a *apiCompiler) checkLimitNamed(written *APIRateLimit, by namedBy) {
	if written.For == "account" && !by.id || slices.Contains([]string{"user", "process", "connection"}, written.For) && !by.record {
		a.report.add(written.value("for"), CodeScopeUnknown, nameIt, "requests cannot be counted by %s: none is known here", written.For)
	}
}

// aboutRecords are the conditions that only a record can fulfil.
var aboutRecords = []string{
	"bank", "username", "scenario", "process", "connection", "older_than", "attempt", "connections", "open_processes", "counters",
	"last_authenticated", "runs",
}

func (a *apiCompiler) checkWhenNamed(written *APIWhen, by namedBy) {
	if written == nil || by.record {
		return
	}
	for _, key := range aboutRecords {
		if written.has(key) {
			a.report.add(written.key(key), CodeConditionUnfit, nameIt, "the request says of nothing what %q could ask for", key)
		}
	}
	for _, one := range written.AnyOf {
		a.checkWhenNamed(one, by)
	}
	a.checkWhenNamed(written.Not, by)
}
