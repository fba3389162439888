package httpapi

import (
	"testing"

	"github.com/mockbank/mockbank/engine"
)

// reported returns a server on which three deliveries are logged.
func reported(t *testing.T) *server {
	t.Helper()
	s := start(t)
	now := s.clock.now()
	states := []engine.DeliveryState{engine.DeliveryDelivered, engine.DeliveryFailed, engine.DeliveryPending}
	for i, id := range []string{deliveryOne, deliveryTwo, deliveryThree} {
		d := engine.Delivery{
			ID: id, Session: "one", Webhook: "app", Stream: deliveryOne, Event: engine.EventImportStep, Key: id,
			Payload: []byte(`{"type":"import.step"}`), State: states[i], Attempts: i, NextAt: now, CreatedAt: now,
		}
		if i == 1 {
			d.LastStatus, d.LastError, d.Fault = 500, "it said no", engine.DeliverForged
		}
		if err := s.store.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertDelivery(d) }); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

const (
	deliveryOne   = "01900000-0000-7000-8000-000000000001"
	deliveryTwo   = "01900000-0000-7000-8000-000000000002"
	deliveryThree = "01900000-0000-7000-8000-000000000003"
	deliveriesAt  = "/admin/v1/webhook_deliveries"
)

func TestDeliveriesAreListed(t *testing.T) {
	t.Parallel()
	s := reported(t)
	got := s.get(deliveriesAt+"?state=failed", loopback).want(200)
	for path, want := range map[string]any{
		"webhook_deliveries.0.id": deliveryTwo, "webhook_deliveries.0.last_http_status": 500.0,
		"webhook_deliveries.0.last_error": "it said no", "webhook_deliveries.0.fault": "badly_signed",
		"webhook_deliveries.0.payload.type": "import.step", "webhook_deliveries.0.next_attempt_at": nil, "next_cursor": nil,
	} {
		if got.field(path) != want {
			t.Errorf("%s is %v, want %v", path, got.field(path), want)
		}
	}
	first := s.get(deliveriesAt+"?limit=2", loopback).want(200)
	second := s.get(deliveriesAt+"?limit=2&cursor="+first.text("next_cursor"), loopback).want(200)
	if first.text("webhook_deliveries.1.id") != deliveryTwo || second.text("webhook_deliveries.0.id") != deliveryThree {
		t.Errorf("the pages are %s and %s", first.Body, second.Body)
	}
	if none := s.get(deliveriesAt+"?session=other", loopback).want(200); none.Body.String() == first.Body.String() {
		t.Error("another session has the same")
	}
	s.get(deliveriesAt+"?state=lost", loopback).want(422)
	s.get(deliveriesAt+"?event=import.end", loopback).want(422)
	s.get(deliveriesAt+"?cursor=bm8", loopback).want(422)
	s.get(deliveriesAt, from("192.0.2.1:5000", "bank.test")).want(403)
}

// TestDeliveryIsShown: N-10.
func TestDeliveryIsShown(t *testing.T) {
	t.Parallel()
	s := reported(t)
	got := s.get(deliveriesAt+"/"+deliveryTwo, loopback).want(200)
	if got.text("id") != deliveryTwo || got.text("state") != "failed" || got.field("last_http_status") != 500.0 {
		t.Errorf("it is %s", got.Body)
	}
	s.get(deliveriesAt+"/01900000-0000-7000-8000-000000000009", loopback).want(404)
	s.get(deliveriesAt+"/x", loopback).want(404)
	s.get(deliveriesAt+"/"+deliveryTwo, from("192.0.2.1:5000", "bank.test")).want(403)
}

func TestDeliveryIsReplayed(t *testing.T) {
	t.Parallel()
	s := reported(t)
	got := s.send("POST", deliveriesAt+"/"+deliveryTwo+"/replay", "", loopback).want(202)
	if got.text("state") != "pending" || got.field("attempts") != 0.0 || got.field("fault") != nil {
		t.Errorf("replayed it is %s", got.Body)
	}
	s.send("POST", deliveriesAt+"/01900000-0000-7000-8000-000000000009/replay", "", loopback).want(404)
	s.send("POST", deliveriesAt+"/"+deliveryTwo+"/replay", "", from("192.0.2.1:5000", "bank.test")).want(403)
}

func TestStatusShowsEveryNode(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) {
		c.Nodes = func() []NodeStatus {
			at := newClock().now()
			return []NodeStatus{
				{Name: "node-1", Version: "1", Hash: "new", Generation: 2, RulesSince: at, StartedAt: at, SeenAt: at},
				{Name: "node-2", Version: "1", Hash: "old", Generation: 1, RulesSince: at, StartedAt: at, SeenAt: at, Behind: true},
			}
		}
	})
	got := s.get("/admin/v1/status", loopback).want(200)
	for path, want := range map[string]any{
		"nodes.0.node": "node-1", "nodes.0.hash": "new", "nodes.0.behind": false,
		"nodes.1.hash": "old", "nodes.1.behind": true, "nodes.1.seen_at": "2026-11-24T09:30:00.000Z",
	} {
		if got.field(path) != want {
			t.Errorf("%s is %v, want %v", path, got.field(path), want)
		}
	}
}
