package console

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// Bounds of the list of exchanges.
const (
	maxRows = 100
	// maxSearched is how many exchanges are looked through for what the journal's own filter does not know.
	maxSearched = 5000
)

// livePage is the list of what came, and one exchange in detail.
type livePage struct {
	Filter filter
	List   list
	// Detail is the exchange that was chosen, nil for none.
	Detail *detail
	// Scenarios and Routes are what can be filtered by, as far as they are few.
	Scenarios, Routes []string
	BasePath, Host    string
}

// filter is what the reader wants to see.
type filter struct {
	Session, Scenario, Route, Outcome, ID string
	// Exchange is the one that is chosen, 0 for none.
	Exchange int64
}

// list is a part of the page that follows the bank.
type list struct {
	Filter filter
	Rows   []row
	// Logins and Fallen count, among those shown, the logins and those that only the catch-all took.
	Logins, Fallen int
	// Kept says that there is a journal; Any that it holds something, whatever the filter.
	Kept, Any bool
}

// row is an exchange as the list shows it.
type row struct {
	ID              int64
	At              time.Time
	Method, Path    string
	Route           string
	Status          int
	State, Code     string
	Scenario        string
	Fallen, Chosen  bool
	Process, Target string
}

func (p *page) filter() filter {
	q := p.r.URL.Query()
	f := filter{
		Session: q.Get("session"), Scenario: q.Get("scenario"), Route: q.Get("endpoint"), Outcome: q.Get("outcome"),
		ID: strings.ToLower(strings.TrimSpace(q.Get("id"))),
	}
	f.Exchange, _ = strconv.ParseInt(q.Get("exchange"), 10, 64)
	return f
}

// Query is the filter as an address has it, escaped, with an exchange chosen or, for 0, none.
func (f filter) Query(exchange int64) template.URL {
	q := url.Values{}
	for name, value := range map[string]string{
		"session": f.Session, "scenario": f.Scenario, "endpoint": f.Route, "outcome": f.Outcome, "id": f.ID,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if exchange != 0 {
		q.Set("exchange", strconv.FormatInt(exchange, 10))
	}
	return template.URL(q.Encode())
}

// With is the filter with another outcome.
func (f filter) With(outcome string) template.URL {
	f.Outcome = outcome
	return f.Query(0)
}

// Live shows what came, what answered, and why.
func (c *Console) Live(w http.ResponseWriter, r *http.Request) error {
	p := c.page(w, r, "live")
	content := livePage{Filter: p.filter(), BasePath: c.config.BasePath, Host: r.Host}
	content.List = p.list(content.Filter)
	content.Scenarios, content.Routes = p.choices(content.Filter.Route)
	if content.Filter.Exchange != 0 {
		content.Detail = p.detail(content.Filter.Exchange)
	}
	return p.show(http.StatusOK, "live.html", "live.title", content)
}

// Rows answers with the list alone.
func (c *Console) Rows(w http.ResponseWriter, r *http.Request) error {
	p := c.page(w, r, "live")
	return p.write(http.StatusOK, "rows", p.list(p.filter()))
}

// maxChoices is how many scenarios a filter offers; who has more types the name.
const maxChoices = 200

func (p *page) choices(route string) (scenarios, routes []string) {
	for _, s := range p.config.Bank.Rules().Scenarios {
		if len(scenarios) == maxChoices {
			break
		}
		scenarios = append(scenarios, s.Name)
	}
	for _, e := range p.config.Endpoints() {
		if len(routes) == maxChoices {
			break
		}
		routes = append(routes, e.Name)
	}
	if route != "" && !slices.Contains(routes, route) {
		routes = append(routes, route)
	}
	return scenarios, routes
}

// list returns the youngest exchanges that the filter lets through, the youngest first.
func (p *page) list(f filter) list {
	l := list{Filter: f, Kept: p.config.Journal != nil}
	if !l.Kept {
		return l
	}
	l.Any = p.config.Journal.Status().Entries > 0
	for _, e := range p.entries(f) {
		r := newRow(e)
		r.Chosen = e.ID == f.Exchange
		if e.Route == "authenticate" {
			l.Logins++
		}
		if r.Fallen {
			l.Fallen++
		}
		l.Rows = append(l.Rows, r)
	}
	return l
}

func (p *page) entries(f filter) []*journal.Entry {
	asked := journal.Page{Filter: journal.Filter{Session: f.Session, Scenario: f.Scenario, Route: f.Route}, Limit: maxRows}
	asked.Filter.StatusFrom, asked.Filter.StatusTo = statuses(f.Outcome)
	if f.ID != "" || f.Outcome == "fallen" {
		asked.Limit = maxSearched
	}
	found, _ := p.config.Journal.List(asked)
	var youngest []*journal.Entry
	for i := len(found) - 1; i >= 0 && len(youngest) < maxRows; i-- {
		e := found[i]
		if f.Outcome == "fallen" && !fallen(e) || f.ID != "" && !about(e, f.ID) {
			continue
		}
		youngest = append(youngest, e)
	}
	return youngest
}

// statuses returns the HTTP statuses that an outcome stands for.
func statuses(outcome string) (from, to int) {
	switch outcome {
	case "2xx":
		return 200, 299
	case "4xx":
		return 400, 499
	case "5xx":
		return 500, 599
	}
	return 0, 0
}

// about reports whether an exchange is about the record, or has the request id, that a text names or begins.
func about(e *journal.Entry, id string) bool {
	for _, own := range []string{e.Process, e.Connection, e.RequestID} {
		if own != "" && strings.HasPrefix(strings.ToLower(own), id) {
			return true
		}
	}
	return false
}

// fallen reports whether a login was answered by no scenario, or by one that takes everything.
func fallen(e *journal.Entry) bool {
	return e.Decision != nil && !e.Decision.Forced && (e.Decision.Scenario == nil || e.Decision.Scenario.TakesAll())
}

func newRow(e *journal.Entry) row {
	r := row{
		ID: e.ID, At: e.SessionTime, Method: e.Request.Method, Path: e.Request.Path, Route: e.Route, Status: e.Response.Status,
		State: e.State, Code: e.Response.Code, Scenario: e.Response.Scenario, Fallen: fallen(e),
	}
	if r.At.IsZero() {
		r.At = e.At
	}
	r.Target = target(e.Process, e.Connection)
	return r
}

// target is the page of the record that something is about, "" for none.
func target(process, connection string) string {
	switch {
	case connection != "":
		return "/console/connections/" + connection
	case process != "":
		return "/console/processes/" + process
	}
	return ""
}

// sessionOf is the session of an exchange, the default one where it has none.
func sessionOf(e *journal.Entry) string {
	if e.Session == "" {
		return engine.DefaultSession
	}
	return e.Session
}
