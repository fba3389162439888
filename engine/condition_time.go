package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // the zones are known on every machine
)

// TimeWindow is a condition on the time: of day, on days, and between two moments.
type TimeWindow struct {
	// Daily says that Start and End count: times of day since midnight, the second excluded. An End before
	// the Start is on the next day.
	Daily bool          `json:"daily,omitempty"`
	Start time.Duration `json:"start,omitempty"`
	End   time.Duration `json:"end,omitempty"`
	// Days are those on which it is, or begins; none means every day.
	Days []time.Weekday `json:"days,omitempty"`
	// Zone is that of the times of day and the days; "" is UTC.
	Zone string `json:"zone,omitempty"`
	// From is the first moment, and Until the first that is too late.
	From  *time.Time `json:"from,omitempty"`
	Until *time.Time `json:"until,omitempty"`

	location *time.Location
}

// timeCondition is about the session's time.
var timeCondition = ConditionKind{
	Key: "time", Fact: true,
	asks:     func(w *Condition) bool { return w.Facts.Time != nil },
	describe: describeOne("time", func(w *Condition) string { return w.Facts.Time.String() }),
	holds: func(w *Condition, q *inquiry) (bool, error) {
		return w.Facts.Time.Contains(q.now), nil
	},
	explain: func(w *Condition, q *inquiry) ([]ExplainedCondition, error) {
		window, now := w.Facts.Time, q.now
		if q.assumed != nil && q.assumed.Time != nil {
			now = *q.assumed.Time
		}
		return []ExplainedCondition{{
			Key: "time", Holds: window.Contains(now), Wanted: window.String(), Had: window.local(now).Format("Mon 2006-01-02 15:04:05 MST"),
		}}, nil
	},
}

func (t *TimeWindow) compile() (err error) {
	t.location, err = LoadZone(t.Zone)
	return err
}

// LoadZone returns the time zone of that name in the IANA's database; "" is UTC.
func LoadZone(name string) (*time.Location, error) {
	if name == "" {
		return time.UTC, nil
	}
	if strings.EqualFold(name, "local") { // which is another one on each machine
		return nil, fmt.Errorf("unknown time zone %s", name)
	}
	return time.LoadLocation(name)
}

func (t *TimeWindow) local(at time.Time) time.Time {
	if t.location == nil {
		return at.UTC()
	}
	return at.In(t.location)
}

// Contains reports whether a moment is within the window.
func (t *TimeWindow) Contains(at time.Time) bool {
	if t.From != nil && at.Before(*t.From) || t.Until != nil && !at.Before(*t.Until) {
		return false
	}
	local := t.local(at)
	day := local.Weekday()
	if t.Daily {
		passed := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute +
			time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
		switch {
		case t.Start < t.End:
			if passed < t.Start || passed >= t.End {
				return false
			}
		case passed >= t.Start:
		case passed < t.End:
			day = (day + 6) % 7 // it began on the day before
		default:
			return false
		}
	}
	return len(t.Days) == 0 || slices.Contains(t.Days, day)
}

// String returns the window in words.
func (t *TimeWindow) String() string {
	var parts []string
	if t.Daily {
		parts = append(parts, clockText(t.Start)+" to "+clockText(t.End))
	}
	if len(t.Days) > 0 {
		var days []string
		for _, day := range t.Days {
			days = append(days, strings.ToLower(day.String()[:3]))
		}
		parts = append(parts, "on "+strings.Join(days, ", "))
	}
	if t.From != nil {
		parts = append(parts, "from "+t.local(*t.From).Format(time.RFC3339))
	}
	if t.Until != nil {
		parts = append(parts, "until "+t.local(*t.Until).Format(time.RFC3339))
	}
	if t.Zone != "" {
		parts = append(parts, "in "+t.Zone)
	}
	return strings.Join(parts, " ")
}

// clockText writes a time of day.
func clockText(d time.Duration) string {
	text := fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
	if seconds := int(d.Seconds()) % 60; seconds != 0 {
		text += fmt.Sprintf(":%02d", seconds)
	}
	return text
}
