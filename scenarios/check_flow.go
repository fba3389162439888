package scenarios

import (
	"fmt"
	"slices"

	"github.com/mockbank/mockbank/engine"
)

// checkCircles reports steps that time alone leads round in a circle, and answers that time alone
// turns back into questions.
func (f *flowCompiler) checkCircles() {
	state := make([]visitState, len(f.steps))
	for i := range f.written {
		f.visitTimed(i, state)
	}
}

type visitState int

const (
	unvisited visitState = iota
	visiting
	visited
)

func (f *flowCompiler) visitTimed(step int, state []visitState) {
	if state[step] != unvisited || step >= len(f.written) {
		return
	}
	state[step] = visiting
	for i := range f.steps[step].Next {
		transition := &f.steps[step].Next[i]
		if _, timed := transition.Event.Due(); !timed || f.written[step].Next[i].Then == nil {
			continue
		}
		at := f.written[step].Next[i].key(string(transition.Event.Kind))
		if state[transition.To] == visiting {
			f.report.add(at, CodeTimedCircle, "let an input lead out of one of the steps, or an `after` lead to an end",
				"time alone leads from the step %q round in a circle, without an end", f.steps[transition.To].Name)
			continue
		}
		if f.steps[step].Status.Ended() && !f.steps[transition.To].Status.Ended() {
			f.report.add(at, CodeAfterEnd, "only an input can open a process again", "time alone leads from %s back to %s",
				f.steps[step].Status, f.steps[transition.To].Status)
		}
		f.visitTimed(transition.To, state)
	}
	state[step] = visited
}

// checkCounts reports counters on steps that no login and no input enters: only those count.
func (f *flowCompiler) checkCounts() {
	entered := make([]bool, len(f.steps))
	entered[0] = true
	for i := range f.written {
		for j := range f.steps[i].Next {
			if transition := &f.steps[i].Next[j]; transition.Event.Spec().Counts() {
				entered[transition.To] = true
			}
		}
	}
	for i, written := range f.written {
		if entered[i] || len(written.Count)+len(written.Reset) == 0 {
			continue
		}
		for _, key := range []string{"count", "reset"} {
			if written.has(key) {
				f.report.add(written.key(key), CodeCountByTime, "count at the step before, which an input enters",
					"only time and reads enter this step, and %q acts when a login or an input does", key)
			}
		}
	}
}

// checkProcedures reports methods that a transition takes and the challenge does not offer.
func (f *flowCompiler) checkProcedures(written *Step) {
	if written.Challenge == nil || len(written.Challenge.Procedures) == 0 {
		return
	}
	var offered []string
	for i := range written.Challenge.Procedures {
		offered = append(offered, written.Challenge.Procedures[i].ID)
	}
	for i := range written.Next {
		transition := &written.Next[i]
		if transition.TwoStepProcedure == nil {
			continue
		}
		for _, id := range literalsIn(transition.TwoStepProcedure) {
			if slices.Contains(offered, id) {
				continue
			}
			f.report.add(transition.value("two_step_procedure"), CodeUnknownProcedure, didYouMean(id, offered),
				"the challenge offers no two-step procedure %q", id)
		}
	}
}

// checkExpiry reports an expiry that leaves no time at all.
func (f *flowCompiler) checkExpiry(written *Step) {
	if after := written.ExpiresAfter; after != nil && after.IsZero() {
		f.report.add(written.value("expires_after"), CodeBadDuration,
			fmt.Sprintf("write %s itself where the step is to end at once", engine.AuthenticationFailed),
			"expires_after must be at least 1ms")
	}
}
