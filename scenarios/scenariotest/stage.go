package scenariotest

import (
	"context"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
)

// stage is where a test is played: a bank of its own, or a session of a running server. Its methods
// return errors only where the bank could not be asked; a refusal is an answer.
type stage interface {
	authenticate(ctx context.Context, login scenarios.TestLogin) (answer, error)
	// send gives a process an input.
	send(ctx context.Context, processID string, input engine.Input) (answer, error)
	// poll reads a process as a client does, process only looks.
	poll(ctx context.Context, processID string) (answer, error)
	process(ctx context.Context, processID string) (answer, error)
	connect(ctx context.Context, processID string) (answer, error)
	connection(ctx context.Context, connectionID string) (answer, error)
	// peek looks at a connection without a client's request, where the stage can.
	peek(ctx context.Context, connectionID string) (answer, error)
	update(ctx context.Context, connectionID string) (answer, error)
	remove(ctx context.Context, connectionID string) (answer, error)
	// request asks a declared api.
	request(ctx context.Context, asked *asked) (answer, error)
	// wait lets the bank's time pass, with all that becomes due.
	wait(ctx context.Context, d time.Duration) error
	// next returns how long it is until time brings something, false where nothing is due.
	next(ctx context.Context) (left time.Duration, due bool, err error)
	// setFaults gives all sessions of the test faults in place of those that they had.
	setFaults(ctx context.Context, faults *scenarios.TestFaults) error
	// flip sets a switch, in all sessions of the test.
	flip(ctx context.Context, name string, on bool) error

	// start is the time at which the test began, elapsed the bank's time since.
	start() time.Time
	elapsed() time.Duration
	// moves returns the transitions taken since it was last asked.
	moves() []Passage
	// close ends the test.
	close(ctx context.Context)
}

// answer is what the bank said.
type answer struct {
	kind answerKind
	// id is that of the process or the connection.
	id string
	// connection is that of a request to a declared api, "" where it has none.
	connection string
	// fields are those of the answer's body, as JSON knows them; times may be [time.Time].
	fields map[string]any
	// undone says that the bank did not carry the request out.
	undone bool
	// lenient says that nobody need expect an answer that is an error: a step, whose answer it is, says so.
	lenient bool
	// lost is what a server's journal knows of a request whose answer was not what was asked for; nil otherwise.
	lost *found
	// unverified are fields that the stage does not tell, so that nothing can be expected of them.
	unverified []string
}

// answerKind says what an answer is about.
type answerKind string

// The kinds of answer.
const (
	aboutNothing    answerKind = "nothing"
	aboutProcess    answerKind = "process"
	aboutConnection answerKind = "connection"
	aboutProblem    answerKind = "problem"
	aboutRequest    answerKind = "request"
)

// text returns a field of the answer that is a text, "" where it is null.
func (a answer) text(field string) string {
	text, _ := a.fields[field].(string)
	return text
}

// refusal is an answer that is a problem.
func refusal(code, detail string) answer {
	return answer{kind: aboutProblem, fields: map[string]any{"problem": map[string]any{"code": code, "detail": detail}}}
}

// refusalCode returns the code of a problem, "" where the answer is none.
func (a answer) refusalCode() string {
	problem, _ := a.fields["problem"].(map[string]any)
	code, _ := problem["code"].(string)
	return code
}
