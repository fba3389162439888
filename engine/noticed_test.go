package engine

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// What these tests hold was found by cmd/mutate: changes of it that no test noticed.

func TestAnswersInFieldsCoverEachOther(t *testing.T) {
	t.Parallel()
	answers := func(fields map[string]Matcher) *Event {
		return &Event{Kind: EventChallengeResponse, Value: Matcher{Any: true}, Fields: fields}
	}
	one, whatever := answers(map[string]Matcher{"a": Literal("1")}), answers(map[string]Matcher{"a": {Any: true}})
	for name, c := range map[string]struct {
		a, b *Event
		want bool
	}{
		"the same": {one, one, true}, "one of many": {whatever, one, true}, "many of one": {one, whatever, false},
		"a text that may be anything": {answers(nil), one, true}, "fields, a text": {one, answers(nil), false},
	} {
		if got := coversAnswer(c.a, c.b); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestReadsCoverTheSameNumberOfThem(t *testing.T) {
	t.Parallel()
	spec := EventPolls.Spec()
	for polls, want := range map[int]bool{1: true, 2: true, 3: false} {
		if got := spec.covers(&Event{Kind: EventPolls, Polls: polls}, &Event{Kind: EventPolls, Polls: 2}); got != want {
			t.Errorf("%d cover 2: %t", polls, got)
		}
	}
}

func TestDeliveriesAreFoundByTheirIdentifier(t *testing.T) {
	t.Parallel()
	filter := DeliveryFilter{ID: "a"}
	if !filter.selects(&Delivery{ID: "a", Number: 1}) || filter.selects(&Delivery{ID: "b", Number: 2}) {
		t.Error("another delivery is found, or none")
	}
}

func TestAFlowWithAResponseByChanceIsRandom(t *testing.T) {
	t.Parallel()
	often := 0.5
	flow := steps(yes())
	flow.Steps[0].Respond = &Response{HTTPStatus: 503, Probability: &often}
	if err := flow.Freeze(); err != nil || !flow.random {
		t.Errorf("random: %t, %v", flow.random, err)
	}
}

func TestExplanationsSayWhatWasFound(t *testing.T) {
	t.Parallel()
	for want, facts := range map[string]Facts{
		`"switches.down"`: {Switches: map[string]bool{"down": true}},
		`(draw 1 of `:     {Probability: &Chance{Number: 0.5}},
	} {
		text, err := json.Marshal(whenBank(t, facts).explain(tester("p"), AssumedFacts{}))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s, %v: want %s", text, err, want)
		}
	}
}

// Receivers keep a key by its identifier: it is the same in each version.
func TestTheSigningKeyOfASecretStays(t *testing.T) {
	t.Parallel()
	key, err := NewSigningKey([]byte("a secret of all nodes"))
	if err != nil || key.ID() != "d602f982-dd34-2ffa-4728-651ac43f1c3b" {
		t.Errorf("the key is %q, %v", key.ID(), err)
	}
}

// A seed repeats what was drawn with an earlier version.
func TestTheFirstLoginDrawsByTheNumberOne(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("drawn", "drawn", steps(step("waits", DecoupledAuthRequired, between(time.Second, time.Hour, "yes")), yes())))
	for ordinal := 1; ordinal <= 2; ordinal++ {
		if got, want := b.login("drawn").Seed, LoginSeed(b.Rules().Seed, "drawn", ordinal); got != want {
			t.Errorf("login %d draws by %d, want %d", ordinal, got, want)
		}
	}
}
