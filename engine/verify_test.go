package engine

import (
	"slices"
	"testing"
	"time"
)

func (b *testBank) verify(expected Expected) []string {
	b.t.Helper()
	all, err := b.Sessions().Verify(b.ctx(), expected)
	if err != nil {
		b.t.Fatal(err)
	}
	messages := []string{}
	for _, one := range all {
		messages = append(messages, one.Message)
	}
	return messages
}

func (b *testBank) wantVerified(expected Expected, want ...string) {
	b.t.Helper()
	if got := b.verify(expected); !slices.Equal(got, append([]string{}, want...)) {
		b.t.Errorf("%+v: %q, want %q", expected, got, want)
	}
}

func exactly(n int) Range { return Range{From: n, To: n} }

func TestVerifyCountsLogins(t *testing.T) {
	t.Parallel()
	all := scenario("anything-else", "", steps(no()))
	all.When = Condition{Bank: Matcher{Any: true}, Username: Matcher{Any: true}, Password: Matcher{Any: true}}
	b := open(t, scenario("success", "p", steps(yes())), scenario("other", "o", steps(yes())), all)
	for _, session := range []string{"s", "s", "another"} {
		b.loginIn(session, "p")
	}
	for want, limits := range map[string]Range{
		"": exactly(2), `the scenario "success" answered 2 logins, not 1`: exactly(1), `the scenario "success" answered 2 logins, not 3..`: {From: 3, To: -1},
	} {
		got := b.verify(Expected{Session: "s", Scenarios: map[string]Range{"success": limits, "other": {From: 0, To: -1}}, NoFallback: true})
		if want == "" && len(got) != 0 || want != "" && !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %q, want %q", limits, got, want)
		}
	}
	b.wantVerified(Expected{Session: "s", Scenarios: map[string]Range{"other": exactly(1)}}, `the scenario "other" answered 0 logins, not 1`)
	b.loginIn("s", "typo")
	b.wantVerified(Expected{Session: "s", NoFallback: true}, `1 login answered by the scenario "anything-else", which takes everything`)
	b.wantVerified(Expected{Session: "s"})
	b.wantVerified(Expected{Session: "nobody", NoFallback: true, AllDelivered: true, Scenarios: map[string]Range{"success": exactly(0)}})
	_, err := b.Sessions().Verify(b.ctx(), Expected{Session: "s", Scenarios: map[string]Range{"sucess": exactly(0)}})
	wantCode(t, err, CodeUnknownScenario)

	bare := open(t, scenario("success", "p", steps(yes())))
	bare.login("typo")
	bare.wantVerified(Expected{Session: DefaultSession, NoFallback: true}, "1 login answered by no scenario")
}

// What time has made due is written and sent before deliveries are counted.
func TestVerifyCountsDeliveries(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "p", steps(yes()))).listen(Webhook{
		Name: "app", Faults: []WebhookFault{{Kind: DeliverLate, Delay: time.Minute, Events: []WebhookEvent{EventImportFinished}}},
	})
	b.courier = sends{}
	b.connect(b.login("p").ID)
	expected := Expected{Session: DefaultSession, AllDelivered: true}
	b.wantVerified(expected)
	b.wait(3 * time.Second)
	b.wantVerified(expected, "1 delivery of webhooks did not reach the receiver: 1 pending")
	b.wait(time.Minute)
	b.wantVerified(expected)
	b.courier = sends{problem: "refused"}
	b.login("p")
	b.login("p")
	b.wantVerified(expected, "2 deliveries of webhooks did not reach the receiver: 2 pending")
}
