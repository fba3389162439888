package engine

import "time"

// Tx is a transaction of a [Store]. It is valid only within the change it was passed to, and not
// safe for concurrent use. A record that is not there is [ErrNotFound], one that another change has written
// meanwhile is [ErrStale]; any other error has to be returned from the change, whose transaction is at its end.
type Tx interface {
	ProcessTx
	ConnectionTx
	FlowTx
	SessionTx
	ForgettingTx
	DeliveryTx
	EndingTx
	RequestTx
	CounterTx
	UserTx
	SurfaceTx
}

// ProcessTx reads and writes processes.
type ProcessTx interface {
	// Process returns the process, or [ErrNotFound].
	Process(id string) (Process, error)
	// InsertProcess stores a new process with version 1, and its flow where the store lacks it.
	InsertProcess(p Process, flow *Flow) error
	// SaveProcess writes the process if its version is still p.Version, and raises the version by
	// one; otherwise it writes nothing and returns [ErrStale].
	SaveProcess(p Process) error
	// RebindProcess is as SaveProcess, for a process that its scenario was found for only now: it
	// writes the user, the scenario and what follows from it, too.
	RebindProcess(p Process, flow *Flow) error
}

// ConnectionTx reads and writes connections, and the history of their imports.
type ConnectionTx interface {
	// Connection returns the connection, or [ErrNotFound].
	Connection(id string) (Connection, error)
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
}

// FlowTx reads and keeps flows, by their hash.
type FlowTx interface {
	// Flow returns the encoded flow of this hash, or [ErrNotFound].
	Flow(hash string) ([]byte, error)
	// KeepFlow stores a flow that a record is to refer to, where the store lacks it.
	KeepFlow(flow *Flow) error
}

// SessionTx reads and writes sessions.
type SessionTx interface {
	// Session returns the session, or [ErrNotFound].
	Session(id string) (Session, error)
	// SaveSession stores a new session where s.Version is 0, and is otherwise as SaveProcess. It
	// returns [ErrStale] too where a new session is there already.
	SaveSession(s Session) error
	// ExpectSession has the transaction fail with [ErrSessionChanged] where the session is not of this version any more, 0 for
	// one that nobody made. An adapter may find that out only when the transaction ends.
	ExpectSession(s Session) error
	// DeleteSession removes a session, or returns [ErrNotFound]. Its records are not its matter.
	DeleteSession(id string) error
	// SessionUnderWay reports whether something is under way in the session at its time now: a process that
	// has not ended, an import, or a delivery that is pending.
	SessionUnderWay(id string, now time.Time) (bool, error)
	// EnqueueSweep enqueues a background job that brings forward what a session has due since a change of its
	// clock; see [Clocks.Sweep].
	EnqueueSweep(session string, change int) error
}

// ForgettingTx removes what a session has, in portions.
type ForgettingTx interface {
	// ForgetSession removes records of a session, at most so many of each kind: processes, connections with
	// their history, counters, requests, deliveries and endings. It returns whether some are left. The session
	// itself stays.
	ForgetSession(id string, portion int) (left bool, err error)
	// SaveForgetting stores a removal that is under way, and enqueues a background job that looks after it
	// [ForgetDelay] from now; Forgetting returns it, or [ErrNotFound], and DropForgetting removes it.
	SaveForgetting(f Forgetting) error
	Forgetting(id string) (Forgetting, error)
	DropForgetting(id string) error
}

// DeliveryTx reads and writes deliveries of webhooks.
type DeliveryTx interface {
	// InsertDelivery stores a new delivery with version 1 and the next number, and enqueues a background
	// job for its stream where it is pending. Where its webhook has one of the same key, it does nothing.
	InsertDelivery(d Delivery) error
	// Delivery returns the delivery, or [ErrNotFound].
	Delivery(id string) (Delivery, error)
	// PendingDeliveries returns the first pending deliveries of a webhook's stream, at most limit.
	PendingDeliveries(webhook, stream string, limit int) ([]Delivery, error)
	// SaveDelivery is as SaveProcess. Where enqueue is set, a background job comes for its stream.
	SaveDelivery(d Delivery, enqueue bool) error
}

// EndingTx reads and writes the endings that time will bring to processes.
type EndingTx interface {
	// Ending returns the ending of a process, or [ErrNotFound].
	Ending(processID string) (Ending, error)
	// SaveEnding stores the ending of a process, or replaces it. Where enqueue is set, a background job
	// comes for it.
	SaveEnding(e Ending, enqueue bool) error
	// DropEnding removes the ending of a process, if there is one.
	DropEnding(processID string) error
}

// RequestTx keeps the answers of requests that their clients may repeat.
type RequestTx interface {
	// AnswerRequest keeps the answer of a claimed request, for its repeats. Where the claim is gone, or
	// has an answer already, it returns [ErrNotFound].
	AnswerRequest(key RequestKey, answer []byte) error
	// ReviseAnswer replaces an answer that was kept, or returns [ErrNotFound].
	ReviseAnswer(key RequestKey, answer []byte) error
	// ForgetRequest gives up a claim that has no answer: the next repeat is a first request.
	ForgetRequest(key RequestKey) error
}

// CounterTx counts.
type CounterTx interface {
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
	// Window counts a request in the window of time under key: the one that began less than per ago,
	// else a new one that begins now. One that would begin in the future, since a clock was set back, is
	// over. It returns the count, and when the window began.
	Window(key CounterKey, per time.Duration, now time.Time) (count int, since time.Time, err error)
}

// UserTx answers what conditions ask about a user.
type UserTx interface {
	// LockUser makes transactions about the same user wait for each other until this one ends.
	LockUser(session, bank, username string) error
	// LastAuthenticated returns when a process of the user that nobody has connected was last made
	// AUTHENTICATED by time, by now; the zero time where none was.
	LastAuthenticated(session, bank, username string, now time.Time) (time.Time, error)
	// CountConnections counts the user's connections made through the trigger.
	CountConnections(session, bank, username, trigger string) (int, error)
	// CountOpenProcesses counts the user's processes of the trigger that have not ended by now, as far as their
	// rows tell; see UserProcesses.
	CountOpenProcesses(session, bank, username, trigger string, now time.Time) (int, error)
	// UserProcesses returns the user's processes that have to be looked at themselves by now (see
	// [Process.RescanAt]), in the order of their identifiers.
	UserProcesses(session, bank, username string, now time.Time) ([]Process, error)
}
