package engine

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// usedBetween is a store whose sessions are used just after they were listed.
type usedBetween struct {
	Store
	use func()
}

func (s *usedBetween) Sessions(ctx context.Context) ([]Session, error) {
	all, err := s.Store.Sessions(ctx)
	s.use()
	return all, err
}

// A session that comes back to life between the look and the removal stays, and so does what it has.
func TestASessionThatCameBackToLifeStays(t *testing.T) {
	t.Parallel()
	removals := map[string]func(b *testBank) error{
		"age": func(b *testBank) error { _, err := b.Sessions().DeleteIdle(b.ctx(), time.Hour); return err },
		"idle_since": func(b *testBank) error {
			_, _, err := b.Sessions().DeleteMatching(b.ctx(), SessionFilter{IdleFor: time.Hour})
			return err
		},
	}
	for name, remove := range removals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, scenario("success", "success", steps(yes())))
			b.loginIn("mine", "success")
			b.loginIn("other", "success")
			b.wait(2 * time.Hour)
			var again ProcessState
			b.Bank.store = &usedBetween{b.store, func() { again = b.loginIn("mine", "success") }}
			if err := remove(b); err != nil {
				t.Fatal(err)
			}
			b.poll(again.ID)
			if _, err := b.Sessions().Get(b.ctx(), "mine"); err != nil {
				t.Error(err)
			}
			_, err := b.Sessions().Get(b.ctx(), "other")
			wantCode(t, err, CodeNotFound)
		})
	}
}

// Sessions go by their prefix, however many they are.
func TestManySessionsAreDeletedByPrefix(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes())))
	const many = 2*removedAtOnce + 1
	for i := range many {
		b.loginIn(fmt.Sprintf("run-%d", i), "success")
	}
	b.loginIn("other", "success")
	b.changeClock(DefaultSession, ClockChange{Advance: time.Second})
	removed, left, err := b.Sessions().DeleteMatching(b.ctx(), SessionFilter{Prefix: "run-"})
	if err != nil || left || len(removed) != many {
		t.Errorf("removed %v, left %v, %v", removed, left, err)
	}
	if all, err := b.Sessions().Page(b.ctx(), "", "", 100); err != nil || len(all) != 2 {
		t.Errorf("sessions %+v, %v", all, err)
	}
}
