package console

import (
	"net/http"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// bar is what stands over every page: the session's clock, the rules, and the last reload.
type bar struct {
	Session string
	// Known says that the session is there; a clock that was never turned shows the wall's time.
	Known  bool
	Now    time.Time
	Frozen bool
	Offset time.Duration
	// Switches are those that the rules declare.
	Switches []barSwitch

	Generation    int64
	Hash          string
	Scenarios     int
	Configuration Configuration
	ReadOnly      bool
}

// barSwitch is a switch as the session has it.
type barSwitch struct {
	engine.Switch
	On bool
}

// Refused reports whether the files on disk are not those that are played.
func (b *bar) Refused() bool { return b.Configuration.Result == "refused" }

func (p *page) bar() (*bar, error) {
	rules := p.config.Bank.Rules()
	b := &bar{
		Session: p.frame.Session, Now: p.config.Now().UTC(), Generation: rules.Generation, Hash: rules.Hash,
		Scenarios: len(rules.Scenarios), Configuration: p.config.Configuration(), ReadOnly: p.config.ReadOnly,
	}
	state, err := p.config.Sessions.Get(p.r.Context(), p.frame.Session)
	for _, declared := range rules.Switches {
		b.Switches = append(b.Switches, barSwitch{declared, state.Switches[declared.Name]})
	}
	switch {
	case engine.CodeOf(err) == engine.CodeNotFound:
		return b, nil // nobody used it yet
	case err != nil:
		return nil, err
	}
	b.Known, b.Now, b.Frozen = true, state.Now, state.Clock.Frozen()
	b.Offset = state.Now.Sub(p.config.Now()).Truncate(time.Second)
	return b, nil
}

// Bar answers with the bar alone.
func (c *Console) Bar(w http.ResponseWriter, r *http.Request) error {
	p := c.page(w, r, "")
	b, err := p.bar()
	if err != nil {
		return p.refused(err)
	}
	p.frame.Bar = b
	return p.write(http.StatusOK, "bar", nil)
}

// Flip sets a switch of a session, as the form says: its button has the switch's name.
func (c *Console) Flip(w http.ResponseWriter, r *http.Request) error {
	p := c.page(w, r, "")
	session := r.PostFormValue("session")
	if err := engine.CheckSessionName(session); err != nil {
		return p.news(http.StatusUnprocessableEntity, p.say("clock.no_session"), err)
	}
	name, on := r.PostFormValue("on"), true
	if name == "" {
		name, on = r.PostFormValue("off"), false
	}
	if _, err := c.config.Sessions.FlipSwitch(r.Context(), session, name, on); err != nil {
		return p.refused(err)
	}
	return p.done(p.back("/console/live?session=" + session))
}

// ChangeClock turns a session's clock, as the form says: freeze, resume, advance by a duration, on to a moment, or to what
// is due next.
func (c *Console) ChangeClock(w http.ResponseWriter, r *http.Request) error {
	p := c.page(w, r, "")
	session := r.PostFormValue("session")
	if err := engine.CheckSessionName(session); err != nil {
		return p.news(http.StatusUnprocessableEntity, p.say("clock.no_session"), err)
	}
	clockChange, err := p.clockChange(session)
	if err != nil {
		return p.news(http.StatusUnprocessableEntity, p.say("clock.no_turn"), err)
	}
	outcome, err := c.config.Clocks.Change(r.Context(), session, clockChange)
	switch {
	case err != nil:
		return p.refused(err)
	case clockChange.ToNext && outcome.Due == nil:
		return p.news(http.StatusOK, p.say("clock.nothing_due"), nil)
	}
	return p.done(p.back("/console/live?session=" + session))
}

// clockChange returns what the form asks for.
func (p *page) clockChange(session string) (engine.ClockChange, error) {
	switch p.r.PostFormValue("turn") {
	case "freeze":
		return engine.ClockChange{Freeze: true}, nil
	case "resume":
		return engine.ClockChange{Resume: true}, nil
	case "next":
		return engine.ClockChange{ToNext: true}, nil
	case "to":
		to, err := time.Parse(time.RFC3339Nano, p.r.PostFormValue("to"))
		if err != nil {
			return engine.ClockChange{}, err
		}
		state, err := p.config.Sessions.Get(p.r.Context(), session)
		if err != nil {
			return engine.ClockChange{}, err
		}
		return engine.ClockChange{Advance: max(0, to.Sub(state.Now))}, nil
	}
	d, err := engine.ParseDuration(p.r.PostFormValue("advance"))
	return engine.ClockChange{Advance: d}, err
}

// say returns a text of the page's language; that there is one is tested.
func (p *page) say(name string, args ...any) string {
	text, err := p.language.Say(name, args...)
	if err != nil {
		return name
	}
	return text
}
