package engine

import (
	"slices"
	"testing"
	"time"
)

// askOnce is asked until its user logs in again.
func askOnce() stepSpec {
	return step("ask", ChallengeResponseRequired, on(tan, "123456", "yes"), on(EventLogin, AnotherLogin, "no"))
}

// TestAnotherLoginEndsTheFirst: whichever case answers the other login, and whatever it comes to.
func TestAnotherLoginEndsTheFirst(t *testing.T) {
	t.Parallel()
	for _, password := range []string{"p", "other", "nobody's"} {
		t.Run(password, func(t *testing.T) {
			t.Parallel()
			b := open(t, scenario("s", "p", steps(askOnce(), yes(), no())), scenario("o", "other", steps(yes()))).listen(Webhook{Name: "app"})
			first, second := b.login("p"), b.login("other")
			wantStatus(t, b.poll(first.ID), AuthenticationFailed)
			third := b.login("p")
			wantStatus(t, b.poll(third.ID), ChallengeResponseRequired)
			b.wait(time.Second)
			last := b.login(password)
			got := b.poll(third.ID)
			wantStatus(t, got, AuthenticationFailed)
			if !got.UpdatedAt.Equal(epoch.Add(time.Second)) {
				t.Errorf("it ended at %s", got.UpdatedAt)
			}
			wantStatus(t, b.poll(second.ID), Authenticated)
			var streams []string
			all, err := b.Webhooks().Deliveries(b.ctx(), DeliveryFilter{})
			for _, d := range all {
				streams = append(streams, d.Stream)
			}
			want := []string{first.ID, second.ID, third.ID, last.ID}
			if password == "p" { // which waits
				want = want[:3]
			}
			if err != nil || !slices.Equal(streams, want) {
				t.Errorf("told of %v, want %v: %v", streams, want, err)
			}
		})
	}
}

// TestAnotherLoginIsTheSameUsers: of this bank, this session and this user.
func TestAnotherLoginIsTheSameUsers(t *testing.T) {
	t.Parallel()
	all := scenario("s", "p", steps(askOnce(), yes(), no()))
	all.When = Condition{Bank: Matcher{Any: true}, Username: Matcher{Any: true}, Password: Matcher{Any: true}}
	b := open(t, all)
	first := b.login("p")
	for _, other := range []Login{
		{Bank: "B", Username: "tester"}, {Bank: "A", Username: "Tester"}, {Bank: "A", Username: "tester", Session: "other"},
	} {
		if _, err := b.Authenticate(b.ctx(), other); err != nil {
			t.Fatal(err)
		}
	}
	wantStatus(t, b.poll(first.ID), ChallengeResponseRequired)
	if _, err := b.Authenticate(b.ctx(), Login{Bank: "A", Username: "tester", Scenario: "s"}); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, b.poll(first.ID), AuthenticationFailed)
}

// TestAnotherLoginAndTime: the step that counts is the one that time has led to by then.
func TestAnotherLoginAndTime(t *testing.T) {
	t.Parallel()
	wait := step("wait", DecoupledAuthRequired, after(time.Minute, "in"))
	in := step("in", Authenticated, on(EventLogin, AnotherLogin, "no"), after(time.Hour, "safe"))
	b := open(t, scenario("s", "p", steps(wait, in, step("safe", Authenticated), no())), scenario("o", "other", steps(yes())))
	early := b.login("p")
	b.login("other")
	wantStatus(t, b.poll(early.ID), DecoupledAuthRequired)
	used := b.login("p")
	b.wait(time.Minute)
	b.connect(used.ID)
	b.login("other")
	wantStatus(t, b.poll(early.ID), AuthenticationFailed)
	wantStatus(t, b.poll(used.ID), Authenticated)
	late := b.login("p")
	b.wait(time.Minute + time.Hour)
	b.login("other")
	wantStatus(t, b.poll(late.ID), Authenticated)
}

// TestAnotherLoginIsOneThatIsProcessed: one that is refused moves nothing, and neither does a continuation.
func TestAnotherLoginIsOneThatIsProcessed(t *testing.T) {
	t.Parallel()
	no := false
	b := shaping(t, []Fault{{Name: "down", Endpoint: EndpointAuthenticate, Nth: only(2), Response: Response{HTTPStatus: 503, Processed: &no}}},
		scenario("s", "p", steps(askOnce(), yes(), no2())))
	login := func() ProcessState {
		t.Helper()
		ctx, _ := b.as(EndpointAuthenticate)
		state, err := b.Authenticate(ctx, tester("p"))
		if err != nil {
			t.Fatal(err)
		}
		return state
	}
	first := login()
	if refused := login(); !refused.Refused() {
		t.Error("the second login is carried out")
	}
	wantStatus(t, b.poll(first.ID), ChallengeResponseRequired)
	b.send(first.ID, tan, "wrong")
	wantStatus(t, b.poll(first.ID), ChallengeResponseRequired)
	login()
	wantStatus(t, b.poll(first.ID), AuthenticationFailed)
}

// TestOnlySessionsThatAskLook: where no flow has the event nothing is read, and a reset begins anew.
func TestOnlySessionsThatAskLook(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("s", "p", steps(askOnce(), yes(), no())), scenario("o", "other", steps(yes())))
	b.login("other")
	if s, err := b.Sessions().Get(b.ctx(), DefaultSession); err != nil || s.LoginsMove {
		t.Errorf("before such a flow: %v, %v", s.LoginsMove, err)
	}
	b.login("p")
	if s, err := b.Sessions().Get(b.ctx(), DefaultSession); err != nil || !s.LoginsMove || s.BeganAt.IsZero() {
		t.Errorf("after it: %+v, %v", s, err)
	}
	if _, err := b.Sessions().Reset(b.ctx(), DefaultSession); err != nil {
		t.Fatal(err)
	}
	if s, err := b.Sessions().Get(b.ctx(), DefaultSession); err != nil || s.LoginsMove {
		t.Errorf("after a reset: %v, %v", s.LoginsMove, err)
	}
}

// TestAFrozenFlowKnowsAnotherLogin: a process of rules that are gone is moved as they said.
func TestAFrozenFlowKnowsAnotherLogin(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("s", "p", steps(askOnce(), yes(), no())))
	first := b.login("p")
	b.Use(rules(t, scenario("o", "other", steps(yes()))))
	b.flows = flowCache{}
	b.login("other")
	wantStatus(t, b.poll(first.ID), AuthenticationFailed)
}
