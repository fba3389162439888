package engine

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

// ImportMoment is a moment of an import as people and tools read it.
type ImportMoment struct {
	// At is the time since the import's start, such as "3s", "1s to 3s" or "2s + ${n}s".
	At     string       `json:"at"`
	Status ImportStatus `json:"status"`
	// Progress is a number, or a text that a login's captures complete. On a straight line it grows
	// from each moment to the next; else it stays until then.
	Progress string    `json:"progress"`
	Straight bool      `json:"straight"`
	Message  Text      `json:"message"`
	Error    *Failure  `json:"error"`
	Warnings []Failure `json:"warnings"`
	// Event is the scenario's own event of this moment, "" for none.
	Event WebhookEvent `json:"event,omitempty"`
	// Awaits is the step in which the import opens the process again, and waits for its user; "" where it does not.
	Awaits string `json:"awaits,omitempty"`
}

// describeImport describes a timeline of the flow.
func (f *Flow) describeImport(t *Timeline) []ImportMoment {
	moments := t.describe()
	for i := range t.Points {
		if step := t.Points[i].Await; step != nil {
			moments[i].Awaits = f.Steps[*step].Name
		}
	}
	return moments
}

func (t *Timeline) describe() []ImportMoment {
	if t.Straight() {
		return t.describeLine()
	}
	moments := make([]ImportMoment, 0, len(t.Points))
	var at spell
	progress, status := "0", InProgress
	var message Text
	for i := range t.Points {
		point := &t.Points[i]
		at.add(point.After)
		if !point.KeepProgress {
			progress = point.Progress.String()
		}
		if !point.KeepMessage {
			message = point.Message.Default
		}
		status = cmp.Or(point.Status, status)
		if point.Status == Success && !point.Incomplete {
			progress = "100"
		}
		moment := ImportMoment{
			At: at.String(), Status: status, Progress: progress, Message: message, Error: point.Error, Warnings: point.Warnings,
		}
		if point.Event != nil {
			moment.Event = point.Event.Name
		}
		moments = append(moments, moment)
	}
	return moments
}

func (t *Timeline) describeLine() []ImportMoment {
	end := ImportMoment{
		At: t.Takes.String(), Status: t.Outcome, Progress: t.StopsAt.String(), Straight: true,
	}
	switch t.Outcome {
	case Success:
		end.Warnings = t.Warnings
		if !t.Incomplete {
			end.Progress = "100"
		}
	case FailedWithError:
		end.Error = t.Error
	default:
		end.Status, end.Message = InProgress, t.Message.Default
	}
	if t.Takes.IsZero() {
		return []ImportMoment{end}
	}
	start := ImportMoment{At: "0s", Status: InProgress, Progress: "0", Straight: true, Message: t.Message.Default}
	return []ImportMoment{start, end}
}

// String returns the percentage as a scenario writes it.
func (p Percent) String() string {
	if p.Text != "" {
		return string(p.Text)
	}
	return strconv.Itoa(p.Number)
}

// spell is a sum of durations.
type spell struct {
	min, max time.Duration
	texts    []string
}

func (s *spell) add(d Duration) {
	if d.Text != "" {
		s.texts = append(s.texts, string(d.Text))
		return
	}
	s.min, s.max = s.min+d.Min, s.max+d.Max
}

func (s *spell) String() string {
	known := Duration{Min: s.min, Max: s.max}
	if len(s.texts) == 0 {
		return known.String()
	}
	if known.IsZero() {
		return strings.Join(s.texts, " + ")
	}
	return known.String() + " + " + strings.Join(s.texts, " + ")
}
