package diagram

// rank gives each box a rank below all those that lead to it. Lines that would close a circle are turned
// for that; ranks of boxes are even, so that the texts of lines have ranks of their own between them.
func (g *graph) rank() {
	g.turnCircles()
	waiting := make([]int, len(g.nodes))
	for i := range g.edges {
		waiting[g.edges[i].to]++
	}
	var ready []int
	for i := range g.nodes {
		if waiting[i] == 0 {
			ready = append(ready, i)
		}
	}
	for len(ready) > 0 {
		from := ready[0]
		ready = ready[1:]
		for i := range g.edges {
			e := &g.edges[i]
			if e.from != from {
				continue
			}
			g.nodes[e.to].rank = max(g.nodes[e.to].rank, g.nodes[from].rank+2)
			if waiting[e.to]--; waiting[e.to] == 0 {
				ready = append(ready, e.to)
			}
		}
	}
}

// turnCircles turns each line that leads back to a box from which a walk came to it.
func (g *graph) turnCircles() {
	const unseen, open, done = 0, 1, 2
	state := make([]int, len(g.nodes))
	var walk func(at int)
	walk = func(at int) {
		state[at] = open
		for i := range g.edges {
			e := &g.edges[i]
			if e.turned || e.from != at {
				continue
			}
			switch state[e.to] {
			case unseen:
				walk(e.to)
			case open:
				e.from, e.to, e.turned = e.to, e.from, true
			}
		}
		state[at] = done
	}
	for i := range g.nodes {
		if state[i] == unseen {
			walk(i)
		}
	}
}

// split gives each line a node in every rank that it passes, of which the first between two boxes bears its
// text, and fills the ranks.
func (g *graph) split() {
	last := 0
	for i := range g.edges {
		g.splitEdge(&g.edges[i])
	}
	for i := range g.nodes {
		last = max(last, g.nodes[i].rank)
	}
	g.ranks = make([][]int, last+1)
	for i := range g.nodes {
		g.ranks[g.nodes[i].rank] = append(g.ranks[g.nodes[i].rank], i)
	}
}

func (g *graph) splitEdge(e *edge) {
	first, last := g.nodes[e.from].rank+1, g.nodes[e.to].rank-1
	bearer := first
	if e.turned { // the text stands near the box that the line comes from
		bearer = last
	}
	e.chain = []int{e.from}
	for rank := first; rank <= last; rank++ {
		n := node{rank: rank, box: -1, width: 8, height: 0}
		if rank == bearer {
			n.width, n.height = width([]string{g.drawing.Lines[e.line].Text})+12, lineHeight
			e.text = len(e.chain)
		}
		g.nodes = append(g.nodes, n)
		e.chain = append(e.chain, len(g.nodes)-1)
	}
	e.chain = append(e.chain, e.to)
	for i := 1; i < len(e.chain); i++ {
		above, below := e.chain[i-1], e.chain[i]
		g.nodes[above].down = append(g.nodes[above].down, below)
		g.nodes[below].up = append(g.nodes[below].up, above)
	}
}
