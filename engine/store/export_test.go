package store

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
