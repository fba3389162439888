package engine

import "fmt"

// attemptCondition counts logins.
var attemptCondition = ConditionKind{
	Key: "attempt", Fact: true, Needs: KnowsUser | KnowsRecords,
	asks:     func(w *Condition) bool { return w.Facts.Attempt != nil },
	describe: describeOne("attempt", func(w *Condition) string { return w.Facts.Attempt.String() }),
	holds: func(w *Condition, q *inquiry) (bool, error) {
		n, err := q.attempts(w.Facts.Attempt)
		return w.Facts.Attempt.Contains(n), err
	},
	explain: func(w *Condition, q *inquiry) ([]ExplainedCondition, error) {
		want := w.Facts.Attempt
		return explainedCount("attempt", want, q.assumedCount(func(a *AssumedFacts) *int { return a.Attempt }),
			func() (int, error) { return q.attempts(want) })
	},
}

func (q *inquiry) attempts(want *Count) (int, error) {
	name := q.caseID
	kind := CountAttempts
	if want.OfUser {
		kind, name = CountUserAttempts, ""
	}
	within, err := want.Within.Value(q.captures, draw{})
	if err != nil {
		return 0, err
	}
	return q.user().attempts(kind, name, within)
}

// connectionsCondition counts connections of the case.
var connectionsCondition = ConditionKind{
	Key: "connections", Fact: true, Needs: KnowsUser | KnowsRecords,
	asks:     func(w *Condition) bool { return w.Facts.Connections != nil },
	describe: describeOne("connections", func(w *Condition) string { return w.Facts.Connections.String() }),
	holds: func(w *Condition, q *inquiry) (bool, error) {
		n, err := q.user().connections(q.caseID)
		return w.Facts.Connections.Contains(n), err
	},
	explain: func(w *Condition, q *inquiry) ([]ExplainedCondition, error) {
		return explainedCount("connections", &Count{Range: *w.Facts.Connections},
			q.assumedCount(func(a *AssumedFacts) *int { return a.Connections }),
			func() (int, error) { return q.user().connections(q.caseID) })
	},
}

// openProcessesCondition counts processes of the case that have not ended.
var openProcessesCondition = ConditionKind{
	Key: "open_processes", Fact: true, Needs: KnowsUser | KnowsRecords,
	asks:     func(w *Condition) bool { return w.Facts.OpenProcesses != nil },
	describe: describeOne("open_processes", func(w *Condition) string { return w.Facts.OpenProcesses.String() }),
	holds: func(w *Condition, q *inquiry) (bool, error) {
		n, err := q.user().openProcesses(q.caseID)
		return w.Facts.OpenProcesses.Contains(n), err
	},
	explain: func(w *Condition, q *inquiry) ([]ExplainedCondition, error) {
		return explainedCount("open_processes", &Count{Range: *w.Facts.OpenProcesses},
			q.assumedCount(func(a *AssumedFacts) *int { return a.OpenProcesses }),
			func() (int, error) { return q.user().openProcesses(q.caseID) })
	},
}

// countersCondition is about what steps count for the user.
var countersCondition = ConditionKind{
	Key: "counters", Fact: true, Needs: KnowsUser | KnowsRecords,
	asks:     func(w *Condition) bool { return len(w.Facts.Counters) > 0 },
	describe: func(w *Condition) []ConditionText { return describeNamed("counters", w.Facts.Counters, Count.String) },
	holds: func(w *Condition, q *inquiry) (bool, error) {
		all := true
		for _, name := range sortedNames(w.Facts.Counters) {
			want := w.Facts.Counters[name]
			n, err := q.counter(name, &want)
			if err != nil {
				return false, err
			}
			all = all && want.Contains(n)
		}
		return all, nil
	},
	explain: func(w *Condition, q *inquiry) (all []ExplainedCondition, err error) {
		for _, name := range sortedNames(w.Facts.Counters) {
			want := w.Facts.Counters[name]
			assumed := q.assumedCount(func(a *AssumedFacts) *int {
				if n, given := a.Counters[name]; given {
					return &n
				}
				return nil
			})
			said, err := explainedCount("counters."+name, &want, assumed, func() (int, error) { return q.counter(name, &want) })
			if err != nil {
				return nil, err
			}
			all = append(all, said...)
		}
		return all, nil
	},
}

func (q *inquiry) counter(name string, want *Count) (int, error) {
	within, err := want.Within.Value(q.captures, draw{})
	if err != nil {
		return 0, err
	}
	return q.user().counted(name, within)
}

// runsCondition numbers the updates of a connection.
var runsCondition = ConditionKind{
	Key: "runs", Fact: true, Needs: KnowsRun | KnowsRecords,
	asks:     func(w *Condition) bool { return w.Facts.Runs != nil },
	describe: describeOne("runs", func(w *Condition) string { return w.Facts.Runs.String() }),
	holds: func(w *Condition, q *inquiry) (bool, error) {
		n, known, err := q.runs(w.Facts.Runs)
		return known && w.Facts.Runs.Contains(n), err
	},
	explain: func(w *Condition, q *inquiry) ([]ExplainedCondition, error) {
		return explainedCount("runs", w.Facts.Runs, nil, func() (int, error) {
			n, _, err := q.runs(w.Facts.Runs)
			return n, err
		})
	},
}

func (q *inquiry) runs(want *Count) (n int, known bool, err error) {
	if q.run == nil {
		return 0, false, nil
	}
	if want.Within.IsZero() {
		return q.run.number, true, nil
	}
	within, err := want.Within.Value(q.captures, draw{})
	return countSince(q.run.times, q.now.Add(-within)), true, err
}

func (q *inquiry) assumedCount(of func(*AssumedFacts) *int) *int {
	if q.assumed == nil {
		return nil
	}
	return of(q.assumed)
}

func explainedCount(key string, want *Count, assumed *int, read func() (int, error)) ([]ExplainedCondition, error) {
	n := 0
	if assumed != nil {
		n = *assumed
	} else {
		var err error
		if n, err = read(); err != nil {
			return nil, err
		}
	}
	return []ExplainedCondition{{Key: key, Holds: want.Contains(n), Wanted: want.String(), Had: fmt.Sprint(n)}}, nil
}
