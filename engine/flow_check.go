package engine

import "fmt"

// check finds what would make a flow unsafe to resolve. The linter refuses the same in a tester's
// words and with its place; this holds for flows from anywhere.
func (f *Flow) check() error {
	if len(f.Steps) == 0 {
		return fmt.Errorf("flow of scenario %q has no steps", f.Scenario)
	}
	for i := range f.Steps {
		if err := f.checkStep(&f.Steps[i]); err != nil {
			return fmt.Errorf("step %q: %w", f.Steps[i].Name, err)
		}
	}
	if err := f.Import.check(); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	for i := range f.Update {
		if err := checkAll(f.Update[i].OlderThan.check(), f.Update[i].Import.check()); err != nil {
			return fmt.Errorf("update case %d: %w", i+1, err)
		}
	}
	if err := f.checkAwaits(); err != nil {
		return err
	}
	return f.checkCircles()
}

// checkAwaits refuses points that open the process in a step that is not there, or asks nothing.
func (f *Flow) checkAwaits() error {
	for _, t := range f.timelines() {
		for i := range t.Points {
			await := t.Points[i].Await
			if await == nil {
				continue
			}
			if *await < 0 || *await >= len(f.Steps) || f.Steps[*await].Status.Ended() {
				return fmt.Errorf("point %d of an import awaits no step that asks the user", i+1)
			}
		}
	}
	return nil
}

func (f *Flow) checkStep(step *Step) error {
	if err := step.ExpiresAfter.check(); err != nil {
		return fmt.Errorf("expires_after: %w", err)
	}
	for i := range step.Next {
		t := &step.Next[i]
		if t.To < 0 || t.To >= len(f.Steps) {
			return fmt.Errorf("transition %d leads to step %d of %d", i+1, t.To+1, len(f.Steps))
		}
		if err := t.Event.After.check(); err != nil {
			return fmt.Errorf("transition %d: after: %w", i+1, err)
		}
	}
	for _, to := range step.timedTransitions() {
		if to < 0 || to >= len(f.Steps) {
			return fmt.Errorf("its expiry leads to step %d of %d", to+1, len(f.Steps))
		}
		if next := &f.Steps[to]; step.Status.Ended() && !next.Status.Ended() {
			return fmt.Errorf("it has ended (%s), and time alone cannot open the process again (%s in step %q)",
				step.Status, next.Status, next.Name)
		}
	}
	return nil
}

// timedTransitions lists the steps that time alone leads to from this one.
func (s *Step) timedTransitions() []int {
	var transitions []int
	for i := range s.Next {
		if s.Next[i].Event.Cause() == ByTime {
			transitions = append(transitions, s.Next[i].To)
		}
	}
	if !s.ExpiresAfter.IsZero() {
		transitions = append(transitions, s.ExpiresTo)
	}
	return transitions
}

// checkCircles refuses steps that time alone leads round in a circle: resolving would not end.
func (f *Flow) checkCircles() error {
	const unseen, open, closed = 0, 1, 2
	seen := make([]int, len(f.Steps))
	var visit func(step int) error
	visit = func(step int) error {
		if seen[step] == open {
			return fmt.Errorf("step %q: time alone leads from it back to it", f.Steps[step].Name)
		}
		if seen[step] == closed {
			return nil
		}
		seen[step] = open
		for _, to := range f.Steps[step].timedTransitions() {
			if err := visit(to); err != nil {
				return err
			}
		}
		seen[step] = closed
		return nil
	}
	for step := range f.Steps {
		if err := visit(step); err != nil {
			return err
		}
	}
	return nil
}

func (t *Timeline) check() error {
	if err := checkAll(t.Takes.check(), t.StopsAt.check()); err != nil {
		return err
	}
	for i := range t.Points {
		if err := checkAll(t.Points[i].After.check(), t.Points[i].Progress.check()); err != nil {
			return fmt.Errorf("point %d: %w", i+1, err)
		}
	}
	return nil
}

func (d Duration) check() error {
	if d.Text == "" && (d.Min < 0 || d.Max < d.Min || max(d.Max, d.Median) > MaxDuration || d.Median < 0 || d.Sigma < 0) {
		return fmt.Errorf("%w, and at least 0: not %s to %s", ErrDurationRange, d.Min, d.Max)
	}
	return nil
}

func (p Percent) check() error {
	if p.Text == "" && (p.Number < 0 || p.Number > 100) {
		return fmt.Errorf("%w: not %d", ErrPercent, p.Number)
	}
	return nil
}

func checkAll(problems ...error) error {
	for _, err := range problems {
		if err != nil {
			return err
		}
	}
	return nil
}
