package engine

import (
	"context"
	"testing"
	"time"
)

// sends is a courier that delivers what is due, to a receiver that takes it or refuses.
type sends struct{ problem string }

func (s sends) SendDue(ctx context.Context, b *Bank, session string) error {
	pending, err := b.Webhooks().Deliveries(ctx, DeliveryFilter{Session: session, State: DeliveryPending})
	for _, d := range pending {
		claimed, err := b.Webhooks().Claim(ctx, d.Webhook, d.Stream, "node", time.Minute)
		if err != nil || claimed.Delivery == nil {
			return err
		}
		webhook, _ := b.Rules().Webhook(d.Webhook)
		if err := b.Webhooks().Conclude(ctx, claimed.Delivery, webhook, DeliveryAttempt{Status: 200, Problem: s.problem}); err != nil {
			return err
		}
	}
	return err
}

// TestLateGoesByTheSessionsClock: W-3.
func TestLateGoesByTheSessionsClock(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "p", steps(yes()))).listen(Webhook{
		Name: "app", Faults: []WebhookFault{{Kind: DeliverLate, Delay: 5 * time.Second}},
	})
	b.courier = sends{}
	change := func(change ClockChange, sent int) {
		t.Helper()
		outcome, err := b.Clocks().Change(b.ctx(), DefaultSession, change)
		if err != nil || outcome.Sent != sent || outcome.Left {
			t.Errorf("turn %+v: %d sent, left %v: %v", change, outcome.Sent, outcome.Left, err)
		}
	}
	change(ClockChange{Freeze: true}, 0)
	b.login("p")
	b.wait(time.Hour) // nothing passes in the session
	if claimed, err := b.Webhooks().Claim(b.ctx(), "app", "id-000001", "node", time.Minute); err != nil || claimed.Delivery != nil {
		t.Errorf("claimed %+v: %v", claimed, err)
	}
	change(ClockChange{Advance: 4999 * time.Millisecond}, 0)
	change(ClockChange{Advance: time.Millisecond}, 1)
	b.login("p")
	change(ClockChange{Resume: true}, 0)
	all, err := b.Webhooks().Deliveries(b.ctx(), DeliveryFilter{State: DeliveryPending})
	if err != nil || len(all) != 1 {
		t.Fatalf("%d pending: %v", len(all), err)
	}
	claimed, err := b.Webhooks().Claim(b.ctx(), "app", all[0].Stream, "node", time.Minute)
	if want := b.time().Add(5 * time.Second); err != nil || claimed.Delivery != nil || !claimed.Again.Equal(want) {
		t.Errorf("it is due at %s, want %s: %v", claimed.Again, want, err)
	}
}

// TestLeftSaysWhatWaits: W-4.
func TestLeftSaysWhatWaits(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "p", steps(yes()))).listen(Webhook{Name: "app"})
	b.courier = sends{problem: "connection refused"}
	b.login("p")
	outcome, err := b.Clocks().Change(b.ctx(), DefaultSession, ClockChange{Advance: time.Second})
	if err != nil || !outcome.Left {
		t.Errorf("left %v: %v", outcome.Left, err)
	}
	b.courier = sends{}
	b.wait(time.Minute)
	if outcome, err = b.Clocks().Change(b.ctx(), DefaultSession, ClockChange{Advance: time.Second}); err != nil || outcome.Left || outcome.Sent != 1 {
		t.Errorf("%d sent, left %v: %v", outcome.Sent, outcome.Left, err)
	}
}

// TestSentCountsWhatTheTurnMadeBeSent: N-7. Whoever sent it, and only what the receiver took.
func TestSentCountsWhatTheTurnMadeBeSent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		courier Courier
		sent    int
		left    bool
	}{
		{"all are taken", sends{}, 3, false},
		{"nobody takes it", sends{problem: "no"}, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, scenario("success", "p", steps(yes()))).listen(Webhook{
				Name: "app", Faults: []WebhookFault{{Kind: DeliverLate, Delay: 5 * time.Second}}, Attempts: 100,
			})
			b.courier = sends{}
			change := func(change ClockChange) ClockOutcome {
				t.Helper()
				outcome, err := b.Clocks().Change(b.ctx(), DefaultSession, change)
				if err != nil {
					t.Fatal(err)
				}
				return outcome
			}
			change(ClockChange{Freeze: true})
			b.login("p")
			if before := change(ClockChange{Advance: 5 * time.Second}); before.Sent != 1 { // which counts no more
				t.Errorf("the turn before sent %d", before.Sent)
			}
			for range 3 {
				b.login("p")
			}
			b.courier = c.courier
			if got := change(ClockChange{Advance: 5 * time.Second}); got.Sent != c.sent || got.Left != c.left {
				t.Errorf("%d sent, left %v; want %d, %v", got.Sent, got.Left, c.sent, c.left)
			}
			if got := change(ClockChange{Advance: time.Second}); got.Sent != 0 {
				t.Errorf("a turn with nothing due sent %d", got.Sent)
			}
		})
	}
}
