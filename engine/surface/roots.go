package surface

import (
	"fmt"
	"maps"
	"net/textproto"
	"slices"

	"github.com/mockbank/mockbank/engine"
)

// finder finds what a path leads to beneath its first name.
type finder func(s *Scope, segments []segment) (Value, reference, error)

// roots are what every path may begin with. It is filled by init, since finders list it.
var roots map[string]finder

func init() {
	roots = map[string]finder{
		"body":       ofRequest(func(e *Env) any { return e.request.Body }),
		"query":      ofRequest(func(e *Env) any { return e.request.queryObject() }),
		"path":       pathRoot,
		"header":     headerRoot,
		"process":    processRoot,
		"connection": connectionRoot,
		"connections": func(s *Scope, segments []segment) (Value, reference, error) {
			return s.below(func(e *Env) any { return e.connections }, &shape{element: listedShape}, segments)
		},
		"bank": func(s *Scope, segments []segment) (Value, reference, error) {
			return s.below(func(e *Env) any { return e.bankValue() }, bankShape, segments)
		},
		"banks": func(s *Scope, segments []segment) (Value, reference, error) {
			return s.below(func(e *Env) any { return e.bankList() }, &shape{element: bankShape}, segments)
		},
		"banks_total": func(s *Scope, segments []segment) (Value, reference, error) {
			return s.below(func(e *Env) any { e.bankList(); return e.banksTotal }, scalar, segments)
		},
		"error": func(s *Scope, segments []segment) (Value, reference, error) {
			s.readsRecords(both)
			return s.below(func(e *Env) any { return errorObject(e.failure()) }, errorShape, segments)
		},
		"problem": func(s *Scope, segments []segment) (Value, reference, error) {
			return s.below(func(e *Env) any { return e.problem.value() }, problemShape, segments)
		},
		"keys": func(s *Scope, segments []segment) (Value, reference, error) {
			return s.below(func(e *Env) any { return e.keys() }, &shape{element: keyShape}, segments)
		},
		"kept":   keptRoot,
		"ids":    idsRoot,
		"words":  wordsRoot,
		"data":   dataRoot,
		"tokens": tokensRoot,
		"now": func(s *Scope, segments []segment) (Value, reference, error) {
			return s.below(func(e *Env) any { return e.now }, scalar, segments)
		},
		"request_id": func(s *Scope, segments []segment) (Value, reference, error) {
			return s.below(func(e *Env) any { return some(e.request.ID) }, scalar, segments)
		},
		"session": func(s *Scope, segments []segment) (Value, reference, error) {
			return s.below(func(e *Env) any { return e.session }, scalar, segments)
		},
		"base_url": func(s *Scope, segments []segment) (Value, reference, error) {
			return s.below(func(e *Env) any { return e.host.BaseURL + e.api.Base }, scalar, segments)
		},
	}
}

func ofRequest(read Value) finder {
	return func(s *Scope, segments []segment) (Value, reference, error) {
		return s.below(read, anything, segments)
	}
}

func pathRoot(s *Scope, segments []segment) (Value, reference, error) {
	if !s.anyPath && len(segments) > 0 && segments[0].value == nil && !slices.Contains(s.path, segments[0].name) {
		return nil, reference{}, &PathError{
			Message: fmt.Sprintf("the endpoint's path has no variable {%s}", segments[0].name), Hint: didYouMean(segments[0].name, s.path),
		}
	}
	return s.below(func(e *Env) any { return e.request.pathObject() }, anything, segments)
}

func headerRoot(s *Scope, segments []segment) (Value, reference, error) {
	if len(segments) != 1 {
		return nil, reference{}, &PathError{Message: "name one header", Hint: "such as header.authorization, or header['X-Request-Id']"}
	}
	name := segments[0]
	if name.value == nil {
		canonical := textproto.CanonicalMIMEHeaderKey(name.name)
		return func(e *Env) any { return some(e.request.header(canonical)) }, reference{shape: scalar}, nil
	}
	return func(e *Env) any { return some(e.request.header(textproto.CanonicalMIMEHeaderKey(name.of(e)))) }, reference{shape: scalar}, nil
}

