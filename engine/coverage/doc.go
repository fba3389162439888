// Package coverage counts which scenarios of a rule set are exercised, and which of their transitions:
// in all, and for each of the sessions used last. A running server counts for its live rule set, a
// run of tests for the one that it plays; what counts is the same.
//
//   - A scenario is exercised when it has answered a login.
//   - A transition is a way out of a step: one of its `next`, or its expiry. It is taken once, whenever
//     it is read; one by which an import opens its process again is none of the scenario's.
//   - The fallback, which answers where no scenario matches, is not covered.
//   - A percentage is rounded down to a tenth: 100 says that nothing is missing.
//
// A count belongs to a scenario's behaviour as it is: a reload that changes a scenario's flow begins
// its counts anew, since what was exercised is no longer what is there.
package coverage
