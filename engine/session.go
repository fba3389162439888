package engine

import (
	"fmt"
	"maps"
	"regexp"
	"time"
)

// Session isolates one test run from another: it has its own clock, seed and counters. Its records
// bear its ID.
type Session struct {
	ID string
	// Seed is what the session's random choices are derived from; 0: the rule set's.
	Seed  uint64
	Clock Clock
	// BeganAt is when the session began, or was reset, by its own clock.
	BeganAt time.Time
	// Switches that are on, by name.
	Switches map[string]bool
	// LoginsMove says that a flow was begun in the session whose processes another login of their user moves.
	LoginsMove bool
	// Faults are those that a test gave to the session, encoded: see [SessionFault]; "" for none.
	Faults string
	// CreatedAt and UsedAt are times of the wall clock. UsedAt may lag by a minute.
	CreatedAt time.Time
	UsedAt    time.Time
	Version   int64
}

// Copy returns a copy that shares nothing with the session.
func (s Session) Copy() Session {
	s.Clock.FrozenAt = copyTime(s.Clock.FrozenAt)
	s.Switches = maps.Clone(s.Switches)
	return s
}

// Clock is a session's time. It never goes back. The zero Clock shows the wall clock's time.
type Clock struct {
	// Offset is how far a running clock is ahead of the wall clock.
	Offset time.Duration `json:"offset"`
	// FrozenAt is the time at which a frozen clock stands; nil while it runs.
	FrozenAt *time.Time `json:"frozen_at"`
	// Generation counts how often the clock was turned. A background job goes by one turn: after the
	// next, its times are wrong and another job has taken over.
	Generation int `json:"turns"`
}

// Frozen reports whether the clock stands.
func (c Clock) Frozen() bool { return c.FrozenAt != nil }

// At returns the session's time while the wall clock shows wall: UTC, in milliseconds.
func (c Clock) At(wall time.Time) time.Time {
	if c.FrozenAt != nil {
		return *c.FrozenAt
	}
	return wall.Add(c.Offset).UTC().Truncate(time.Millisecond)
}

// Freeze returns the clock standing at the time it shows.
func (c Clock) Freeze(wall time.Time) Clock {
	at := c.At(wall)
	c.FrozenAt = &at
	return c
}

// Resume returns the clock running on from the time it shows.
func (c Clock) Resume(wall time.Time) Clock {
	if c.FrozenAt == nil {
		return c
	}
	c.Offset = c.FrozenAt.Sub(wall.UTC().Truncate(time.Millisecond))
	c.FrozenAt = nil
	return c
}

// Advance returns the clock set forward by d, which must not be negative. It runs ahead of the wall
// clock by [MaxDuration] at most.
func (c Clock) Advance(d time.Duration) Clock {
	d = max(0, min(d, MaxDuration-c.Offset))
	c.Offset += d
	if c.FrozenAt != nil {
		at := c.FrozenAt.Add(d)
		c.FrozenAt = &at
	}
	return c
}

// Until returns how long the wall clock runs until the session's clock shows t, and false where it
// stands before t.
func (c Clock) Until(t, wall time.Time) (time.Duration, bool) {
	left := t.Sub(c.At(wall))
	if left <= 0 {
		return 0, true
	}
	return left, c.FrozenAt == nil
}

var sessionName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// CheckSessionName reports why a text cannot be a session's name.
func CheckSessionName(name string) error {
	if !sessionName.MatchString(name) {
		return fmt.Errorf("a session's name has 1 to 64 letters, digits, dots, underscores and hyphens")
	}
	return nil
}
