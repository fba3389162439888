// Package record writes a test of scenarios from what a journal has of a session.
//
// What was played by hand, or by an app, becomes a test that passes: its logins, answers, decisions, polls, turns of the
// clock, switches and faults are the steps, and what the bank answered is expected of them.
//
//	Write -> recorder.exchange (a step for each exchange) -> secrets (what the journal does not hold) -> a file of tests
//
// The journal holds no secret. A secret is put in from the decision that it led to: the text of the scenario or of the
// transition that was taken, a text that its pattern takes, or, where anything is taken, one that nothing before it
// takes. Where none is found the recording has a gap, and says so in a comment.
package record
