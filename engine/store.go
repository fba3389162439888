package engine

import (
	"context"
	"time"
)

// Store keeps the bank's records. Its methods are safe for concurrent use. What a method returns is
// the caller's own: it may be changed. A record that is not there is [ErrNotFound]; a database that does not answer
// is an [Error] with [CodeUnavailable].
type Store interface {
	ProcessStore
	ConnectionStore
	SessionStore
	DeliveryStore
	RequestStore

	// Flow returns the encoded flow of this hash, or [ErrNotFound].
	Flow(ctx context.Context, hash string) ([]byte, error)
	// Surface reads what declared apis keep.
	Surface(ctx context.Context) SurfaceRecords

	// Update runs change in one transaction and returns after its commit. Where change returns an
	// error, nothing it did is kept and Update returns that error. change may be run more than
	// once, so it must have no effect but through tx and must set what it returns anew each time.
	Update(ctx context.Context, change func(tx Tx) error) error
}

// ProcessStore reads processes.
type ProcessStore interface {
	// Process returns the process, or [ErrNotFound].
	Process(ctx context.Context, id string) (Process, error)
	// ProcessInSession returns the process and its session as they are at one moment, or [ErrNotFound]. Where nobody made the
	// session it is the zero one. Who reads a process needs its clock: an adapter has both in one round trip.
	ProcessInSession(ctx context.Context, id string) (Process, Session, error)
	// Processes returns a page of a session's processes, in the order of their identifiers.
	Processes(ctx context.Context, filter ProcessFilter) ([]Process, error)
	// DueProcesses returns processes of the session that time has moved by now, those that it moved first ahead, and
	// at most limit: their records are behind.
	DueProcesses(ctx context.Context, session string, now time.Time, limit int) ([]Process, error)
	// CountLogins returns how many of the session's logins each scenario answered, by its name, "" for none; without
	// those of the flow that is excepted.
	CountLogins(ctx context.Context, session, exceptFlow string) (map[string]int, error)
}

// ConnectionStore reads connections and the history of their imports.
type ConnectionStore interface {
	// Connection returns the connection, or [ErrNotFound].
	Connection(ctx context.Context, id string) (Connection, error)
	// ConnectionInSession is as ProcessInSession, for a connection.
	ConnectionInSession(ctx context.Context, id string) (Connection, Session, error)
	// Connections returns a page of connections in the order of their identifiers (oldest first).
	Connections(ctx context.Context, filter ConnectionFilter) ([]Connection, error)
	// History returns a connection's import steps in order of run and number.
	History(ctx context.Context, connectionID string) ([]ImportStep, error)
	// DueConnections returns connections of the session whose record is behind at the time now, those
	// that are behind longest first, and at most limit.
	DueConnections(ctx context.Context, session string, now time.Time, limit int) ([]Connection, error)
	// OutdatedConnections returns connections of the session whose record shows a status that has changed by the
	// time now (see [Connection.HoldsUntil]), the longest ago first, and at most limit.
	OutdatedConnections(ctx context.Context, session string, now time.Time, limit int) ([]Connection, error)
}

// SessionStore reads sessions, and what time brings in them.
type SessionStore interface {
	// Session returns the session, or [ErrNotFound] where nobody made it. Every request asks, so an
	// adapter that is its database's only writer answers from memory.
	Session(ctx context.Context, id string) (Session, error)
	// SessionLately returns the session as it was lately, the zero one where nobody had made it. Where it is not sure, others may
	// have changed it meanwhile: a change that goes by it says so to [SessionTx.ExpectSession], which spares a round trip.
	SessionLately(ctx context.Context, id string) (s Session, sure bool, err error)
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
	// Coming returns what time brings next in the session after now, at most so many records of each kind.
	Coming(ctx context.Context, session string, now time.Time, limit int) (Coming, error)
	// NextDue returns the earliest time at which a connection or an ending of the session is due, by its clock,
	// and false where there is none.
	NextDue(ctx context.Context, session string) (due time.Time, found bool, err error)
}

// DeliveryStore reads deliveries of webhooks, and the endings that they are to be told of.
type DeliveryStore interface {
	// Deliveries returns a page of webhooks' deliveries in the order of their numbers (oldest first).
	Deliveries(ctx context.Context, filter DeliveryFilter) ([]Delivery, error)
	// LastDelivery returns the number of the session's newest delivery, 0 where there is none.
	LastDelivery(ctx context.Context, session string) (int64, error)
	// CountDelivered returns how many of the session's deliveries with a number after this one were delivered, at
	// a cost that grows with these alone.
	CountDelivered(ctx context.Context, session string, after int64) (int, error)
	// CountDeliveries returns how many of the session's deliveries are in each state.
	CountDeliveries(ctx context.Context, session string) (map[DeliveryState]int, error)
	// DueEndings returns the endings of the session that are due at the time now, the longest due
	// first, and at most limit.
	DueEndings(ctx context.Context, session string, now time.Time, limit int) ([]Ending, error)
}

// RequestStore keeps which requests their clients may repeat.
type RequestStore interface {
	// ClaimRequest takes hold of a request that its client may repeat, until now+lease; see [Claim].
	ClaimRequest(ctx context.Context, key RequestKey, fingerprint string, now time.Time, lease time.Duration) (Claim, error)
}
