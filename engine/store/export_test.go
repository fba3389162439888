package store

import "time"

// Impatient returns options under which the lock of another process is waited for only shortly.
func Impatient(o Options) Options {
	o.lockPatience = 100 * time.Millisecond
	return o
}

// Alone returns options under which every change has a commit of its own.
func Alone(o Options) Options {
	o.maxBatch = 1
	return o
}

// NotGathered returns options under which the writer takes what waits at once.
func NotGathered(o Options) Options {
	o.gather = -1
	return o
}
