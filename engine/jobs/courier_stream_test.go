package jobs

import (
	"context"
	"testing"
	"time"
)

// TestAStreamThatDoesNotEndIsLeft: a job whose time is over begins no delivery, and comes again (W-5).
func TestAStreamThatDoesNotEndIsLeft(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	c := NewCourier(CourierConfig{Now: func() time.Time { return now }})
	defer c.Close()
	enough, cancel := context.WithCancel(t.Context())
	cancel()
	sent, last, err := c.sendStream(t.Context(), enough, Bank{}, "app", "process") // a bank would be asked for the next one
	if sent != 0 || err != nil || !last.Again.Equal(now) {
		t.Errorf("sent %d, comes again at %s: %v", sent, last.Again, err)
	}
}
