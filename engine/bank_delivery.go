package engine

import (
	"context"
	"errors"
	"time"
)

// Courier sends what is due at once, where a turn of the clock is not to wait for background jobs.
type Courier interface {
	// SendDue sends the deliveries of a session that are due and were not tried yet, each stream in
	// order, for at most a few seconds. What is left then stays pending.
	SendDue(ctx context.Context, bank *Bank, session string) error
}

// Webhooks are the deliveries of a [Bank]'s webhooks.
type Webhooks struct{ bank *Bank }

// Webhooks returns the deliveries of the bank's webhooks.
func (b *Bank) Webhooks() Webhooks { return Webhooks{b} }

// Claim takes hold of the next delivery of a stream, for as long as lease: until then nobody
// else gets one of the stream.
func (wh Webhooks) Claim(ctx context.Context, webhook, stream, holder string, lease time.Duration) (claimed DeliveryClaim, err error) {
	err = wh.bank.change(ctx, func(tx Tx) (err error) {
		claimed, err = claim(tx, webhook, stream, holder, wh.bank.now(), lease)
		return err
	})
	return claimed, err
}

// Conclude writes how an attempt went into a delivery that was claimed. Where the lease ran out
// and another has taken it meanwhile, it changes nothing.
func (wh Webhooks) Conclude(ctx context.Context, d *Delivery, webhook *Webhook, attempt DeliveryAttempt) error {
	now := wh.bank.now().UTC().Truncate(time.Millisecond)
	var concluded Delivery // d is what the claim gave, in every run of the change
	err := wh.bank.change(ctx, func(tx Tx) (err error) {
		if concluded, err = tx.Delivery(d.ID); err != nil {
			return err
		}
		if concluded.Holder != d.Holder || concluded.Version != d.Version {
			return errNotHeld
		}
		concluded.conclude(attempt, webhook, now)
		return tx.SaveDelivery(concluded, false)
	})
	switch {
	case errors.Is(err, errNotHeld) || errors.Is(err, ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	*d = concluded
	return nil
}

// Deliveries returns a page of deliveries, oldest first.
func (wh Webhooks) Deliveries(ctx context.Context, filter DeliveryFilter) ([]Delivery, error) {
	return wh.bank.store.Deliveries(ctx, filter)
}

// Delivery returns a delivery. It refuses with [CodeNotFound].
func (wh Webhooks) Delivery(ctx context.Context, id string) (Delivery, error) {
	found, err := wh.bank.store.Deliveries(ctx, DeliveryFilter{ID: id, Limit: 1})
	switch {
	case err != nil:
		return Delivery{}, err
	case len(found) == 0:
		return Delivery{}, missing(ErrNotFound, deliveryNoun, id)
	}
	return found[0], nil
}

// Replay sends a delivery again, as soon as its stream allows, with all its attempts anew and
// without a fault. It refuses with [CodeNotFound].
func (wh Webhooks) Replay(ctx context.Context, id string) (Delivery, error) {
	var replayed Delivery
	err := wh.bank.change(ctx, func(tx Tx) error {
		d, err := tx.Delivery(id)
		if err != nil {
			return missing(err, deliveryNoun, id)
		}
		d.State, d.Fault, d.Attempts = DeliveryPending, "", 0
		d.NextAt, d.LeasedUntil, d.Holder = wh.bank.now().UTC().Truncate(time.Millisecond), nil, ""
		if err := tx.SaveDelivery(d, true); err != nil {
			return err
		}
		d.Version++
		replayed = d
		return nil
	})
	return replayed, err
}

const deliveryNoun = "webhook delivery"

// wake lets a job come for each stream of a session that waits for its clock, which was turned,
// and reports whether something is left that is due, whatever keeps it: the time that a turn may take, a
// receiver that refuses.
func (wh Webhooks) wake(ctx context.Context, s Session) (left bool, err error) {
	filter := DeliveryFilter{Session: s.ID, State: DeliveryPending, Limit: sweepPortion}
	first := map[[2]string]bool{} // streams whose first pending delivery was seen
	for {
		page, err := wh.bank.store.Deliveries(ctx, filter)
		if err != nil {
			return left, err
		}
		for i := range page {
			d := &page[i]
			stream := [2]string{d.Webhook, d.Stream}
			if first[stream] {
				continue
			}
			first[stream] = true
			at, due := d.due(s.Clock, wh.bank.now())
			switch {
			case !d.keptBack() || due && !at.After(wh.bank.now()):
				left = true
			case due:
				if err := wh.wakeOne(ctx, d.ID); err != nil {
					return left, err
				}
			}
		}
		if len(page) < filter.Limit {
			return left, nil
		}
		filter.After = page[len(page)-1].Number
	}
}

// wakeOne lets a job come for a delivery that nobody is about.
func (wh Webhooks) wakeOne(ctx context.Context, id string) error {
	return wh.bank.change(ctx, func(tx Tx) error {
		d, err := tx.Delivery(id)
		if err != nil || d.State != DeliveryPending || d.LeasedUntil != nil {
			return ignoreMissing(err)
		}
		return tx.SaveDelivery(d, true)
	})
}
