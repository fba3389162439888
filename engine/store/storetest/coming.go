package storetest

import (
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

func testComing(t *testing.T, s suite) {
	flow := Flow(t, "one")
	at := func(after time.Duration) *time.Time { at := Start.Add(after); return &at }
	process := func(session string, moves *time.Time) string {
		p := Process(flow)
		p.Session, p.MovesAt = session, moves
		s.update(t, func(tx engine.Tx) error { return tx.InsertProcess(p, flow) })
		return p.ID
	}
	connection := func(session string, steps *time.Time) string {
		c := Connection(flow)
		c.Session, c.StepsAt = session, steps
		s.addConnection(t, c, flow)
		return c.ID
	}
	delivery := func(key string, fault engine.WebhookFaultKind, next time.Duration) string {
		d := engine.Delivery{
			ID: NewID(), Session: "a", Webhook: "app", Stream: "p", Event: engine.EventImportStep, Key: key, Fault: fault,
			Payload: []byte("{}"), State: engine.DeliveryPending, NextAt: Start.Add(next), CreatedAt: Start, Version: 1,
		}
		s.update(t, func(tx engine.Tx) error { return tx.InsertDelivery(d) })
		return d.ID
	}
	past, soon := process("a", at(0)), process("a", at(2*time.Second))
	alike, still := process("a", at(2*time.Second)), process("a", nil)
	step := connection("a", at(2*time.Second))
	connection("a", at(3*time.Second))
	connection("a", nil)
	late := delivery("late", engine.DeliverLate, 2*time.Second)
	delivery("retry", "", time.Second) // by the wall clock
	process("b", at(time.Second))

	coming := func(after time.Duration, limit int) engine.Coming {
		t.Helper()
		coming, err := s.store.Coming(s.ctx, "a", Start.Add(after), limit)
		is(t, err, nil)
		return coming
	}
	got := coming(0, 10)
	same(t, got.At.Equal(Start.Add(2*time.Second)), true)
	same(t, len(got.Processes), 2)
	same(t, []string{got.Processes[0].ID, got.Processes[1].ID}, []string{soon, alike})
	same(t, len(got.Connections), 1)
	same(t, got.Connections[0].ID, step)
	same(t, len(got.Deliveries), 1)
	same(t, got.Deliveries[0].ID, late)
	same(t, len(coming(0, 1).Processes), 1)
	same(t, len(coming(2*time.Second, 10).Connections), 1)
	same(t, coming(3*time.Second, 10).At.IsZero(), true)

	due, err := s.store.DueProcesses(s.ctx, "a", Start.Add(2*time.Second), 2)
	is(t, err, nil)
	same(t, []string{due[0].ID, due[1].ID}, []string{past, soon})
	moved := s.process(t, past)
	moved.MovesAt = nil
	s.update(t, func(tx engine.Tx) error { return tx.SaveProcess(moved) })
	due, err = s.store.DueProcesses(s.ctx, "a", Start.Add(time.Second), 2)
	is(t, err, nil)
	same(t, len(due), 0)
	same(t, s.process(t, still).MovesAt == nil, true)
}
