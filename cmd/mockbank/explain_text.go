package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// writeExplanation writes an explanation for people, and what the scenario that answers does.
func writeExplanation(w io.Writer, e *explained) error {
	var out strings.Builder
	if err := engine.WriteExplanation(&out, &e.Explanation); err != nil {
		return err
	}
	if e.Flow != nil {
		explainFlow(&out, e.Flow)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// explainFlow writes the steps and the import as a timeline.
func explainFlow(out *strings.Builder, flow *engine.FlowDescription) {
	out.WriteString("\nAuthentication\n")
	w := stepWriter{out: out, steps: map[string]*engine.StepDescription{}, reported: map[string]bool{}}
	connects := false
	for i := range flow.Steps {
		w.steps[flow.Steps[i].Name] = &flow.Steps[i]
		connects = connects || flow.Steps[i].Status == engine.Authenticated
	}
	w.step(&flow.Steps[0], "  ")
	if !connects {
		return // nothing is ever imported
	}
	out.WriteString("\nImport of the connection\n")
	explainImport(out, flow.Import)
	if flow.Reusable {
		out.WriteString("            and may be begun again from the same login\n")
	}
	switch flow.WhileRunning {
	case engine.QueueUpdate:
		out.WriteString("\nAn update while an import runs begins as that ends\n")
	case engine.RestartImport:
		out.WriteString("\nAn update while an import runs begins it anew\n")
	}
	for i := range flow.Update {
		age := "any age"
		if flow.Update[i].When != "" {
			age = "when " + flow.Update[i].When
		}
		if flow.Update[i].OlderThan != "" {
			age = "an authentication older than " + flow.Update[i].OlderThan
		}
		fmt.Fprintf(out, "\nUpdate, for %s\n", age)
		explainImport(out, flow.Update[i].Import)
	}
}

// stepWriter writes steps as a tree: what follows an event stands beneath it.
type stepWriter struct {
	out   *strings.Builder
	steps map[string]*engine.StepDescription
	// reported holds the steps that were written: where another way leads to one, its name is enough.
	reported map[string]bool
}

func (w *stepWriter) step(step *engine.StepDescription, indent string) {
	fmt.Fprintf(w.out, "%s%s%s\n", indent, step.Status, failureText(step.Error))
	w.reported[step.Name] = true
	indent = strings.Repeat(" ", len(indent)+2)
	if c := step.Challenge; c != nil && c.Message != "" {
		fmt.Fprintf(w.out, "%sasks %q\n", indent, c.Message)
	}
	for _, name := range step.Count {
		fmt.Fprintf(w.out, "%sadds one to the counter %s\n", indent, name)
	}
	for _, name := range step.Reset {
		fmt.Fprintf(w.out, "%sclears the counter %s\n", indent, name)
	}
	if step.Event != "" {
		fmt.Fprintf(w.out, "%stells webhooks of %s\n", indent, step.Event)
	}
	if step.RedirectURL != nil {
		fmt.Fprintf(w.out, "%ssends the browser to %q in place of the bank's page\n", indent, *step.RedirectURL)
	}
	for _, transition := range step.Next {
		w.transition(transition, indent)
	}
	if len(step.Next) == 0 && !step.Status.Ended() {
		fmt.Fprintf(w.out, "%swaits for ever\n", indent)
	}
}

func (w *stepWriter) transition(transition engine.TransitionDescription, indent string) {
	name := ""
	if !strings.Contains(transition.To, ".") { // others are named after their place
		name = " (step " + transition.To + ")"
	}
	if w.reported[transition.To] {
		fmt.Fprintf(w.out, "%s%s -> %s%s, as above\n", indent, transition.Event, transition.Status, name)
		return
	}
	fmt.Fprintf(w.out, "%s%s%s\n", indent, transition.Event, name)
	if transition.Returns != "" {
		fmt.Fprintf(w.out, "%s  the browser returns: %s\n", indent, transition.Returns)
	}
	w.step(w.steps[transition.To], indent+"  -> ")
}

func explainImport(out *strings.Builder, moments []engine.ImportMoment) {
	for i := range moments {
		m := &moments[i]
		how := ""
		if m.Straight && i > 0 {
			how = ", growing evenly until then"
		}
		fmt.Fprintf(out, "  %8s  %4s %%  %s%s%s\n", m.At, m.Progress, m.Status, failureText(m.Error), how)
		if m.Message != "" {
			fmt.Fprintf(out, "            says %q\n", m.Message)
		}
		if m.Event != "" {
			fmt.Fprintf(out, "            tells webhooks of %s\n", m.Event)
		}
		if m.Awaits != "" {
			fmt.Fprintf(out, "            awaits the user, in step %s\n", m.Awaits)
		}
		for j := range m.Warnings {
			fmt.Fprintf(out, "            warns%s\n", failureText(&m.Warnings[j]))
		}
	}
	if last := len(moments) - 1; last >= 0 && !moments[last].Status.Ended() {
		out.WriteString("            and never ends\n")
	}
}

func failureText(failure *engine.Failure) string {
	if failure == nil {
		return ""
	}
	text := " " + string(failure.Code)
	if failure.Message.Default != "" {
		text += fmt.Sprintf(" (%s)", failure.Message)
	}
	return text
}
