package diagram

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"unicode"

	"github.com/dop251/goja"
)

// dagre lays graphs out in layers. It is a program in JavaScript, version 3.1.3, under the MIT licence
// that lies beside it.
//
//go:embed dagre/dagre.min.js
var dagre string

// layOut is what runs in the interpreter: it takes and returns JSON, so that no text of a scenario
// ever becomes part of a program.
const layOut = `
var structuredClone = function (value) { return JSON.parse(JSON.stringify(value)); };
function layOut(asked) {
  asked = JSON.parse(asked);
  var graph = new dagre.graphlib.Graph({multigraph: true});
  graph.setGraph({rankdir: "TB", nodesep: 40, ranksep: 40, marginx: 16, marginy: 16});
  asked.boxes.forEach(function (box) { graph.setNode(box.id, {width: box.width, height: box.height}); });
  asked.lines.forEach(function (line, i) {
    graph.setEdge(line.from, line.to, {width: line.width, height: line.height, labelpos: "c"}, String(i));
  });
  dagre.layout(graph);
  return JSON.stringify({
    width: graph.graph().width, height: graph.graph().height,
    boxes: asked.boxes.map(function (box) { return graph.node(box.id); }),
    lines: asked.lines.map(function (line, i) { return graph.edge(line.from, line.to, String(i)); })
  });
}`

type askedBox struct {
	ID     string  `json:"id"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

type askedLine struct {
	From   string  `json:"from"`
	To     string  `json:"to"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

type point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// placedBox is a box's centre and size.
type placedBox struct {
	point
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// placedLine is the way of a line, and the centre of its text.
type placedLine struct {
	point
	Points []point `json:"points"`
}

type layout struct {
	Width  float64      `json:"width"`
	Height float64      `json:"height"`
	Boxes  []placedBox  `json:"boxes"`
	Lines  []placedLine `json:"lines"`
}

// place finds a place for every box and line. It ends with ctx.
func (d *Drawing) place(ctx context.Context) (*layout, error) {
	asked, err := json.Marshal(d.asked())
	if err = errors.Join(err, ctx.Err()); err != nil {
		return nil, err
	}
	vm := goja.New()
	stop := context.AfterFunc(ctx, func() { vm.Interrupt(ctx.Err()) })
	defer stop()
	answer, err := runLayOut(vm, string(asked))
	if err != nil {
		return nil, fmt.Errorf("lay out %q: %w", d.Title, err)
	}
	var placed layout
	if err := json.Unmarshal([]byte(answer), &placed); err != nil {
		return nil, fmt.Errorf("lay out %q: %w", d.Title, err)
	}
	return &placed, nil
}

func runLayOut(vm *goja.Runtime, asked string) (string, error) {
	for _, program := range []string{dagre, layOut} {
		if _, err := vm.RunString(program); err != nil {
			return "", err
		}
	}
	call, ok := goja.AssertFunction(vm.Get("layOut"))
	if !ok {
		return "", errors.New("the program has no layOut")
	}
	answer, err := call(goja.Undefined(), vm.ToValue(asked))
	if err != nil {
		return "", err
	}
	return answer.String(), nil
}

// asked returns the sizes that the layout is asked to find places for.
func (d *Drawing) asked() any {
	var asked struct {
		Boxes []askedBox  `json:"boxes"`
		Lines []askedLine `json:"lines"`
	}
	for _, box := range d.Boxes {
		asked.Boxes = append(asked.Boxes, askedBox{box.ID, width(box.Text) + 24, float64(len(box.Text))*lineHeight + 16})
	}
	for _, line := range d.Lines {
		asked.Lines = append(asked.Lines, askedLine{line.From, line.To, width([]string{line.Text}) + 8, lineHeight})
	}
	return asked
}

// The size of the letters in pixels, about, as nobody knows the reader's typeface.
const (
	letterWidth  = 7.2
	capitalWidth = 9.4 // bold, as statuses are
	lineHeight   = 18.0
)

// width is how wide the widest of the texts is drawn.
func width(texts []string) float64 {
	widest := 0.0
	for _, text := range lines(texts) {
		wide := 0.0
		for _, r := range text {
			if unicode.IsUpper(r) || r > unicode.MaxLatin1 {
				wide += capitalWidth
			} else {
				wide += letterWidth
			}
		}
		widest = max(widest, wide)
	}
	return widest
}
