package engine

import "time"

// maxAttemptLog is how many attempts a delivery keeps, the last ones.
const maxAttemptLog = 20

// AttemptRecord is an attempt to deliver as it is kept with the delivery.
type AttemptRecord struct {
	// At is when it was signed, by the wall clock, with milliseconds.
	At time.Time `json:"at"`
	// Status and Problem are those of the attempt: see [DeliveryAttempt].
	Status  int    `json:"status,omitempty"`
	Problem string `json:"problem,omitempty"`
	// Signed are the fields of the request's header that say who sent it: what a receiver checks, and no secret.
	Signed map[string]string `json:"signed,omitempty"`
}

// record keeps an attempt with the delivery, and forgets the oldest where there are too many.
func (d *Delivery) record(attempt *DeliveryAttempt, now time.Time) {
	at := attempt.At
	if at.IsZero() {
		at = now
	}
	kept := AttemptRecord{At: at.UTC().Truncate(time.Millisecond), Status: attempt.Status, Problem: d.LastError, Signed: attempt.Signed}
	if excess := len(d.Log) + 1 - maxAttemptLog; excess > 0 {
		d.Log = d.Log[excess:]
	}
	d.Log = append(d.Log[:len(d.Log):len(d.Log)], kept) // a change may run again
}
