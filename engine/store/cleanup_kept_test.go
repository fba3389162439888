package store_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

// idAt is an identifier that was made at a time.
func idAt(at time.Time, n int) string {
	text := fmt.Sprintf("%012x", at.UnixMilli())
	return fmt.Sprintf("%s-%s-7000-8000-%012d", text[:8], text[8:], n)
}

func TestCleanUpKeepsFlows(t *testing.T) {
	t.Parallel()
	cleanUpKeepsFlows(t, filepath.Join(t.TempDir(), "mockbank.db"))
}

// cleanUpKeepsFlows checks that a flow stays for as long as any row refers to it, whenever it became known.
func cleanUpKeepsFlows(t *testing.T, address string) {
	t.Helper()
	begin := time.Now().UTC().Truncate(time.Millisecond)
	now, made := begin, 0
	s := open(t, address, store.Options{Now: func() time.Time { return now }, Timeout: time.Minute})
	busy, idle, waits := storetest.Flow(t, "busy"), storetest.Flow(t, "idle"), storetest.Flow(t, "waits")
	login := func(flow *engine.Flow, after time.Duration, open bool) {
		t.Helper()
		made++
		now = begin.Add(after)
		p := storetest.Process(flow)
		p.ID, p.CreatedAt, p.UpdatedAt = idAt(now, made), now, now
		if open {
			end := begin.Add(1000 * time.Hour)
			p.EndsAt = &end
		}
		if err := s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(p, flow) }); err != nil {
			t.Fatal(err)
		}
	}
	left := func(horizon time.Duration, want ...*engine.Flow) {
		t.Helper()
		now = begin.Add(horizon)
		if _, err := s.CleanUp(t.Context(), store.Horizon{Records: now, Requests: now}); err != nil {
			t.Fatal(err)
		}
		for _, flow := range []*engine.Flow{busy, idle, waits} {
			body, err := s.Flow(t.Context(), flow.Hash())
			there, wanted := err == nil && len(body) > 0, false
			for _, one := range want {
				wanted = wanted || one == flow
			}
			if there != wanted {
				t.Errorf("after %v the flow of %s is there: %t, want %t", horizon, flow.Scenario, there, wanted)
			}
		}
	}
	login(busy, 0, false)
	login(idle, time.Minute, false)
	login(waits, 2*time.Minute, true)
	login(busy, 30*time.Minute, false) // known since the first
	left(10*time.Minute, busy, waits)
	login(busy, 31*time.Minute, false)
	left(25*time.Hour, waits)
	login(busy, 26*time.Hour, false)
	login(busy, 60*time.Hour, false) // known for too long: its row tells anew
	left(49*time.Hour, busy, waits)
	left(2000 * time.Hour)
}

func TestCleanUpOfDeliveries(t *testing.T) {
	t.Parallel()
	cleansUpDeliveries(t, filepath.Join(t.TempDir(), "mockbank.db"))
}

// cleansUpDeliveries checks that deliveries go that are over, and were before the horizon.
func cleansUpDeliveries(t *testing.T, address string) {
	t.Helper()
	s := open(t, address, store.Options{Timeout: time.Minute})
	begin := time.Now().UTC().Truncate(time.Millisecond)
	horizon := begin.Add(time.Hour)
	late := horizon.Add(time.Minute)
	const many = 1100
	var stay []string
	err := s.Update(t.Context(), func(tx engine.Tx) error {
		for i := range many {
			d := engine.Delivery{
				ID: idAt(begin, i), Session: "one", Webhook: "app", Stream: "s", Event: engine.EventImportStep, Key: fmt.Sprint(i),
				Payload: []byte("{}"), State: engine.DeliveryDelivered, NextAt: begin, CreatedAt: begin, DeliveredAt: &begin,
			}
			switch i {
			case 3:
				d.State, d.DeliveredAt = engine.DeliveryPending, nil
			case 700:
				d.DeliveredAt = &late // it was sent again
			case many - 1:
				d.ID, d.CreatedAt, d.NextAt, d.DeliveredAt, d.State = idAt(late, i), late, late, nil, engine.DeliveryFailed
			}
			if i == 3 || i == 700 || i == many-1 {
				stay = append(stay, d.ID)
			}
			if err := tx.InsertDelivery(d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	removed, err := s.CleanUp(t.Context(), store.Horizon{Records: horizon, Requests: horizon})
	if err != nil || removed.Deliveries != many-3 {
		t.Errorf("removed %+v, %v", removed, err)
	}
	left, err := s.Deliveries(t.Context(), engine.DeliveryFilter{})
	if err != nil || len(left) != len(stay) {
		t.Fatalf("%d are left, %v", len(left), err)
	}
	for i, id := range stay {
		if left[i].ID != id {
			t.Errorf("%s is left, want %s", left[i].ID, id)
		}
	}
}
