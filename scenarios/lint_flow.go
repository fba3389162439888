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
				f.report.add(written.Next[j].at(), CodeNeverFires, "take it out, or change the order", "this transition never fires: %s",
					why)
			}
		}
		f.lintExpiry(written, step)
	}
}

// neverFires says why a transition can never be taken, or nothing.
func (f *flowCompiler) neverFires(written *Step, step *engine.Step, at int) string {
	transition := &step.Next[at]
	if never := transition.Event.Spec().NeverFires; never != nil {
		if why := never(step, &transition.Event); why != "" {
			return why
		}
	}
	for i := range step.Next {
		if i == at || step.Next[i].When != nil { // which does not always come before
			continue
		}
		if why := preempts(&step.Next[i].Event, &transition.Event, i < at); why != "" {
			return fmt.Sprintf("%s (line %d)", why, written.Next[i].at().line)
		}
	}
	expiry := step.ExpiresAfter
	if due, timed := transition.Event.Due(); timed && fixed(expiry) && fixed(due) && !expiry.IsZero() && expiry.Max < due.Min {
		return "the step expires before it is due"
	}
	return ""
}

// preempts says why the event a keeps b from ever firing, or nothing; first says that a stands before.
func preempts(a, b *engine.Event, first bool) string {
	if due, timed := a.Due(); timed && fixed(due) {
		later, alsoTimed := b.Due()
		if alsoTimed && fixed(later) && (due.Max < later.Min || first && due.Max == later.Min) {
			return fmt.Sprintf("an earlier `%s` always leaves the step before", a.Kind)
		}
		if due.Max == 0 && !alsoTimed {
			return fmt.Sprintf("an `%s` of 0 leaves the step at once", a.Kind)
		}
	}
	if first && a.Covers(b) {
		return "one before it takes everything that it would"
	}
	return ""
}

func (f *flowCompiler) lintExpiry(written *Step, step *engine.Step) {
	if step.ExpiresAfter.IsZero() || !fixed(step.ExpiresAfter) {
		return
	}
	for i := range step.Next {
		event := &step.Next[i].Event
		if due, timed := event.Due(); timed && step.Next[i].When == nil && fixed(due) && due.Max < step.ExpiresAfter.Min {
			f.report.add(written.key("expires_after"), CodeNeverFires, "take it out, or make it shorter",
				"this step never expires: an `%s` always leaves it before (line %d)", event.Kind, written.Next[i].at().line)
			return
		}
	}
}

// placeholdersIn lists what looks like a capture in the texts that a matcher compares with.
func placeholdersIn(matcher *engine.Matcher) []string {
	var found []string
	for _, text := range matcher.Texts() {
		found = append(found, names(engine.Text(text))...)
	}
	return found
}

// fixed reports whether the bounds of a duration are known before a login.
func fixed(d engine.Duration) bool { return d.Text == "" && d.Median == 0 }
