package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/coverage"
	"github.com/mockbank/mockbank/engine/diagram"
)

// scenariosPage is a part of the scenarios, in the order in which they are tried.
type scenariosPage struct {
	Search, Session string
	Unused          bool
	Rows            []scenarioRow
	Found, Total    int
	// Next is how many to pass over for the next part, 0 where there is none.
	Next int
}

// scenarioRow is a scenario in words.
type scenarioRow struct {
	Name, Description, Position string
	Conditions                  []string
	// Outcome is the status with which it begins, and End what its import comes to.
	Outcome, End string
	TakesAll     bool
	// Logins and Taken count what was exercised in the session: logins, and transitions of Transitions.
	Logins             int64
	Taken, Transitions int
}

// Mark says how much of it was exercised: none, part or all.
func (r *scenarioRow) Mark() string {
	switch {
	case r.Logins == 0:
		return "none"
	case r.Taken < r.Transitions:
		return "part"
	}
	return "all"
}

// Scenarios lists the scenarios: what leads to each, what comes of it, and whether it was exercised.
func (c *Console) Scenarios(w http.ResponseWriter, r *http.Request) error {
	p := c.page(w, r, "scenarios")
	q := r.URL.Query()
	content := scenariosPage{Search: strings.TrimSpace(q.Get("search")), Session: q.Get("session"), Unused: q.Get("unused") != ""}
	report := c.config.Coverage(content.Session)
	content.Total = len(report.Scenarios)
	skip := number(q.Get("after"))
	for i := range report.Scenarios {
		s := &report.Scenarios[i]
		if content.Unused && s.Logins > 0 || !mentions(s.Scenario, content.Search) {
			continue
		}
		content.Found++
		switch {
		case content.Found <= skip:
		case len(content.Rows) < pageSize:
			content.Rows = append(content.Rows, p.newScenarioRow(s))
		default:
			content.Next = skip + pageSize
		}
	}
	return p.show(http.StatusOK, "scenarios.html", "scenarios.title", content)
}

// number reads a number of a query, 0 where it is none.
func number(text string) int {
	n := 0
	for _, r := range text {
		if r < '0' || r > '9' || n > 1<<30 {
			return 0
		}
		n = 10*n + int(r-'0')
	}
	return n
}

// mentions reports whether a scenario's name, description, tags or conditions hold the text, whatever its case.
func mentions(s *engine.Scenario, text string) bool {
	if text == "" {
		return true
	}
	text = strings.ToLower(text)
	words := append([]string{s.Name, s.Description}, s.Tags...)
	for _, condition := range s.When.Describe() {
		words = append(words, condition.Wanted)
	}
	for _, word := range words {
		if strings.Contains(strings.ToLower(word), text) {
			return true
		}
	}
	return false
}

func (p *page) newScenarioRow(s *coverage.Scenario) scenarioRow {
	row := scenarioRow{
		Name: s.Name, Description: s.Description, Position: p.position(s.Source), Outcome: string(s.Flow.Steps[0].Status),
		TakesAll: s.TakesAll(), Logins: s.Logins, Transitions: len(s.Transitions),
	}
	for _, condition := range s.When.Describe() {
		if condition.Wanted != "any" {
			row.Conditions = append(row.Conditions, condition.Key+": "+condition.Wanted)
		}
	}
	for _, t := range s.Transitions {
		if t.Taken > 0 {
			row.Taken++
		}
	}
	if moments := s.Flow.Describe().Import; len(moments) > 0 && letsIn(s.Flow) {
		last := &moments[len(moments)-1]
		row.End = fmt.Sprintf("%s %s %%", last.Status, last.Progress)
	}
	return row
}

// letsIn reports whether some login by the flow succeeds, so that there is something to import.
func letsIn(f *engine.Flow) bool {
	for i := range f.Steps {
		if f.Steps[i].Status == engine.Authenticated {
			return true
		}
	}
	return false
}

// scenarioPage is one scenario, whole.
type scenarioPage struct {
	scenarioRow
	Tags        []string
	Drawing     template.HTML
	Transitions []coverage.Transition
	Import      []engine.ImportMoment
	Session     string
	CanTry      bool
	Bank, User  string
	ReadOnly    bool
	EditAddress string
}

// Scenario shows one scenario: its flow, its import, and what of it was exercised.
func (c *Console) Scenario(w http.ResponseWriter, r *http.Request, name string) error {
	p := c.page(w, r, "scenarios")
	report := c.config.Coverage(r.URL.Query().Get("session"))
	for i := range report.Scenarios {
		s := &report.Scenarios[i]
		if s.Name != name {
			continue
		}
		flow := s.Flow.Describe()
		content := scenarioPage{
			scenarioRow: p.newScenarioRow(s), Tags: s.Tags, Drawing: draw(covered(flow, s)), Transitions: s.Transitions,
			Session: p.frame.Session, CanTry: !c.config.ReadOnly, ReadOnly: c.config.ReadOnly, EditAddress: c.editAddress(s.Source),
		}
		if letsIn(s.Flow) {
			content.Import = flow.Import
		}
		return p.show(http.StatusOK, "scenario.html", "scenario.title", content)
	}
	return p.news(http.StatusNotFound, p.say("scenario.gone", name), fmt.Errorf("there is no scenario %q", name))
}

