package engine

import (
	"errors"
	"fmt"
	"strconv"
)

// Chance is a probability from 0 to 1, or a text that a login's captures complete.
type Chance struct {
	Number float64 `json:"number,omitempty"`
	Text   Text    `json:"text,omitempty"`
}

// String returns the chance as a scenario writes it.
func (c *Chance) String() string {
	if c.Text != "" {
		return string(c.Text)
	}
	return fmt.Sprint(c.Number)
}

// ErrChance is returned for a probability that is no number from 0 to 1.
var ErrChance = errors.New("a probability is a number from 0 to 1")

// ParseChance reads a number from 0 to 1.
func ParseChance(text string) (float64, error) {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || !(number >= 0 && number <= 1) {
		return 0, ErrChance
	}
	return number, nil
}

// value returns the chance for a login's captures. They were checked at the login.
func (c *Chance) value(captures Captures) (float64, error) {
	if c.Text == "" {
		return c.Number, nil
	}
	return ParseChance(c.Text.Expand(captures))
}

// probabilityCondition is drawn anew for each login, update or request.
var probabilityCondition = ConditionKind{
	Key: "probability", Fact: true,
	asks:     func(w *Condition) bool { return w.Facts.Probability != nil },
	describe: describeOne("probability", func(w *Condition) string { return w.Facts.Probability.String() }),
	holds: func(w *Condition, q *inquiry) (bool, error) {
		chance, err := w.Facts.Probability.value(q.captures)
		return q.draw(w.Facts.position) < chance, err
	},
	explain: func(w *Condition, q *inquiry) ([]ExplainedCondition, error) {
		drawn, had := q.draw(w.Facts.position), ""
		if q.assumed != nil && q.assumed.Draw != nil {
			drawn = *q.assumed.Draw
			had = fmt.Sprintf("assumed %.4f", drawn)
		} else {
			had = fmt.Sprintf("drew %.4f (draw %d of %s)", drawn, q.draws.number, q.draws.owner)
		}
		chance, err := w.Facts.Probability.value(q.captures)
		return []ExplainedCondition{{Key: "probability", Holds: drawn < chance, Wanted: w.Facts.Probability.String(), Had: had}}, err
	},
}
