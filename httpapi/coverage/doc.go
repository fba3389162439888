// Package coverage counts which scenarios of the live rule set are exercised, and which of their
// transitions: by this node, in all and for each of the sessions used last.
//
// A count belongs to a scenario's behaviour as it is: a reload that changes a scenario's flow begins
// its counts anew, since what was exercised is no longer what is there.
package coverage
