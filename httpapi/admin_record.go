package httpapi

import (
	"context"
	"math"
	"net/http"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/console"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// RecordedTest is a test that was written from what the journal has of a session.
type RecordedTest struct {
	// Name is the test's, Text the file that has it, in YAML, and Steps how many it has.
	Name, Text string
	Steps      int
	// Gaps say what was played and cannot be written: the test may not pass.
	Gaps []RecordingGap
	// LeftOut counts, by endpoint, the requests that are no step of a test.
	LeftOut map[string]int
	// Failure says why the test does not pass with the rules as they are now; "" where it passes.
	Failure string
}

// RecordingGap is something that was played and cannot be written.
type RecordingGap struct {
	// Exchange is the journal's entry, 0 where none is meant.
	Exchange int64
	Message  string
}

// recordedBody is a session as a test.
type recordedBody struct {
	Session string `json:"session"`
	Node    string `json:"node"`
	Name    string `json:"name"`
	Text    string `json:"text"`
	Steps   int    `json:"steps"`
	// Passes says that the test was played with the rules as they are now, and passed; Failure why it did not.
	Passes  bool              `json:"passes"`
	Failure *string           `json:"failure"`
	Gaps    []notRecordedBody `json:"gaps"`
	LeftOut map[string]int    `json:"left_out"`
}

type notRecordedBody struct {
	Exchange *int64 `json:"exchange"`
	Detail   string `json:"detail"`
}

// recordSession answers with a test that does what the journal of this node has of a session.
func recordSession(x *exchange) error {
	id, err := x.namedSession()
	if err != nil {
		return err
	}
	if err := x.needJournal(); err != nil {
		return err
	}
	q := x.query()
	name := q.text("name")
	if err := q.err(); err != nil {
		return err
	}
	recorded, err := x.api.record(x.context(), id, name)
	if err != nil {
		return err
	}
	body := &recordedBody{
		Session: id, Node: x.api.config.Node, Name: recorded.Name, Text: recorded.Text, Steps: recorded.Steps,
		Passes: recorded.Failure == "", Failure: textOrNull(recorded.Failure), Gaps: []notRecordedBody{}, LeftOut: recorded.LeftOut,
	}
	for _, gap := range recorded.Gaps {
		one := notRecordedBody{Detail: gap.Message}
		if gap.Exchange != 0 {
			one.Exchange = &gap.Exchange
		}
		body.Gaps = append(body.Gaps, one)
	}
	x.compose(http.StatusOK, body)
	return nil
}

// record writes a test of what the journal has of a session.
func (a *api) record(ctx context.Context, session, name string) (RecordedTest, error) {
	state, err := a.sessions.Get(ctx, session)
	if err != nil {
		return RecordedTest{}, err
	}
	var entries []*journal.Entry
	if a.journal != nil {
		entries, _ = a.journal.List(journal.Page{Filter: journal.Filter{Session: session}, Limit: math.MaxInt})
	}
	if a.config.Record == nil || len(entries) == 0 {
		return RecordedTest{}, &engine.Error{
			Code:    engine.CodeNotFound,
			Message: "the journal of this node has nothing of the session: it keeps the last exchanges of this node since its start",
		}
	}
	return a.config.Record(ctx, state, name, entries)
}

// consoleRecord writes a test for the console.
func (a *api) consoleRecord(ctx context.Context, session string) (console.Recording, error) {
	recorded, err := a.record(ctx, session, "")
	return console.Recording{Text: recorded.Text, Steps: recorded.Steps, Gaps: len(recorded.Gaps), Failure: recorded.Failure}, err
}
