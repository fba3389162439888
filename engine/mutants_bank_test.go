package engine

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// forgetfulStore fails where it is asked for the last delivery.
type forgetfulStore struct{ *Memory }

func (forgetfulStore) LastDelivery(context.Context, string) (int64, error) { return 0, errDisk }

func TestATurnThatCannotCountTurnsNothing(t *testing.T) {
	t.Parallel()
	b := openOn(t, forgetfulStore{NewMemory()}).listen(Webhook{Name: "app"})
	b.courier = sends{}
	if _, err := b.Clocks().Change(b.ctx(), DefaultSession, ClockChange{Advance: time.Second}); !errors.Is(err, errDisk) {
		t.Errorf("the turn ends with %v", err)
	}
}

// What was delivered before a turn is not the turn's, also behind a delivery that the turn sends.
func TestATurnCountsWhatItSendsItself(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("s", "p", steps(yes()))).listen(
		Webhook{Name: "late", Faults: []WebhookFault{{Kind: DeliverLate, Delay: 5 * time.Second}}}, Webhook{Name: "soon"})
	b.courier = sends{}
	b.changeClock(DefaultSession, ClockChange{Freeze: true})
	p := b.login("p")
	claimed, err := b.Webhooks().Claim(b.ctx(), "soon", p.ID, "node", time.Minute)
	if err != nil || claimed.Delivery == nil {
		t.Fatalf("%+v, %v", claimed, err)
	}
	webhook, _ := b.Rules().Webhook("soon")
	if err := b.Webhooks().Conclude(b.ctx(), claimed.Delivery, webhook, DeliveryAttempt{Status: 200}); err != nil {
		t.Fatal(err)
	}
	if got := b.changeClock(DefaultSession, ClockChange{Advance: 5 * time.Second}); got.Sent != 1 {
		t.Errorf("%d sent", got.Sent)
	}
}

// stubbornStore has a connection that is outdated whatever is written of it.
type stubbornStore struct {
	*Memory
	asked int
}

func (s *stubbornStore) OutdatedConnections(context.Context, string, time.Time, int) ([]Connection, error) {
	if s.asked++; s.asked > 2 {
		return nil, errors.New("asked for ever")
	}
	return []Connection{{ID: "gone"}}, nil
}

func TestWhatCannotBeBroughtForwardIsLeft(t *testing.T) {
	t.Parallel()
	b := openOn(t, &stubbornStore{Memory: NewMemory()})
	if err := b.Imports().refreshStatus(b.ctx(), DefaultSession, epoch); err != nil {
		t.Error(err)
	}
}

func TestAnUpdateIsAnsweredAsItsCaseSays(t *testing.T) {
	t.Parallel()
	flow := steps(yes()).updating(UpdateCase{Import: line(0), Respond: &Response{HTTPStatus: 202, Processed: ptr(true)}})
	b := open(t, scenario("s", "p", flow))
	c := b.connect(b.login("p").ID)
	b.wait(time.Minute)
	if state := b.update(c.ID); state.Run != 2 || statusOf(state.Shape) != 202 {
		t.Errorf("run %d is answered by %+v", state.Run, state.Shape)
	}
}

func TestTheViewSaysThatAProcessAwaitsItsImport(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("mid", "mid", awaiting(askTAN(), no())))
	p := b.login("mid")
	b.connect(p.ID)
	view, err := b.ViewProcess(b.ctx(), p.ID)
	if err != nil || view.Next == nil || view.Next.What != string(EventAwait) || !view.Next.At.Equal(epoch.Add(time.Second)) {
		t.Errorf("next is %+v, %v", view.Next, err)
	}
}

func TestOnlyLateDeliveriesGoByTheSessionsClock(t *testing.T) {
	t.Parallel()
	for fault, want := range map[WebhookFaultKind]bool{"": false, DeliverLate: true, DeliverReordered: true, DeliverTwice: false} {
		if d := (Delivery{Fault: fault}); d.keptBack() != want {
			t.Errorf("%q: %t", fault, !want)
		}
		if d := (Delivery{Fault: fault, Attempts: 1}); d.keptBack() {
			t.Errorf("%q after an attempt", fault)
		}
	}
}

