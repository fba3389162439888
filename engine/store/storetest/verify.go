package storetest

import (
	"testing"

	"github.com/mockbank/mockbank/engine"
)

func testVerify(t *testing.T, s suite) {
	one, other := Flow(t, "one"), Flow(t, "two")
	for session, flows := range map[string][]*engine.Flow{"a": {one, one, other}, "b": {one}} {
		for _, flow := range flows {
			p := Process(flow)
			p.Session = session
			s.update(t, func(tx engine.Tx) error { return tx.InsertProcess(p, flow) })
		}
	}
	count := func(session, except string) map[string]int {
		t.Helper()
		logins, err := s.store.CountLogins(s.ctx, session, except)
		is(t, err, nil)
		return logins
	}
	same(t, count("a", ""), map[string]int{"one": 2, "two": 1})
	same(t, count("a", one.Hash()), map[string]int{"two": 1})
	same(t, count("none", ""), map[string]int{})
	for i, state := range []engine.DeliveryState{engine.DeliveryPending, engine.DeliveryDelivered, engine.DeliveryDelivered} {
		d := engine.Delivery{
			ID: NewID(), Session: "a", Webhook: "app", Stream: "p", Event: engine.EventImportStep, Key: string(rune('a' + i)),
			Payload: []byte("{}"), State: state, NextAt: Start, CreatedAt: Start, Version: 1,
		}
		s.update(t, func(tx engine.Tx) error { return tx.InsertDelivery(d) })
	}
	states, err := s.store.CountDeliveries(s.ctx, "a")
	is(t, err, nil)
	same(t, states, map[engine.DeliveryState]int{engine.DeliveryPending: 1, engine.DeliveryDelivered: 2})
}
