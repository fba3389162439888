package engine

import (
	"context"
	"errors"
	"time"
)

// Courier sends what is due at once, where a turn of the clock is not to wait for background jobs.
type Courier interface {
	// SendDue sends the deliveries of a session that are due and were not tried yet, each stream in
	// order, for at most a few seconds. It returns how many it sent, and whether some are left.
	SendDue(ctx context.Context, session string) (sent int, left bool, err error)
}

// ClaimDelivery takes hold of the next delivery of a stream, for as long as lease: until then nobody
// else gets one of the stream. Where there is none to send now it returns nil and when to look again,
// the zero time where nothing is pending.
func (b *Bank) ClaimDelivery(ctx context.Context, webhook, stream, holder string, lease time.Duration) (*Delivery, time.Time, error) {
	var next *Delivery
	var again time.Time
	err := b.change(ctx, func(tx Tx) (err error) {
		next, again, err = claim(tx, webhook, stream, holder, b.now().UTC().Truncate(time.Millisecond), lease)
		return err
	})
	return next, again, err
}

// ConcludeDelivery writes how an attempt went into a delivery that was claimed. Where the lease ran out
// and another has taken it meanwhile, it changes nothing.
func (b *Bank) ConcludeDelivery(ctx context.Context, d *Delivery, webhook *Webhook, attempt DeliveryAttempt) error {
	now := b.now().UTC().Truncate(time.Millisecond)
	err := b.change(ctx, func(tx Tx) error {
		current, err := tx.Delivery(d.ID)
		if err != nil {
			return err
		}
		if current.Holder != d.Holder || current.Version != d.Version {
			return errNotHeld
		}
		current.conclude(attempt, webhook, now)
		*d = current
		return tx.SaveDelivery(current, false)
	})
	if errors.Is(err, errNotHeld) || errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// Deliveries returns a page of deliveries, oldest first.
func (b *Bank) Deliveries(ctx context.Context, filter DeliveryFilter) ([]Delivery, error) {
	return b.store.Deliveries(ctx, filter)
}

// ReplayDelivery sends a delivery again, as soon as its stream allows, with all its attempts anew and
// without a fault. It refuses with [CodeNotFound].
func (b *Bank) ReplayDelivery(ctx context.Context, id string) (Delivery, error) {
	var replayed Delivery
	err := b.change(ctx, func(tx Tx) error {
		d, err := tx.Delivery(id)
		if err != nil {
			return missing(err, deliveryNoun, id)
		}
		d.State, d.Fault, d.Attempts = DeliveryPending, "", 0
		d.NextAt, d.LeasedUntil, d.Holder = b.now().UTC().Truncate(time.Millisecond), nil, ""
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
