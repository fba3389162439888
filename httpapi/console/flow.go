package console

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"html/template"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/diagram"
)

// flowPage is one process, and its connection where there is one.
type flowPage struct {
	ID, Noun, Bank, Scenario, Rules, Session string
	Username                                 string
	ProcessID, ConnectionID                  string
	// Position is where the scenario stands in the files, "" where it is not there any more.
	Position string
	Status   string
	Error    *engine.Failure
	// Progress is the import's, of a connection.
	Progress int
	Message  string
	Now      time.Time
	Frozen   bool
	Drawing  template.HTML
	Inputs   inputs
	Next     []upcoming
	Moments  []moment
	Past     []past
	// Webhooks are what webhooks were told of it, the oldest first.
	Webhooks   []engine.Delivery
	Answer     string
	RedirectTo string
	// Moves says that something is changing by itself, so that the page looks again soon.
	Moves    bool
	ReadOnly bool
}

// upcoming is what time does next.
type upcoming struct {
	engine.Due
	// In is how far ahead it is.
	In time.Duration
}

// moment is a state of the import's timeline.
type moment struct {
	At       time.Time
	Status   string
	Progress int
	Message  string
	Code     string
	Reached  bool
}

// inputs are what a user or a client can send to the process now.
type inputs struct {
	ProcessID string
	// Mark changes with what can be sent, so that a form is only replaced where it is another one.
	Mark    string
	Message string
	Label   string
	// Pictures are what the user reads or scans, Parts the fields of an answer that has several.
	Pictures []template.URL
	Parts    []part
	// Fields are inputs that take a text; Choices methods to choose from; Decisions what can be decided.
	Fields    []string
	Choices   []engine.Procedure
	Decisions []string
	// Page is the bank's page of the process, "" where it has none.
	Page string
}

// Process shows one process. One that became a connection is shown there.
func (c *Console) Process(w http.ResponseWriter, r *http.Request, id string, answers Answers) error {
	p := c.page(w, r, "flow")
	view, err := c.config.Bank.ViewProcess(r.Context(), id)
	if err != nil {
		return p.refused(err)
	}
	content := p.flowOf(&view)
	p.answered(&content, answers.Process(&view.ProcessState))
	d := diagram.Of(view.Flow.Describe())
	p.light(d, &view, nil)
	content.Drawing = draw(d)
	return p.showFlow(content, "flow.process")
}

// Connection shows one connection, with its process.
func (c *Console) Connection(w http.ResponseWriter, r *http.Request, id string, answers Answers) error {
	p := c.page(w, r, "flow")
	view, err := c.config.Bank.ViewConnection(r.Context(), id)
	if err != nil {
		return p.refused(err)
	}
	process, err := c.config.Bank.ViewProcess(r.Context(), view.ProcessID)
	if err != nil {
		return p.refused(err)
	}
	content := p.flowOf(&process)
	content.Answer = indent(p.named(engine.ConnectionMembers, answers.Connection(&view.ConnectionState)))
	p.addConnection(&content, &view)
	d := diagram.Of(view.Flow.Describe())
	p.light(d, &process, &view)
	content.Drawing = draw(d)
	return p.showFlow(content, "flow.connection")
}

func (p *page) showFlow(content flowPage, title string) error {
	p.frame.Session = content.Session
	content.ReadOnly = p.config.ReadOnly
	if p.part() {
		p.frame.News = p.r.URL.Query().Get("mark")
		return p.write(http.StatusOK, "flow", content)
	}
	return p.show(http.StatusOK, "flow.html", title, content)
}

