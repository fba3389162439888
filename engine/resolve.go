package engine

import "time"

// Resolve brings a process up to now: it applies every timed transition that is due, each at the
// moment it is due. A process never goes back, so a now before the record's last change counts as
// that change.
func (f *Flow) Resolve(p Process, now time.Time) (Process, []Move) {
	now = later(now, p.UpdatedAt)
	return f.pass(p, nil, now)
}

// pass applies the timed transitions that are due by now, and adds them to moves.
func (f *Flow) pass(p Process, moves []Move, now time.Time) (Process, []Move) {
	for {
		move, ok := f.nextDue(&p)
		if !ok || move.At.After(now) {
			return p, moves
		}
		f.move(&p, move)
		moves = append(moves, move)
	}
}

// nextDue returns the timed transition that leaves the process's step first. Of two at the same
// moment it is the first in the file; the expiry comes last.
func (f *Flow) nextDue(p *Process) (Move, bool) {
	step := &f.Steps[p.Step]
	best := Move{From: p.Step, Transition: -1}
	found := false
	consider := func(after Duration, position, to int, event EventKind) {
		at := p.EnteredAt.Add(p.duration(after, position))
		if !found || at.Before(best.At) {
			best.At, best.To, best.Event, best.Transition = at, to, event, position
			found = true
		}
	}
	for i := range step.Next {
		event := &step.Next[i].Event
		due, timed := event.Due()
		if timed && f.dueHolds(p, i, p.EnteredAt.Add(p.duration(due, i))) {
			consider(due, i, step.Next[i].To, event.Kind)
		}
	}
	if p.expires(step) {
		consider(step.ExpiresAfter, -1, step.ExpiresTo, "")
	}
	if at, to, ok := f.nextAwait(p); ok && (!found || at.Before(best.At)) {
		return Move{From: p.Step, To: to, At: at, Event: EventAwait, Transition: -1}, true
	}
	return best, found
}

// expires reports whether the step, which the process is in, ends by itself. An answer waits to be connected only
// until it is.
func (p *Process) expires(step *Step) bool {
	return !step.ExpiresAfter.IsZero() && (step.Status != Authenticated || p.ConnectionID == "")
}

// cause takes the first transition of the step that this brings about, if there is one. Conditions of transitions are
// asked of ask, as [Flow.Apply] does.
func (f *Flow) cause(p Process, moves []Move, what EventCause, now time.Time, ask asker) (Process, []Move, error) {
	step := &f.Steps[p.Step]
	for i := range step.Next {
		if step.Next[i].Event.Cause() != what {
			continue
		}
		holds, err := ask.asks(&p, &step.Next[i], i)
		if err != nil {
			return p, moves, err
		}
		if holds {
			p, moves = f.take(p, moves, i, now)
			break
		}
	}
	return p, moves, nil
}

// duration is the length of a duration in the process's step; place tells the step's durations
// apart. Captures were checked at the login, so there is a value.
func (p *Process) duration(d Duration, position int) time.Duration {
	length, err := d.Value(p.Captures, draw{p.Seed, [3]int{p.Step, p.Visits, position + 1}})
	if err != nil {
		return 0
	}
	return length
}

func (p *Process) enter(step int, at time.Time) {
	p.Step, p.EnteredAt, p.UpdatedAt = step, at, at
	p.Visits++
	p.WrongAnswers, p.Wrong, p.Polls, p.Answers = 0, "", 0, 0
}

// Apply brings the process up to now and gives it an input. Of the step's transitions the first
// that fits is taken; an input that none fits is a wrong answer. A timed transition of the step
// that it enters is applied too where it is due at once. Where the step takes no input of the kind,
// Apply returns an [Error] with [CodeNoChallengeOpen].
// Conditions of transitions are asked of ask; where that is nil none of them holds.
func (f *Flow) Apply(p Process, in Input, now time.Time, ask asker) (Process, []Move, error) {
	now = later(now, p.UpdatedAt)
	p, moves := f.Resolve(p, now)
	step := &f.Steps[p.Step]
	if !step.takes(in.Kind) {
		return p, moves, f.notOpen(step, in.Kind)
	}
	value := f.read(&p, in, now)
	for i := range step.Next {
		if event := &step.Next[i].Event; !event.takes(step, in, value, p.Captures, now) {
			continue
		}
		if holds, err := ask.asks(&p, &step.Next[i], i); err != nil {
			return p, moves, err
		} else if holds {
			p, moves = f.take(p, moves, i, now)
			return p, moves, nil
		}
	}
	if !in.Kind.Spec().Answers() {
		return p, moves, f.notOpen(step, in.Kind)
	}
	return f.wrongAnswer(p, moves, in.Kind, now, ask)
}

// wrongAnswer counts an answer that no transition took, and leaves the step once its challenge's
// attempts are used up.
func (f *Flow) wrongAnswer(p Process, moves []Move, kind EventKind, now time.Time, ask asker) (Process, []Move, error) {
	step := &f.Steps[p.Step]
	p.WrongAnswers++
	p.Wrong, p.UpdatedAt = kind, now
	if step.Challenge == nil || step.Challenge.Attempts == 0 || p.WrongAnswers < step.Challenge.Attempts {
		return p, moves, nil
	}
	return f.cause(p, moves, ByWrongAnswers, now, ask)
}

