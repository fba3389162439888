package console

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// detail is one exchange, with its decision.
type detail struct {
	Row       row
	Session   string
	Took      time.Duration
	RequestID string
	Request   string
	Answer    string
	// WireFault and Delayed are what a scenario did to the answer on its way.
	WireFault string
	Delayed   time.Duration
	// Matched is the scenario that answered a login, nil where none did or where there was nothing to decide.
	Matched *matched
	// Near are the scenarios that a login missed by the fewest conditions.
	Near []near
	// Moves are the steps that the exchange took, or found that time had taken.
	Moves []move
	// Curl repeats the exchange; Missing names the secrets that it lacks.
	Curl    string
	Missing []string
	Replays bool
	// Makes says that a scenario can be made of it, Records that its session can become a test, EditAddress where its own stands.
	Makes       bool
	Records     bool
	EditAddress string
	// Bare says that it is shown without the list.
	Bare bool
}

// maxNear is how many scenarios are shown that a login missed.
const maxNear = 3

// near is a scenario that a login missed, and where it stands.
type near struct {
	engine.ExplainedScenario
	Position string
}

// matched is the scenario that answered, and where it stands.
type matched struct {
	Name, Position string
	Forced         bool
	Conditions     []string
}

// move is a step that was taken.
type move struct {
	From, Event, To string
	Status          string
	At              time.Time
}

// Exchange answers with one exchange in detail.
func (c *Console) Exchange(w http.ResponseWriter, r *http.Request, id int64) error {
	p := c.page(w, r, "live")
	d := p.detail(id)
	if d == nil {
		return p.news(http.StatusNotFound, p.say("exchange.gone"), fmt.Errorf("the journal has no exchange %d", id))
	}
	if !p.part() {
		d.Bare = true
		return p.show(http.StatusOK, "exchange.html", "exchange.title", d)
	}
	return p.write(http.StatusOK, "detail", d)
}

// entry returns the exchange of the ID, nil where the journal does not have it (any more).
func (c *Console) entry(id int64) *journal.Entry {
	if c.config.Journal == nil || id <= 0 {
		return nil
	}
	found, _ := c.config.Journal.List(journal.Page{Since: max(id-1, 1), Limit: 1})
	if len(found) == 0 || found[0].ID != id {
		return nil
	}
	return found[0]
}

func (p *page) detail(id int64) *detail {
	e := p.entry(id)
	if e == nil {
		return nil
	}
	d := &detail{
		Row: newRow(e), Session: sessionOf(e), Took: e.Took, RequestID: e.RequestID,
		Request: requestText(&e.Request), Answer: answerText(&e.Response),
		WireFault: e.Response.WireFault, Delayed: e.Response.Delayed,
	}
	for _, s := range e.Near[:min(len(e.Near), maxNear)] {
		d.Near = append(d.Near, near{s, p.position(s.Source)})
	}
	if e.Decision != nil && e.Decision.Scenario != nil {
		d.Matched = p.newMatched(e.Decision)
		d.EditAddress = p.editAddress(e.Decision.Scenario.Source)
	}
	for i := range e.Moves {
		d.Moves = append(d.Moves, newMove(e.Flow, &e.Moves[i]))
	}
	d.Makes = e.Decision != nil && p.config.Files != nil && !p.config.ReadOnly
	d.Records = p.config.Files != nil && !p.config.ReadOnly
	sent := restore(e)
	d.Missing, d.Replays = sent.missing, len(sent.missing) == 0 && !p.config.ReadOnly
	d.Curl = sent.curl(p.base())
	return d
}

// base is the address at which the reader reaches the server.
func (p *page) base() string {
	if p.r.TLS != nil {
		return "https://" + p.r.Host
	}
	return "http://" + p.r.Host
}

func (p *page) newMatched(d *journal.Decision) *matched {
	s := d.Scenario
	m := &matched{Name: s.Name, Forced: d.Forced, Position: p.position(s.Source)}
	for _, condition := range s.When.Describe() {
		m.Conditions = append(m.Conditions, condition.Key+": "+condition.Wanted)
	}
	return m
}

// position writes where something stands in a file, which is named as the editor names it where it can be edited.
func (p *page) position(s engine.Source) string {
	if s.File == "" {
		return ""
	}
	name, known := p.names[s.File]
	if !known {
		if name = s.File; p.config.Files != nil {
			name = cmp.Or(p.config.Files.PathOf(s.File), s.File)
		}
		if p.names == nil {
			p.names = map[string]string{}
		}
		p.names[s.File] = name
	}
	return fmt.Sprintf("%s:%d", name, s.Line)
}

func newMove(flow *engine.Flow, m *engine.Move) move {
	from, to := &flow.Steps[m.From], &flow.Steps[m.To]
	return move{From: from.Name, To: to.Name, Status: string(to.Status), Event: eventOf(from, m), At: m.At}
}

// eventOf returns what led out of the step, in the scenario language's words.
func eventOf(from *engine.Step, m *engine.Move) string {
	switch {
	case m.Transition >= 0:
		return from.Next[m.Transition].Event.String()
	case m.Event != "":
		return string(m.Event)
	}
	return "expires_after: " + from.ExpiresAfter.String()
}

func requestText(r *journal.Request) string {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s", r.Method, r.Path)
	for i, field := range r.Query {
		separator := "&"
		if i == 0 {
			separator = "?"
		}
		out.WriteString(separator + field.Name + "=" + field.Value)
	}
	out.WriteByte('\n')
	for _, field := range r.Header {
		fmt.Fprintf(&out, "%s: %s\n", field.Name, field.Value)
	}
	if len(r.Body) > 0 {
		out.WriteByte('\n')
		for _, field := range r.Body {
			fmt.Fprintf(&out, "%s: %s\n", field.Name, field.Value)
		}
	}
	return out.String()
}

func answerText(r *journal.Response) string {
	var out bytes.Buffer
	fmt.Fprintf(&out, "%d %s\n", r.Status, http.StatusText(r.Status))
	for _, field := range r.Header {
		fmt.Fprintf(&out, "%s: %s\n", field.Name, field.Value)
	}
	if len(r.Body) > 0 {
		out.WriteByte('\n')
		if json.Indent(&out, r.Body, "", "  ") != nil {
			out.Write(r.Body)
		}
	}
	return out.String()
}
