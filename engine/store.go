package engine

import (
	"context"
	"time"
)

// Store keeps the bank's records. Its methods are safe for concurrent use. What a method returns is
// the caller's own: it may be changed.
type Store interface {
	// Process returns the process, or [ErrNotFound].
	Process(ctx context.Context, id string) (Process, error)
	// Connection returns the connection, or [ErrNotFound].
	Connection(ctx context.Context, id string) (Connection, error)
	// Connections returns a page of connections in the order of their identifiers (oldest first).
	Connections(ctx context.Context, filter ConnectionFilter) ([]Connection, error)
	// Processes returns a page of a session's processes, in the order of their identifiers.
	Processes(ctx context.Context, filter ProcessFilter) ([]Process, error)
	// History returns a connection's import steps in order of run and number.
	History(ctx context.Context, connectionID string) ([]ImportStep, error)
	// Flow returns the encoded flow of this hash, or [ErrNotFound].
	Flow(ctx context.Context, hash string) ([]byte, error)

	// ClaimRequest takes hold of a request that its client may repeat, until now+lease; see [Claim].
	ClaimRequest(ctx context.Context, key RequestKey, fingerprint string, now time.Time, lease time.Duration) (Claim, error)

	// Surface reads what declared apis keep.
	Surface(ctx context.Context) SurfaceRecords

	// Session returns the session, or [ErrNotFound] where nobody made it. Every request asks, so an
	// adapter that is its database's only writer answers from memory.
	Session(ctx context.Context, id string) (Session, error)
	// Sessions returns all sessions in the order of their IDs.
	Sessions(ctx context.Context) ([]Session, error)
	// SessionPage returns sessions whose IDs begin with prefix and come after another, in the order of their IDs
	// (byte by byte), and at most limit.
	SessionPage(ctx context.Context, prefix, after string, limit int) ([]Session, error)
	// CountSessions returns how many sessions there are, without `default`, at a cost that does not grow with them. It
	// may lack what other nodes did within the last second.
	CountSessions(ctx context.Context) (int, error)
	// IdleSessions returns sessions that have nothing under way (see [Tx.SessionUnderWay]) while the wall
	// clock shows wall, those that are idle longest first, and at most limit; never `default`.
	IdleSessions(ctx context.Context, wall time.Time, limit int) ([]Session, error)
	// DueConnections returns connections of the session whose record is behind at the time now, those
	// that are behind longest first, and at most limit.
	DueConnections(ctx context.Context, session string, now time.Time, limit int) ([]Connection, error)

	// CountLogins returns how many of the session's logins each scenario answered, by its name, "" for none; without
	// those of the flow that is excepted.
	CountLogins(ctx context.Context, session, exceptFlow string) (map[string]int, error)
	// CountDeliveries returns how many of the session's deliveries are in each state.
	CountDeliveries(ctx context.Context, session string) (map[DeliveryState]int, error)
	// DueProcesses returns processes of the session that time has moved by now, those that it moved first ahead, and
	// at most limit: their records are behind.
	DueProcesses(ctx context.Context, session string, now time.Time, limit int) ([]Process, error)
	// Coming returns what time brings next in the session after now, at most so many records of each kind.
	Coming(ctx context.Context, session string, now time.Time, limit int) (Coming, error)
	// OutdatedConnections returns connections of the session whose record shows a status that has changed by the
	// time now (see [Connection.HoldsUntil]), the longest ago first, and at most limit.
	OutdatedConnections(ctx context.Context, session string, now time.Time, limit int) ([]Connection, error)

	// NextDue returns the earliest time at which a connection or an ending of the session is due, by its clock,
	// and false where there is none.
	NextDue(ctx context.Context, session string) (due time.Time, found bool, err error)

	// Deliveries returns a page of webhooks' deliveries in the order of their numbers (oldest first).
	Deliveries(ctx context.Context, filter DeliveryFilter) ([]Delivery, error)
	// LastDelivery returns the number of the session's newest delivery, 0 where there is none.
	LastDelivery(ctx context.Context, session string) (int64, error)
	// CountDelivered returns how many of the session's deliveries with a number after this one were delivered, at
	// a cost that grows with these alone.
	CountDelivered(ctx context.Context, session string, after int64) (int, error)
	// DueEndings returns the endings of the session that are due at the time now, the longest due
	// first, and at most limit.
	DueEndings(ctx context.Context, session string, now time.Time, limit int) ([]Ending, error)

	// Update runs change in one transaction and returns after its commit. Where change returns an
	// error, nothing it did is kept and Update returns that error. change may be run more than
	// once, so it must have no effect but through tx and must set what it returns anew each time.
	Update(ctx context.Context, change func(tx Tx) error) error
}

