package jobs

import (
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of how far a clock may be off.
const (
	// clockTolerance is what a node's clock may be off the database's before the node goes by the database's.
	clockTolerance = 250 * time.Millisecond
	// clockWarning is from where on a node's clock is told to be wrong.
	clockWarning = time.Second
	// longestStandstill is for how long the clock stands where it was ahead; beyond that it goes back.
	longestStandstill = 30 * time.Second
)

// NodeClock is the clock that a node goes by. That is the machine's, as long as it agrees with the database's; where it
// does not, it is corrected, so that nodes agree with each other: an import that one node shows at 60 % is not at 30 % on
// the next. A machine's clock that is set back or forward between two comparisons is not followed before the next one, and
// a clock that was ahead stands until its time has come: progress does not fall.
type NodeClock struct {
	// read shows the machine's clock, and one whose differences no setting of it changes.
	read func() (wall, steady time.Time)
	// compared is what was read at the last comparison.
	compared atomic.Pointer[comparison]
	// last is what was shown last, in nanoseconds since 1970; every request asks several times, so nobody waits for it.
	last atomic.Int64

	mu sync.Mutex // of one who compares
}

// comparison is what the machine's clock showed when it was compared with the database's.
type comparison struct {
	wall, steady time.Time
	ahead        time.Duration // of the database's, where that is corrected
}

// MachineClock returns a clock by the machine's, which nothing corrects yet.
func MachineClock() *NodeClock {
	return newNodeClock(func() (wall, steady time.Time) {
		now := time.Now()
		return now, now
	})
}

// NewNodeClock is as [MachineClock], by two clocks of a test's.
func NewNodeClock(wall, steady func() time.Time) *NodeClock {
	return newNodeClock(func() (time.Time, time.Time) { return wall(), steady() })
}

func newNodeClock(read func() (wall, steady time.Time)) *NodeClock {
	c := &NodeClock{read: read}
	wall, steady := read()
	c.compared.Store(&comparison{wall: wall.Round(0), steady: steady})
	return c
}

// Now returns the time.
func (c *NodeClock) Now() time.Time {
	compared := c.compared.Load()
	shown := compared.machine(c.read()).Add(-compared.ahead)
	now := shown.UnixNano()
	for {
		last := c.last.Load()
		if behind := time.Duration(last - now); behind > 0 && behind < longestStandstill {
			return time.Unix(0, last)
		}
		if c.last.CompareAndSwap(last, now) {
			return shown
		}
	}
}

// machine returns the machine's time; where that was set since the comparison, the time that it would show.
func (c *comparison) machine(wall, steady time.Time) time.Time {
	wall = wall.Round(0) // without the reading that differences would take in its stead
	expected := c.wall.Add(steady.Sub(c.steady))
	if off := wall.Sub(expected); off.Abs() > clockTolerance {
		return expected
	}
	return wall
}

// Compared tells the clock by how much the machine's is ahead of the database's, give or take within. It returns by how
// much it was set since the last time, 0 where it only went on.
func (c *NodeClock) Compared(ahead, within time.Duration) (set time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.compared.Load()
	wall, steady := c.read()
	wall = wall.Round(0)
	if off := wall.Sub(before.wall.Add(steady.Sub(before.steady))); off.Abs() > clockTolerance {
		set = off
	}
	now := comparison{wall: wall, steady: steady, ahead: before.ahead}
	switch known := max(0, (ahead-before.ahead).Abs()-within); {
	case ahead.Abs() <= clockTolerance/2:
		now.ahead = 0
	case known > clockTolerance:
		now.ahead = ahead
	}
	c.compared.Store(&now)
	return set
}
