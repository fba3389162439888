package engine

import (
	"context"
	"errors"
	"time"
)

const (
	// forgetPortion is how many records of a kind one transaction removes at most.
	forgetPortion = 500
	// forgetPatience is how long a request removes records before it is answered; a background job does the rest.
	forgetPatience = 20 * time.Second
	// ForgetDelay is when the background job looks whether there is something left to do.
	ForgetDelay = forgetPatience + 5*time.Second
	// maxForgetPortions is how many portions a background job removes at a time.
	maxForgetPortions = 50
)

// Forgetting is a removal of a session's records that takes more than one transaction. It is stored until it is done,
// so that one which was cut short is finished.
type Forgetting struct {
	ID      string
	Session string
	// Remove says that the session itself goes last.
	Remove bool
}

// forget removes a session's records, and the session where remove is set. A small one is gone in one transaction.
// It returns left where it takes longer than a request may.
func (ss Sessions) forget(ctx context.Context, session string, remove bool) (left bool, err error) {
	f := Forgetting{ID: ss.bank.newID(), Session: session, Remove: remove}
	err = ss.bank.change(ctx, func(tx Tx) (err error) {
		if remove {
			if _, err := tx.Session(session); err != nil {
				return missing(err, sessionNoun, session)
			}
		}
		left, err = tx.ForgetSession(session, forgetPortion)
		if err == nil && !remove {
			err = ss.beginAnew(tx, session)
		}
		switch {
		case err != nil:
			return err
		case left:
			return tx.SaveForgetting(f)
		default:
			return f.end(tx)
		}
	})
	begun := ss.bank.now()
	for err == nil && left && ss.bank.now().Sub(begun) < forgetPatience {
		left, err = ss.forgetPortion(ctx, f.ID)
	}
	return left, err
}

// end is what comes once all records are removed.
func (f *Forgetting) end(tx Tx) error {
	if !f.Remove {
		return nil
	}
	return ignoreMissing(tx.DeleteSession(f.Session))
}

// forgetPortion removes the next portion of what is stored as to be removed.
func (ss Sessions) forgetPortion(ctx context.Context, id string) (left bool, err error) {
	err = ss.bank.change(ctx, func(tx Tx) error {
		left = false
		f, err := tx.Forgetting(id)
		if err != nil {
			return ignoreMissing(err) // somebody else has done it
		}
		if left, err = tx.ForgetSession(f.Session, forgetPortion); err != nil || left {
			return err
		}
		return errors.Join(tx.DropForgetting(id), f.end(tx))
	})
	return left, err
}

// FinishForgetting goes on with a removal that a request did not finish. It is a background job's whole work, and
// idempotent. It returns done once nothing is left.
func (ss Sessions) FinishForgetting(ctx context.Context, id string) (done bool, err error) {
	for range maxForgetPortions {
		left, err := ss.forgetPortion(ctx, id)
		if err != nil || !left {
			return err == nil, err
		}
	}
	return false, nil
}
