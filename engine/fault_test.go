package engine

import (
	"net/http"
	"testing"
	"time"
)

// shaping opens a bank with faults of one endpoint.
func shaping(t testing.TB, faults []Fault, scenarios ...*Scenario) *testBank {
	t.Helper()
	b := open(t, scenarios...)
	rs, err := NewRuleSet(RuleSetConfig{
		Hash: "h", DefaultBank: "A", Banks: []Institution{{Slug: "A"}}, Scenarios: scenarios,
		NoScenario: Failure{Code: "NO_SCENARIO"}, Seed: 7, Faults: faults,
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Use(rs)
	return b
}

// fault returns how the bank's faults shape a request of tester's.
func (b *testBank) fault(endpoint Endpoint, changes ...func(*Login)) *ResponseShape {
	b.t.Helper()
	request := Login{Session: DefaultSession, Bank: "A", Username: "tester", Header: http.Header{}.Get}
	for _, change := range changes {
		change(&request)
	}
	shape, err := b.Fault(b.ctx(), &Request{Endpoint: endpoint, Header: request.Header},
		Subject{Session: request.Session, Bank: request.Bank, Username: request.Username})
	if err != nil {
		b.t.Fatal(err)
	}
	return shape
}

func anyRequest() Condition {
	return Condition{Bank: Matcher{Any: true}, Username: Matcher{Any: true}, Password: Matcher{Any: true}}
}

func TestFaultsFitTheirRequests(t *testing.T) {
	t.Parallel()
	of := func(name string, endpoint Endpoint, when Condition) Fault {
		return Fault{Name: name, Endpoint: endpoint, When: when, Response: Response{HTTPStatus: 503}}
	}
	named := anyRequest()
	named.Username = Literal("tester")
	inSession := anyRequest()
	inSession.Session = Literal("slow")
	b := shaping(t, []Fault{of("of a user", EndpointProcess, named), of("of a session", EndpointProcess, inSession), of("of all", EndpointBanks, anyRequest())})
	for want, request := range map[string]Login{
		"of a user":    {Session: DefaultSession, Bank: "A", Username: "tester"},
		"of a session": {Session: "slow", Bank: "A", Username: "other"},
		"":             {Session: DefaultSession, Bank: "A", Username: "other"},
	} {
		shape := b.fault(EndpointProcess, func(l *Login) { *l = request; l.Header = http.Header{}.Get })
		if got := nameOf(shape); got != want {
			t.Errorf("%+v: fault %q, want %q", request.Username, got, want)
		}
	}
	if got := nameOf(b.fault(EndpointBanks)); got != "of all" {
		t.Errorf("banks: fault %q", got)
	}
	if got := b.fault(EndpointConnect); got != nil {
		t.Errorf("connect: %+v", got)
	}
}

func nameOf(shape *ResponseShape) string {
	if shape == nil {
		return ""
	}
	return shape.Name
}

func TestRateLimitOfAFault(t *testing.T) {
	t.Parallel()
	b := shaping(t, []Fault{{
		Name: "busy", Endpoint: EndpointBanks, When: anyRequest(),
		Response: Response{RateLimit: &RateLimit{Per: 5 * time.Second, Requests: 2}},
	}})
	inOther := func(l *Login) { l.Session = "other" }
	for i, want := range []int{0, 0, 429, 429} {
		if got := statusOf(b.fault(EndpointBanks)); got != want {
			t.Errorf("request %d: %d, want %d", i+1, got, want)
		}
		b.wait(time.Second)
	}
	if got := b.fault(EndpointBanks); !got.Limited || got.RetryAfter == nil || *got.RetryAfter != time.Second {
		t.Errorf("after 4 s: %+v, want Retry-After 1 s", got)
	}
	if got := statusOf(b.fault(EndpointBanks, inOther)); got != 0 {
		t.Errorf("another session is limited too: %d", got)
	}
	b.wait(time.Second)
	if got := statusOf(b.fault(EndpointBanks)); got != 0 {
		t.Errorf("in the next window: %d", got)
	}
}

func statusOf(shape *ResponseShape) int {
	if shape == nil {
		return 0
	}
	return shape.HTTPStatus
}

// The first fault that is not spared shapes the answer.
func TestFaultsThatAreSpared(t *testing.T) {
	t.Parallel()
	never, always := 0.0, 1.0
	of := func(name string, r Response) Fault {
		return Fault{Name: name, Endpoint: EndpointBanks, When: anyRequest(), Response: r}
	}
	b := shaping(t, []Fault{
		of("never", Response{Probability: &never, HTTPStatus: 500}),
		of("second", Response{RateLimit: &RateLimit{Per: time.Minute, Requests: 1}, HTTPStatus: 502}),
		of("always", Response{Probability: &always, HTTPStatus: 503}),
	})
	for i, want := range []int{503, 502, 502} {
		if got := statusOf(b.fault(EndpointBanks)); got != want {
			t.Errorf("request %d: %d, want %d", i+1, got, want)
		}
	}
}

func TestStepShapesItsAnswers(t *testing.T) {
	t.Parallel()
	waiting := step("waiting", DecoupledAuthRequired, after(10*time.Second, "yes"), on(EventApproval, Approved, "yes"))
	waiting.Respond = &Response{HTTPStatus: 202}
	waiting.Polled = &Response{RateLimit: &RateLimit{Per: 5 * time.Second, Requests: 1}}
	done := yes()
	done.Respond = &Response{Delay: Delay{Duration: Fixed(2 * time.Second)}}
	b := open(t, scenario("s", "p", steps(waiting, done)))
	first := b.login("p")
	if got := statusOf(first.Shape); got != 202 {
		t.Errorf("the first answer: %d", got)
	}
	poll := func(want int) *ResponseShape {
		t.Helper()
		state, err := b.Poll(b.ctx(), first.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got := statusOf(state.Shape); got != want {
			t.Errorf("status %d, want %d", got, want)
		}
		return state.Shape
	}
	poll(0)
	b.wait(2 * time.Second)
	if got := poll(429); got.RetryAfter == nil || *got.RetryAfter != 3*time.Second {
		t.Errorf("Retry-After %s, want 3 s", *got.RetryAfter)
	}
	b.poll(first.ID) // is no answer to a client
	if got := b.send(first.ID, EventApproval, Approved).Shape; got != nil {
		t.Errorf("the phone's answer is shaped: %+v", got)
	}
	if got := poll(0); got == nil || got.Delay != 2*time.Second {
		t.Errorf("the first answer that shows the next step: %+v", got)
	}
	before, err := b.store.Process(b.ctx(), first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := poll(0); got != nil {
		t.Errorf("a later one: %+v", got)
	}
	if after, err := b.store.Process(b.ctx(), first.ID); err != nil || after.Version != before.Version {
		t.Error("a read that nothing counts was written")
	}
}

func TestPointShapesReads(t *testing.T) {
	t.Parallel()
	flow := steps(yes()).importing(Timeline{Points: []Point{
		{After: Fixed(time.Second), Progress: Percent{Number: 60}, Respond: &Response{
			Fault: FaultConnectionReset, RateLimit: &RateLimit{Per: time.Minute, Requests: 1},
		}},
		{After: Fixed(time.Second), Progress: Percent{Number: 100}, Status: Success},
	}})
	b := open(t, scenario("s", "p", flow))
	c := b.connect(b.login("p").ID)
	if got := b.shown(c.ID).Shape; got != nil {
		t.Errorf("before the point: %+v", got)
	}
	b.wait(time.Second)
	peek, err := b.PeekConnection(b.ctx(), c.ID)
	if err != nil || peek.Shape != nil || peek.Progress != 60 {
		t.Errorf("a look from inside: %+v, %v", peek, err)
	}
	for i, want := range []WireFault{"", FaultConnectionReset, FaultConnectionReset} {
		var got WireFault
		if shape := b.shown(c.ID).Shape; shape != nil {
			got = shape.Fault
		}
		if got != want {
			t.Errorf("read %d: fault %q, want %q", i+1, got, want)
		}
	}
	b.wait(time.Second)
	if got := b.shown(c.ID).Shape; got != nil {
		t.Errorf("past the point: %+v", got)
	}
	_, err = b.PeekConnection(b.ctx(), "unknown")
	wantCode(t, err, CodeNotFound)
}

// TestARefusedReadIsNoPoll: who ignores Retry-After gets in no sooner (B-3).
func TestARefusedReadIsNoPoll(t *testing.T) {
	t.Parallel()
	waiting := step("waiting", DecoupledAuthRequired, reads(3, "yes"))
	waiting.Polled = &Response{RateLimit: &RateLimit{Per: 5 * time.Second, Requests: 1}}
	b := open(t, scenario("s", "p", steps(waiting, yes())))
	id := b.login("p").ID
	for i, want := range []struct {
		status Status
		sent   int
		polls  int
	}{
		{DecoupledAuthRequired, 0, 1}, {DecoupledAuthRequired, 429, 1}, {DecoupledAuthRequired, 429, 1},
		{DecoupledAuthRequired, 0, 2}, {DecoupledAuthRequired, 429, 2}, {Authenticated, 0, 0},
	} {
		if i == 3 || i == 5 {
			b.wait(5 * time.Second)
		}
		got, err := b.Poll(b.ctx(), id)
		if err != nil {
			t.Fatal(err)
		}
		if got.Status != want.status || statusOf(got.Shape) != want.sent || got.Polls != want.polls || got.Refused() != (want.sent == 429) {
			t.Errorf("read %d: %s, sent as %d, %d polls; want %+v", i+1, got.Status, statusOf(got.Shape), got.Polls, want)
		}
	}
}

// TestAnAnswerThatIsRefusedChangesNothing: neither a process, nor a counter, nor a webhook's delivery is
// left of a login or an input that the step that it leads to refuses.
func TestAnAnswerThatIsRefusedChangesNothing(t *testing.T) {
	t.Parallel()
	full := yes().counts("in")
	full.Respond = &Response{RateLimit: &RateLimit{Per: time.Minute, Requests: 0}}
	ask := step("ask", ChallengeResponseRequired, on(tan, "1", "yes"))
	b := open(t, scenario("at once", "a", steps(full)), scenario("asked", "b", steps(ask, full))).listen(Webhook{Name: "app"})
	if got := b.login("a"); !got.Refused() || got.ID != "" || got.Scenario != "at once" {
		t.Errorf("the login is answered with %+v", got)
	}
	asked := b.login("b")
	if got := b.send(asked.ID, tan, "1"); !got.Refused() || got.Status != ChallengeResponseRequired {
		t.Errorf("the answer leads to %s", got.Status)
	}
	memory := b.memory()
	if record := memory.processes[asked.ID]; len(memory.processes) != 1 || record.Version != 1 || record.Step != 0 {
		t.Errorf("%d processes, the second is %+v", len(memory.processes), record)
	}
	if n := memory.counters[CounterKey{Session: DefaultSession, Bank: "A", Username: "tester", Kind: CountNamed, Name: "in"}]; n != 0 {
		t.Errorf("the step counted %d", n)
	}
	wantNotified(t, b.notified(DeliveryFilter{}))
}
