package main

import (
	"runtime"
	"runtime/debug"
)

const (
	// garbagePercent is how much a serving bank's heap may grow between two collections, in percent of what is alive. Little
	// is: a bank at rest takes as much memory as with Go's 100, one under load a fifth more, and a login costs 3 % less.
	garbagePercent = 200
	// sparePlaces is how many goroutines more than there are processors may be at work in a serving bank.
	sparePlaces = 6
)

// tune sets how Go's runtime serves a bank, where the environment (GOGC, GOMAXPROCS) does not say it. A bank writes to files
// all the time; while a thread is in such a write, or is put aside by the system in favour of another program, what would go on
// in its place waits although a processor is idle. docs/performance.md says what both bring.
func tune(lookupEnv func(name string) (string, bool)) {
	if _, said := lookupEnv("GOGC"); !said {
		debug.SetGCPercent(garbagePercent)
	}
	if _, said := lookupEnv("GOMAXPROCS"); !said {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + sparePlaces)
	}
}
