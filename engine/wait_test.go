package engine

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// waiter is a wait for a session's time.
func (b *testBank) waiter(session string, d time.Duration) <-chan error {
	done := make(chan error, 1)
	go func() { done <- b.Clocks().Wait(b.ctx(), session, d) }()
	return done
}

func TestWaitIsExact(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		<-time.After(123_456 * time.Nanosecond) // off the whole millisecond
		b := NewBank(BankConfig{Store: NewMemory(), Now: time.Now, After: time.After, NewID: func() string { return "" }})
		for _, d := range []time.Duration{0, time.Millisecond, 2 * time.Second, 90 * time.Minute} {
			began := time.Now()
			if err := b.Clocks().Wait(t.Context(), DefaultSession, d); err != nil || time.Since(began) != d {
				t.Errorf("waited %s, want %s: %v", time.Since(began), d, err)
			}
		}
	})
}

func TestWaitGoesByTheSessionsClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &testBank{t: t}
		b.Bank = NewBank(BankConfig{Store: NewMemory(), Now: time.Now, After: time.After, NewID: func() string { return "" }})
		change := func(change ClockChange) {
			t.Helper()
			if _, err := b.Clocks().Change(t.Context(), "s", change); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		change(ClockChange{Freeze: true})
		<-time.After(700 * time.Microsecond)
		waiting, longer := b.waiter("s", 2*time.Second), b.waiter("s", time.Hour)
		<-time.After(time.Minute)
		select {
		case <-waiting:
			t.Fatal("the clock stands, and the wait ended")
		default:
		}
		change(ClockChange{Advance: 1999 * time.Millisecond})
		if len(waiting) != 0 {
			t.Error("released 1 ms too early")
		}
		change(ClockChange{Advance: time.Millisecond})
		if err := <-waiting; err != nil || len(longer) != 0 {
			t.Errorf("%v; the longer wait ended: %t", err, len(longer) == 1)
		}
		change(ClockChange{Resume: true})
		began := time.Now()
		if err := <-longer; err != nil || (time.Since(began)-(time.Hour-2*time.Second)).Abs() >= time.Millisecond {
			t.Errorf("after the resume it waited %s: %v", time.Since(began), err)
		}
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	b := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Clocks().Wait(ctx, DefaultSession, time.Hour) }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// What a request led to may be known before its answer: whoever turns the clock then meets the delay of the answer.
func TestWaitCountsFromTheRequest(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes())))
	b.changeClock(DefaultSession, ClockChange{Freeze: true})
	ctx := WithRequest(b.ctx(), &Request{})
	if _, err := b.Now(ctx, DefaultSession); err != nil {
		t.Fatal(err)
	}
	b.changeClock(DefaultSession, ClockChange{Advance: 2 * time.Second})
	ended, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := b.Clocks().Wait(ended, DefaultSession, 2*time.Second); err != nil {
		t.Error(err)
	}
}

// A turn of the clock that another node made tells this one nothing: it looks by itself.
func TestWaitHeedsAnotherNodesTurn(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]ClockChange{"a clock that stands": {Freeze: true}, "a clock that runs": {Advance: time.Minute}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				store := NewMemory()
				node := func() *testBank {
					b := &testBank{t: t}
					b.Bank = NewBank(BankConfig{Store: store, Now: time.Now, After: time.After, NewID: func() string { return "" }})
					return b
				}
				here, there := node(), node()
				there.changeClock("s", before)
				waiting := here.waiter("s", time.Hour)
				<-time.After(time.Minute + time.Millisecond)
				began := time.Now()
				there.changeClock("s", ClockChange{Advance: time.Hour})
				if err := <-waiting; err != nil || time.Since(began) > clockCheck {
					t.Errorf("it waited for %s more: %v", time.Since(began), err)
				}
			})
		})
	}
}