// Tx is a transaction of a [Store]. It is valid only within the change it was passed to, and not
// safe for concurrent use.
type Tx interface {
	SurfaceTx

	Process(id string) (Process, error)
	Connection(id string) (Connection, error)

	// InsertProcess stores a new process with version 1, and its flow where the store lacks it.
	InsertProcess(p Process, flow *Flow) error
	// SaveProcess writes the process if its version is still p.Version, and raises the version by
	// one; otherwise it writes nothing and returns [ErrStale].
	SaveProcess(p Process) error

	// InsertConnection stores a new connection with version 1, its flow where the store lacks it,
	// and the background job that brings its import forward: first at the time due by the wall clock,
	// the zero time is at once.
	InsertConnection(c Connection, flow *Flow, due time.Time) error
	// SaveConnection is as SaveProcess; it leaves Turn as it is in the store unless it starts a new
	// run. Where it starts a new run (restart), flow is stored where
	// the store lacks it and a new background job is enqueued.
	SaveConnection(c Connection, restart bool, flow *Flow) error
	// DeleteConnection removes a connection and its history, or returns [ErrNotFound].
	DeleteConnection(id string) error
	// AppendHistory adds import steps; one that is there already is left as it is.
	AppendHistory(steps ...ImportStep) error

	// Flow returns the encoded flow of this hash, or [ErrNotFound].
	Flow(hash string) ([]byte, error)
	// KeepFlow stores a flow that a record is to refer to, where the store lacks it.
	KeepFlow(flow *Flow) error

	// Session returns the session, or [ErrNotFound].
	Session(id string) (Session, error)
	// SaveSession stores a new session where s.Version is 0, and is otherwise as SaveProcess. It
	// returns [ErrStale] too where a new session is there already.
	SaveSession(s Session) error
	// ForgetSession removes records of a session, at most so many of each kind: processes, connections with
	// their history, counters, requests, deliveries and endings. It returns whether some are left. The session
	// itself stays.
	ForgetSession(id string, portion int) (left bool, err error)
	// SessionUnderWay reports whether something is under way in the session at its time now: a process that
	// has not ended, an import, or a delivery that is pending.
	SessionUnderWay(id string, now time.Time) (bool, error)
	// DeleteSession removes a session, or returns [ErrNotFound]. Its records are not its matter.
	DeleteSession(id string) error
	// EnqueueSweep enqueues a background job that brings forward what a session has due since a turn of its
	// clock; see [Bank.SweepSession].
	EnqueueSweep(session string, change int) error
	// SaveForgetting stores a removal that is under way, and enqueues a background job that looks after it
	// [ForgetDelay] from now; Forgetting returns it, or [ErrNotFound], and DropForgetting removes it.
	SaveForgetting(f Forgetting) error
	Forgetting(id string) (Forgetting, error)
	DropForgetting(id string) error

	// InsertDelivery stores a new delivery with version 1 and the next number, and enqueues a background
	// job for its stream where it is pending. Where its webhook has one of the same key, it does nothing.
	InsertDelivery(d Delivery) error
	// Delivery returns the delivery, or [ErrNotFound].
	Delivery(id string) (Delivery, error)
	// PendingDeliveries returns the first pending deliveries of a webhook's stream, at most limit.
	PendingDeliveries(webhook, stream string, limit int) ([]Delivery, error)
	// SaveDelivery is as SaveProcess. Where enqueue is set, a background job comes for its stream.
	SaveDelivery(d Delivery, enqueue bool) error
	// Ending returns the ending of a process, or [ErrNotFound].
	Ending(processID string) (Ending, error)
	// SaveEnding stores the ending of a process, or replaces it. Where enqueue is set, a background job
	// comes for it.
	SaveEnding(e Ending, enqueue bool) error
	// DropEnding removes the ending of a process, if there is one.
	DropEnding(processID string) error

	// AnswerRequest keeps the answer of a claimed request, for its repeats. Where the claim is gone, or
	// has an answer already, it returns [ErrNotFound].
	AnswerRequest(key RequestKey, answer []byte) error
	// ReviseAnswer replaces an answer that was kept, or returns [ErrNotFound].
	ReviseAnswer(key RequestKey, answer []byte) error
	// ForgetRequest gives up a claim that has no answer: the next repeat is a first request.
	ForgetRequest(key RequestKey) error

	// LockUser makes transactions about the same user wait for each other until this one ends.
	LockUser(session, bank, username string) error
	// Counter returns the count under key, 0 where there is none.
	Counter(key CounterKey) (int, error)
	// AddCounter adds delta and returns the sum.
	AddCounter(key CounterKey, delta int) (int, error)
	// ResetCounter sets the count to 0.
	ResetCounter(key CounterKey) error
	// Times returns the times kept under key, the earliest first; nil where there are none.
	Times(key CounterKey) ([]time.Time, error)
	// SaveTimes keeps these times under key, in place of those before. ResetCounter forgets them.
	SaveTimes(key CounterKey, times []time.Time) error
	// LastAuthenticated returns when a process of the user that nobody has connected was last made
	// AUTHENTICATED by time, by now; the zero time where none was.
	LastAuthenticated(session, bank, username string, now time.Time) (time.Time, error)
	// Window counts a request in the window of time under key: the one that began less than per ago,
	// else a new one that begins now. One that would begin in the future, since a clock was set back, is
	// over. It returns the count, and when the window began.
	Window(key CounterKey, per time.Duration, now time.Time) (count int, since time.Time, err error)
	// CountConnections counts the user's connections made through the trigger.
	CountConnections(session, bank, username, trigger string) (int, error)
	// CountOpenProcesses counts the user's processes of the trigger that have not ended by now, as far as their
	// rows tell; see UserProcesses.
	CountOpenProcesses(session, bank, username, trigger string, now time.Time) (int, error)
	// UserProcesses returns the user's processes that have to be looked at themselves by now (see
	// [Process.RescanAt]), in the order of their identifiers.
	UserProcesses(session, bank, username string, now time.Time) ([]Process, error)
}

