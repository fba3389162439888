package store

import (
	"log/slog"
	"time"
)

// Options are the settings of a [Store]. The zero value is fit for use.
type Options struct {
	// Now is the wall clock, for the times that no record brings along (when a flow was stored, when
	// a counter last moved). Default: time.Now.
	Now func() time.Time
	// Node identifies this process among those on the database, as in [Node]. What it holds is given to others when it
	// is gone. Default: "".
	Node string
	// Synchronous says what an SQLite commit survives: [SynchronousFull] (the default) a power
	// cut, [SynchronousNormal] a crash of the process, though a power cut may take the last
	// commits.
	Synchronous Synchronous
	// Readers is the number of SQLite's reading connections. Default: 4.
	Readers int
	// PoolSize bounds the connections that requests use on PostgreSQL. Default: 6. Background jobs
	// take up to 3 more.
	PoolSize int
	// ConnectTimeout bounds an attempt to reach PostgreSQL. Default: 3 s.
	ConnectTimeout time.Duration
	// Timeout bounds each call on PostgreSQL, its repeats included. Default: 5 s.
	Timeout time.Duration

	// Logger hears why a start waits, and of a file that is gone. Default: nobody does.
	Logger *slog.Logger
	// Timed is called after each read and each change with how long it took, waiting and repeats included. Calls come at
	// the same time from many goroutines. Default: nobody is told.
	Timed func(kind CallKind, took time.Duration)

	// maxBatch bounds the changes of one SQLite transaction.
	maxBatch int
	// lockPatience is how long a start and reads wait for another process's lock on SQLite's file, writeLockPatience how long a
	// transaction that writes does, and writerPatience how long a change waits for its turn to begin one.
	lockPatience, writeLockPatience, writerPatience time.Duration
	// startPatience is how long a start waits for a program that has an SQLite file locked.
	startPatience time.Duration
	// watchInterval is how often it is seen to that an SQLite file is still at its path.
	watchInterval time.Duration
	// slowAfter is how long a start may take until it tells why.
	slowAfter time.Duration
	// gather is how often the writer yields the processor before it takes a batch.
	gather int
}

// Synchronous is SQLite's setting of this name.
type Synchronous string

// The values of [Options.Synchronous].
const (
	SynchronousFull   Synchronous = "FULL"
	SynchronousNormal Synchronous = "NORMAL"
)

// CallKind is what a call asks of the database.
type CallKind string

// The kinds of calls.
const (
	CallRead   CallKind = "read"
	CallChange CallKind = "change"
)

// CallKinds lists the kinds of calls.
func CallKinds() []CallKind { return []CallKind{CallRead, CallChange} }

// timed tells how long a call took that began at a time.
func (s *Store) timed(kind CallKind, began time.Time) {
	if s.options.Timed != nil {
		s.options.Timed(kind, time.Since(began))
	}
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	setDefault(&o.Synchronous, SynchronousFull)
	setDefault(&o.Readers, 4)
	setDefault(&o.PoolSize, 6)
	setDefault(&o.ConnectTimeout, 3*time.Second)
	setDefault(&o.Timeout, 5*time.Second)
	setDefault(&o.lockPatience, 5*time.Second)
	setDefault(&o.writeLockPatience, min(o.lockPatience, 2*time.Second))
	setDefault(&o.writerPatience, 3*time.Second)
	setDefault(&o.startPatience, 10*time.Second)
	setDefault(&o.slowAfter, slowAfter)
	setDefault(&o.watchInterval, 2*time.Second)
	setDefault(&o.maxBatch, 128)
	setDefault(&o.gather, 3)
	return o
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