func (p *page) flowOf(view *engine.ProcessView) flowPage {
	content := flowPage{
		ID: view.ID, Bank: view.Bank, Scenario: view.Scenario, Rules: view.Rules, Session: view.Session, Username: view.Username,
		ProcessID: view.ID, ConnectionID: view.ConnectionID, Status: string(view.Status), Error: view.Error, Now: view.Now,
		Inputs: newInputs(view), RedirectTo: view.RedirectURI,
	}
	if s, found := p.config.Bank.Rules().Scenario(view.Scenario); found {
		content.Position = p.position(s.Source)
	}
	if session, err := p.config.Sessions.Get(p.r.Context(), view.Session); err == nil {
		content.Frozen = session.Clock.Frozen()
	}
	content.ahead(view.Next)
	content.Past = p.past(view.ID, view.ConnectionID)
	reported, err := p.config.Webhooks.Deliveries(p.r.Context(), engine.DeliveryFilter{Stream: view.ID, Limit: maxPast, Latest: true})
	if err == nil { // else the rest of the page is shown all the same
		slices.Reverse(reported)
		content.Webhooks = reported
	}
	return content
}

// happened is when what a webhook tells of came about, by the session's clock: what else a flow shows goes by that one.
func happened(reported engine.Delivery) time.Time {
	var payload struct{ Timestamp time.Time }
	if json.Unmarshal(reported.Payload, &payload) != nil || payload.Timestamp.IsZero() {
		return reported.CreatedAt
	}
	return payload.Timestamp
}

// ahead adds what time does next.
func (f *flowPage) ahead(due *engine.Due) {
	if due != nil && due.At.After(f.Now) {
		f.Next = append(f.Next, upcoming{*due, due.At.Sub(f.Now)})
		f.Moves = f.Moves || !f.Frozen
	}
}

func (p *page) addConnection(content *flowPage, view *engine.ConnectionView) {
	content.ID, content.ConnectionID, content.Status = view.ID, view.ID, string(view.Status)
	content.Progress, content.Message, content.Error = view.Progress, view.Message, view.Error
	content.Now = view.Now
	for i := range view.Moments {
		m := &view.Moments[i]
		shown := moment{At: m.ChangedAt, Status: string(m.Status), Progress: m.Progress, Message: m.Message.String(),
			Reached: !m.ChangedAt.After(view.Now)}
		if m.Error != nil {
			shown.Code = string(m.Error.Code)
		}
		content.Moments = append(content.Moments, shown)
	}
	content.ahead(view.Next)
}

// newInputs says what can be sent to the process, by the events that its step waits for.
func newInputs(view *engine.ProcessView) inputs {
	in := inputs{ProcessID: view.ID}
	step := &view.Flow.Steps[view.Step]
	seen := map[engine.EventKind]bool{}
	for i := range step.Next {
		event := &step.Next[i].Event
		door := event.Spec().Door
		if door == nil {
			continue
		}
		switch {
		case door.Field == "":
			if !seen[event.Kind] {
				in.Decisions = []string{engine.Approved, engine.Declined}
			}
			if door.Page {
				in.Page = "/login/" + view.ID
			} else {
				in.Page = "/phone/" + view.ID
			}
		case view.Challenge != nil && len(view.Challenge.Procedures) > 0 && door.Field == choiceField:
			in.Choices = view.Challenge.Procedures
		case !seen[event.Kind]:
			in.Fields = append(in.Fields, string(event.Kind))
		}
		seen[event.Kind] = true
	}
	if view.Challenge != nil {
		in.Message, in.Label = view.Challenge.Message.String(), view.Challenge.AnswerFieldLabel.String()
	}
	in.Mark = strings.Join([]string{step.Name, itoa(view.Visits), strings.Join(in.Fields, ",")}, "/")
	return in
}

// choiceField is the member of a request in which a client names the method that its user chose.
const choiceField = "two_step_procedure_id"

// Nothing reports whether nobody can send anything.
func (in inputs) Nothing() bool {
	return len(in.Fields)+len(in.Choices)+len(in.Decisions) == 0
}

func draw(d *diagram.Drawing) template.HTML {
	var out strings.Builder
	_ = d.WriteSVG(&out)               // a builder takes all
	return template.HTML(out.String()) // every text in it is escaped, as the tests of diagram see to
}

func indent(body json.RawMessage) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if encoder.Encode(body) != nil {
		return string(body)
	}
	return strings.TrimRight(out.String(), "\n")
}
