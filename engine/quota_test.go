package engine

import (
	"context"
	"testing"
	"time"
)

// as returns a context of a client's request to an endpoint, and the request.
func (b *testBank) as(endpoint Endpoint) (context.Context, *Request) {
	r := &Request{Endpoint: endpoint}
	return WithRequest(b.ctx(), r), r
}

// faulty opens a bank with faults, whose login p succeeds.
func faulty(t *testing.T, faults ...Fault) *testBank {
	t.Helper()
	return shaping(t, faults, scenario("s", "p", steps(yes())), scenario("tan", "tan", steps(
		step("ask", ChallengeResponseRequired, on(EventChallengeResponse, "1", "yes"), exhausted("no")).attempts(2), yes(), no())))
}

// TestWhatARateLimitRefusesIsNotProcessed: four updates of each connection in a day, the fifth begins nothing.
func TestWhatARateLimitRefusesIsNotProcessed(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	b := faulty(t, Fault{Name: "quota", Endpoint: EndpointUpdate, Response: Response{RateLimit: &RateLimit{
		Per: day, Requests: 2, For: ScopeConnection, Window: WindowRolling,
		Headers: map[string]Text{"X-Left": "${remaining} of ${limit}, ${reset} s"},
	}}})
	one, two := b.connect(b.login("p").ID), b.connect(b.login("p").ID)
	update := func(id string, refused bool, headers string) ConnectionState {
		t.Helper()
		b.wait(time.Minute)
		ctx, r := b.as(EndpointUpdate)
		state, err := b.UpdateConnection(ctx, id)
		if err != nil || r.Refused != refused || state.Refused() != refused || r.Fault.Headers["X-Left"] != headers {
			t.Fatalf("refused %t, %+v, %v", r.Refused, r.Fault, err)
		}
		return state
	}
	update(one.ID, false, "1 of 2, 86400 s")
	update(one.ID, false, "0 of 2, 86340 s")
	if state := update(one.ID, true, "0 of 2, 86280 s"); state.Run != 3 || state.Status != Success || state.Shape.HTTPStatus != 429 {
		t.Errorf("%+v", state)
	}
	update(two.ID, false, "1 of 2, 86400 s")
	b.wait(day - 4*time.Minute) // and a minute within update: the first is a day old
	if state := update(one.ID, false, "0 of 2, 60 s"); state.Run != 4 {
		t.Errorf("run %d", state.Run)
	}
}

func TestWindowsOfADay(t *testing.T) {
	t.Parallel()
	b := faulty(t, Fault{Name: "day", Endpoint: EndpointBanks, Response: Response{RateLimit: &RateLimit{Requests: 1, Window: WindowDay, Zone: "Europe/Berlin"}}})
	for _, step := range []struct {
		wait time.Duration
		want int
	}{{0, 0}, {time.Hour, 429}, {13*time.Hour - time.Millisecond, 429}, {time.Millisecond, 0}, {23 * time.Hour, 429}} {
		b.wait(step.wait) // it is 09:00 in UTC, 10:00 in Berlin
		if got := statusOf(b.fault(EndpointBanks)); got != step.want {
			t.Errorf("at %s: %d, want %d", b.time(), got, step.want)
		}
	}
}

// TestTheFirstNFail: each nth counts every request that fits, also what another fault refuses.
func TestTheFirstNFail(t *testing.T) {
	t.Parallel()
	no := false
	nth := func(name string, n, status int) Fault {
		return Fault{Name: name, Endpoint: EndpointConfirm, Nth: only(n), For: ScopeProcess, Response: Response{HTTPStatus: status, Processed: &no}}
	}
	b := faulty(t, nth("first", 1, 503), nth("second", 2, 429))
	for range 2 {
		p := b.login("tan")
		for i, want := range []int{503, 429, 0} {
			ctx, r := b.as(EndpointConfirm)
			state, err := b.Continue(ctx, p.ID, Input{Kind: EventChallengeResponse, Value: "1"})
			if err != nil || statusOf(r.Fault) != want || r.Refused != (want != 0) {
				t.Fatalf("answer %d: %+v, %v", i+1, r.Fault, err)
			}
			if ended := state.Status == Authenticated; ended != (want == 0) {
				t.Errorf("answer %d: %s", i+1, state.Status)
			}
		}
	}
}

// TestRefusedLoginsLeaveNothing: no process, no attempt, and the draws go on.
func TestRefusedLoginsLeaveNothing(t *testing.T) {
	t.Parallel()
	no := false
	locked := scenario("locked", "p", steps(no2())).where(Facts{Attempt: times(from(2))})
	b := shaping(t, []Fault{{Name: "down", Endpoint: EndpointAuthenticate, When: Condition{Scenario: Literal("open")}, Nth: &Range{From: 1, To: 2},
		Response: Response{HTTPStatus: 503, Processed: &no}}}, locked, scenario("open", "p", steps(yes())))
	login := func() (ProcessState, *Request) {
		t.Helper()
		ctx, r := b.as(EndpointAuthenticate)
		state, err := b.Authenticate(ctx, tester("p"))
		if err != nil {
			t.Fatal(err)
		}
		return state, r
	}
	for range 2 {
		if state, r := login(); !r.Refused || state.ID != "" || r.Fault.HTTPStatus != 503 || state.Scenario != "open" {
			t.Errorf("%+v", state)
		}
	}
	if state, r := login(); r.Refused || state.Scenario != "open" {
		t.Errorf("the third is the first attempt: %s", state.Scenario)
	}
	if state, _ := login(); state.Scenario != "locked" {
		t.Errorf("the second attempt: %s", state.Scenario)
	}
}

func no2() stepSpec { return no() }

// TestAnUpdateIsRefusedAtTheCall: the connection is as it was.
func TestAnUpdateIsRefusedAtTheCall(t *testing.T) {
	t.Parallel()
	no := false
	f := steps(yes()).updating(
		UpdateCase{OlderThan: Fixed(90 * 24 * time.Hour), Respond: &Response{HTTPStatus: 400, Processed: &no}}, UpdateCase{Import: line(0)})
	b := open(t, scenario("s", "p", f))
	c := b.connect(b.login("p").ID)
	b.wait(90*24*time.Hour - time.Millisecond)
	if state, err := b.UpdateConnection(b.ctx(), c.ID); err != nil || state.Run != 2 || state.Refused() {
		t.Fatalf("%+v, %v", state, err)
	}
	b.wait(time.Millisecond)
	state, err := b.UpdateConnection(b.ctx(), c.ID)
	if err != nil || !state.Refused() || state.Run != 2 || state.Status != Success || state.Shape.HTTPStatus != 400 {
		t.Errorf("%+v, %v", state, err)
	}
	if after, err := b.Connection(b.ctx(), c.ID); err != nil || after.Run != 2 {
		t.Errorf("%+v, %v", after.Connection, err)
	}
}

func TestLogNormalDurations(t *testing.T) {
	t.Parallel()
	d := Duration{Median: 2 * time.Second, Sigma: 0.5}
	below, seen := 0, map[time.Duration]bool{}
	for i := range 1000 {
		drawn, err := d.Value(nil, draw{7, [3]int{0, 0, i}})
		again, _ := d.Value(nil, draw{7, [3]int{0, 0, i}})
		if err != nil || drawn != again || drawn <= 0 {
			t.Fatalf("%s, then %s, %v", drawn, again, err)
		}
		if seen[drawn] = true; drawn < 2*time.Second {
			below++
		}
	}
	if below < 440 || below > 560 || len(seen) < 500 {
		t.Errorf("%d below the median, %d lengths", below, len(seen))
	}
}
