package engine

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// These tests hold what cmd/mutate could change without a test noticing (see cmd/mutate/survivors.txt).

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
		if got, want := b.login("drawn").Seed, loginSeed(b.Rules().Seed, "drawn", ordinal); got != want {
			t.Errorf("login %d draws by %d, want %d", ordinal, got, want)
		}
	}
}

func TestADeliveryThatHasEndedIsNotWoken(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("s", "p", steps(yes()))).listen(Webhook{Name: "app"})
	b.login("p")
	for id, d := range b.memory().deliveries {
		for state, woken := range map[DeliveryState]int{DeliveryDelivered: 0, DeliveryPending: 1} {
			d.State = state
			b.memory().deliveries[id] = d
			if err := b.Webhooks().wakeOne(b.ctx(), id); err != nil {
				t.Fatal(err)
			}
			if got := b.memory().deliveries[id].Version - d.Version; int(got) != woken {
				t.Errorf("%s: written %d times, want %d", state, got, woken)
			}
		}
	}
}

func TestASessionThatIsGoneIsNotRemovedAgain(t *testing.T) {
	t.Parallel()
	b := open(t)
	err := b.change(b.ctx(), func(tx Tx) error {
		held, err := deferSession(tx, "gone", func(Tx, *Session) (bool, error) { return true, nil })
		if held {
			t.Error("it is to be removed")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAnyOfHoldsWhereOneDoes(t *testing.T) {
	t.Parallel()
	since := epoch
	q := &inquiry{login: &Login{}, now: epoch.Add(time.Minute), authenticatedAt: &since}
	older := func(limit time.Duration) Condition {
		fixed := Fixed(limit)
		return Condition{Facts: Facts{OlderThan: &fixed}}
	}
	for name, c := range map[string]struct {
		limits [2]time.Duration
		want   bool
	}{
		"none": {[2]time.Duration{2 * time.Minute, time.Hour}, false}, "the first": {[2]time.Duration{time.Second, time.Hour}, true},
		"the last": {[2]time.Duration{time.Hour, time.Second}, true},
	} {
		w := &Condition{AnyOf: []Condition{older(c.limits[0]), older(c.limits[1])}}
		if got, err := anyOfCondition.holds(w, q); err != nil || got != c.want {
			t.Errorf("%s: %t, %v", name, got, err)
		}
	}
	w := older(time.Hour)
	if said, err := w.explain(q); err != nil || len(said) != 1 || said[0].Had != "1m" {
		t.Errorf("explained as %+v, %v", said, err)
	}
}

func TestAFlowTakesWhatItsConditionsNameFromTheLogin(t *testing.T) {
	t.Parallel()
	flow := steps(yes()).updating(UpdateCase{Import: line(0), When: &Condition{
		Headers: map[string]Matcher{"X-Team": Literal("${team}")}, Facts: Facts{Probability: &Chance{Text: "${often}"}},
	}})
	if err := flow.Freeze(); err != nil || !flow.names["team"] {
		t.Fatalf("it names %v, %v", flow.names, err)
	}
	for often, want := range map[string]Code{"0.5": "", "often": CodeScenarioValue} {
		wantCode(t, flow.CheckCaptures(Captures{"team": "red", "often": often}), want)
	}
}

func TestAPrefixThatIsNearlyThereIsNear(t *testing.T) {
	t.Parallel()
	m := Matcher{Prefix: "delay_"}
	for value, want := range map[string]int{"delay_5s": 0, "dlay_5s": 2, "delax_5s": 1, "del": 3} {
		if got := m.distance(value, epoch); got != want {
			t.Errorf("%q is %d away, want %d", value, got, want)
		}
	}
}

// Whoever looks late at a process that time led on does not set back when its user was last AUTHENTICATED.
func TestTheLastAuthenticationStaysTheLast(t *testing.T) {
	t.Parallel()
	b := open(t)
	flow, rs := frozen(t, yes()), &RuleSet{keeps: keeps{authenticated: true}}
	key := CounterKey{Session: DefaultSession, Bank: "A", Username: "tester", Kind: CountAuthenticated}
	for _, c := range []struct{ at, want time.Duration }{{time.Minute, time.Minute}, {time.Second, time.Minute}, {time.Hour, time.Hour}} {
		err := b.change(b.ctx(), func(tx Tx) error {
			p := Process{Session: key.Session, Bank: key.Bank, Username: key.Username}
			return flow.keepAuthenticated(tx, rs, &p, []Move{{At: epoch.Add(c.at)}}, false)
		})
		if got := b.memory().times[key]; err != nil || len(got) != 1 || !got[0].Equal(epoch.Add(c.want)) {
			t.Errorf("after %s: %v, %v, want %s", c.at, got, err, c.want)
		}
	}
}

func TestAFaultOfSeveralNamesIsAskedOnce(t *testing.T) {
	t.Parallel()
	one, other := &Fault{Name: "one"}, &Fault{Name: "other"}
	rs := &RuleSet{faults: map[Endpoint][]*Fault{"a": {one}, "b": {one, other}}}
	if got := rs.faultsOf(&Request{Also: []Endpoint{"a", "b"}}); len(got) != 2 || got[0] != one || got[1] != other {
		t.Errorf("%d faults are asked", len(got))
	}
}

func TestFaultsSeeTheHeadersOfAnAnswer(t *testing.T) {
	t.Parallel()
	red := anyRequest()
	red.Headers = map[string]Matcher{"X-Team": Literal("red")}
	fault := Fault{Name: "of a team", Endpoint: EndpointConfirm, When: red, Response: Response{HTTPStatus: 503}}
	b := shaping(t, []Fault{fault}, scenario("s", "p", steps(step("ask", ChallengeResponseRequired, on(tan, "1", "yes")), yes())))
	for _, c := range []struct{ team, fault string }{{"red", "of a team"}, {"blue", ""}} {
		id := b.login("p").ID
		request := &Request{Endpoint: EndpointConfirm, Header: http.Header{"X-Team": {c.team}}.Get}
		if _, err := b.Continue(WithRequest(b.ctx(), request), id, Input{Kind: tan, Value: "1"}); err != nil {
			t.Fatal(err)
		}
		if got := nameOf(request.Fault); got != c.fault {
			t.Errorf("%s: fault %q, want %q", c.team, got, c.fault)
		}
	}
}

// A job that goes by an earlier turn of the clock would come for nothing.
func TestAQueuedUpdateGoesByTheClockAsItIs(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("s", "p", queueing(steps(yes()))))
	c := b.connect(b.login("p").ID)
	b.update(c.ID)
	b.changeClock(DefaultSession, ClockChange{Advance: time.Second})
	b.wait(2 * time.Second)
	b.shown(c.ID)
	if got := b.memory().connections[c.ID]; got.Run != 2 || got.Generation != 1 {
		t.Errorf("run %d goes by turn %d of the clock", got.Run, got.Generation)
	}
}

func TestReturnURLsSayEachThingOnce(t *testing.T) {
	t.Parallel()
	s := ProcessState{Process: Process{ID: "new", State: "mine", RedirectURI: "https://app.example/cb?state=old&keep=1"}}
	want := "https://app.example/cb?keep=1&bank_authentication_process_id=new&state=mine"
	if got := s.ReturnURL(); got != want {
		t.Errorf("back to %s, want %s", got, want)
	}
}

func TestTheDecisionThatLedToAStep(t *testing.T) {
	t.Parallel()
	flow := frozen(t, step("ask", RedirectRequired, on(EventRedirect, "later", "yes"), on(EventRedirect, Approved, "no"),
		on(EventRedirect, "one", "both"), on(EventRedirect, "two", "both")), yes(), no(), step("both", AuthenticationFailed))
	for i, want := range []string{"", "later", "", ""} {
		s := ProcessState{Process: Process{Step: i}, flow: flow}
		if got := s.OwnDecision(); got != want {
			t.Errorf("%s: %q, want %q", flow.Steps[i].Name, got, want)
		}
	}
}

func TestWebhooksNameTheirMembersAsTheBankDoes(t *testing.T) {
	t.Parallel()
	for camelCase, member := range map[bool]string{false: `"import_progress"`, true: `"importProgress"`} {
		b := open(t, scenario("s", "p", steps(yes()))).listen(Webhook{Name: "app"})
		b.camelCase = camelCase
		b.connect(b.login("p").ID)
		all, err := b.Webhooks().Deliveries(b.ctx(), DeliveryFilter{Event: EventImportStep})
		if err != nil || len(all) == 0 || !strings.Contains(string(all[0].Payload), member) {
			t.Errorf("camelCase %t: %v, %+v", camelCase, err, all)
		}
	}
}

// TestSecretHeaders: what a header of one of these names brings is in no explanation.
func TestSecretHeaders(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]bool{
		"Authorization": true, "Cookie": true, "X-Csrf-Token": true, "X-Api-Key": true, "Client-Secret": true, "X-Password": true,
		"User-Agent": false, "Accept-Language": false,
	} {
		if got := secretHeader(name); got != secret {
			t.Errorf("%s is secret: %t", name, got)
		}
	}
}

// TestAFlowKeepsItsRowsName: a body that an earlier version wrote may encode to another hash today, and is still the row's flow.
func TestAFlowKeepsItsRowsName(t *testing.T) {
	t.Parallel()
	var cache flowCache
	written := frozen(t, step("a", DecoupledAuthRequired, after(time.Second, "yes")), yes())
	flow, err := cache.decode("of an earlier version", written.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if kept, ok := cache.get("of an earlier version"); !ok || kept != flow || flow.Hash() != "of an earlier version" {
		t.Errorf("it is kept (%t) as %q", ok, flow.Hash())
	}
}
