package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// observed lets a bank tell its observations in short: what it is about, whether it began, and the
// events of the transitions.
func observed(b *testBank) func() []string {
	var observed []string
	b.audience.observer = func(_ context.Context, o Observation) {
		text := ""
		if o.Process != nil {
			text += "process "
		}
		if o.Connection != nil {
			text += "connection "
		}
		if o.Started {
			text += "started "
		}
		for _, move := range o.Moves {
			text += fmt.Sprintf("%s@%s ", move.Event, move.At.Sub(epoch))
		}
		if o.Flow == nil {
			text += "without a flow"
		}
		observed = append(observed, text)
	}
	return func() []string {
		out := observed
		observed = nil
		return out
	}
}

func TestAnObserverIsNotifiedOfEachCall(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("tan", "tan", steps(
		step("wait", DecoupledAuthRequired, after(time.Second, "asked")),
		step("asked", ChallengeResponseRequired, on(EventChallengeResponse, "1", "yes")), yes(),
	)))
	observed := observed(b)
	expect := func(want ...string) {
		t.Helper()
		if got := observed(); !slices.Equal(got, want) {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	id := b.login("tan").ID
	expect("process started ")
	b.wait(2 * time.Second)
	b.poll(id)
	b.poll(id)
	expect("process after@1s ", "process after@1s ")
	b.send(id, EventChallengeResponse, "2")
	expect("process after@1s ")
	b.send(id, EventChallengeResponse, "1")
	expect("process challenge_response@2s ")
	c := b.connect(id)
	expect("process ", "connection started ")
	b.shown(c.ID)
	expect("connection ")
	b.wait(time.Minute)
	if _, err := b.UpdateConnection(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	expect("connection started ")
}

func TestAnObserverIsNotNotifiedOfWhatWasRefusedOrUndone(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("in", "in", steps(yes())))
	observed := observed(b)
	undone := errors.New("undone")
	if _, err := b.Authenticate(t.Context(), Login{Username: "tester", Password: "in"}, func(Tx, ProcessState) error { return undone }); !errors.Is(err, undone) {
		t.Errorf("error %v", err)
	}
	if _, err := b.Authenticate(t.Context(), Login{Bank: "none"}); CodeOf(err) != CodeUnknownBank {
		t.Errorf("error %v", err)
	}
	if _, err := b.Process(t.Context(), "none"); CodeOf(err) != CodeNotFound {
		t.Errorf("error %v", err)
	}
	if got := observed(); len(got) != 0 {
		t.Errorf("told %q", got)
	}
}
