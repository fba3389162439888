package engine

import (
	"math/rand/v2"
	"time"
)

// inquiry is one request, or one event, that conditions are held against. It lives within a transaction.
type inquiry struct {
	tx    Tx
	rules *RuleSet
	// flow returns the frozen flow of a row.
	flow func(hash string) (*Flow, error)
	// login is the request, or what is known of the login that led to the record.
	login *Login
	// caseID is the case whose attempts, connections and processes count.
	caseID string
	// now is the session's time, and session the session.
	now     time.Time
	session *Session
	// history is what the user did; it counts the login itself where there is one.
	history *userHistory
	// captures are what the login's named groups took.
	captures Captures
	// authenticatedAt is since when the user is authenticated, nil where nobody is.
	authenticatedAt *time.Time
	// processID, connectionID and account are what the request is about, "" where that is none.
	processID, connectionID, account string
	// run is the update that is asked for, or told of; nil where there is none.
	run *runFact
	// draws numbers the draws of the condition that is asked at its root.
	draws drawing
	// assumed stands in place of what the store holds, to explain.
	assumed *AssumedFacts
}

// runFact is an update of a connection: its number, the first is 1, and when updates were, this one included.
type runFact struct {
	number int
	times  []time.Time
}

// drawing is where the draws of one condition come from.
type drawing struct {
	// owner names who draws, such as "scenario x".
	owner string
	// number is that of the draw, 0 before it is known.
	number int
	// seed, where fixed, is a record's own: nothing is numbered in the database.
	seed     uint64
	fixed    bool
	position [3]int
}

// ask holds a whole condition against the request. owner names who draws.
func (q *inquiry) ask(w *Condition, owner string) (bool, error) {
	if err := q.drawFor(w, owner); err != nil {
		return false, err
	}
	return w.holds(q)
}

// drawFor numbers the draws of a condition that has any.
func (q *inquiry) drawFor(w *Condition, owner string) (err error) {
	q.draws = drawing{owner: owner}
	if w.draws == 0 {
		return nil
	}
	key := CounterKey{Session: q.login.Session, Kind: CountDraws, Name: owner}
	if q.assumed != nil { // which changes nothing
		q.draws.number, err = q.tx.Counter(key)
		q.draws.number++
		return err
	}
	q.draws.number, err = q.tx.AddCounter(key, 1)
	return err
}

// draw returns the number from 0 to 1 of the probability at the place.
func (q *inquiry) draw(position int) float64 {
	if q.draws.fixed {
		at := draw{q.draws.seed, [3]int{q.draws.position[0], q.draws.position[1], q.draws.position[2] + position}}
		return rand.New(rand.NewPCG(at.seed, at.stream())).Float64()
	}
	seed := loginSeed(q.session.seed(q.rules), "when of "+q.draws.owner, q.draws.number)
	return rand.New(rand.NewPCG(seed, uint64(position))).Float64()
}

// user returns what the user did.
func (q *inquiry) user() *userHistory {
	if q.history == nil {
		q.history = &userHistory{tx: q.tx, login: q.login, now: q.now, rules: q.rules, flow: q.flow}
	}
	return q.history
}

// age is how long ago the session began, or was reset.
func (q *inquiry) age() time.Duration { return max(0, q.now.Sub(q.session.BeganAt)) }
