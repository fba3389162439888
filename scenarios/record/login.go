package record

import (
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// cut ends a text of which the journal has the beginning alone.
const cut = "…"

// authenticate writes a login, or the further password that a request with a process's identifier brings.
func (r *recorder) authenticate(e *journal.Entry) {
	if has(e, "bank_authentication_process_id") {
		r.answer(e, engine.EventPassword, "password")
		return
	}
	if e.Decision == nil && !e.Response.Refused {
		if e.Response.Scenario == "" {
			r.leaveOut(e) // no scenario was asked
			return
		}
	}
	scenario := r.scenarioOf(e)
	login, found := r.login(e, scenario)
	if !found {
		r.logins++
		r.gap(e, "no login is found that the scenario "+quote(nameOf(scenario))+" takes as it took this one")
		return
	}
	step := newStep("authenticate", login)
	r.step(e, step)
	if !e.Response.Refused {
		r.logins++
		r.begin(e.Process, step)
	}
	r.expect(e, step, processMembers)
	if !e.Response.Refused && e.Response.Delayed == 0 && !played(e) {
		r.expectScenario(step, scenario)
	}
}

// scenarioOf returns the scenario that answered a login, nil for none.
func (r *recorder) scenarioOf(e *journal.Entry) *engine.Scenario {
	if e.Decision != nil && e.Decision.Scenario != nil {
		return e.Decision.Scenario
	}
	scenario, _ := r.Rules.Scenario(e.Response.Scenario)
	return scenario
}

func nameOf(s *engine.Scenario) string {
	if s == nil {
		return ""
	}
	return s.Name
}

// login returns the keys of a login that the rules answer by the scenario, and false where none is found.
func (r *recorder) login(e *journal.Entry, scenario *engine.Scenario) (*yaml.Node, bool) {
	forced := field(e.Request.Header, "X-Mockbank-Scenario")
	login := r.shown(e)
	if r.asksSession() {
		login.Session = r.Session.ID
	}
	switch {
	case forced != "" && scenario != nil:
		r.fill(login, &scenario.When, r.captures(e.Process))
		if login.Password == "" {
			login.Password = anything[0]
		}
	case !r.complete(login, scenario, r.captures(e.Process)):
		return nil, false
	}
	keys := flow()
	for _, key := range []struct{ name, value string }{
		{"bank", field(e.Request.Body, "bank_slug")}, {"username", login.Username}, {"password", login.Password},
	} {
		if key.value != "" {
			add(keys, key.name, text(key.value))
		}
	}
	for _, more := range []struct {
		name   string
		values map[string]string
	}{{"fields", login.Fields}, {"headers", headersOf(scenario, login)}} {
		if len(more.values) > 0 {
			add(keys, more.name, texts(more.values))
		}
	}
	if login.Session != engine.DefaultSession {
		add(keys, "session", text(login.Session))
	}
	if forced != "" {
		add(keys, "scenario", text(forced))
	}
	if uri := field(e.Request.Body, "redirect_uri"); uri != "" && uri != journal.Redacted {
		add(keys, "redirect_uri", text(strings.TrimSuffix(uri, "?"+journal.Redacted)))
	}
	if has(e, "state") {
		add(keys, "state", text("state"))
	}
	return keys, true
}

// asksSession reports whether some scenario asks which session a login is of.
func (r *recorder) asksSession() (asks bool) {
	for _, s := range r.Rules.Scenarios {
		s.When.Walk(func(w *engine.Condition) { asks = asks || !w.Session.MatchesAll() })
	}
	return asks
}

// shown is the login as far as the journal has it.
func (r *recorder) shown(e *journal.Entry) *engine.Login {
	username := field(e.Request.Body, "username")
	if strings.HasSuffix(username, cut) || username == journal.Redacted {
		username = ""
	}
	username = strings.TrimSuffix(username, "+"+r.Session.ID) // where logins may name their session
	login := &engine.Login{
		Session: engine.DefaultSession, Bank: field(e.Request.Body, "bank_slug"), Username: username,
		Fields: make(map[string]string),
	}
	if login.Bank == "" || login.Bank == journal.Redacted {
		login.Bank = r.Rules.DefaultBank
	}
	headers := make(map[string]string)
	for _, f := range e.Request.Header {
		if f.Value != journal.Redacted && f.Name != "Content-Type" {
			headers[f.Name] = f.Value
		}
	}
	login.Header = func(name string) string { return headers[name] }
	return login
}

// headersOf are those that the scenario asks for, as the login has them.
func headersOf(scenario *engine.Scenario, login *engine.Login) map[string]string {
	headers := make(map[string]string)
	if scenario == nil {
		return headers
	}
	scenario.When.Walk(func(w *engine.Condition) {
		for name := range w.Headers {
			if value := login.Header(name); value != "" && name != "X-Mockbank-Session" && name != "X-Mockbank-Scenario" {
				headers[name] = value
			}
		}
	})
	return headers
}

// anything are texts that are sent where a scenario or a step takes anything.
var anything = []string{"not-the-right-one", "something-else", "000000", "999999", "x", "another-one-still", "0", "wrong"}

// complete fills in what the journal does not have of a login, so that the rules answer it by the scenario; nil is none.
// It reports false where nothing does.
func (r *recorder) complete(login *engine.Login, scenario *engine.Scenario, captures engine.Captures) bool {
	if scenario == nil {
		for _, password := range anything {
			if login.Password = password; len(r.Rules.Matches(login)) == 0 {
				return true
			}
		}
		return false
	}
	var fallback *engine.Login
	for _, when := range alternatives(&scenario.When) {
		base := *login
		base.Fields = maps.Clone(login.Fields)
		r.fill(&base, when, captures)
		for _, password := range passwords(&when.Password, captures) {
			tried := base
			tried.Password = password
			switch r.answers(&tried, scenario) {
			case surely:
				*login = tried
				return true
			case perhaps:
				if fallback == nil {
					fallback = &tried
				}
			}
		}
	}
	if fallback != nil {
		*login = *fallback
	}
	return fallback != nil
}

// passwords are texts that the matcher takes, those that nobody means last.
func passwords(m *engine.Matcher, captures engine.Captures) []string {
	if m.MatchesAll() {
		return anything
	}
	return slices.DeleteFunc(append(m.Samples(captures), anything...), func(text string) bool { return text == "" })
}

// likelihood is how sure it is that a login is answered by a scenario.
type likelihood int

const (
	no likelihood = iota
	perhaps
	surely
)

// answers reports whether the rules answer a login by a scenario: surely where those before it are of its own case, whose
// facts are as they were.
func (r *recorder) answers(login *engine.Login, scenario *engine.Scenario) likelihood {
	sure := surely
	for _, s := range r.Rules.Matches(login) {
		if s.Name == scenario.Name {
			return sure
		}
		if s.Trigger != scenario.Trigger {
			sure = perhaps
		}
	}
	return no
}

// alternatives lists the ways in which a condition holds: itself, with each of its `any_of` laid over it.
func alternatives(w *engine.Condition) []*engine.Condition {
	all := []*engine.Condition{w}
	for i := range w.AnyOf {
		for _, inner := range alternatives(&w.AnyOf[i]) {
			all = append(all, over(w, inner))
		}
	}
	return all
}

func over(w, inner *engine.Condition) *engine.Condition {
	both := *w
	both.AnyOf = nil
	for _, pair := range []struct{ to, from *engine.Matcher }{
		{&both.Username, &inner.Username}, {&both.Password, &inner.Password}, {&both.Session, &inner.Session}, {&both.Bank, &inner.Bank},
	} {
		if !pair.from.MatchesAll() {
			*pair.to = *pair.from
		}
	}
	both.Headers, both.Fields = maps.Clone(w.Headers), maps.Clone(w.Fields)
	for _, pair := range []struct {
		to   *map[string]engine.Matcher
		from map[string]engine.Matcher
	}{{&both.Headers, inner.Headers}, {&both.Fields, inner.Fields}} {
		if *pair.to == nil {
			*pair.to = make(map[string]engine.Matcher)
		}
		maps.Copy(*pair.to, pair.from)
	}
	return &both
}

// fill puts texts that the condition takes where the journal has none.
func (r *recorder) fill(login *engine.Login, when *engine.Condition, captures engine.Captures) {
	if login.Username == "" || !when.Username.Match(login.Username) && len(r.Rules.Banks) == 0 {
		login.Username = sample(&when.Username, captures)
	}
	login.Password = sample(&when.Password, captures)
	for name, matcher := range when.Fields {
		if value := sample(&matcher, captures); value != "" {
			login.Fields[name] = value
		}
	}
	shown := login.Header
	wanted := make(map[string]string)
	for _, name := range slices.Sorted(maps.Keys(when.Headers)) {
		matcher := when.Headers[name]
		if !matcher.Match(shown(name)) {
			wanted[name] = sample(&matcher, captures)
		}
	}
	login.Header = func(name string) string {
		if value, put := wanted[name]; put {
			return value
		}
		return shown(name)
	}
}

// sample returns a text that the matcher takes, "" where it asks for nothing, or none was found.
func sample(m *engine.Matcher, captures engine.Captures) string {
	if m.MatchesAll() {
		return ""
	}
	if texts := m.Samples(captures); len(texts) > 0 {
		return texts[0]
	}
	return ""
}
