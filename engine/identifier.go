package engine

import "time"

// Identifier is a name that a declared api gives to a record beside the record's own: an account's, an
// access token, a code that works once.
type Identifier struct {
	// API is the name of the api, and Kind the name of the identifier among those that it declares.
	API, Kind string
	// Lookup is what it is found by: the identifier itself, or its hash where it is secret.
	Lookup  string
	Session string
	// Owner is what it was made for (a process, a connection, or a user), and Element the place in the list
	// that it numbers, 0 where there is none. Ordinal counts the identifiers of that kind, from 0.
	Owner            string
	Element, Ordinal int
	// Process and Connection are the records that it names, "" where there is none.
	Process, Connection string
	// ExpiresAt is when it ends, and UsedAt when one that works once was used; nil where it does not, or was
	// not. Both are times of the session.
	ExpiresAt, UsedAt *time.Time
}

// Expired reports whether the identifier has ended by now.
func (i *Identifier) Expired(now time.Time) bool {
	return i.ExpiresAt != nil && !i.ExpiresAt.After(now)
}

// Copy returns an identifier that shares nothing with i that could be changed.
func (i Identifier) Copy() Identifier {
	i.ExpiresAt, i.UsedAt = copyTime(i.ExpiresAt), copyTime(i.UsedAt)
	return i
}

// Kept is what a declared api keeps of a process that was begun through it.
type Kept struct {
	ProcessID, Session string
	// API is the name of the api.
	API string
	// Fields are those that requests brought and the api keeps, as a JSON object; "" for none.
	Fields string
}

// SurfaceRecords reads what declared apis keep: within a transaction, or outside of any.
type SurfaceRecords interface {
	// Identifier returns an api's identifier by its lookup, or [ErrNotFound].
	Identifier(api, lookup string) (Identifier, error)
	// Identifiers returns an api's identifiers of these owners, in the order of kind, element and ordinal.
	Identifiers(api string, owners ...string) ([]Identifier, error)
	// Kept returns what an api keeps of a process, or [ErrNotFound] where that is nothing.
	Kept(processID string) (Kept, error)
}

// SurfaceTx is the part of a [Tx] that declared apis keep their records by.
type SurfaceTx interface {
	SurfaceRecords
	// SaveIdentifier stores an identifier, or replaces the one of its api and lookup.
	SaveIdentifier(i Identifier) error
	// UseIdentifier marks an identifier as used, or returns [ErrStale] where it was used before.
	UseIdentifier(api, lookup string, at time.Time) error
	// SaveKept stores what an api keeps of a process, or replaces it.
	SaveKept(k Kept) error
}
