// Package store keeps the bank's records in SQLite or PostgreSQL.
//
// [Open] takes either by its address and returns one [Store], which is an [engine.Store]: the same
// tables, the same statements, two dialects. Every table can be read with any SQL client: times
// are UTC with milliseconds, statuses are the words that clients see.
//
// # SQLite
//
// One connection writes. Concurrent changes share a transaction (group commit): [Store.Update]
// hands its change to the one goroutine that writes, which runs all that wait, commits once and
// then answers each. A pool of read-only connections serves everything else.
//
// # PostgreSQL
//
// Changes that only write share a transaction and its round trips, and so do reads by key. A change that
// asks the database for something is a transaction of its own, at READ COMMITTED, and is run again where
// the database gave it up in favour of another. Any number of nodes share one database.
//
// # Background jobs
//
// A connection and the job that brings its import forward are written in one transaction, so that
// neither exists without the other. The jobs themselves are worked by package jobs.
package store
