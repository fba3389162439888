package httpapi

import (
	"maps"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// answerMembers are the members of what the bank's endpoints answer, by their routes' names. Version 1 has its own
// names and is not among them.
var answerMembers = map[string]engine.Members{
	"authenticate": engine.ProcessMembers, "process": engine.ProcessMembers, "confirm_challenge_response": engine.ProcessMembers,
	"connect": engine.ConnectionMembers, "connection": engine.ConnectionMembers, "update": engine.ConnectionMembers, "delete": nil,
	"connections": engine.ConnectionsMembers, "banks": engine.BanksMembers, "bank": engine.BankMembers,
}

// renames reports whether the exchange's members are in camelCase on the wire. Within mockbank they never are.
func (x *exchange) renames() bool {
	if !x.api.config.CamelCase || x.declared != nil {
		return false
	}
	_, ours := answerMembers[x.endpoint.name]
	return ours
}

// renameAnswer writes the answer's own members as the client reads them: the last thing that is done to a body. A
// problem, and what a scenario says in full, stay as they are.
func (x *exchange) renameAnswer(shape *engine.ResponseShape) {
	if !x.renames() || x.answer.ContentType == problemMedia || shape != nil && shape.Body != nil || x.answer.body.Len() == 0 {
		return
	}
	before := x.answer.body.Bytes()
	after := answerMembers[x.endpoint.name].CamelCase(before)
	if &after[0] == &before[0] {
		return
	}
	x.answer.body.Reset()
	x.answer.body.Write(after)
	x.answer.body.WriteByte('\n')
}

// naming says how names that mockbank knows in snake_case are written on the wire.
type naming struct {
	// own are the names that are written in camelCase there; nil where none is.
	own []string
}

// sent returns a name as clients write it.
func (n naming) sent(name string) string {
	if slices.Contains(n.own, name) {
		return engine.CamelCase(name)
	}
	return name
}

// known returns the name that a client's stands for, as mockbank knows it.
func (n naming) known(said string) string {
	for _, name := range n.own {
		if engine.CamelCase(name) == said {
			return name
		}
	}
	return said
}

// sentAll returns names as clients write them.
func (n naming) sentAll(names []string) []string {
	if n.own == nil {
		return names
	}
	written := make([]string, len(names))
	for i, name := range names {
		written[i] = n.sent(name)
	}
	return written
}

// naming returns how the endpoint's own names are written on the wire.
func (x *exchange) naming() naming {
	if !x.renames() {
		return naming{}
	}
	takes := inputs[x.endpoint.name]
	return naming{own: append(slices.Clone(takes.members), takes.parameters...)}
}

// rename gives the members of a body their names within mockbank.
func (f *fields) rename() {
	if f.naming.own == nil {
		return
	}
	for i := range f.json {
		f.json[i].name = f.naming.known(f.json[i].name)
	}
	for _, said := range slices.Sorted(maps.Keys(f.form)) {
		outer, inner, nested := strings.Cut(said, "[")
		name := f.naming.known(outer)
		if nested {
			name += "[" + inner
		}
		if name != said {
			f.form[name] = f.form[said]
			delete(f.form, said)
		}
	}
}

// rename gives the parameters of a query their names within mockbank.
func (q *query) rename() {
	for _, name := range q.naming.own {
		if said := engine.CamelCase(name); said != name && q.values.Has(said) {
			q.values[name] = q.values[said]
			delete(q.values, said)
		}
	}
}