// A flow takes from its login whatever one of its parts names.
func TestAFlowTakesFromItsLoginWhatItNames(t *testing.T) {
	t.Parallel()
	name := Text("${it}")
	of := func(change func(*Step)) *Flow {
		f := steps(step("ask", ChallengeResponseRequired, on(tan, "1", "yes")), yes())
		change(&f.Steps[0])
		return f
	}
	for part, flow := range map[string]*Flow{
		"an error's message": of(func(s *Step) { s.Error = &Failure{Message: Plain(name)} }),
		"a question":         of(func(s *Step) { s.Challenge = &Challenge{Kind: ChallengeText, Message: Plain(name)} }),
		"a picture":          of(func(s *Step) { s.Challenge = &Challenge{Kind: ChallengePhoto, Image: &Image{Data: &name}} }),
		"one of its pictures": of(func(s *Step) {
			s.Challenge = &Challenge{Kind: ChallengePhoto, Images: []Image{{Data: &name}}}
		}),
		"a condition":     of(func(s *Step) { s.Next[0].When = &Condition{Username: Literal(string(name))} }),
		"an answer":       of(func(s *Step) { s.Respond = &Response{HTTPStatus: 503, Body: &name} }),
		"an answer's key": of(func(s *Step) { s.Respond = &Response{Headers: map[string]Text{"X-It": name}} }),
	} {
		if err := flow.Freeze(); err != nil || !flow.names["it"] {
			t.Errorf("%s: it names %v, %v", part, flow.names, err)
		}
	}
}

// A condition of chance beside an event of time is drawn again where the rules change; one of the user's is not.
func TestAFlowIsRandomWhereTimeDraws(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		facts Facts
		want  bool
	}{"chance": {Facts{Probability: &Chance{Number: 0.5}}, true}, "age": {Facts{SessionAge: &Span{From: Fixed(time.Minute)}}, false}} {
		flow := steps(step("wait", DecoupledAuthRequired, after(time.Second, "yes"), after(time.Minute, "yes")), yes())
		flow.Steps[0].Next[0].When = &Condition{Facts: c.facts}
		if err := flow.Freeze(); err != nil || flow.random != c.want {
			t.Errorf("%s: random %t, %v", name, flow.random, err)
		}
	}
}

func TestAnExplanationHidesThePasswordAlone(t *testing.T) {
	t.Parallel()
	w := scenario("s", "of the scenario", steps(yes())).When
	login := tester("of the login")
	for _, text := range w.texts(&login) {
		if text.secret != (text.key == "password") {
			t.Errorf("%s is secret: %t", text.key, text.secret)
		}
	}
}

func TestAProcessBeganWhereItsFirstMoveDid(t *testing.T) {
	t.Parallel()
	p := &Process{Step: 3}
	for want, moves := range map[int][]Move{3: nil, 1: {{From: 1, To: 2}}, 0: {{From: 0, To: 2}, {From: 2, To: 3}}} {
		if got := firstStep(p, moves); got != want {
			t.Errorf("%v: it began in %d", moves, got)
		}
	}
}

func TestThePeriodOfACodeIsWholeSeconds(t *testing.T) {
	t.Parallel()
	for period, want := range map[time.Duration]bool{time.Second: true, 30 * time.Second: true, 1500 * time.Millisecond: false, 0: false} {
		code := TOTP{Secret: "GEZD", Digits: 6, Period: period}
		if err := code.Check(); (err == nil) != want {
			t.Errorf("%s: %v", period, err)
		}
	}
}

