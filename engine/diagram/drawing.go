package diagram

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// Drawing is a graph of what a scenario does.
type Drawing struct {
	// Title is the scenario's name.
	Title string
	// Prefix begins every id of an SVG image, for pages that show several.
	Prefix string
	Boxes  []Box
	Lines  []Line
}

// Box is a step of the authentication, or a moment of the import.
type Box struct {
	ID string
	// Text holds the box's lines; the first says what it is.
	Text []string
	Kind Kind
	Mark Mark
}

// Mark says what became of a box or a line in a process that is shown, "" where nothing is said.
type Mark string

const (
	// Passed is where the process went.
	Passed Mark = "passed"
	// Current is where the process is.
	Current Mark = "current"
)

// Kind says what a box is.
type Kind string

// The kinds of box.
const (
	// Waiting is a step that waits for something, or an import that runs.
	Waiting Kind = "waiting"
	// Good is an end as hoped for.
	Good Kind = "good"
	// Bad is a failure.
	Bad Kind = "bad"
)

// Line leads from one box to another.
type Line struct {
	From, To, Text string
	// Dashed says that it leads to the import, as the client makes a connection, or from there back to the user.
	Dashed bool
	Mark   Mark
}

// Of draws a scenario's flow.
func Of(flow engine.FlowDescription) *Drawing {
	d := &Drawing{Title: flow.Scenario}
	ids := make(map[string]string, len(flow.Steps))
	for i := range flow.Steps {
		ids[flow.Steps[i].Name] = "s" + strconv.Itoa(i)
	}
	for i := range flow.Steps {
		step := &flow.Steps[i]
		d.Boxes = append(d.Boxes, boxOf(ids[step.Name], step, i == 0))
		for _, transition := range step.Next {
			d.Lines = append(d.Lines, Line{From: ids[step.Name], To: ids[transition.To], Text: textOf(&transition)})
		}
	}
	d.addImport(flow, ids)
	return d
}

// textOf is what a line says of a way out of a step.
func textOf(transition *engine.TransitionDescription) string {
	if transition.Returns == "" {
		return transition.Event
	}
	return transition.Event + ", returns: " + transition.Returns
}

func boxOf(id string, step *engine.StepDescription, first bool) Box {
	box := Box{ID: id, Text: []string{string(step.Status)}, Kind: Waiting}
	if first || !strings.Contains(step.Name, ".") { // others are named after their place
		box.Text = append(box.Text, step.Name)
	}
	switch step.Status {
	case engine.Authenticated:
		box.Kind = Good
	case engine.AuthenticationFailed:
		box.Kind = Bad
	}
	if step.Challenge != nil && step.Challenge.Message != "" {
		box.Text = append(box.Text, string(step.Challenge.Message))
	}
	if step.Event != "" {
		box.Text = append(box.Text, "tells "+string(step.Event))
	}
	if step.Error != nil {
		box.Text = append(box.Text, string(step.Error.Code))
	}
	return box
}

// addImport draws the import behind each step that a connection can be made from.
func (d *Drawing) addImport(flow engine.FlowDescription, ids map[string]string) {
	reached := false
	for i := range flow.Steps {
		if flow.Steps[i].Status == engine.Authenticated && len(flow.Import) > 0 {
			d.Lines = append(d.Lines, Line{From: ids[flow.Steps[i].Name], To: "i0", Text: "connection", Dashed: true})
			reached = true
		}
	}
	if !reached {
		return
	}
	for i := range flow.Import {
		moment := &flow.Import[i]
		d.Boxes = append(d.Boxes, momentBox("i"+strconv.Itoa(i), moment))
		if to, awaits := ids[moment.Awaits]; awaits {
			d.Lines = append(d.Lines, Line{From: "i" + strconv.Itoa(i), To: to, Text: "awaits the user", Dashed: true})
		}
		if i > 0 {
			text := "at " + moment.At
			if moment.Straight {
				text = "grows until " + moment.At
			}
			d.Lines = append(d.Lines, Line{From: "i" + strconv.Itoa(i-1), To: "i" + strconv.Itoa(i), Text: text})
		}
	}
}

func momentBox(id string, moment *engine.ImportMoment) Box {
	box := Box{ID: id, Text: []string{fmt.Sprintf("%s %s %%", moment.Status, moment.Progress)}, Kind: Waiting}
	switch moment.Status {
	case engine.Success:
		box.Kind = Good
	case engine.FailedWithError:
		box.Kind = Bad
	}
	if moment.Message != "" {
		box.Text = append(box.Text, string(moment.Message))
	}
	if moment.Event != "" {
		box.Text = append(box.Text, "tells "+string(moment.Event))
	}
	if moment.Error != nil {
		box.Text = append(box.Text, string(moment.Error.Code))
	}
	for _, warning := range moment.Warnings {
		box.Text = append(box.Text, "warning "+string(warning.Code))
	}
	return box
}