// ConnectionFilter selects connections; zero fields select all.
type ConnectionFilter struct {
	Session string
	Bank    string
	// Status selects by the status at the time Now.
	Status ImportStatus
	Now    time.Time
	// After is the identifier after which the page starts; Limit is the page's size.
	After string
	Limit int
	// Latest lists the youngest first.
	Latest bool
}

// ProcessFilter selects processes of a session.
type ProcessFilter struct {
	Session string
	// Open selects those that have not ended at the time Now, by the session's clock: the user, or time, still decides.
	Open bool
	Now  time.Time
	// After is the identifier after which the page starts; Limit is the page's size, 0 for no bound.
	After string
	Limit int
}

// CounterKind says what a counter counts.
type CounterKind string

// The kinds of counter.
const (
	// CountAttempts counts logins by trigger (the counter's name).
	CountAttempts CounterKind = "attempts"
	// CountUserAttempts counts all logins of a user.
	CountUserAttempts CounterKind = "user_attempts"
	// CountAuthenticated keeps when the user was last AUTHENTICATED.
	CountAuthenticated CounterKind = "authenticated"
	// CountRuns keeps when a connection (the counter's name) was updated.
	CountRuns CounterKind = "runs"
	// CountDraws numbers the draws of a condition's owner; it has neither bank nor username.
	CountDraws CounterKind = "draws"
	// CountNth counts the requests that a fault with an `nth` is for.
	CountNth CounterKind = "nth"
	// CountNamed counts what steps' `count:` name.
	CountNamed CounterKind = "named"
	// CountLogins counts a session's logins by scenario, for its random choices; it has neither
	// bank nor username.
	CountLogins CounterKind = "logins"
	// CountFaults counts the requests of a session that a fault was considered for, and CountAnswers
	// the answers that a step or a point was; neither has bank or username.
	CountFaults  CounterKind = "faults"
	CountAnswers CounterKind = "answers"
)

// CounterKey identifies a counter.
type CounterKey struct {
	Session, Bank, Username string
	Kind                    CounterKind
	Name                    string
}

// RequestKey identifies a request by the Idempotency-Key that its client chose.
type RequestKey struct {
	Session, Route, Key string
}

// Claim is the outcome of [Store.ClaimRequest].
type Claim struct {
	// First says that the caller is to do the work: nobody claimed the key, or the claim's lease
	// ran out before its answer was kept.
	First bool
	// Fingerprint is that of the first request's body.
	Fingerprint string
	// Answer is the first request's; nil while it runs.
	Answer []byte
}