// The state that the app gave is read for whoever refers to it: the webhook, or the event's own data.
func TestWebhooksTellTheStateOfTheApp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ set, data string }{
		"set by the webhook": {`{"data": {"state": "${state}"}}`, `{"a": 1}`}, "the event's own": {`{"data": {"b": 1}}`, `{"state": "${state}"}`},
	} {
		flow := steps(yes()).importing(Timeline{Points: []Point{{Status: Success, Event: &OwnEvent{Name: "sent", Data: Text(c.data)}}}})
		b := open(t, scenario("s", "p", flow)).listen(Webhook{Name: "app", Events: []WebhookEvent{"sent"}, Patch: &Patch{Set: []byte(c.set)}})
		login := tester("p")
		login.State = "of the app"
		p, err := b.Authenticate(b.ctx(), login)
		if err != nil {
			t.Fatal(err)
		}
		b.connect(p.ID)
		all, err := b.Webhooks().Deliveries(b.ctx(), DeliveryFilter{})
		if err != nil || len(all) != 1 || !strings.Contains(string(all[0].Payload), `"state":"of the app"`) {
			t.Errorf("%s: %v, %+v", name, err, all)
		}
	}
}

// What is removed with a session are its connections with their histories, and nobody else's.
func TestASessionsConnectionsGoWithIt(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("s", "p", steps(yes())))
	kept := b.connect(b.login("p").ID)
	login := tester("p")
	login.Session = "mine"
	p, err := b.Authenticate(b.ctx(), login)
	if err != nil {
		t.Fatal(err)
	}
	gone := b.connect(p.ID)
	err = b.change(b.ctx(), func(tx Tx) error {
		_, err := tx.ForgetSession("mine", 100)
		return err
	})
	m := b.memory()
	if _, stays := m.connections[gone.ID]; err != nil || stays || len(m.history[gone.ID]) != 0 {
		t.Errorf("it stays: %t, with %d steps, %v", stays, len(m.history[gone.ID]), err)
	}
	if _, stays := m.connections[kept.ID]; !stays || len(m.history[kept.ID]) == 0 {
		t.Error("another session's connection goes")
	}
}

// An event of a webhook draws whether its fault is played by its number in the session: the first by one.
func TestAWebhooksFaultDrawsByTheNumberOfItsEvent(t *testing.T) {
	t.Parallel()
	never := 0.0
	b := open(t, scenario("s", "p", steps(yes()))).listen(Webhook{Name: "app", Faults: []WebhookFault{{Kind: DeliverTwice, Probability: &never}}})
	b.login("p")
	b.login("p")
	key := CounterKey{Session: DefaultSession, Kind: CountFaults, Name: "webhook app 0"}
	if got := b.memory().counters[key]; got != 2 {
		t.Errorf("after two events the number is %v", got)
	}
}

