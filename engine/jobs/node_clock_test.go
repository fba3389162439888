package jobs

import (
	"testing"
	"time"
)

// machine is a machine whose clock is set, and a database whose clock is right.
type machine struct {
	passed, wrong time.Duration
}

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func (m *machine) steady() time.Time { return noon.Add(m.passed) }
func (m *machine) wall() time.Time   { return noon.Add(m.passed + m.wrong) }

// TestNodeClock: N-9. Ahead, behind, drifting, and set while it runs: the time agrees with the database's and never falls.
func TestNodeClock(t *testing.T) {
	t.Parallel()
	for name, wrongAt := range map[string]func(beat int) time.Duration{
		"right":         func(int) time.Duration { return 0 },
		"nearly right":  func(int) time.Duration { return 90 * time.Millisecond },
		"ahead":         func(int) time.Duration { return 20 * time.Second },
		"behind":        func(int) time.Duration { return -3 * time.Second },
		"drifting":      func(beat int) time.Duration { return time.Duration(beat) * 40 * time.Millisecond },
		"falling back":  func(beat int) time.Duration { return -time.Duration(beat) * 40 * time.Millisecond },
		"set back":      func(beat int) time.Duration { return -time.Hour * time.Duration(beat/20) },
		"set forward":   func(beat int) time.Duration { return time.Hour * time.Duration(beat/20) },
		"mended by NTP": func(beat int) time.Duration { return 5 * time.Second * time.Duration(max(0, 20-beat)) / 20 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &machine{wrong: wrongAt(0)}
			c := NewNodeClock(m.wall, m.steady)
			c.Compared(m.wrong, time.Millisecond)
			last := time.Time{}
			for beat := range 60 {
				for range 10 {
					m.passed += 200 * time.Millisecond
					now := c.Now()
					if off := now.Sub(noon.Add(m.passed)); now.Before(last) || off.Abs() > 2*clockTolerance {
						t.Fatalf("beat %d: the time is %v off, and went from %v to %v", beat, off, last, now)
					}
					last = now
				}
				m.wrong = wrongAt(beat + 1)
				if beat == 30 {
					c.Now() // between a setting and the comparison
				}
				c.Compared(m.wrong, time.Millisecond)
			}
		})
	}
}

// A comparison that took long says little, and one that was set is told.
func TestNodeClockIsNotMisled(t *testing.T) {
	t.Parallel()
	m := &machine{}
	c := NewNodeClock(m.wall, m.steady)
	m.passed = time.Second
	if set := c.Compared(2*time.Second, 3*time.Second); set != 0 || !c.Now().Equal(m.wall()) {
		t.Errorf("after a slow answer it shows %v, set %v", c.Now(), set)
	}
	m.wrong = -time.Hour
	if set := c.Compared(-time.Hour, 0); set != -time.Hour || !c.Now().Equal(m.steady()) {
		t.Errorf("set back it shows %v, set %v", c.Now(), set)
	}
}
