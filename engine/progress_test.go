package engine

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

// imported returns a connection that starts to play the timeline at the epoch.
func imported(t testing.TB, timeline Timeline, captures Captures) (*Flow, Connection) {
	t.Helper()
	f := steps(yes()).importing(timeline)
	if err := f.Freeze(); err != nil {
		t.Fatal(err)
	}
	c := Connection{Captures: captures, Seed: 5, CreatedAt: epoch, UpdatedAt: epoch}
	c.begin(1, -1, epoch)
	f.connectionOutlook(&c, nil)
	return f, c
}

func TestImports(t *testing.T) {
	t.Parallel()
	const s = time.Second
	rejected := &Failure{Code: "BANK_SERVER_REJECTION"}
	type shown struct {
		status   ImportStatus
		progress int
		message  string
	}
	for name, test := range map[string]struct {
		timeline Timeline
		want     map[time.Duration]shown
	}{
		"straight": {
			Timeline{Takes: Fixed(3 * s), Outcome: Success, Message: Plain("Reading")},
			map[time.Duration]shown{
				0: {InProgress, 0, "Reading"}, 1500 * time.Millisecond: {InProgress, 50, "Reading"},
				3*s - time.Millisecond: {InProgress, 99, "Reading"}, 3 * s: {Success, 100, ""}, time.Hour: {Success, 100, ""},
			},
		},
		"stops": {
			Timeline{Takes: Fixed(2 * s), StopsAt: Percent{Number: 60}, Outcome: FailedWithError, Error: rejected},
			map[time.Duration]shown{s: {InProgress, 30, ""}, 2 * s: {FailedWithError, 60, ""}},
		},
		"at once": {
			Timeline{Outcome: Success}, map[time.Duration]shown{0: {Success, 100, ""}},
		},
		"fails at once": {
			Timeline{Outcome: FailedWithError, Error: rejected}, map[time.Duration]shown{0: {FailedWithError, 0, ""}},
		},
		"never": {
			Timeline{Takes: Fixed(s), StopsAt: Percent{Number: 40}, Message: Plain("Waiting")},
			map[time.Duration]shown{s / 2: {InProgress, 20, "Waiting"}, time.Hour: {InProgress, 40, "Waiting"}},
		},
		"shorter than a millisecond": {
			Timeline{Takes: Fixed(time.Microsecond), Outcome: Success}, map[time.Duration]shown{0: {Success, 100, ""}},
		},
		"points": {
			Timeline{Points: []Point{
				{After: Fixed(s), Progress: Percent{Number: 40}, Message: Plain("Accounts")},
				{After: Fixed(s), KeepProgress: true, Message: Plain("Still accounts")},
				{After: Fixed(s), KeepProgress: true, Status: Success},
			}},
			map[time.Duration]shown{
				0: {InProgress, 0, ""}, s: {InProgress, 40, "Accounts"}, 2*s - 1: {InProgress, 40, "Accounts"},
				2 * s: {InProgress, 40, "Still accounts"}, 3 * s: {Success, 100, ""},
			},
		},
		"a life after the end": {
			Timeline{Points: []Point{
				{After: Fixed(s), Progress: Percent{Number: 60}, Message: Plain("Accounts"), Status: Success, Incomplete: true},
				{After: Fixed(s), KeepProgress: true, KeepMessage: true, Event: &OwnEvent{Name: "soon"}},
				{After: Fixed(s), KeepProgress: true, KeepMessage: true, Status: FailedWithError, Error: rejected},
				{After: Fixed(s), Status: InProgress},
				{After: Fixed(s), Progress: Percent{Number: 100}, Status: Success},
			}},
			map[time.Duration]shown{
				s: {Success, 60, "Accounts"}, 2 * s: {Success, 60, "Accounts"}, 3 * s: {FailedWithError, 60, "Accounts"},
				4 * s: {InProgress, 0, ""}, time.Hour: {Success, 100, ""},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, c := imported(t, test.timeline, nil)
			for age, want := range test.want {
				got := f.ConnectionState(c, nil, epoch.Add(age))
				if (shown{got.Status, got.Progress, got.Message}) != want {
					t.Errorf("after %s: %s %d %q, want %+v", age, got.Status, got.Progress, got.Message, want)
				}
				if (got.Status == FailedWithError) != (got.Error != nil) || got.Status.Ended() != (got.FinishedAt != nil) {
					t.Errorf("after %s: %s with error %v, finished at %v", age, got.Status, got.Error, got.FinishedAt)
				}
			}
		})
	}
}

