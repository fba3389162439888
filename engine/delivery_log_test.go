package engine

import (
	"fmt"
	"testing"
	"time"
)

// A delivery keeps its last attempts, and a change that runs again does not write into what ran before.
func TestADeliveryKeepsItsLastAttempts(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	webhook := &Webhook{Attempts: 50}
	var d Delivery
	for i := range maxAttemptLog + 3 {
		d.conclude(DeliveryAttempt{Status: 500, Problem: fmt.Sprint("problem ", i), At: now.Add(time.Duration(i) * time.Second)}, webhook, now)
	}
	if n := len(d.Log); n != maxAttemptLog || d.Log[0].Problem != "problem 3" || d.Log[n-1].Problem != "problem 22" {
		t.Errorf("%d attempts: %+v", n, d.Log)
	}
	once, again := d, d
	once.conclude(DeliveryAttempt{Status: 200}, webhook, now)
	again.conclude(DeliveryAttempt{Status: 503, Problem: "busy"}, webhook, now)
	if last := once.Log[maxAttemptLog-1]; last.Status != 200 || !last.At.Equal(now) {
		t.Errorf("%+v", last)
	}
	before := len(d.Log)
	d.conclude(DeliveryAttempt{Interrupted: true}, webhook, now)
	if len(d.Log) != before {
		t.Error("an attempt that does not count is kept")
	}
}
