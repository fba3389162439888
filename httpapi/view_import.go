package httpapi

import (
	"strconv"

	"github.com/mockbank/mockbank/engine"
)

func newImportBody(flow *engine.Flow, t *engine.Timeline) importBody {
	body := importBody{
		Message: textOrBlank(t.Message.Default, t.Blank), Error: t.Error.Data(),
		Warnings: newFailureBodies(t.Warnings), Points: make([]pointBody, len(t.Points)),
	}
	if t.Straight() {
		takes, stopsAt := t.Takes.String(), percentText(t.StopsAt)
		body.Takes, body.StopsAt, body.Outcome = &takes, &stopsAt, textOrNull(string(t.Outcome))
	}
	for i := range t.Points {
		body.Points[i] = newPointBody(flow, &t.Points[i])
	}
	return body
}

func newPointBody(flow *engine.Flow, p *engine.Point) pointBody {
	body := pointBody{
		After: p.After.String(), Message: textOrBlank(p.Message.Default, p.Blank), Status: textOrNull(string(p.Status)),
		Error: p.Error.Data(), Warnings: newFailureBodies(p.Warnings), OwnEvent: ownEventOrNull(p.Event),
	}
	if p.Await != nil {
		body.Await = &flow.Steps[*p.Await].Name
	}
	if !p.KeepProgress {
		progress := percentText(p.Progress)
		body.Progress = &progress
	}
	return body
}

func newFailureBodies(failures []engine.Failure) []*failureBody {
	bodies := make([]*failureBody, len(failures))
	for i := range failures {
		bodies[i] = failures[i].Data()
	}
	return bodies
}

func percentText(p engine.Percent) string {
	if p.Text != "" {
		return string(p.Text)
	}
	return strconv.Itoa(p.Number)
}

func durationOrNull(d engine.Duration) *string {
	if d.IsZero() {
		return nil
	}
	text := d.String()
	return &text
}

// textOrBlank is a text that may be missing, or "".
func textOrBlank(text engine.Text, blank bool) *string {
	if blank {
		return new(string)
	}
	return textOrNull(string(text))
}
