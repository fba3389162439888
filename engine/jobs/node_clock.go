package jobs

import (
	"sync"
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
	wall   func() time.Time
	steady func() time.Time // whose differences no setting of the clock changes

	mu sync.Mutex
	// anchor and passed are what wall and steady showed at the last comparison.
	anchor, passed time.Time
	ahead          time.Duration // of the database's clock, where that is corrected
	last           time.Time     // that was shown
}

// NewNodeClock returns a clock by the machine's, which nothing corrects yet. Its arguments are time.Now, but for tests.
func NewNodeClock(wall, steady func() time.Time) *NodeClock {
	return &NodeClock{wall: wall, steady: steady, anchor: wall(), passed: steady()}
}

// Now returns the time.
func (c *NodeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.machine().Add(-c.ahead)
	if behind := c.last.Sub(now); behind > 0 && behind < longestStandstill {
		return c.last
	}
	c.last = now
	return now
}

// machine returns the machine's time; where that was set since the last comparison, the time that it would show.
func (c *NodeClock) machine() time.Time {
	wall := c.wall().Round(0) // without the reading that comparisons would take in its stead
	expected := c.anchor.Add(c.steady().Sub(c.passed))
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
	wall, steady := c.wall().Round(0), c.steady()
	if off := wall.Sub(c.anchor.Add(steady.Sub(c.passed))); off.Abs() > clockTolerance {
		set = off
	}
	c.anchor, c.passed = wall, steady
	switch known := max(0, (ahead-c.ahead).Abs()-within); {
	case ahead.Abs() <= clockTolerance/2:
		c.ahead = 0
	case known > clockTolerance:
		c.ahead = ahead
	}
	return set
}