func TestWarningsAddUp(t *testing.T) {
	t.Parallel()
	f, c := imported(t, Timeline{Points: []Point{
		{Warnings: []Failure{{Code: "ONE"}}},
		{After: Fixed(time.Second), Warnings: []Failure{{Code: "TWO_${n}"}}, Status: Success},
	}}, Captures{"n": "2"})
	got := f.ConnectionState(c, nil, epoch.Add(time.Second)).Warnings
	if want := []Failure{{Code: "ONE"}, {Code: "TWO_2"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("warnings %v, want %v", got, want)
	}
	f, c = imported(t, Timeline{Outcome: Success, Warnings: []Failure{{Code: "PARTIAL"}}}, nil)
	if got := f.ConnectionState(c, nil, epoch).Warnings; len(got) != 1 || got[0].Code != "PARTIAL" {
		t.Errorf("warnings of a straight line: %v", got)
	}
}

func randomTimeline(r *rand.Rand) Timeline {
	outcomes := []ImportStatus{"", Success, FailedWithError}
	if r.IntN(2) == 0 {
		return Timeline{
			Takes: randomDuration(r), StopsAt: Percent{Number: r.IntN(101)}, Outcome: outcomes[r.IntN(3)],
			Error: &Failure{Code: "E"}, Message: Plain("m"),
		}
	}
	var t Timeline
	for range 1 + r.IntN(6) {
		point := Point{
			After: randomDuration(r), Progress: Percent{Number: r.IntN(101)}, KeepProgress: r.IntN(3) == 0,
			Warnings: make([]Failure, r.IntN(2)),
		}
		if r.IntN(4) == 0 {
			point.Status = outcomes[r.IntN(3)]
		}
		t.Points = append(t.Points, point)
	}
	return t
}

// TestWhatWasShownDoesNotGoBack: whatever the timeline and the clock, what was shown once does not go back,
// the record's outlook tells the end, and each step of the history is what a look at its time shows.
func TestWhatWasShownDoesNotGoBack(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 5))
		f, c := imported(t, randomTimeline(r), nil)
		written := c
		last := f.ConnectionState(c, nil, epoch)
		for now := epoch; now.Before(epoch.Add(12 * time.Second)); now = now.Add(time.Duration(1+r.IntN(700)) * time.Millisecond) {
			state := f.ConnectionState(c, nil, now)
			if state.UpdatedAt.Before(last.UpdatedAt) || f.Import.Straight() && state.Progress < last.Progress {
				t.Fatalf("seed %d: %d %s follows %d %s", seed, state.Progress, state.Status, last.Progress, last.Status)
			}
			says := c.EndsAt != nil && !c.EndsAt.After(now)
			if says && (!state.Status.Ended() || c.EndStatus != state.Status) {
				t.Fatalf("seed %d: the record says %v %s, a look %s", seed, says, c.EndStatus, state.Status)
			}
			if r.IntN(3) == 0 {
				f.writeDue(&written, nil, now)
			}
			if late := f.ConnectionState(written, nil, now); late.Status != state.Status || late.Progress != state.Progress {
				t.Fatalf("seed %d: the written record shows %d %s, an untouched one %d %s",
					seed, late.Progress, late.Status, state.Progress, state.Status)
			}
			if back := f.ConnectionState(written, nil, epoch); back.Progress < written.Progress {
				t.Fatalf("seed %d: an early clock shows %d after %d", seed, back.Progress, written.Progress)
			}
			last = state
		}
	}
}

// TestHistoryInAnyHops: a job that comes often writes the same history as one that comes late.
func TestHistoryInAnyHops(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 6))
		f, c := imported(t, randomTimeline(r), nil)
		often, late := c, c
		end := epoch.Add(time.Minute)
		var pieces []ImportStep
		for now := epoch; ; {
			pieces = append(pieces, f.writeDue(&often, nil, now)...)
			next := often.DueAt
			if next == nil {
				break
			}
			if !next.After(now) {
				t.Fatalf("seed %d: the next write is at %s, now is %s", seed, next, now)
			}
			now = *next
		}
		f.writeDue(&often, nil, end)
		if whole := f.writeDue(&late, nil, end); !reflect.DeepEqual(whole, pieces) || !reflect.DeepEqual(often, late) {
			t.Fatalf("seed %d: in pieces %v, at once %v", seed, pieces, whole)
		}
	}
}
