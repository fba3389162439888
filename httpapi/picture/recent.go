package picture

import "sync"

// maxRecent bounds the pictures that are kept, of some kilobytes each.
const maxRecent = 256

// gallery keeps the pictures that were drawn last.
type gallery struct {
	mu    sync.Mutex
	drawn map[subject]Picture
	order [maxRecent]subject // a ring, whose next place holds the oldest
	next  int
}

var recent gallery

func (g *gallery) find(s subject) (Picture, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	drawn, found := g.drawn[s]
	return drawn, found
}

// keep puts a picture in the place of the oldest.
func (g *gallery) keep(s subject, drawn Picture) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, found := g.drawn[s]; found {
		return
	}
	if g.drawn == nil {
		g.drawn = make(map[subject]Picture)
	}
	delete(g.drawn, g.order[g.next])
	g.order[g.next], g.drawn[s] = s, drawn
	g.next = (g.next + 1) % maxRecent
}
