package engine

import (
	"errors"
	"slices"
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
	// URL takes it, "" for the webhook's own.
	URL string
	// Fault is what is done wrong on purpose, "" for nothing.
	Fault WebhookFaultKind

	State    DeliveryState
	Attempts int
	// NextAt is when the next attempt is due, by the wall clock, but for the first one of a delivery that a
	// fault keeps back: that is due by its session's clock. LeasedUntil is how long the attempt that
	// Holder makes may take; nil where nobody is about it.
	NextAt      time.Time
	LeasedUntil *time.Time
	Holder      string
	// LastStatus is the HTTP status of the last attempt, 0 where there was no answer, and LastError
	// why it failed.
	LastStatus int
	LastError  string
	// Log are the last attempts, the oldest first.
	Log []AttemptRecord

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
	ID, Session, Webhook, Stream string
	Event                        WebhookEvent
	State                        DeliveryState
	// DueBy selects those whose next attempt is due by then.
	DueBy time.Time
	// After is the number after which the page starts; Limit is the page's size.
	After int64
	Limit int
	// Latest lists the youngest first.
	Latest bool
}

// DeliveryAttempt is how an attempt to deliver went.
type DeliveryAttempt struct {
	// Status of the receiver's answer, 0 where there was none, and Problem why it is no success, "" where
	// it is one.
	Status  int
	Problem string
	// RetryAfter is how long the receiver asks to be left alone, 0 where it asks for nothing. It makes a pause longer,
	// never shorter.
	RetryAfter time.Duration
	// At is when the request was signed, and Signed the fields of its header that say so.
	At     time.Time
	Signed map[string]string
	// Dropped says that there is nobody to deliver to any more, Final that trying again is of no use, and
	// Interrupted that the sender had to stop, so that the attempt does not count.
	Dropped, Final, Interrupted bool
}

// longestRetryAfter bounds what a receiver's Retry-After is heeded for: a delivery is to be sent within a working day
// whatever it asks.
const longestRetryAfter = time.Hour

// maxProblem bounds the text that is kept of a failed attempt.
const maxProblem = 300

// conclude writes an attempt into the delivery.
func (d *Delivery) conclude(attempt DeliveryAttempt, webhook *Webhook, now time.Time) {
	d.LeasedUntil, d.Holder = nil, ""
	if attempt.Interrupted {
		return
	}
	d.LastError = attempt.Problem[:min(len(attempt.Problem), maxProblem)]
	if attempt.Dropped {
		d.State = DeliveryDropped
		return
	}
	d.Attempts++
	d.LastStatus = attempt.Status
	d.record(&attempt, now)
	switch {
	case attempt.Problem == "":
		d.State, d.DeliveredAt = DeliveryDelivered, &now
	case attempt.Final || d.Attempts >= webhook.Attempts:
		d.State = DeliveryFailed
	default:
		d.NextAt = now.Add(max(webhook.pauseAfter(d.Attempts), min(attempt.RetryAfter, longestRetryAfter)))
	}
}

// keptBack reports whether a fault keeps the delivery back by its session's clock.
func (d *Delivery) keptBack() bool {
	return d.Attempts == 0 && (d.Fault == DeliverLate || d.Fault == DeliverReordered)
}

// due returns when, by the wall clock, the next attempt is due, and false where the session's clock stands
// before it.
func (d *Delivery) due(clock Clock, wall time.Time) (time.Time, bool) {
	if !d.keptBack() {
		return d.NextAt, true
	}
	left, due := clock.Until(d.NextAt, wall)
	return wall.Add(left), due
}

// held reports whether somebody is about the delivery.
func (d *Delivery) held(now time.Time) bool { return d.LeasedUntil != nil && d.LeasedUntil.After(now) }

// DeliveryClaim is the outcome of [Webhooks.Claim].
type DeliveryClaim struct {
	// Delivery is to be sent now by whoever claimed it; nil where there is none.
	Delivery *Delivery
	// Again is when to look again where there is none: the zero time where nothing is pending, or what is
	// waits for a session's clock that stands; a turn of it lets a job come. Held says that somebody else
	// is about the stream now.
	Again time.Time
	Held  bool
}

// claim takes hold of the stream's next delivery.
func claim(tx Tx, webhook, stream, holder string, wall time.Time, lease time.Duration) (DeliveryClaim, error) {
	pending, err := tx.PendingDeliveries(webhook, stream, 2)
	if err != nil || len(pending) == 0 {
		return DeliveryClaim{}, err
	}
	now := wall.UTC().Truncate(time.Millisecond)
	for i := range pending {
		if pending[i].held(now) {
			return DeliveryClaim{Again: *pending[i].LeasedUntil, Held: true}, nil
		}
	}
	clock, err := clockOf(tx, pending)
	if err != nil {
		return DeliveryClaim{}, err
	}
	next := &pending[0]
	if at, due := next.due(clock, now); !due || at.After(now) {
		if !overtaken(pending, clock, now) {
			if !due {
				return DeliveryClaim{}, nil
			}
			return DeliveryClaim{Again: at}, nil
		}
		next.NextAt = clock.At(wall) // it goes right after the one that overtakes it
		if err := tx.SaveDelivery(*next, false); err != nil {
			return DeliveryClaim{}, err
		}
		next = &pending[1]
	}
	until := now.Add(lease)
	next.LeasedUntil, next.Holder = &until, holder
	if err := tx.SaveDelivery(*next, false); err != nil {
		return DeliveryClaim{}, err
	}
	next.Version++
	return DeliveryClaim{Delivery: next}, nil
}

// clockOf returns the clock of the deliveries' session, read only where one goes by it.
func clockOf(tx Tx, pending []Delivery) (Clock, error) {
	if !slices.ContainsFunc(pending, func(d Delivery) bool { return d.keptBack() }) {
		return Clock{}, nil
	}
	session, err := tx.Session(pending[0].Session)
	return session.Clock, ignoreMissing(err)
}

// overtaken reports whether the second of a stream's pending deliveries goes before the first.
func overtaken(pending []Delivery, clock Clock, now time.Time) bool {
	if pending[0].Fault != DeliverReordered || pending[0].Attempts > 0 || len(pending) < 2 {
		return false
	}
	at, due := pending[1].due(clock, now)
	return due && !at.After(now)
}

// errNotHeld says that a delivery's lease ran out, and somebody else has taken it.
var errNotHeld = errors.New("the delivery is held by another")
