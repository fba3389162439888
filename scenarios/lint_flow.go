package scenarios

import (
	"fmt"

	"github.com/mockbank/mockbank/engine"
)

// lint warns of steps and transitions that do nothing.
func (f *flowCompiler) lint() {
	for i, written := range f.written {
		step := &f.steps[i]
		if !step.Status.Ended() && len(step.Next) == 0 && step.ExpiresAfter.IsZero() {
			f.report.add(written.value("status"), CodeWaitsForever, "add a way out under `next`, or `expires_after`",
				"nothing leads out of this step: a process that comes here stays %s for ever", step.Status)
		}
		for j := range step.Next {
			if why := f.neverFires(written, step, j); why != "" {
				f.report.add(written.Next[j].at(), CodeNeverFires, "take it out, or change the order", "this transition never fires: %s", why)
			}
		}
		f.lintExpiry(written, step)
		f.lintLiterals(written)
	}
}

// neverFires says why a transition can never be taken, or nothing.
func (f *flowCompiler) neverFires(written *Step, step *engine.Step, at int) string {
	way := &step.Next[at]
	if way.Event.Kind == engine.EventAttempts {
		if why := neverExhausted(step); why != "" {
			return why
		}
	}
	for i := range step.Next {
		if why := preempts(&step.Next[i].Event, &way.Event, i < at); i != at && why != "" {
			return fmt.Sprintf("%s (line %d)", why, written.Next[i].at().line)
		}
	}
	if way.Event.Kind == engine.EventAfter && fixed(step.ExpiresAfter) && fixed(way.Event.After) && !step.ExpiresAfter.IsZero() && step.ExpiresAfter.Max < way.Event.After.Min {
		return "the step expires before it is due"
	}
	return ""
}

// preempts says why the event a keeps b from ever firing, or nothing; first says that a stands before.
func preempts(a, b *engine.Event, first bool) string {
	if a.Kind == engine.EventAfter && fixed(a.After) {
		if b.Kind == engine.EventAfter && fixed(b.After) && (a.After.Max < b.After.Min || first && a.After.Max == b.After.Min) {
			return "an earlier `after` always leaves the step before"
		}
		if a.After.Max == 0 && b.Kind != engine.EventAfter {
			return "an `after` of 0 leaves the step at once"
		}
	}
	if !first || a.Kind != b.Kind || a.Kind == engine.EventAfter {
		return ""
	}
	switch {
	case a.Kind == engine.EventPolls && a.Polls > b.Polls:
		return ""
	case a.Kind != engine.EventPolls && !covered(&a.Value, &b.Value):
		return ""
	}
	return "one before it takes everything that it would"
}

// neverExhausted says why a challenge's attempts are never used up, or nothing.
func neverExhausted(step *engine.Step) string {
	if step.Challenge == nil || step.Challenge.Attempts == 0 {
		return "the step's challenge has no `attempts`"
	}
	for i := range step.Next {
		switch event := &step.Next[i].Event; event.Kind {
		case engine.EventChallengeResponse, engine.EventPassword, engine.EventTwoStepProcedure:
			if !event.Value.MatchesAll() {
				return ""
			}
		}
	}
	return "no answer can be wrong, since a transition takes every one"
}

func (f *flowCompiler) lintExpiry(written *Step, step *engine.Step) {
	if step.ExpiresAfter.IsZero() || !fixed(step.ExpiresAfter) {
		return
	}
	for i := range step.Next {
		event := &step.Next[i].Event
		if event.Kind == engine.EventAfter && fixed(event.After) && event.After.Max <= step.ExpiresAfter.Min {
			f.report.add(written.key("expires_after"), CodeNeverFires, "take it out, or make it shorter",
				"this step never expires: an `after` always leaves it before (line %d)", written.Next[i].at().line)
			return
		}
	}
}

// lintLiterals warns of answers that look like a text with a capture: only texts know those.
func (f *flowCompiler) lintLiterals(written *Step) {
	for i := range written.Next {
		way := &written.Next[i]
		for key, matcher := range map[string]*engine.Matcher{
			"challenge_response": way.ChallengeResponse, "two_step_procedure": way.TwoStepProcedure, "password": way.Password,
		} {
			if matcher == nil || len(placeholdersIn(matcher)) == 0 {
				continue
			}
			f.report.add(way.value(key), CodeLiteralPlaceholder, "captures stand in texts, codes, durations and progress; compare with a plain text or with `matches`",
				"%s is compared with ${%s} to the letter: a condition knows no captures", key, placeholdersIn(matcher)[0])
		}
	}
}

// placeholdersIn lists what looks like a capture in the texts that a matcher compares with.
func placeholdersIn(matcher *engine.Matcher) []string {
	var found []string
	texts := []string{matcher.Prefix, matcher.Suffix, matcher.Contains}
	if matcher.Equals != nil {
		texts = append(texts, *matcher.Equals)
	}
	for _, text := range texts {
		found = append(found, names(engine.Text(text))...)
	}
	for i := range matcher.OneOf {
		found = append(found, placeholdersIn(&matcher.OneOf[i])...)
	}
	if matcher.Not != nil {
		found = append(found, placeholdersIn(matcher.Not)...)
	}
	return found
}

// fixed reports whether the bounds of a duration are known before a login.
func fixed(d engine.Duration) bool { return d.Text == "" }