// Poll brings the process up to now and counts a read, where a transition of the step waits for reads.
// It reports whether the read was counted. The read that completes the count is the event: its
// answer shows the state after it.
// Conditions of transitions are asked of ask, as [Flow.Apply] does.
func (f *Flow) Poll(p Process, now time.Time, ask asker) (Process, []Move, bool, error) {
	now = later(now, p.UpdatedAt)
	p, moves := f.Resolve(p, now)
	step := &f.Steps[p.Step]
	if !step.countsReads() {
		return p, moves, false, nil
	}
	p.Polls++
	for i := range step.Next {
		event := &step.Next[i].Event
		if event.Cause() != ByReads || !event.Spec().reached(event, p.Polls) {
			continue
		}
		if holds, err := ask.asks(&p, &step.Next[i], i); err != nil {
			return p, moves, false, err
		} else if holds {
			p, moves = f.take(p, moves, i, now)
			break
		}
	}
	return p, moves, true, nil
}

// take takes a transition, and whatever is due in the next step at that very moment.
func (f *Flow) take(p Process, moves []Move, transition int, at time.Time) (Process, []Move) {
	t := &f.Steps[p.Step].Next[transition]
	move := Move{From: p.Step, To: t.To, At: at, Event: t.Event.Kind, Transition: transition}
	f.move(&p, move)
	return f.pass(p, append(moves, move), at)
}

func (f *Flow) notOpen(step *Step, kind EventKind) error {
	return refuse(CodeNoChallengeOpen, "the process is %s and takes no %s now", step.Status, kind)
}

// outlook fills EndsAt and EndStatus: when, and how, the process ends if nobody sends an input; MovesAt; and RescanAt, when
// it is first in a step that another login leaves, or opens again after that end.
func (f *Flow) outlook(p *Process) {
	p.MovesAt = f.nextMove(p)
	ahead := *p
	p.EndsAt, p.EndStatus, p.RescanAt = nil, "", nil
	for {
		step, at := &f.Steps[ahead.Step], ahead.EnteredAt
		ended := step.Status.Ended()
		if p.RescanAt == nil && (!ended && p.EndsAt != nil || p.ConnectionID == "" && step.leftBy(ByLogin)) {
			p.RescanAt = &at
		}
		if ended && p.EndsAt == nil {
			p.EndsAt, p.EndStatus = &at, step.Status
		}
		if p.RescanAt != nil && p.EndsAt != nil {
			return
		}
		move, ok := f.nextDue(&ahead)
		if !ok {
			return
		}
		f.move(&ahead, move)
	}
}

// leftBy reports whether something of this cause leads out of the step.
func (s *Step) leftBy(cause EventCause) bool {
	for i := range s.Next {
		if s.Next[i].Event.Cause() == cause {
			return true
		}
	}
	return false
}

// State describes a process that was resolved to the moment now as a client sees it.
func (f *Flow) State(p Process, now time.Time) ProcessState {
	step := &f.Steps[p.Step]
	state := ProcessState{
		Process: p, Status: step.Status, flow: f, step: step,
		Challenge: f.challenge(&p, step, now), Error: step.Error.Expand(p.Captures),
	}
	if wrong, ok := f.Wrong[p.Wrong]; ok {
		state.Error = wrong.Expand(p.Captures)
	}
	if p.expires(step) {
		at := p.EnteredAt.Add(p.duration(step.ExpiresAfter, -1))
		state.ExpiresAt = &at
	}
	if p.RedirectURI != "" || step.RedirectURL != nil {
		state.values = f.values(&p, step.Status, FormatTime(now))
	}
	state.RedirectURL, state.NoRedirectURL = step.redirectURL(state.values), step.NoRedirectURL
	for _, decision := range step.Decisions {
		state.Decisions = append(state.Decisions, Decision{decision.ID, decision.Name.Expand(p.Captures)})
	}
	return state
}

func (f *Flow) challenge(p *Process, step *Step, now time.Time) *ChallengeState {
	c := step.Challenge
	if c == nil {
		return nil
	}
	state := &ChallengeState{
		Kind: c.Kind, Message: c.Message.Expand(p.Captures),
		AnswerFieldLabel: c.AnswerFieldLabel.Expand(p.Captures), Verbatim: c.Verbatim,
		Shows: c.Shows.Expand(p.Captures), Number: p.numberOf(c, now),
	}
	c.expandInto(state, p.Captures)
	if c.Procedures != nil {
		state.Procedures = make([]Procedure, 0, len(c.Procedures)) // an empty list is one too
	}
	for _, procedure := range c.Procedures {
		procedure.Name = procedure.Name.Expand(p.Captures)
		state.Procedures = append(state.Procedures, procedure)
	}
	if c.Attempts > 0 {
		left := max(c.Attempts-p.WrongAnswers, 0)
		state.AttemptsLeft = &left
	}
	return state
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
