package engine

import (
	"context"
	"errors"
	"time"
)

// change is one run of a change of processes and connections, within its transaction. Every operation of
// the Bank that changes one goes the same way, which is written here and nowhere else:
//
//	load     the records that it is about are read, and brought up to now
//	decide   whether the bank carries the request out, as far as that can be told before it is applied
//	apply    what the operation does to the records, in memory
//	shape    how the step that it led to shapes the answer; this too may be a refusal
//	count    the counters of the steps that were entered
//	save     the records, and an import's history
//	compose  what the caller is answered
//	notify   webhooks of what has happened, and jobs of what time will bring
//	observe  journal and coverage, once the transaction is committed
//
// A run may be one of several: it has no effect but through its transaction, and begins with a new change.
type change struct {
	bank *Bank
	tx   Tx
	rs   *RuleSet
	// now is the time of the records' session, and session that session.
	now     time.Time
	session *Session
	// answer is how the answer is shaped, nil for not at all.
	answer *ResponseShape
	// quotas are the limits that the request counts in, once nobody has refused it.
	quotas []*quota
	// written holds what becomes of the records, in the order in which they are saved.
	written []changed
	// begun holds the declared api that began a process, by the process's ID, "" for the bank's own, as far as it was
	// asked for or is known.
	begun map[string]string
}

// refused reports whether the bank did not carry the request out: nothing was counted, saved or told, and
// what the operation composes is the records as they were.
func (c *change) refused() bool { return c.answer != nil && c.answer.Refused }

// operation is what the changes of the Bank differ in. load and decide write nothing but the numbers by
// which choices are made, which stay where the request is refused.
type operation struct {
	// session is the one that the records belong to.
	session *Session
	// request is the client's, nil where whoever asks is none.
	request *Request
	load    func(c *change) error
	// decide returns a shape that is Refused where the bank does not carry the request out. Nil: whoever
	// asks is no client, or nothing refuses the request before it is applied.
	decide func(c *change) (*ResponseShape, error)
	// apply adds to written.
	apply   func(c *change) error
	compose func(c *change) error
}

// changed is a record that a change writes.
type changed interface {
	// shape chooses how the step that the record is in shapes the answer.
	shape(c *change) error
	// count applies the counters of the steps that were entered.
	count(c *change) error
	save(c *change) error
	notify(c *change) error
	// observation is what whoever follows the Bank learns once the change is committed, without its time; of
	// neither process nor connection: nothing.
	observation() Observation
}

// run runs an operation in a transaction, again where another one changed a record first.
func (b *Bank) run(ctx context.Context, rs *RuleSet, now time.Time, op operation) error {
	var last change // of the transaction's runs, the one that was committed
	err := b.change(ctx, func(tx Tx) error {
		last = change{bank: b, tx: tx, rs: rs, now: now, session: op.session}
		return last.run(&op)
	})
	if err == nil {
		b.audience.follows(ctx, &last)
	}
	return err
}

func (c *change) run(op *operation) (err error) {
	if err := op.load(c); err != nil {
		return err
	}
	if op.decide != nil {
		if c.answer, err = op.decide(c); err != nil {
			return err
		}
	}
	if !c.refused() {
		if err := c.carryOut(op); err != nil {
			return err
		}
	}
	if r := op.request; r != nil {
		r.Refused = c.refused()
	}
	if !c.refused() {
		if err := c.countQuotas(op.request); err != nil {
			return err
		}
	}
	if err := op.compose(c); err != nil || c.refused() {
		return err
	}
	for _, record := range c.written {
		if err := record.notify(c); err != nil {
			return err
		}
	}
	return nil
}

// carryOut applies the operation and writes what it leads to, unless the step that it leads to refuses it.
func (c *change) carryOut(op *operation) error {
	if err := op.apply(c); err != nil {
		return err
	}
	for _, step := range []func(changed, *change) error{changed.shape, changed.count, changed.save} {
		for _, record := range c.written {
			if err := step(record, c); err != nil {
				return err
			}
		}
		if c.refused() {
			return nil
		}
	}
	return nil
}

// maxTries bounds how often a change is applied anew to a record that others change meanwhile. Each
// time one of the others has won, so it is reached only under an implausible storm.
const maxTries = 50

// change runs a transaction, again where another one changed the record first.
func (b *Bank) change(ctx context.Context, change func(tx Tx) error) error {
	for range maxTries {
		err := b.store.Update(ctx, change)
		if !errors.Is(err, ErrStale) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return tooMuch()
}

// tries gives each run of a change the record that it is about: the first run has it as it was read
// before, so that the transaction need not read it; where that turned out to be stale, or the change is
// run again for another reason, the transaction reads it.
type tries[Record interface{ Copy() Record }] struct {
	read Record
	used bool
}

func (t *tries[Record]) record(again func() (Record, error)) (Record, error) {
	if t.used {
		return again()
	}
	t.used = true
	return t.read.Copy(), nil
}

func tooMuch() error {
	return refuse(CodeConflict, "the record changed %d times while the request was applied; send it again", maxTries)
}

func runWithin[State any](tx Tx, state State, within []Within[State]) error {
	for _, step := range within {
		if err := step(tx, state); err != nil {
			return err
		}
	}
	return nil
}

// missing turns the store's ErrNotFound into a refusal that names what is missing.
func missing(err error, what, id string) error {
	if errors.Is(err, ErrNotFound) {
		return &Error{Code: CodeNotFound, Message: "no " + what + " has the identifier " + id, Related: id, Cause: err}
	}
	return err
}

const (
	processNoun    = "bank authentication process"
	connectionNoun = "bank connection"
)