func processRoot(s *Scope, segments []segment) (Value, reference, error) {
	s.readsRecords(reads{process: true})
	if len(segments) == 0 || segments[0].value != nil || segments[0].name == "connection_id" || segments[0].name == "authenticated_at" {
		s.readsRecords(both)
	}
	if len(segments) == 0 || segments[0].value != nil {
		return s.below(func(e *Env) any {
			if e.process == nil {
				return nil
			}
			return objectOf(processShape, func(name string) any { return e.processMember(name) })
		}, processShape, segments)
	}
	name := segments[0].name
	member, known := processShape.members[name]
	if !known {
		return nil, reference{}, &PathError{Message: fmt.Sprintf("a process has no %q", name), Hint: didYouMean(name, processShape.names())}
	}
	read := processMembers[name]
	value, about, err := s.below(func(e *Env) any {
		if e.process == nil {
			return nil
		}
		return read(e, e.process)
	}, member, segments[1:])
	if name == "status" {
		about.status = "process"
	}
	return value, about, err
}

func connectionRoot(s *Scope, segments []segment) (Value, reference, error) {
	s.readsRecords(reads{connection: true})
	if len(segments) == 0 || segments[0].value != nil {
		return s.below(func(e *Env) any {
			if e.connection == nil {
				return nil
			}
			return objectOf(connectionShape, func(name string) any { return connectionMembers[name](e.connection) })
		}, connectionShape, segments)
	}
	name := segments[0].name
	member, known := connectionShape.members[name]
	if !known {
		return nil, reference{}, &PathError{Message: fmt.Sprintf("a connection has no %q", name),
			Hint: didYouMean(name, connectionShape.names())}
	}
	read := connectionMembers[name]
	value, about, err := s.below(func(e *Env) any {
		if e.connection == nil {
			return nil
		}
		return read(e.connection)
	}, member, segments[1:])
	if name == "status" {
		about.status = "connection"
	}
	return value, about, err
}

func keptRoot(s *Scope, segments []segment) (Value, reference, error) {
	if len(segments) > 0 && segments[0].value == nil && !s.api.kept[segments[0].name] {
		return nil, reference{}, &PathError{
			Message: fmt.Sprintf("no endpoint keeps %q", segments[0].name),
			Hint:    didYouMean(segments[0].name, slices.Collect(maps.Keys(s.api.kept))),
		}
	}
	return s.below(func(e *Env) any { return e.keptFields() }, anything, segments)
}

func idsRoot(s *Scope, segments []segment) (Value, reference, error) {
	if len(segments) == 0 || segments[0].value != nil {
		return nil, reference{}, &PathError{Message: "name one of the api's ids", Hint: didYouMean("", slices.Sorted(maps.Keys(s.api.ids)))}
	}
	kind, known := s.api.ids[segments[0].name]
	if !known {
		return nil, reference{}, &PathError{
			Message: fmt.Sprintf("the api has no id %q", segments[0].name),
			Hint:    didYouMean(segments[0].name, slices.Sorted(maps.Keys(s.api.ids))),
		}
	}
	if s.webhook && kind.Secret {
		return nil, reference{}, &PathError{
			Message: fmt.Sprintf("a webhook cannot tell the id %q: what is delivered is stored, and a secret is not", kind.Name),
			Hint:    "add `secret: false` to the id, or let the client ask for it",
		}
	}
	s.readsRecords(kind.reads())
	s.names("ids " + kind.Name)
	listed := (kind.Each != nil || kind.each) && !s.isBound(kind.Name)
	of := scalar
	if listed {
		of = &shape{element: scalar}
	}
	value, about, err := s.below(func(e *Env) any { return e.identifiers(kind, listed) }, of, segments[1:])
	switch {
	case len(segments) == 1:
		about.identifier = kind.Name
	case listed && len(segments) == 2:
		about.identifiers = []string{kind.Name}
	}
	return value, about, err
}