// covered draws a scenario with what was exercised of it lit.
func covered(flow engine.FlowDescription, s *coverage.Scenario) *diagram.Drawing {
	d := diagram.Of(flow)
	type transition struct{ from, event, to string }
	ids, taken := make(map[string]string), make(map[transition]bool)
	for i := range flow.Steps {
		ids[flow.Steps[i].Name] = stepID(i)
	}
	reached := map[string]bool{stepID(0): s.Logins > 0}
	for _, t := range s.Transitions {
		if t.Taken > 0 {
			taken[transition{ids[t.Step], t.Event, ids[t.To]}] = true
			reached[ids[t.Step]], reached[ids[t.To]] = true, true
		}
	}
	for i := range d.Lines {
		if line := &d.Lines[i]; taken[transition{line.From, line.Text, line.To}] {
			line.Mark = diagram.Passed
		}
	}
	for i := range d.Boxes {
		if reached[d.Boxes[i].ID] {
			d.Boxes[i].Mark = diagram.Passed
		}
	}
	return d
}

// Try logs in as the scenario asks, and leads to the flow that begins.
func (c *Console) Try(w http.ResponseWriter, r *http.Request, name string) error {
	p := c.page(w, r, "scenarios")
	s, found := c.config.Bank.Rules().Scenario(name)
	if !found {
		return p.news(http.StatusNotFound, p.say("scenario.gone", name), fmt.Errorf("there is no scenario %q", name))
	}
	session := r.PostFormValue("session")
	if engine.CheckSessionName(session) != nil {
		session = engine.DefaultSession
	}
	login, forced := c.loginFor(s)
	body, err := json.Marshal(c.written(login))
	if err != nil {
		return err
	}
	path := c.config.BasePath + "/bank_connections/authenticate"
	asked, err := http.NewRequestWithContext(r.Context(), http.MethodPost, path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	asked.Host, asked.RemoteAddr, asked.RequestURI, asked.TLS = r.Host, r.RemoteAddr, path, r.TLS
	asked.Header.Set("Content-Type", "application/json")
	asked.Header.Set("X-Mockbank-Session", session)
	if forced {
		asked.Header.Set("X-Mockbank-Scenario", name)
	}
	id, status := c.began(asked)
	if id == "" {
		return p.news(http.StatusConflict, p.say("scenario.no_process", status), fmt.Errorf("the login was answered with %d", status))
	}
	if p.part() {
		w.Header().Set("HX-Redirect", "/console/processes/"+id)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return p.redirect("/console/processes/" + id)
}

// loginFor returns a login that the scenario takes; forced says that it must be named besides.
func (c *Console) loginFor(s *engine.Scenario) (login map[string]string, forced bool) {
	login = map[string]string{}
	rules := c.config.Bank.Rules()
	for field, wanted := range map[string]struct {
		matcher *engine.Matcher
		any     string
	}{"bank_slug": {&s.When.Bank, rules.DefaultBank}, "username": {&s.When.Username, "tester"}, "password": {&s.When.Password, wrong}} {
		value, found := wanted.any, true
		if !wanted.matcher.Match(value) {
			value, found = wanted.matcher.Sample()
		}
		if !found || value == "" {
			value, forced = wanted.any, true
		}
		login[field] = value
	}
	if _, known := rules.Bank(login["bank_slug"]); !known {
		login["bank_slug"], forced = rules.DefaultBank, true
	}
	return login, forced || !s.When.Facts.None() || len(s.When.Headers) > 0
}

// began lets the bank answer a login, and returns the process that it began.
func (c *Console) began(r *http.Request) (id string, status int) {
	defer func() {
		if panicked := recover(); panicked != nil && !aborted(panicked) {
			panic(panicked)
		}
	}()
	answer := httptest.NewRecorder()
	c.config.Play.ServeHTTP(answer, r)
	var process map[string]any
	_ = json.Unmarshal(answer.Body.Bytes(), &process) // a scenario may answer with anything
	if c.config.CamelCase {
		engine.ProcessMembers.SnakeCase(process)
	}
	id, _ = process["bank_authentication_process_id"].(string)
	return id, answer.Code
}

// written returns a login's fields as the bank's API names them.
func (c *Console) written(login map[string]string) map[string]string {
	if !c.config.CamelCase {
		return login
	}
	renamed := make(map[string]string, len(login))
	for name, value := range login {
		renamed[engine.CamelCase(name)] = value
	}
	return renamed
}

// editAddress is where the editor shows a place in a file, "" where it is not to be edited.
func (c *Console) editAddress(s engine.Source) string {
	if s.File == "" || strings.Contains(s.File, "catalogue:") || c.config.Files == nil {
		return ""
	}
	path := c.config.Files.PathOf(s.File)
	if path == "" {
		return ""
	}
	return fmt.Sprintf("/console/editor?file=%s&line=%d", url.QueryEscape(path), s.Line)
}
