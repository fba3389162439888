package storetest

import (
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// testIdleSessions expects the sessions that are idle longest first, without those in which something is under way by
// their own clocks.
func testIdleSessions(t *testing.T, s suite) {
	flow := Flow(t, "one")
	wall := Start.Add(time.Hour)
	for i, name := range []string{"ended", "open", "endless", "importing", "sending", "ahead", "empty", engine.DefaultSession} {
		session := engine.Session{ID: name, CreatedAt: Start, UsedAt: Start.Add(-time.Duration(i) * time.Minute)}
		if name == "ahead" {
			session.Clock.Offset = 2 * time.Hour
		}
		s.saveSession(t, session)
	}
	ends := func(session string, at *time.Time) {
		p := Process(flow)
		p.Session, p.EndsAt = session, at
		s.addProcess(t, p, flow)
	}
	past, future := Start.Add(time.Minute), wall.Add(time.Minute)
	ends("ended", &past)
	ends("open", &future)
	ends("endless", nil)
	ends("ahead", &future)
	c := Connection(flow)
	c.Session, c.DueAt = "importing", &future
	s.addConnection(t, c, flow)
	sent := delivery("two")
	sent.Session, sent.State = "empty", engine.DeliveryDelivered
	pending := delivery("one")
	pending.Session = "sending"
	s.insertDeliveries(t, pending, sent)

	idle, err := s.store.IdleSessions(s.ctx, wall, 10)
	is(t, err, nil)
	var names []string
	for _, session := range idle {
		names = append(names, session.ID)
	}
	same(t, names, []string{"empty", "ahead", "ended"})
	idle, err = s.store.IdleSessions(s.ctx, wall, 1)
	is(t, err, nil)
	same(t, len(idle), 1)
	count, err := s.store.CountSessions(s.ctx)
	is(t, err, nil)
	same(t, count, 7)
	for name, want := range map[string]bool{"ended": false, "open": true, "endless": true, "importing": true, "sending": true,
		"empty": false} {
		var got bool
		s.update(t, func(tx engine.Tx) (err error) { got, err = tx.SessionUnderWay(name, wall); return err })
		if got != want {
			t.Errorf("%s is under way: %v", name, got)
		}
	}
	s.update(t, func(tx engine.Tx) error { return tx.DeleteSession("empty") })
	count, err = s.store.CountSessions(s.ctx)
	is(t, err, nil)
	same(t, count, 6)
}
