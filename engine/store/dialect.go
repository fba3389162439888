package store

import "time"

// dialect is what SQLite and PostgreSQL differ in.
type dialect interface {
	name() string
	// text completes a statement that is written with ? for its values.
	text(query string) string
	// time is a time as the database takes it.
	time(t time.Time) any
	// sessionTime is what a session's clock shows, in a query of the table sessions as s; its place takes the wall clock.
	sessionTime() string
	// sessionID is the identifier of the table sessions as s, as it is compared with a record's session so that an index over
	// records by their sessions is used.
	sessionID() string
	// lockUser is the statement that takes a lock by a text until the transaction ends, "" where
	// transactions never overlap.
	lockUser() string
	// class says what an error of the driver means to the store.
	class(err error) class
	// explain says what is the matter where the database cannot answer, and what to do; "" where it does not know.
	explain(err error) string
}

// class is what an error of a database means to the store.
type class int

const (
	classOther class = iota
	// classForeignKey: a row refers to one that is not there.
	classForeignKey
	// classNoParent: a required value was not found in another table.
	classNoParent
	// classRetry: the database gave the transaction up in favour of another.
	classRetry
	// classLost: the connection was lost; another may do.
	classLost
	// classOutdated: the connection may remember what is over; where a new one says the same, the database cannot answer.
	classOutdated
	// classUnavailable: the database cannot answer now.
	classUnavailable
	// classBroken: what the database is kept in is damaged, and stays so.
	classBroken
)
