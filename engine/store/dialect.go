package store

import "time"

// dialect is what SQLite and PostgreSQL differ in.
type dialect interface {
	name() string
	// text completes a statement that is written with ? for its values.
	text(query string) string
	// time is a time as the database takes it.
	time(t time.Time) any
	// lockUser is the statement that takes a lock by a text until the transaction ends, "" where
	// transactions never overlap.
	lockUser() string
	// class says what an error of the driver means to the store.
	class(err error) class
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
	// classUnavailable: the database cannot answer now.
	classUnavailable
)