// A declared api's webhook is told of both records, whichever the event is of.
func TestAnEventIsAboutBothRecords(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("s", "p", steps(yes())))
	c := b.connect(b.login("p").ID)
	err := b.change(b.ctx(), func(tx Tx) error {
		process, connection, err := (&change{tx: tx}).about(&webhookEvent{connection: &c})
		if err != nil || process == nil || process.ID != c.ProcessID || connection.ID != c.ID {
			t.Errorf("of the connection: %+v, %+v, %v", process, connection, err)
		}
		record, err := tx.Process(c.ProcessID)
		if err != nil {
			return err
		}
		process, connection, err = (&change{tx: tx}).about(&webhookEvent{process: &ProcessState{Process: record}})
		if err != nil || process.ID != c.ProcessID || connection == nil || connection.ID != c.ID {
			t.Errorf("of the process: %+v, %+v, %v", process, connection, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// Rows that are stored name a text by its place.
func TestPlacesOfTextsAreCountedFromNought(t *testing.T) {
	t.Parallel()
	flow := steps(step("a", ChallengeResponseRequired, on(tan, "1", "yes")), yes()).updating(UpdateCase{Import: line(0)})
	flow.Steps[0].Challenge = &Challenge{Message: Plain("asked")}
	flow.Update[0].Import.Error = &Failure{Message: Plain("failed")}
	got := make(map[string]string)
	flow.eachText(func(position textPosition, text *LocalizedText) {
		if !text.IsZero() {
			got[text.String()] = position.String()
		}
	})
	if got["asked"] != "steps.0.message" || got["failed"] != "update.0.error.message" {
		t.Errorf("%v", got)
	}
}

func TestTheHistoryInMemoryIsInOrder(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("s", "p", steps(yes())))
	c := b.connect(b.login("p").ID)
	err := b.change(b.ctx(), func(tx Tx) error {
		return checkAll(tx.AppendHistory(ImportStep{ConnectionID: c.ID, Run: 2, Number: 2}, ImportStep{ConnectionID: c.ID, Run: 2, Number: 1}),
			tx.AppendHistory(ImportStep{ConnectionID: c.ID, Run: 1, Number: 9}))
	})
	if err != nil {
		t.Fatal(err)
	}
	before := 0
	for _, one := range b.memory().history[c.ID] {
		if number := 100*one.Run + one.Number; number <= before {
			t.Errorf("%d.%d comes late", one.Run, one.Number)
		} else {
			before = number
		}
	}
}

// Only who became AUTHENTICATED by what the user did, and by now, has a last time.
func TestWhenTheUserWasAuthenticatedLast(t *testing.T) {
	t.Parallel()
	since := epoch.Add(time.Minute)
	good := Process{ID: "p", Session: "s", Bank: "A", Username: "u", EndStatus: Authenticated, CreatedAt: epoch, EndsAt: &since}
	for name, c := range map[string]struct {
		change func(p *Process)
		want   bool
	}{
		"so it was":        {func(*Process) {}, true},
		"of another user":  {func(p *Process) { p.Username = "v" }, false},
		"connected":        {func(p *Process) { p.ConnectionID = "c" }, false},
		"that failed":      {func(p *Process) { p.EndStatus = AuthenticationFailed }, false},
		"that has no end":  {func(p *Process) { p.EndsAt = nil }, false},
		"at once":          {func(p *Process) { p.CreatedAt = since }, false},
		"later than asked": {func(p *Process) { later := since.Add(time.Hour); p.EndsAt = &later }, false},
	} {
		p := good
		c.change(&p)
		store := NewMemory()
		err := store.Update(t.Context(), func(tx Tx) error {
			if err := tx.InsertProcess(p, frozen(t, yes())); err != nil {
				return err
			}
			got, err := tx.LastAuthenticated("s", "A", "u", since)
			if got.IsZero() == c.want {
				t.Errorf("%s: %s", name, got)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestAFlowSaysWhetherItsImportsAwaitTheUser(t *testing.T) {
	t.Parallel()
	if awaiting(askTAN(), no()).Awaits() != true || steps(yes()).Awaits() || steps(yes()).importing(Timeline{Points: []Point{{Status: Success}}}).Awaits() {
		t.Error("a flow awaits that does not, or the other way round")
	}
	inUpdate := steps(yes()).updating(UpdateCase{Import: line(0)}, UpdateCase{Import: awaiting(askTAN(), no()).Import})
	if !inUpdate.Awaits() {
		t.Error("a case of an update awaits")
	}
}

// Headers of an answer say what is true as it is made.
func TestHeadersAreCompletedAsTheAnswerIsMade(t *testing.T) {
	t.Parallel()
	flow := steps(yes())
	flow.Steps[0].Respond = &Response{Headers: map[string]Text{"X-Status": "${status}"}}
	b := open(t, scenario("s", "p", flow))
	shape := b.login("p").Shape
	if shape == nil {
		t.Fatal("no shape")
	}
	if got := shape.Resolve(Values{"status": "AUTHENTICATED"}).Headers["X-Status"]; got != "AUTHENTICATED" {
		t.Errorf("%q", got)
	}
}

func TestAWayBackIsDescribedAsItIsWritten(t *testing.T) {
	t.Parallel()
	code := Text("${code}")
	r := &Returns{Query: []ReturnParameter{{Name: "code", Value: &code}, {Name: "state"}}}
	if got := r.String(); got != "{query: {code: ${code}, state: null}}" {
		t.Errorf("%s", got)
	}
}

// Where nobody knows of an update, no number of it holds.
func TestNoUpdateHasNoNumber(t *testing.T) {
	t.Parallel()
	for _, run := range []*runFact{nil, {number: 0}} {
		holds, err := runsCondition.holds(&Condition{Facts: Facts{Runs: times(only(0))}}, &inquiry{run: run})
		if err != nil || holds != (run != nil) {
			t.Errorf("%+v: %t, %v", run, holds, err)
		}
	}
}
