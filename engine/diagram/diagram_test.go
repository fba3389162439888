package diagram

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

// hostile is a text that would break out of each of the formats.
const hostile = "\"]; a -> b </text><script>alert(1)</script> \\n `x` & #quot; ${code}\n\x1b[2J"

func hostileFlow() engine.FlowDescription {
	return engine.FlowDescription{
		Scenario: "evil " + hostile,
		Steps: []engine.StepDescription{
			{
				Name: "authentication", Status: engine.ChallengeResponseRequired,
				Challenge: &engine.ChallengeDescription{Message: hostile},
				Next: []engine.TransitionDescription{
					{Event: "challenge_response: " + hostile, To: "authentication.next[0]", Status: engine.Authenticated},
					{Event: "polls: 3", To: "authentication"},
					{Event: "after: 2s", To: hostile, Status: engine.AuthenticationFailed},
					{Event: "after: 3s", To: hostile, Status: engine.AuthenticationFailed},
				},
			},
			{Name: "authentication.next[0]", Status: engine.Authenticated},
			{Name: hostile, Status: engine.AuthenticationFailed, Error: &engine.Failure{Code: hostile}},
		},
		Import: []engine.ImportMoment{
			{At: "0s", Status: engine.InProgress, Progress: "0", Straight: true, Message: hostile},
			{At: "3s", Status: engine.Success, Progress: "100", Straight: true, Warnings: []engine.Failure{{Code: "A"}}},
		},
	}
}

func TestDrawing(t *testing.T) {
	t.Parallel()
	d := Of(hostileFlow())
	if len(d.Boxes) != 5 || len(d.Lines) != 6 {
		t.Fatalf("%d boxes and %d lines, want 5 and 6", len(d.Boxes), len(d.Lines))
	}
	for i, want := range []Kind{Waiting, Good, Bad, Waiting, Good} {
		if d.Boxes[i].Kind != want {
			t.Errorf("box %d is %s, want %s", i, d.Boxes[i].Kind, want)
		}
	}
}

func TestNothingToImport(t *testing.T) {
	t.Parallel()
	flow := hostileFlow()
	flow.Steps[1].Status = engine.RedirectRequired
	if d := Of(flow); len(d.Boxes) != 3 {
		t.Errorf("%d boxes: an import is drawn that nobody reaches", len(d.Boxes))
	}
}

func TestSVGIsEscapedAndComplete(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := Of(hostileFlow()).WriteSVG(&out); err != nil {
		t.Fatal(err)
	}
	elements := map[string]int{}
	decoder := xml.NewDecoder(bytes.NewReader(out.Bytes()))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("no XML: %v\n%s", err, out.String())
		}
		if start, ok := token.(xml.StartElement); ok {
			elements[start.Name.Local]++
		}
	}
	if elements["script"] > 0 || elements["path"] != 7 || elements["rect"] != 1+5+6 {
		t.Errorf("elements %v, want 7 paths and 12 rectangles and no script", elements)
	}
	if !strings.Contains(out.String(), "&lt;script&gt;") {
		t.Error("the text itself is missing")
	}
}

func TestDOTIsEscaped(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := Of(hostileFlow()).WriteDOT(&out); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		bare := strings.NewReplacer(`\\`, "", `\"`, "").Replace(line)
		if strings.Count(bare, `"`)%2 != 0 {
			t.Errorf("a quote is not closed: %s", line)
		}
	}
	if strings.ContainsAny(out.String(), "\x1b") {
		t.Error("a control character is left")
	}
}

func TestMermaidIsEscaped(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := Of(hostileFlow()).WriteMermaid(&out); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "`$&\\\x1b") || strings.Contains(out.String(), "<script") {
		t.Errorf("not escaped:\n%s", out.String())
	}
	if !strings.Contains(out.String(), `s0 -->|"polls: 3"| s0`) {
		t.Errorf("the line back to the step is missing:\n%s", out.String())
	}
}

func TestLongTextsAreCut(t *testing.T) {
	t.Parallel()
	if got := line(strings.Repeat("ä", 100)); len([]rune(got)) != longest || !strings.HasSuffix(got, "…") {
		t.Errorf("%q", got)
	}
}

func BenchmarkSVG(b *testing.B) {
	d := Of(hostileFlow())
	for b.Loop() {
		if err := d.WriteSVG(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
