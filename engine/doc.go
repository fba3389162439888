// Package engine is mockbank's rules engine: the bank, without any technology.
//
// A [RuleSet] holds the scenarios that YAML declared. A login that matches one starts a
// [Process], which is bound to the scenario's [Flow] as it was at that moment; an authenticated
// process can be connected, which starts an import, a [Connection]. Everything that a reader of
// either sees is worked out when it is read:
//
//	state = f(frozen flow, inputs so far, time)
//
// There are no timers. A row holds the step it is in and since when; reading it at a time t
// applies every timed transition that is due by t (see [Flow.Resolve] and [Timeline.At]).
//
// [Bank] is the way in: it owns the live rule set, a [Store] and a clock. The package imports the
// standard library only, and touches no file, network, wall clock or global randomness.
package engine
