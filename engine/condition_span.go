package engine

import "time"

// Span is a condition on a length of time: from the first bound, which is included, to the second, which is
// not, or without one.
type Span struct {
	From Duration  `json:"from,omitzero"`
	To   *Duration `json:"to,omitempty"`
}

// String returns the span as a scenario writes it.
func (s *Span) String() string {
	text := s.From.String() + ".."
	if s.To != nil {
		text += s.To.String()
	}
	return text
}

// contains reports whether a length of time is within the span.
func (s *Span) contains(d time.Duration, captures Captures) (bool, error) {
	from, err := s.From.Value(captures, draw{})
	if err != nil || d < from {
		return false, err
	}
	if s.To == nil {
		return true, nil
	}
	to, err := s.To.Value(captures, draw{})
	return d < to, err
}

// sessionAgeCondition is about the time since the session began, or was reset.
var sessionAgeCondition = ConditionKind{
	Key: "session_age", Fact: true,
	asks:     func(w *Condition) bool { return w.Facts.SessionAge != nil },
	describe: describeOne("session_age", func(w *Condition) string { return w.Facts.SessionAge.String() }),
	holds: func(w *Condition, q *inquiry) (bool, error) {
		return w.Facts.SessionAge.contains(q.age(), q.captures)
	},
	explain: func(w *Condition, q *inquiry) ([]ExplainedCondition, error) {
		age := q.age()
		if q.assumed != nil && q.assumed.SessionAge != nil {
			age = *q.assumed.SessionAge
		}
		holds, err := w.Facts.SessionAge.contains(age, q.captures)
		return []ExplainedCondition{{
			Key: "session_age", Holds: holds, Wanted: w.Facts.SessionAge.String(), Had: FormatDuration(age),
		}}, err
	},
}

// lastAuthenticatedCondition is about how long ago the user was last AUTHENTICATED at the bank. Who never
// was is longer ago than anything.
var lastAuthenticatedCondition = ConditionKind{
	Key: "last_authenticated", Fact: true, Needs: KnowsUser | KnowsRecords,
	asks:     func(w *Condition) bool { return w.Facts.LastAuthenticated != nil },
	describe: describeOne("last_authenticated", func(w *Condition) string { return w.Facts.LastAuthenticated.String() }),
	holds: func(w *Condition, q *inquiry) (bool, error) {
		last, err := q.user().lastAuthenticated()
		if err != nil {
			return false, err
		}
		return w.Facts.LastAuthenticated.since(last, q)
	},
	explain: func(w *Condition, q *inquiry) ([]ExplainedCondition, error) {
		last, err := q.user().lastAuthenticated()
		if err != nil {
			return nil, err
		}
		if q.assumed != nil && q.assumed.LastAuthenticated != nil {
			last = q.now.Add(-*q.assumed.LastAuthenticated)
		}
		had := "never"
		if !last.IsZero() {
			had = FormatDuration(q.now.Sub(last)) + " ago"
		}
		holds, err := w.Facts.LastAuthenticated.since(last, q)
		return []ExplainedCondition{{
			Key: "last_authenticated", Holds: holds, Wanted: w.Facts.LastAuthenticated.String(), Had: had,
		}}, err
	},
}

// since reports whether the span contains the time since then; the zero time is longer ago than anything.
func (s *Span) since(then time.Time, q *inquiry) (bool, error) {
	if then.IsZero() {
		return s.To == nil, nil
	}
	return s.contains(max(0, q.now.Sub(then)), q.captures)
}

// olderThanCondition is about the age of the authentication. It does not hold where nobody was.
var olderThanCondition = ConditionKind{
	Key: "older_than", Fact: true, Needs: KnowsAuthentication,
	asks:     func(w *Condition) bool { return w.Facts.OlderThan != nil },
	describe: describeOne("older_than", func(w *Condition) string { return w.Facts.OlderThan.String() }),
	holds:    isOlder,
	explain: func(w *Condition, q *inquiry) ([]ExplainedCondition, error) {
		holds, err := isOlder(w, q)
		had := "not authenticated"
		if q.authenticatedAt != nil {
			had = FormatDuration(q.now.Sub(*q.authenticatedAt))
		}
		return []ExplainedCondition{{Key: "older_than", Holds: holds, Wanted: w.Facts.OlderThan.String(), Had: had}}, err
	},
}

func isOlder(w *Condition, q *inquiry) (bool, error) {
	if q.authenticatedAt == nil {
		return false, nil
	}
	limit, err := w.Facts.OlderThan.Value(q.captures, draw{q.draws.seed, q.draws.position})
	return q.now.Sub(*q.authenticatedAt) >= limit, err
}
