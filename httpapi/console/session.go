package console

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// sessionPage is one session: its clock, its switches and the faults that a test gave it.
type sessionPage struct {
	engine.SessionState
	Offset   string
	Switches []barSwitch
	Faults   []sessionFault
	// Written are the faults as they can be written anew, one a line.
	Written   string
	Endpoints []engine.Endpoint
	Effects   []string
	Lasts     []string
	// Moves says that a fault is to end by itself, so that the page looks again soon.
	Moves, ReadOnly bool
	// Records says that what was played in it can become a test.
	Records bool
}

// sessionFault is a fault of the session that has not ended.
type sessionFault struct {
	Name, Written string
	// Until is when it ends, nil for not by itself; In how far ahead that is.
	Until *time.Time
	In    time.Duration
}

// Session shows one session.
func (c *Console) Session(w http.ResponseWriter, r *http.Request, id string) error {
	p := c.page(w, r, "sessions")
	if err := engine.CheckSessionName(id); err != nil {
		return p.news(http.StatusNotFound, p.say("clock.no_session"), err)
	}
	if other := r.URL.Query().Get("session"); other != "" && other != id && engine.CheckSessionName(other) == nil {
		return p.redirect("/console/sessions/" + other) // the bar's session was changed
	}
	p.frame.Session = id
	state, err := c.config.Sessions.Get(r.Context(), id)
	if err != nil {
		return p.refused(err)
	}
	faults, err := c.config.Sessions.Faults(r.Context(), id)
	if err != nil {
		return p.refused(err)
	}
	content := sessionPage{
		SessionState: state, ReadOnly: c.config.ReadOnly, Endpoints: engine.Endpoints(), Effects: faultEffects(),
		Lasts: []string{"30s", "5m", "1h"},
	}
	if !state.Clock.Frozen() && state.Clock.Offset > 0 {
		content.Offset = engine.FormatDuration(state.Clock.Offset)
	}
	for _, declared := range c.config.Bank.Rules().Switches {
		content.Switches = append(content.Switches, barSwitch{declared, state.Switches[declared.Name]})
	}
	content.Records = c.config.Files != nil && !c.config.ReadOnly
	var lines []string
	for _, one := range faults {
		shown := sessionFault{Name: one.Name, Written: string(one.Written), Until: one.Until}
		if one.Until != nil {
			shown.In = one.Until.Sub(state.Now)
			content.Moves = content.Moves || !state.Clock.Frozen()
		}
		content.Faults = append(content.Faults, shown)
		lines = append(lines, "- "+shown.Written)
	}
	content.Written = strings.Join(lines, "\n")
	if p.part() {
		return p.write(http.StatusOK, "session_state", content)
	}
	p.frame.Title = id
	return p.show(http.StatusOK, "session.html", "session", content)
}

var errNoFault = errors.New("the form holds no fault")

// ChangeFaults gives a session faults, or ends some, as the form says: one more by its parts, all that are written,
// or the end of one or of all.
func (c *Console) ChangeFaults(w http.ResponseWriter, r *http.Request, id string) error {
	p := c.page(w, r, "sessions")
	if err := engine.CheckSessionName(id); err != nil {
		return p.news(http.StatusUnprocessableEntity, p.say("clock.no_session"), err)
	}
	var faults []engine.SessionFault
	var problems []Problem
	var err error
	switch r.PostFormValue("action") {
	case "add":
		faults, problems, err = p.addFault(id)
	case "write":
		if written := r.PostFormValue("faults"); strings.TrimSpace(written) != "" { // nothing stands for none
			faults, problems = c.config.CompileFaults(written)
		}
	case "end":
		faults, err = p.faultsWithout(id, r.PostFormValue("fault"))
	case "end_all":
	default:
		return p.news(http.StatusUnprocessableEntity, p.say("fault.no_action"), errNoFault)
	}
	if err != nil {
		return p.refused(err)
	}
	if len(problems) > 0 {
		return p.news(http.StatusUnprocessableEntity, p.problemsText(problems), errNoFault)
	}
	if _, err := c.config.Sessions.SetFaults(r.Context(), id, faults); err != nil {
		return p.refused(err)
	}
	return p.done(p.back("/console/sessions/" + id))
}

func (p *page) problemsText(problems []Problem) string {
	var texts []string
	for _, problem := range problems {
		text := problem.Position + ": " + problem.Message
		if problem.Hint != "" {
			text += " (" + problem.Hint + ")"
		}
		texts = append(texts, text)
	}
	return p.say("fault.refused", strings.Join(texts, "; "))
}
