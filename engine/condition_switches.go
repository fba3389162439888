package engine

// Switch is what a test flips to change how the bank behaves: of each session, off at first.
type Switch struct {
	Name        string
	Description string
}

// switchesCondition is about how the session's switches stand.
var switchesCondition = ConditionKind{
	Key: "switches", Fact: true, Needs: KnowsRecords,
	asks:     func(w *Condition) bool { return len(w.Facts.Switches) > 0 },
	describe: func(w *Condition) []ConditionText { return describeNamed("switches", w.Facts.Switches, onOff) },
	holds: func(w *Condition, q *inquiry) (bool, error) {
		for name, on := range w.Facts.Switches {
			if q.session.Switches[name] != on {
				return false, nil
			}
		}
		return true, nil
	},
	explain: func(w *Condition, q *inquiry) (all []ExplainedCondition, err error) {
		for _, name := range sortedNames(w.Facts.Switches) {
			want, is := w.Facts.Switches[name], q.session.Switches[name]
			if q.assumed != nil {
				if assumed, given := q.assumed.Switches[name]; given {
					is = assumed
				}
			}
			all = append(all, ExplainedCondition{Key: "switches." + name, Holds: is == want, Wanted: onOff(want), Had: onOff(is)})
		}
		return all, nil
	},
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
