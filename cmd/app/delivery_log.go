package app

import (
	"sync"

	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine"
)

// Bounds of what is remembered, and told, of webhooks that cannot be delivered.
const (
	maxTroubled = 3    // streams of a webhook whose trouble is told at a time
	maxHooks    = 1000 // webhooks
)

// deliveryLog tells of webhooks that cannot be delivered: once when it begins, once when a delivery is given up, and
// once when it is over; never with each attempt.
type deliveryLog struct {
	logger zerolog.Logger

	mu       sync.Mutex
	webhooks map[string]*troubledWebhook
}

// troubledWebhook is a webhook some of whose streams cannot be delivered.
type troubledWebhook struct {
	streams map[string]bool
	givenUp int // deliveries, since one was delivered
	silent  int // failures of further streams, which are only counted
}

func newDeliveryLog(logger zerolog.Logger) *deliveryLog {
	return &deliveryLog{logger: logger, webhooks: map[string]*troubledWebhook{}}
}

// concluded takes how an attempt went.
func (l *deliveryLog) concluded(d *engine.Delivery, attempt engine.DeliveryAttempt) {
	if attempt.Interrupted {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if attempt.Problem == "" {
		l.recovered(d)
		return
	}
	l.failed(d, attempt.Problem)
}

func (l *deliveryLog) failed(d *engine.Delivery, reason string) {
	hook := l.webhooks[d.Webhook]
	if hook == nil {
		if len(l.webhooks) >= maxHooks {
			return
		}
		hook = &troubledWebhook{streams: map[string]bool{}}
		l.webhooks[d.Webhook] = hook
	}
	if !hook.streams[d.Stream] {
		if len(hook.streams) >= maxTroubled {
			hook.silent++
			return
		}
		hook.streams[d.Stream] = true
		l.about(l.logger.Warn(), d).Str("reason", reason).Str("state", string(d.State)).
			Msg("a webhook cannot be delivered: it is tried again, and its stream waits")
	}
	if d.State != engine.DeliveryPending {
		delete(hook.streams, d.Stream)
		hook.givenUp++
		l.about(l.logger.Warn(), d).Str("reason", reason).Int("attempts", d.Attempts).
			Msg("a webhook was given up: POST /admin/v1/webhook_deliveries/{id}/replay sends it again")
	}
}

func (l *deliveryLog) recovered(d *engine.Delivery) {
	hook := l.webhooks[d.Webhook]
	if hook == nil {
		return
	}
	if !hook.streams[d.Stream] && hook.givenUp == 0 {
		return // others still wait
	}
	delete(hook.streams, d.Stream)
	event := l.about(l.logger.Info(), d).Int("given_up", hook.givenUp).Int("failures_not_told", hook.silent)
	hook.givenUp, hook.silent = 0, 0
	if len(hook.streams) == 0 {
		delete(l.webhooks, d.Webhook)
	}
	event.Msg("a webhook is delivered again")
}

func (l *deliveryLog) about(event *zerolog.Event, d *engine.Delivery) *zerolog.Event {
	return event.Str("webhook", d.Webhook).Str("event", string(d.Event)).Str("delivery", d.ID).
		Str("bank_authentication_process_id", d.Stream).Str("session", d.Session)
}
