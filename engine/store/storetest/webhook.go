package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// delivery returns a delivery of the event with this key, in the stream "p".
func delivery(key string) engine.Delivery {
	return engine.Delivery{
		ID: NewID(), Session: "one", Webhook: "app", Stream: "p", Event: engine.EventImportStep, Key: key,
		Payload: []byte(`{"type":"import.step", "data": "é"}`), State: engine.DeliveryPending,
		NextAt: Start, CreatedAt: Start,
	}
}

func (s suite) insertDeliveries(t *testing.T, all ...engine.Delivery) {
	t.Helper()
	s.update(t, func(tx engine.Tx) error {
		for _, d := range all {
			if err := tx.InsertDelivery(d); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s suite) deliveries(t *testing.T, filter engine.DeliveryFilter) []engine.Delivery {
	t.Helper()
	page, err := s.store.Deliveries(s.ctx, filter)
	is(t, err, nil)
	return page
}

func keysOf(all []engine.Delivery) []string {
	var keys []string
	for _, d := range all {
		keys = append(keys, d.Key)
	}
	return keys
}

func testDeliveries(t *testing.T, s suite) {
	first, again, other := delivery("1"), delivery("1"), delivery("1")
	other.Webhook, other.Session = "other", "two"
	until, at := Start.Add(time.Minute), Start.Add(time.Second)
	full := delivery("2")
	full.Fault, full.State, full.Attempts, full.NextAt = engine.DeliverForged, engine.DeliveryFailed, 7, until
	full.LastStatus, full.LastError, full.Event = 500, "it said no", engine.EventImportFinished
	full.Log = []engine.AttemptRecord{{At: Start, Status: 500, Problem: "it said no",
		Signed: map[string]string{"webhook-signature": "v1,é"}}}
	full.LeasedUntil, full.Holder, full.DeliveredAt = &until, "node", &at
	s.insertDeliveries(t, first, again, other, full)

	all := s.deliveries(t, engine.DeliveryFilter{})
	same(t, keysOf(all), []string{"1", "1", "2"})
	same(t, all[0].ID, first.ID)
	if all[0].Number >= all[1].Number || all[1].Number >= all[2].Number {
		t.Errorf("the numbers %d, %d, %d do not grow", all[0].Number, all[1].Number, all[2].Number)
	}
	full.Number, full.Version = all[2].Number, 1
	same(t, all[2], full)
	same(t, keysOf(s.deliveries(t, engine.DeliveryFilter{Latest: true, Limit: 2})), []string{"2", "1"})
	for what, filter := range map[string]engine.DeliveryFilter{
		"id":     {ID: full.ID},
		"other":  {Webhook: "other"},
		"two":    {Session: "two"},
		"failed": {State: engine.DeliveryFailed},
		"event":  {Event: engine.EventImportFinished},
		"page":   {After: all[0].Number, Limit: 1},
		"latest": {After: all[1].Number, Latest: true},
		"due":    {State: engine.DeliveryPending, DueBy: Start, Session: "one"},
	} {
		if page := s.deliveries(t, filter); len(page) != 1 {
			t.Errorf("%s: %d deliveries, want 1", what, len(page))
		}
	}
	same(t, len(s.deliveries(t, engine.DeliveryFilter{Stream: "p", State: engine.DeliveryPending, DueBy: Start.Add(-1)})), 0)
}

func testPendingDeliveries(t *testing.T, s suite) {
	var all []engine.Delivery
	for i := range 4 {
		all = append(all, delivery(fmt.Sprint(i)))
	}
	all[1].State = engine.DeliveryWithheld
	s.insertDeliveries(t, all...)
	var pending []engine.Delivery
	s.update(t, func(tx engine.Tx) (err error) {
		pending, err = tx.PendingDeliveries("app", "p", 2)
		return err
	})
	same(t, keysOf(pending), []string{"0", "2"})
	d := pending[0]
	d.State, d.Attempts = engine.DeliveryDelivered, 1
	s.update(t, func(tx engine.Tx) error { return tx.SaveDelivery(d, false) })
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.SaveDelivery(d, true) }), engine.ErrStale)
	d.Version = 2
	s.update(t, func(tx engine.Tx) error {
		got, err := tx.Delivery(d.ID)
		same(t, got, d)
		return err
	})
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { _, err := tx.Delivery("none"); return err }), engine.ErrNotFound)
	for session, want := range map[string][]int64{"one": {s.deliveries(t, engine.DeliveryFilter{})[3].Number, 1, 0}, "none": {0, 0, 0}} {
		last, err := s.store.LastDelivery(s.ctx, session)
		is(t, err, nil)
		first, err := s.store.CountDelivered(s.ctx, session, pending[0].Number-1)
		is(t, err, nil)
		later, err := s.store.CountDelivered(s.ctx, session, pending[0].Number)
		is(t, err, nil)
		same(t, []int64{last, int64(first), int64(later)}, want)
	}
	left := s.deliveries(t, engine.DeliveryFilter{State: engine.DeliveryPending})
	if keys := keysOf(left); !slices.Equal(keys, []string{"2", "3"}) {
		t.Errorf("pending are %v, want 2 and 3", keys)
	}
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error {
		if err := tx.InsertDelivery(delivery("9")); err != nil {
			return err
		}
		return errRefused
	}), errRefused)
	same(t, len(s.deliveries(t, engine.DeliveryFilter{})), 4)
}

func testEndings(t *testing.T, s suite) {
	ending := engine.Ending{ProcessID: "p", Session: "one", DueAt: Start.Add(time.Second), Generation: 2}
	early := engine.Ending{ProcessID: "q", Session: "one", DueAt: Start}
	s.update(t, func(tx engine.Tx) error {
		for _, e := range []engine.Ending{ending, early, {ProcessID: "r", Session: "two", DueAt: Start}} {
			if err := tx.SaveEnding(e, true); err != nil {
				return err
			}
		}
		got, err := tx.Ending("p")
		same(t, got, ending)
		return err
	})
	due := func(after time.Duration, limit int) []engine.Ending {
		t.Helper()
		due, err := s.store.DueEndings(s.ctx, "one", Start.Add(after), limit)
		is(t, err, nil)
		return due
	}
	same(t, due(0, 9), []engine.Ending{early})
	same(t, due(time.Second, 9), []engine.Ending{early, ending})
	same(t, due(time.Second, 1), []engine.Ending{early})
	s.update(t, func(tx engine.Tx) error {
		ending.DueAt = Start.Add(time.Hour)
		return tx.SaveEnding(ending, false)
	})
	same(t, due(2*time.Hour, 9), []engine.Ending{early, ending})
	s.update(t, func(tx engine.Tx) error { return tx.DropEnding("q") })
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { _, err := tx.Ending("q"); return err }), engine.ErrNotFound)
	s.insertDeliveries(t, delivery("1"))
	s.update(t, func(tx engine.Tx) error {
		_, err := tx.ForgetSession("one", 500)
		return err
	})
	same(t, len(due(2*time.Hour, 9)), 0)
	same(t, len(s.deliveries(t, engine.DeliveryFilter{})), 0)
	s.insertDeliveries(t, delivery("1"))
	same(t, len(s.deliveries(t, engine.DeliveryFilter{})), 1)
}
