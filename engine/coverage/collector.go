package coverage

import (
	"container/list"
	"sync"

	"github.com/mockbank/mockbank/engine"
)

// Collector counts. Its methods are safe for concurrent use.
type Collector struct {
	rules       func() *engine.RuleSet
	maxSessions int

	mu       sync.Mutex
	live     *engine.RuleSet // the one that the counts belong to
	flows    map[string]bool // the hashes of its flows
	all      tally
	sessions map[string]*list.Element // of sessionTally
	order    *list.List               // the session used last in front
	dropped  int64
}

// tally holds counts by the hashes of flows.
type tally map[string]*count

// count is what was exercised of one flow.
type count struct {
	logins int64
	taken  map[position]int64
}

// position is a transition of a flow: a step's index and the index in its Next, -1 for its expiry.
type position struct{ step, transition int }

type sessionTally struct {
	session string
	tally   tally
}

// New returns a collector that keeps the counts of the maxSessions sessions that were used last, of
// none where that is 0. It counts nothing before [Collector.Follow] was called.
func New(maxSessions int) *Collector {
	return &Collector{
		rules: func() *engine.RuleSet { return nil }, maxSessions: maxSessions,
		all: tally{}, sessions: map[string]*list.Element{}, order: list.New(),
	}
}

// Follow lets the collector count for the rule set that rules returns, which may change.
func (c *Collector) Follow(rules func() *engine.RuleSet) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rules = rules
}

// Observe counts a login that a scenario answered, and the transitions that a process took. The
// observation's moves are those that were not told of before, see [Seen].
func (c *Collector) Observe(o engine.Observation) {
	p, moves := o.Process, o.Moves
	started := o.Started && o.Connection == nil // else it was an import that started
	if p == nil || len(moves) == 0 && !started {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.follow()
	if !c.flows[p.FlowHash] {
		return // it began under rules that are no longer
	}
	c.all.of(p.FlowHash).add(moves, started)
	if c.maxSessions > 0 {
		c.session(p.Session).of(p.FlowHash).add(moves, started)
	}
}

// add counts. Steps by which an import opens its process again are no transitions of a scenario.
func (c *count) add(moves []engine.Move, started bool) {
	if started {
		c.logins++
	}
	for _, move := range moves {
		if move.OfScenario() {
			c.taken[position{move.From, move.Transition}]++
		}
	}
}

func (t tally) of(flow string) *count {
	found := t[flow]
	if found == nil {
		found = &count{taken: map[position]int64{}}
		t[flow] = found
	}
	return found
}

// follow drops the counts of flows that the live rule set has no longer.
func (c *Collector) follow() {
	rules := c.rules()
	if rules == c.live || rules == nil {
		return
	}
	c.live = rules
	c.flows = make(map[string]bool, len(rules.Scenarios)+1)
	for _, s := range rules.Scenarios {
		c.flows[s.Flow.Hash()] = true
	}
	c.flows[rules.Fallback.Flow.Hash()] = true
	c.all.keep(c.flows)
	for e := c.order.Front(); e != nil; e = e.Next() {
		e.Value.(*sessionTally).tally.keep(c.flows)
	}
}

func (t tally) keep(flows map[string]bool) {
	for hash := range t {
		if !flows[hash] {
			delete(t, hash)
		}
	}
}

// session returns a session's counts, and drops those of the one that is longest unused where there
// are too many.
func (c *Collector) session(id string) tally {
	if e := c.sessions[id]; e != nil {
		c.order.MoveToFront(e)
		return e.Value.(*sessionTally).tally
	}
	if c.order.Len() >= c.maxSessions {
		oldest := c.order.Remove(c.order.Back()).(*sessionTally)
		delete(c.sessions, oldest.session)
		c.dropped++
	}
	s := &sessionTally{session: id, tally: tally{}}
	c.sessions[id] = c.order.PushFront(s)
	return s.tally
}

// Forget drops a session's counts; those in all stay. "" drops all counts.
func (c *Collector) Forget(session string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if session == "" {
		c.all, c.dropped = tally{}, 0
		clear(c.sessions)
		c.order.Init()
		return
	}
	if e := c.sessions[session]; e != nil {
		c.order.Remove(e)
		delete(c.sessions, session)
	}
}
