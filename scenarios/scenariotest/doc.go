// Package scenariotest plays tests of scenarios.
//
// The tests themselves are read by package scenarios (see [scenarios.LoadTests]). Each is played in a
// bank of its own, the very [engine.Bank] that serves, over a store in memory and a clock that only
// the test's own `wait` moves: a minute of the bank's time takes no time, and no test can disturb
// another.
//
//	Suite.Run -> performance (a test's steps) -> stage (where it is played) -> compare -> Report
//
// A [Report] is written by [WritePretty], [WriteJSON] or [WriteJUnit].
package scenariotest
