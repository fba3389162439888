package engine

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestClockNeverGoesBack: whatever is done to a session's clock, its time only grows, and it runs on
// from where it stood.
func TestClockNeverGoesBack(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 10))
		var clock Clock
		wall := epoch.Add(time.Duration(r.IntN(1e6)))
		for range 30 {
			wall = wall.Add(time.Duration(r.IntN(3e6)))
			before, want := clock.At(wall), time.Duration(0)
			switch r.IntN(4) {
			case 0:
				clock = clock.Freeze(wall)
			case 1:
				clock = clock.Resume(wall)
			case 2:
				want = time.Duration(r.IntN(1000)) * time.Millisecond
				clock = clock.Advance(want)
			}
			if got := clock.At(wall).Sub(before); got != want {
				t.Fatalf("seed %d: time moved by %s, want %s", seed, got, want)
			}
			later := wall.Add(time.Hour)
			if moved := clock.At(later).Sub(clock.At(wall)); clock.Frozen() && moved != 0 || !clock.Frozen() && (moved < time.Hour-time.Millisecond || moved > time.Hour+time.Millisecond) {
				t.Fatalf("seed %d: in an hour a clock (frozen: %v) moves %s", seed, clock.Frozen(), moved)
			}
		}
	}
}

func TestClockUntil(t *testing.T) {
	t.Parallel()
	running := Clock{}.Advance(time.Minute)
	for _, test := range []struct {
		clock Clock
		until time.Duration
		left  time.Duration
		comes bool
	}{
		{running, 2 * time.Minute, time.Minute, true},
		{running, time.Minute, 0, true},
		{running.Freeze(epoch), 2 * time.Minute, time.Minute, false},
		{running.Freeze(epoch), 0, 0, true},
	} {
		if left, comes := test.clock.Until(epoch.Add(test.until), epoch); left != test.left || comes != test.comes {
			t.Errorf("until %s: %s, %v", test.until, left, comes)
		}
	}
}

func TestSessionNames(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{
		"default": true, "run-7_A.b": true, "": false, "a/b": false, "a b": false, "ä": false,
		strings.Repeat("x", 64): true, strings.Repeat("x", 65): false, "a\n": false,
	} {
		if err := CheckSessionName(name); (err == nil) != ok {
			t.Errorf("CheckSessionName(%q): %v", name, err)
		}
	}
}
