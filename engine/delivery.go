package engine

import (
	"errors"
	"time"
)

// Delivery is a webhook's message about one event, and how far it has come.
type Delivery struct {
	// ID is the message's, the same at every attempt. Number orders the deliveries of a stream; the
	// store gives it.
	ID      string
	Number  int64
	Session string
	// Webhook is the name of the webhook. Stream is the process that the event is about, whose
	// deliveries are sent in order.
	Webhook string
	Stream  string
	Event   WebhookEvent
	// Key identifies the event: a webhook has one delivery of it.
	Key     string
	Payload []byte
	// Fault is what is done wrong on purpose, "" for nothing.
	Fault WebhookFaultKind

	State    DeliveryState
	Attempts int
	// NextAt is when the next attempt is due, by the wall clock, and LeasedUntil is how long the one
	// that Holder makes may take; nil where nobody is about it.
	NextAt      time.Time
	LeasedUntil *time.Time
	Holder      string
	// LastStatus is the HTTP status of the last attempt, 0 where there was no answer, and LastError
	// why it failed.
	LastStatus int
	LastError  string

	// CreatedAt and DeliveredAt are times of the wall clock.
	CreatedAt   time.Time
	DeliveredAt *time.Time
	Version     int64
}

// DeliveryState is how far a delivery has come.
type DeliveryState string

// The states of a delivery.
const (
	// DeliveryPending: it is still to be sent, or sent again.
	DeliveryPending DeliveryState = "pending"
	// DeliveryDelivered: the receiver took it.
	DeliveryDelivered DeliveryState = "delivered"
	// DeliveryFailed: all attempts failed.
	DeliveryFailed DeliveryState = "failed"
	// DeliveryWithheld: a fault keeps it from being sent.
	DeliveryWithheld DeliveryState = "withheld"
	// DeliveryDropped: its webhook is no longer declared.
	DeliveryDropped DeliveryState = "dropped"
)

// DeliveryStates lists every state of a delivery.
func DeliveryStates() []DeliveryState {
	return []DeliveryState{DeliveryPending, DeliveryDelivered, DeliveryFailed, DeliveryWithheld, DeliveryDropped}
}

// DeliveryFilter selects deliveries; zero fields select all.
type DeliveryFilter struct {
	Session, Webhook, Stream string
	Event                    WebhookEvent
	State                    DeliveryState
	// DueBy selects those whose next attempt is due by then.
	DueBy time.Time
	// After is the number after which the page starts; Limit is the page's size.
	After int64
	Limit int
}

// DeliveryAttempt is how an attempt to deliver went.
type DeliveryAttempt struct {
	// Status of the receiver's answer, 0 where there was none, and Problem why it is no success, "" where
	// it is one.
	Status  int
	Problem string
	// Dropped says that there is nobody to deliver to any more, Final that trying again is of no use.
	Dropped, Final bool
}

// maxProblem bounds the text that is kept of a failed attempt.
const maxProblem = 300

// conclude writes an attempt into the delivery.
func (d *Delivery) conclude(attempt DeliveryAttempt, webhook *Webhook, now time.Time) {
	d.LeasedUntil, d.Holder = nil, ""
	d.LastError = attempt.Problem[:min(len(attempt.Problem), maxProblem)]
	if attempt.Dropped {
		d.State = DeliveryDropped
		return
	}
	d.Attempts++
	d.LastStatus = attempt.Status
	switch {
	case attempt.Problem == "":
		d.State, d.DeliveredAt = DeliveryDelivered, &now
	case attempt.Final || d.Attempts >= webhook.Attempts:
		d.State = DeliveryFailed
	default:
		d.NextAt = now.Add(webhook.pauseAfter(d.Attempts))
	}
}

// held reports whether somebody is about the delivery.
func (d *Delivery) held(now time.Time) bool { return d.LeasedUntil != nil && d.LeasedUntil.After(now) }

// nextOf returns which of a stream's first two pending deliveries is to be sent now, or when to look again.
func nextOf(tx Tx, pending []Delivery, now time.Time) (*Delivery, time.Time, error) {
	for i := range pending {
		if pending[i].held(now) {
			return nil, *pending[i].LeasedUntil, nil
		}
	}
	first := &pending[0]
	if !first.NextAt.After(now) {
		return first, time.Time{}, nil
	}
	if first.Fault != DeliverReordered || first.Attempts > 0 || len(pending) < 2 || pending[1].NextAt.After(now) {
		return nil, first.NextAt, nil
	}
	first.NextAt = now // it goes right after the one that overtakes it
	return &pending[1], time.Time{}, tx.SaveDelivery(*first, false)
}

// claim takes hold of the stream's next delivery, or returns when to look again: the zero time where
// nothing is pending.
func claim(tx Tx, webhook, stream, holder string, now time.Time, lease time.Duration) (*Delivery, time.Time, error) {
	pending, err := tx.PendingDeliveries(webhook, stream, 2)
	if err != nil || len(pending) == 0 {
		return nil, time.Time{}, err
	}
	next, again, err := nextOf(tx, pending, now)
	if err != nil || next == nil {
		return nil, again, err
	}
	until := now.Add(lease)
	next.LeasedUntil, next.Holder = &until, holder
	if err := tx.SaveDelivery(*next, false); err != nil {
		return nil, time.Time{}, err
	}
	next.Version++
	return next, time.Time{}, nil
}

// errNotHeld says that a delivery's lease ran out, and somebody else has taken it.
var errNotHeld = errors.New("the delivery is held by another")
