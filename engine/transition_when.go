package engine

import (
	"strconv"
	"time"
)

// timed reports whether time brings the event.
func (e *Event) timed() bool { _, timed := e.Due(); return timed }

// dueHolds reports whether a transition that time brings is taken as it is due. It is a function of the
// frozen flow, the record and the time: where it fails, the transition is spent for this visit of the step.
func (f *Flow) dueHolds(p *Process, transition int, at time.Time) bool {
	when := f.Steps[p.Step].Next[transition].When
	if when == nil {
		return true
	}
	session := Session{ID: p.Session, BeganAt: at}
	if p.SessionBegan != nil {
		session.BeganAt = *p.SessionBegan
	}
	q := inquiry{
		login: &Login{Session: p.Session, at: at}, now: at, session: &session, captures: p.Captures,
		draws: drawing{seed: p.Seed, fixed: true, position: [3]int{p.Step, p.Visits, 1<<15 + 64*transition}},
	}
	holds, err := when.holds(&q)
	return holds && err == nil // captures were checked at the login
}

// asker holds the condition of a step's transition against an input.
type asker func(p *Process, transition int) (bool, error)

// asks reports whether a transition may be taken by an input, as far as its condition is concerned.
func (ask asker) asks(p *Process, transition *Transition, number int) (bool, error) {
	if transition.When == nil || ask == nil {
		return transition.When == nil, nil
	}
	return ask(p, number)
}

// fits reports whether an input's value is what the event asks for.
func (e *Event) fits(value string, captures Captures, now time.Time) bool {
	return e.Value.fits(value, captures, now)
}

// fits reports whether value fulfils the matcher, completed by the captures, at the moment now.
func (m *Matcher) fits(value string, captures Captures, now time.Time) bool {
	if !m.Captured() {
		return m.MatchAt(value, now)
	}
	full := m.Expand(captures)
	return full.MatchAt(value, now)
}

// asker returns what conditions of transitions are asked of.
func (f *Flow) asker(q *inquiry) asker {
	return func(p *Process, transition int) (bool, error) {
		when := f.Steps[p.Step].Next[transition].When
		return q.askRecord(when, "transition "+strconv.Itoa(transition)+" of "+f.Steps[p.Step].Name+" of "+p.Scenario)
	}
}