func wordsRoot(s *Scope, segments []segment) (Value, reference, error) {
	names := slices.Sorted(maps.Keys(s.api.words))
	if len(segments) == 0 || segments[0].value != nil {
		return nil, reference{}, &PathError{Message: "name one of the api's tables of words", Hint: didYouMean("", names)}
	}
	table, known := s.api.words[segments[0].name]
	if !known {
		return nil, reference{}, &PathError{
			Message: fmt.Sprintf("the api has no table of words %q", segments[0].name), Hint: didYouMean(segments[0].name, names),
		}
	}
	if len(segments) != 2 {
		return nil, reference{}, &PathError{Message: "say which word is wanted", Hint: fmt.Sprintf("such as words.%s[process.status]",
			segments[0].name)}
	}
	s.names("words " + segments[0].name)
	step := segments[1]
	if step.value != nil {
		s.checkWords(table, segments[0].name, s.indexedBy.status)
	}
	return func(e *Env) any { return table.word(e, step) }, reference{shape: anything}, nil
}

// checkWords warns of statuses that a table lacks.
func (s *Scope) checkWords(table *Words, name, status string) {
	var statuses []string
	switch status {
	case "process":
		for _, one := range engine.Statuses() {
			statuses = append(statuses, string(one))
		}
	case "connection":
		for _, one := range engine.ImportStatuses() {
			statuses = append(statuses, string(one))
		}
	}
	var lacks []string
	for _, one := range statuses {
		if _, has := table.Entries[one]; !has && table.Any == nil {
			lacks = append(lacks, one)
		}
	}
	if len(lacks) > 0 {
		s.found.warnings = append(s.found.warnings, fmt.Sprintf("the table of words %q lacks %s, which is sent as it is", name,
			listed(lacks)))
	}
}

func dataRoot(s *Scope, segments []segment) (Value, reference, error) {
	if len(segments) == 0 || segments[0].value != nil {
		return nil, reference{}, &PathError{Message: "name an entry of `data`",
			Hint: didYouMean("", slices.Sorted(maps.Keys(s.api.dataShapes)))}
	}
	name := segments[0].name
	of, known := s.api.dataShapes[name]
	if !known {
		return nil, reference{}, &PathError{
			Message: fmt.Sprintf("`data` has no %q", name), Hint: didYouMean(name, slices.Sorted(maps.Keys(s.api.dataShapes))),
		}
	}
	s.names("data " + name)
	return s.below(func(e *Env) any { return e.data(name) }, of, segments[1:])
}

func tokensRoot(s *Scope, segments []segment) (Value, reference, error) {
	if s.api.Tokens == nil {
		return nil, reference{}, &PathError{Message: "the api declares no `tokens`", Hint: "add `tokens: {expires_after: 1h}` to it"}
	}
	if s.webhook {
		return nil, reference{}, &PathError{Message: "a webhook issues no tokens", Hint: "let an endpoint issue them"}
	}
	s.found.tokens = true
	if len(segments) > 0 && segments[0].name == "refresh" {
		s.found.refresh = true
	}
	if len(segments) != 1 || tokensShape.members[segments[0].name] == nil {
		return nil, reference{}, &PathError{Message: "name what of the tokens is wanted", Hint: didYouMean("", tokensShape.names())}
	}
	name := segments[0].name
	return func(e *Env) any { return e.token(name) }, reference{shape: scalar}, nil
}

// some returns a text, nil for "".
func some(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func listed(names []string) string {
	text := ""
	for i, name := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			text += " and "
		default:
			text += ", "
		}
		text += name
	}
	return text
}
