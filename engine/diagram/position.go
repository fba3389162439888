package diagram

import "slices"

// align sets the nodes of each rank side by side, and then moves them towards their neighbours as far as
// the order allows.
func (g *graph) align() {
	y := margin
	for _, rank := range g.ranks {
		height, x := 0.0, margin
		for _, n := range rank {
			g.nodes[n].x = x + g.nodes[n].width/2
			x += g.nodes[n].width + gap
			height = max(height, g.nodes[n].height)
		}
		for _, n := range rank {
			g.nodes[n].y = y + height/2
		}
		y += height + rankGap
	}
	for sweep := range sweeps {
		for i := range g.ranks {
			rank := g.ranks[i]
			if sweep%2 == 1 {
				rank = g.ranks[len(g.ranks)-1-i]
			}
			g.settle(rank)
		}
	}
}

// settle moves the nodes of a rank to the middle of their neighbours. Where that makes two overlap, both
// give way by half: the mean of the leftmost and of the rightmost arrangement is taken.
func (g *graph) settle(rank []int) {
	wish := make([]float64, len(rank))
	for i, n := range rank {
		wish[i] = g.middle(n)
	}
	left, right := slices.Clone(wish), slices.Clone(wish)
	for i := 1; i < len(rank); i++ {
		left[i] = max(left[i], left[i-1]+g.apart(rank[i-1], rank[i]))
	}
	for i := len(rank) - 2; i >= 0; i-- {
		right[i] = min(right[i], right[i+1]-g.apart(rank[i], rank[i+1]))
	}
	for i, n := range rank {
		g.nodes[n].x = (left[i] + right[i]) / 2
	}
}

func (g *graph) apart(a, b int) float64 { return (g.nodes[a].width+g.nodes[b].width)/2 + gap }

// middle is where a node would lie best: between its neighbours above and below.
func (g *graph) middle(n int) float64 {
	near := slices.Concat(g.nodes[n].up, g.nodes[n].down)
	if len(near) == 0 {
		return g.nodes[n].x
	}
	sum := 0.0
	for _, other := range near {
		sum += g.nodes[other].x
	}
	return sum / float64(len(near))
}

// layout returns the places, moved to the margin.
func (g *graph) layout() *layout {
	left, right, bottom := 0.0, 0.0, 0.0
	for i := range g.nodes {
		n := &g.nodes[i]
		if i == 0 || n.x-n.width/2 < left {
			left = n.x - n.width/2
		}
		right, bottom = max(right, n.x+n.width/2), max(bottom, n.y+n.height/2)
	}
	for i := range g.nodes {
		g.nodes[i].x += margin - left
	}
	l := &layout{Width: right - left + 2*margin, Height: bottom + margin, Lines: make([]placedLine, len(g.drawing.Lines))}
	for i := range g.drawing.Boxes {
		n := &g.nodes[i]
		l.Boxes = append(l.Boxes, placedBox{point{n.x, n.y}, width(g.drawing.Boxes[i].Text) + padding, n.height})
	}
	for i := range g.edges {
		e := &g.edges[i]
		l.Lines[e.line] = g.placeEdge(e)
	}
	for box, lines := range g.loops {
		for i, line := range lines {
			l.Lines[line] = placeLoop(&l.Boxes[box], i, width([]string{g.drawing.Lines[line].Text}))
		}
	}
	return l
}

func (g *graph) placeEdge(e *edge) placedLine {
	from, to, text := &g.nodes[e.from], &g.nodes[e.to], &g.nodes[e.chain[e.text]]
	points := []point{{from.x, from.y + from.height/2}}
	for _, n := range e.chain[1 : len(e.chain)-1] {
		points = append(points, point{g.nodes[n].x, g.nodes[n].y})
	}
	points = append(points, point{to.x, to.y - to.height/2})
	if e.turned {
		slices.Reverse(points)
	}
	return placedLine{point{text.x, text.y}, points}
}

// placeLoop leads a line out of the right side of a box and back into it, the next one a little lower.
func placeLoop(box *placedBox, number int, wide float64) placedLine {
	side, y := box.X+box.Width/2, box.Y+float64(number)*lineHeight
	return placedLine{
		point{side + loopOut + wide/2, y},
		[]point{{side, y - 8}, {side + loopOut, y - 8}, {side + loopOut, y + 8}, {side, y + 8}},
	}
}
