package diagram

import "unicode"

// Distances of a layout, in pixels.
const (
	margin  = 16.0
	gap     = 28.0 // between neighbours of a rank
	rankGap = 22.0 // between two ranks
	padding = 24.0 // of a box's text, left and right together
	loopOut = 34.0 // how far a line from a box to itself reaches out
)

// The room that texts take up in a sans-serif font of 13 pixels.
const (
	letterWidth  = 7.2
	capitalWidth = 9.4 // bold, as statuses are
	lineHeight   = 18.0
)

type point struct{ X, Y float64 }

// placedBox is where a box lies: its middle, and its size.
type placedBox struct {
	point
	Width, Height float64
}

// placedLine is where a line runs, and where the middle of its text lies.
type placedLine struct {
	point
	Points []point
}

// layout says where everything lies.
type layout struct {
	Width, Height float64
	Boxes         []placedBox
	Lines         []placedLine
}

// place lays the drawing out.
func (d *Drawing) place() *layout {
	g := newGraph(d)
	g.rank()
	g.split()
	g.order()
	g.align()
	return g.layout()
}

// node is a box, the text of a line, or a bend of a line that passes a rank.
type node struct {
	width, height float64
	x, y          float64
	rank          int
	// box is the index of the box, -1 for a line's own nodes.
	box int
	// up and down are the neighbours in the ranks above and below.
	up, down []int
}

// edge is a line between two different boxes, turned so that it leads downward.
type edge struct {
	line     int
	from, to int
	turned   bool
	// chain is the nodes that it passes, its ends included; text is the place in it of its text.
	chain []int
	text  int
}

// graph is a drawing while it is laid out.
type graph struct {
	drawing *Drawing
	nodes   []node
	edges   []edge
	ranks   [][]int
	// loops lists the lines from a box to itself, by box.
	loops map[int][]int
}

func newGraph(d *Drawing) *graph {
	g := &graph{drawing: d, loops: map[int][]int{}}
	byID := make(map[string]int, len(d.Boxes))
	for i, box := range d.Boxes {
		byID[box.ID] = i
		g.nodes = append(g.nodes, node{width: width(box.Text) + padding, height: float64(len(box.Text))*lineHeight + 16, box: i})
	}
	for i, line := range d.Lines {
		from, to := byID[line.From], byID[line.To]
		if from == to {
			g.loops[from] = append(g.loops[from], i)
			continue
		}
		g.edges = append(g.edges, edge{line: i, from: from, to: to})
	}
	for box, lines := range g.loops {
		for _, line := range lines { // its text stands beside the box
			g.nodes[box].width = max(g.nodes[box].width, width(d.Boxes[box].Text)+padding+2*g.loopWidth(line))
		}
	}
	return g
}

// loopWidth is the room that a line from a box to itself takes up beside the box.
func (g *graph) loopWidth(line int) float64 {
	return loopOut + width([]string{g.drawing.Lines[line].Text})
}

// width returns the width of the widest text, in pixels.
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
