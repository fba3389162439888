package engine

import (
	"context"
	"math"
	"strconv"
	"time"
)

// RateLimit is how many requests pass in a window of time.
type RateLimit struct {
	Per      time.Duration `json:"per,omitempty"`
	Requests int           `json:"requests"`
	// For says whose requests count together.
	For Scope `json:"for,omitempty"`
	// Window says which time that is; "" is [WindowFixed].
	Window Window `json:"window,omitempty"`
	// Zone is that of a day.
	Zone string `json:"zone,omitempty"`
	// Headers go out with each answer that was counted, and with the one that is refused. They know ${limit},
	// ${remaining}, ${reset} and ${reset_at}.
	Headers map[string]Text `json:"headers,omitempty"`
}

// Window is a kind of window of time.
type Window string

// The windows of a rate limit.
const (
	// WindowFixed begins with the first request.
	WindowFixed Window = "fixed"
	// WindowRolling is the time up to now.
	WindowRolling Window = "rolling"
	// WindowDay is from midnight to midnight.
	WindowDay Window = "day"
)

// Windows lists the windows of a rate limit.
func Windows() []Window { return []Window{WindowFixed, WindowRolling, WindowDay} }

// Scope says whose requests count together.
type Scope string

// The scopes of counts.
const (
	ScopeSession    Scope = "session"
	ScopeUser       Scope = "user"
	ScopeProcess    Scope = "process"
	ScopeConnection Scope = "connection"
	ScopeAccount    Scope = "account"
)

// Scopes lists whose requests can count together.
func Scopes() []Scope {
	return []Scope{ScopeSession, ScopeUser, ScopeProcess, ScopeConnection, ScopeAccount}
}

// Needs is what must be known of a request for it to count in the scope.
func (s Scope) Needs() Knowledge {
	switch s {
	case ScopeUser:
		return KnowsUser
	case ScopeProcess:
		return KnowsProcess
	case ScopeConnection:
		return KnowsConnection
	case ScopeAccount:
		return KnowsAccount
	default:
		return 0
	}
}

// quota is a rate limit at one request.
type quota struct {
	limit *RateLimit
	key   CounterKey
	now   time.Time
	// used is how many requests count at the moment, reset when the window is over, or the oldest leaves it.
	used  int
	reset time.Time
	// times are kept of a rolling window; began is when another one did, zero where it begins now.
	times []time.Time
	began time.Time
}

// quotaOf reads how far a limit is used up. It makes other requests that count there wait.
func quotaOf(tx Tx, limit *RateLimit, key CounterKey, now time.Time) (*quota, error) {
	if err := tx.LockUser(key.Session, string(key.Kind)+" "+key.Name, key.Username); err != nil {
		return nil, err
	}
	q := &quota{limit: limit, key: key, now: now}
	times, err := tx.Times(key)
	if err != nil {
		return nil, err
	}
	if limit.Window == WindowRolling {
		q.rolling(times)
		return q, nil
	}
	return q, q.standing(tx, times)
}

func (q *quota) rolling(times []time.Time) {
	for _, at := range times {
		if at.After(q.now.Add(-q.limit.Per)) {
			q.times = append(q.times, at)
		}
	}
	q.used, q.reset = len(q.times), q.now.Add(q.limit.Per)
	if q.used > 0 {
		// Of more than are allowed, as after a change of the rules, so many have to leave.
		q.reset = q.times[max(0, q.used-q.limit.Requests)].Add(q.limit.Per)
	}
}

// standing reads a window with a beginning, which is over where its end has come.
func (q *quota) standing(tx Tx, times []time.Time) (err error) {
	began, length := q.now, q.limit.Per
	if q.limit.Window == WindowDay {
		began, length = q.day()
	}
	if len(times) > 0 {
		old := times[0]
		if q.limit.Window == WindowDay && old.Equal(began) || q.limit.Window != WindowDay && q.now.Before(old.Add(length)) {
			q.began = old
			q.used, err = tx.Counter(q.key)
		}
	}
	if q.began.IsZero() {
		q.reset = began.Add(length)
		return err
	}
	q.reset = q.began.Add(length)
	return err
}

// day returns the midnight before now, and how long its day is.
func (q *quota) day() (time.Time, time.Duration) {
	zone, err := LoadZone(q.limit.Zone)
	if err != nil { // it was checked as the rules were made
		zone = time.UTC
	}
	local := q.now.In(zone)
	midnight := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, zone)
	return midnight.UTC(), midnight.AddDate(0, 0, 1).Sub(midnight)
}

// exceeded reports whether a further request is one too many.
func (q *quota) exceeded() bool { return q.used >= q.limit.Requests }

// wait is how long it is until a further request passes.
func (q *quota) wait() time.Duration { return q.reset.Sub(q.now) }

// count counts the request.
func (q *quota) count(tx Tx) error {
	q.used++
	if q.limit.Window == WindowRolling {
		q.times = append(q.times, q.now)
		return tx.SaveTimes(q.key, q.times)
	}
	if q.began.IsZero() {
		q.began = q.now
		if q.limit.Window == WindowDay {
			q.began, _ = q.day()
		}
		if err := tx.ResetCounter(q.key); err != nil {
			return err
		}
		if err := tx.SaveTimes(q.key, []time.Time{q.began}); err != nil {
			return err
		}
	}
	_, err := tx.AddCounter(q.key, 1)
	return err
}

// headers are those that tell of the limit, as it is after the request.
func (q *quota) headers() map[string]string {
	if len(q.limit.Headers) == 0 {
		return nil
	}
	values := Captures{
		"limit": strconv.Itoa(q.limit.Requests), "remaining": strconv.Itoa(max(0, q.limit.Requests-q.used)),
		"reset": strconv.Itoa(int(math.Ceil(q.wait().Seconds()))), "reset_at": FormatTime(q.reset),
	}
	headers := make(map[string]string, len(q.limit.Headers))
	for name, text := range q.limit.Headers {
		headers[name] = text.Expand(values)
	}
	return headers
}

// Standing is how a rate limit stands after a request.
type Standing struct {
	// Exceeded says that the request is one too many, and was not counted.
	Exceeded  bool
	Remaining int
	// Reset is how long it is until the window is over, or the oldest request leaves it, and ResetAt when that is.
	Reset   time.Duration
	ResetAt time.Time
}

// CountRequest counts a request to a declared api in a limit, in a transaction of its own, unless it is one too many.
// name identifies the limit, and whose requests count together.
func (a APIs) CountRequest(ctx context.Context, session, name string, limit *RateLimit) (s Standing, err error) {
	now, err := a.bank.Now(ctx, session)
	if err != nil {
		return s, err
	}
	err = a.bank.change(ctx, func(tx Tx) error {
		q, err := quotaOf(tx, limit, CounterKey{Session: session, Kind: CountFaults, Name: name}, now)
		if err != nil {
			return err
		}
		if s.Exceeded = q.exceeded(); !s.Exceeded {
			err = q.count(tx)
		}
		s.Remaining, s.Reset, s.ResetAt = max(0, limit.Requests-q.used), q.wait(), q.reset
		return err
	})
	return s, err
}
