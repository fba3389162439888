package app

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine"
)

// A webhook that cannot be delivered is told of when that begins, when it is given up and when it is over, and not
// with each attempt or each stream.
func TestTroubleWithWebhooksIsReportedOnce(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	l := newDeliveryLog(zerolog.New(&log))
	refused := engine.DeliveryAttempt{Status: 500, Problem: "the receiver answered 500"}
	delivery := func(stream int, state engine.DeliveryState) *engine.Delivery {
		return &engine.Delivery{ID: "d", Webhook: "app", Event: engine.EventImportFinished, Stream: fmt.Sprint("p", stream), State: state}
	}
	count := func(part string, want int) {
		t.Helper()
		if got := strings.Count(log.String(), part); got != want {
			t.Errorf("%q %d times, want %d:\n%s", part, got, want, log.String())
		}
	}
	for range 5 {
		for stream := range 100 {
			l.concluded(delivery(stream, engine.DeliveryPending), refused)
		}
	}
	count("cannot be delivered", maxTroubled)
	count(`"webhook":"app","event":"import.finished"`, maxTroubled)
	count("the receiver answered 500", maxTroubled)
	l.concluded(delivery(50, engine.DeliveryPending), engine.DeliveryAttempt{Interrupted: true})
	count("delivered again", 0)
	l.concluded(delivery(0, engine.DeliveryFailed), refused)
	count("was given up", 1)
	for stream := range 100 {
		l.concluded(delivery(stream, engine.DeliveryDelivered), engine.DeliveryAttempt{Status: 204})
	}
	count("delivered again", maxTroubled)
	if len(l.webhooks) != 0 {
		t.Errorf("%d webhooks are remembered", len(l.webhooks))
	}
	l.concluded(delivery(7, engine.DeliveryPending), refused)
	count("cannot be delivered", maxTroubled+1)
}
