package httpapi

import (
	"maps"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// input is what an endpoint takes besides its path.
type input struct {
	// members are those of the body, of JSON or a form.
	members []string
	// parameters are those of the query.
	parameters []string
	// others are further names of the parameters, which nobody is told of.
	others []string
	// strict says that every other parameter is refused, as a filter that got lost must not look like one
	// that found everything; else only those are that look like one of ours.
	strict bool
}

// pageParameters select a page of a list.
var pageParameters = []string{"limit", "cursor"}

func list(parameters ...string) input {
	return input{parameters: append(slices.Clone(pageParameters), parameters...), strict: true}
}

// inputs are what the endpoints take, by their routes' names. What is not in it takes nothing.
var inputs = map[string]input{
	"authenticate": {members: []string{
		"bank_slug", "username", "password", "redirect_uri", "state", "bank_authentication_process_id",
	}},
	"confirm_challenge_response": {members: []string{"bank_authentication_process_id", "challenge_response", "two_step_procedure_id"}},
	"connect":                    {members: []string{"bank_authentication_process_id"}},
	"connections":                list("status", "bank_slug"),
	"banks":                      list("search", "is_mock_bank", "multibanking_provider"),
	"banks_v1": {
		parameters: []string{"limit", "cursor", "search", "isMockBank", "multibankingProvider"},
		others:     []string{"is_mock_bank", "multibanking_provider"}, strict: true,
	},

	"admin_scenarios":          list(),
	"admin_sessions":           list("format"),
	"admin_delete_sessions":    {parameters: []string{"prefix", "idle_since"}, strict: true},
	"admin_create_session":     {members: []string{"id", "seed", "frozen", "starts_at"}},
	"admin_clock":              {members: []string{"advance", "to_next", "freeze", "resume"}},
	"admin_switch":             {members: []string{"on"}},
	"admin_record":             {parameters: []string{"name"}},
	"admin_verify":             {members: []string{"session", "scenarios", "no_fallback", "webhooks"}},
	"admin_reset":              {members: []string{"session"}},
	"admin_processes":          list("session", "open"),
	"admin_webhook_deliveries": list("session", "webhook", "bank_authentication_process_id", "event", "state"),
	"admin_explain": {parameters: []string{"format"}, members: []string{"bank_slug", "username", "password", "scenario",
		"session", "headers", "fields", "assume"}},
	"admin_write_file":     {members: []string{"text"}},
	"admin_diagnose":       {members: []string{"path", "text"}},
	"admin_complete":       {members: []string{"path", "text", "offset"}},
	"console_write_file":   {members: []string{"text"}},
	"console_diagnose":     {members: []string{"path", "text"}},
	"console_complete":     {members: []string{"path", "text", "offset"}},
	"admin_journal":        {parameters: journalParameters, strict: true},
	"admin_forget_journal": {parameters: []string{"session"}, strict: true},
	"admin_follow_journal": {parameters: journalParameters[1:], strict: true},
	"admin_coverage":       {parameters: []string{"format", "session"}, strict: true},

	"phone_search": {parameters: []string{"process"}},
}

var journalParameters = []string{
	"limit", "since", "format", "session", "scenario", "route", "status", "bank_authentication_process_id", "bank_connection_id",
}

// bare is a name without what people write in different ways: capitals, underscores, dashes, blanks.
func bare(name string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
}

// misspelt returns which of the known names was meant by one that is not among them, "" where it is like
// none: another way of writing a word, or one or two letters besides.
func misspelt(name string, known []string) string {
	const longest = 64 // of what is compared
	if len(name) > longest || slices.Contains(known, name) {
		return ""
	}
	said, nearestName, nearest := bare(name), "", 3
	for _, candidate := range known {
		distance := engine.EditDistance(said, bare(candidate))
		if distance < nearest && distance <= slips(candidate) {
			nearestName, nearest = candidate, distance
		}
	}
	return nearestName
}

// slips is how many letters of a name may be wrong for it still to be recognised.
func slips(name string) int {
	switch {
	case len(name) <= 3:
		return 0
	case len(name) <= 5:
		return 1
	default:
		return 2
	}
}

// checkMembers notes a fault for each member that the endpoint does not read and that looks like one it does.
// Clients send many others, which are let pass.
func (f *fields) checkMembers(known []string) {
	known = f.naming.sentAll(known)
	for _, name := range f.names() {
		outer, _, _ := strings.Cut(name, "[") // a form writes an object's members so
		if nearestName := misspelt(outer, known); nearestName != "" {
			f.faultAt(name, "is not known; did you mean "+nearestName+"?")
			f.misspelt = append(f.misspelt, f.naming.known(nearestName))
		}
	}
}

// names returns the members' names, sorted.
func (f *fields) names() []string {
	names := make([]string, 0, len(f.json)+len(f.form))
	for i := range f.json {
		names = append(names, f.json[i].name)
	}
	for name := range f.form {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// checkNames notes a fault for each parameter that the endpoint does not know, or that comes with two values.
func (q *query) checkNames(takes input) {
	known := q.naming.sentAll(takes.parameters)
	for _, name := range slices.Sorted(maps.Keys(q.values)) {
		values := q.values[name]
		switch nearestName := misspelt(name, known); {
		case slices.Contains(known, name), slices.Contains(takes.others, name):
			if slices.ContainsFunc(values, func(v string) bool { return v != values[0] }) {
				q.faultAt(name, "must come once, or always with the same value")
			}
		case strings.HasPrefix(name, "_"): // as caches' and test tools' own
		case nearestName != "":
			q.faultAt(shorten(name), "is not known; did you mean "+nearestName+"?")
		case takes.strict:
			q.faultAt(shorten(name), "is not known; there are "+wordList(known))
			q.foreign = true
		}
	}
}
