package engine

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// listen lets webhooks hear of what the bank does.
func (b *testBank) listen(webhooks ...Webhook) *testBank {
	b.t.Helper()
	for i := range webhooks {
		if err := webhooks[i].compile(); err != nil {
			b.t.Fatal(err)
		}
	}
	b.Rules().Webhooks = webhooks
	return b
}

// notified returns what a session's webhooks are told, in order.
func (b *testBank) notified(filter DeliveryFilter) []string {
	b.t.Helper()
	all, err := b.Webhooks().Deliveries(b.ctx(), filter)
	if err != nil {
		b.t.Fatal(err)
	}
	var notified []string
	for _, d := range all {
		var body struct {
			Type      string
			Timestamp time.Time
			Data      struct {
				Status   string
				Progress int `json:"import_progress"`
			}
		}
		if err := json.Unmarshal(d.Payload, &body); err != nil {
			b.t.Fatal(err)
		}
		notified = append(notified, fmt.Sprintf("%s %s %s %d", body.Timestamp.Sub(epoch), body.Type, body.Data.Status, body.Data.Progress))
	}
	return notified
}

func wantNotified(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A connection that is deleted right after its end has its end told: its job may not have come yet.
func TestDeletedConnectionsNotifyOfWhatWasDue(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes()))).listen(Webhook{Name: "app"})
	for wait, last := range map[time.Duration]string{4 * time.Second: "import.finished SUCCESS 100", time.Second: "import.step IN_PROGRESS 0"} {
		p := b.login("success")
		c := b.connect(p.ID)
		b.wait(wait)
		if err := b.DeleteConnection(b.ctx(), c.ID); err != nil {
			t.Fatal(err)
		}
		notified := b.notified(DeliveryFilter{Stream: p.ID})
		if got := notified[len(notified)-1]; !strings.HasSuffix(got, last) {
			t.Errorf("after %s the last that is told is %q, want %q", wait, got, last)
		}
		_, err := b.Connection(b.ctx(), c.ID)
		wantCode(t, err, CodeNotFound)
	}
}

func TestWebhooksAreNotifiedOnce(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes()))).listen(Webhook{Name: "app"})
	p := b.login("success")
	c := b.connect(p.ID)
	b.wait(4 * time.Second)
	for range 2 {
		if _, _, err := b.Imports().Advance(b.ctx(), c.ID, 1); err != nil {
			t.Fatal(err)
		}
	}
	wantNotified(t, b.notified(DeliveryFilter{Stream: p.ID}),
		"0s process.resolved AUTHENTICATED 0", "0s import.step IN_PROGRESS 0", "3s import.finished SUCCESS 100")
	if _, err := b.UpdateConnection(b.ctx(), c.ID); err != nil {
		t.Fatal(err)
	}
	wantNotified(t, b.notified(DeliveryFilter{Stream: p.ID})[3:], "4s import.step IN_PROGRESS 0")
}

func TestWebhooksHearOfTime(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("decoupled", "soon", decoupled())).listen(Webhook{Name: "app", Events: []WebhookEvent{EventProcessResolved}})
	waited, met := b.login("soon"), b.login("soon")
	wantNotified(t, b.notified(DeliveryFilter{}))
	next, done, err := b.Webhooks().NotifyEnding(b.ctx(), waited.ID)
	if err != nil || done || next.Sub(b.time()) != 2*time.Second {
		t.Fatalf("before the end: in %s, done %v, %v", next.Sub(b.time()), done, err)
	}
	b.wait(3 * time.Second)
	b.connect(met.ID) // which comes upon the end before its job does
	for _, id := range []string{waited.ID, met.ID, met.ID} {
		if _, done, err := b.Webhooks().NotifyEnding(b.ctx(), id); err != nil || !done {
			t.Errorf("after the end: done %v, %v", done, err)
		}
	}
	for _, id := range []string{waited.ID, met.ID} {
		wantNotified(t, b.notified(DeliveryFilter{Stream: id}), "2s process.resolved AUTHENTICATED 0")
	}
}

// A turn of the clock tells of all that it makes due, and each at its own time.
func TestWebhooksHearOfTheSessionsTime(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes())), scenario("decoupled", "soon", decoupled())).listen(Webhook{Name: "app"})
	p, pending := b.loginIn("mine", "success"), b.loginIn("mine", "soon")
	b.connect(p.ID)
	b.changeClock("mine", ClockChange{Freeze: true})
	if _, done, err := b.Webhooks().NotifyEnding(b.ctx(), pending.ID); err != nil || !done {
		t.Errorf("the job of a frozen session does not rest: %v, %v", done, err)
	}
	b.changeClock("mine", ClockChange{Advance: time.Hour})
	wantNotified(t, b.notified(DeliveryFilter{Stream: p.ID})[2:], "3s import.finished SUCCESS 100")
	wantNotified(t, b.notified(DeliveryFilter{Stream: pending.ID}), "2s process.resolved AUTHENTICATED 0")
}

func TestWebhookConditions(t *testing.T) {
	t.Parallel()
	when := func(change func(*Condition)) Webhook {
		w := Webhook{Name: fmt.Sprint(change != nil)}
		change(&w.When)
		return w
	}
	for what, test := range map[string]struct {
		webhook Webhook
		want    int
	}{
		"all":            {Webhook{Name: "w"}, 3},
		"event":          {Webhook{Name: "w", Events: []WebhookEvent{EventImportFinished}}, 1},
		"bank":           {when(func(c *Condition) { c.Bank = Literal("OtherBank") }), 0},
		"username":       {when(func(c *Condition) { c.Username = Literal("tester") }), 3},
		"scenario":       {when(func(c *Condition) { c.Scenario = Matcher{Prefix: "succ"} }), 3},
		"other scenario": {when(func(c *Condition) { c.Scenario = Literal("soon") }), 0},
		"session":        {when(func(c *Condition) { c.Session = Literal("other") }), 0},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			b := open(t, scenario("success", "success", steps(yes()))).listen(test.webhook)
			c := b.connect(b.login("success").ID)
			b.wait(time.Minute)
			if _, _, err := b.Imports().Advance(b.ctx(), c.ID, 1); err != nil {
				t.Fatal(err)
			}
			if got := len(b.notified(DeliveryFilter{})); got != test.want {
				t.Errorf("told of %d events, want %d", got, test.want)
			}
		})
	}
}

// With one seed, chance spares the same events.
func TestWebhookFaultsByChance(t *testing.T) {
	t.Parallel()
	half := 0.5
	run := func() []DeliveryState {
		b := open(t, scenario("success", "success", steps(yes()))).listen(Webhook{Name: "app", Faults: []WebhookFault{{Kind: DeliverNever, Probability: &half}}})
		for range 40 {
			b.login("success")
		}
		all, err := b.Webhooks().Deliveries(b.ctx(), DeliveryFilter{})
		if err != nil {
			t.Fatal(err)
		}
		var states []DeliveryState
		for _, d := range all {
			states = append(states, d.State)
		}
		return states
	}
	first := run()
	withheld := 0
	for _, state := range first {
		if state == DeliveryWithheld {
			withheld++
		}
	}
	if withheld < 8 || withheld > 32 {
		t.Errorf("%d of 40 were withheld, want about a half", withheld)
	}
	if !slices.Equal(first, run()) {
		t.Error("another run, another outcome")
	}
}

func TestDeliveriesAreClaimedInOrder(t *testing.T) {
	t.Parallel()
	webhook := Webhook{Name: "app", Attempts: 2, Pause: time.Second}
	b := open(t, scenario("success", "success", steps(yes()))).listen(webhook)
	p := b.login("success")
	b.connect(p.ID)
	claim := func(holder string) DeliveryClaim {
		t.Helper()
		claimed, err := b.Webhooks().Claim(b.ctx(), "app", p.ID, holder, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return claimed
	}
	conclude := func(d *Delivery, attempt DeliveryAttempt) {
		t.Helper()
		if err := b.Webhooks().Conclude(b.ctx(), d, &b.Rules().Webhooks[0], attempt); err != nil {
			t.Fatal(err)
		}
	}
	first := claim("one")
	if first.Delivery == nil || first.Delivery.Event != EventProcessResolved {
		t.Fatalf("the first claim: %+v", first)
	}
	if other := claim("two"); other.Delivery != nil || !other.Held || other.Again.Sub(b.time()) != time.Minute {
		t.Errorf("a stream that is held: %+v", other)
	}
	conclude(first.Delivery, DeliveryAttempt{Interrupted: true})
	first = claim("two")
	conclude(first.Delivery, DeliveryAttempt{Status: 500, Problem: "no"})
	if other := claim("one"); other.Delivery != nil || other.Held || other.Again.Sub(b.time()) != time.Second {
		t.Errorf("between two attempts: %+v", other)
	}
	b.wait(time.Second)
	lost := claim("one")
	b.wait(2 * time.Minute) // its lease runs out
	taken := claim("two")
	conclude(lost.Delivery, DeliveryAttempt{Status: 200})
	conclude(taken.Delivery, DeliveryAttempt{Status: 500, Problem: strings.Repeat("x", 1000)})
	all, err := b.Webhooks().Deliveries(b.ctx(), DeliveryFilter{})
	if err != nil || all[0].State != DeliveryFailed || all[0].Attempts != 2 || len(all[0].LastError) != maxProblem {
		t.Errorf("after two attempts: %+v, %v", all[0], err)
	}
	second := claim("two")
	if second.Delivery == nil || second.Delivery.Event != EventImportStep {
		t.Fatalf("after one that failed: %+v", second)
	}
	conclude(second.Delivery, DeliveryAttempt{Status: 204})
	if last := claim("one"); last.Delivery != nil || !last.Again.IsZero() {
		t.Errorf("nothing is left: %+v", last)
	}
	d, err := b.Webhooks().Replay(b.ctx(), all[0].ID)
	if err != nil || d.State != DeliveryPending || d.Attempts != 0 || d.Holder != "" || d.LeasedUntil != nil || !d.NextAt.Equal(b.time()) {
		t.Errorf("a replay: %+v, %v", d, err)
	}
	if claimed := claim("one").Delivery; claimed == nil || claimed.ID != all[0].ID {
		t.Errorf("a replay is not sent: %+v", claimed)
	}
	_, err = b.Webhooks().Replay(b.ctx(), "none")
	wantCode(t, err, CodeNotFound)
}

func TestReorderedDeliveryIsOvertaken(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes()))).listen(Webhook{Name: "app", Faults: []WebhookFault{
		{Kind: DeliverReordered, Events: []WebhookEvent{EventProcessResolved}, Delay: time.Minute},
	}})
	p := b.login("success")
	var order []WebhookEvent
	take := func() {
		t.Helper()
		claimed, err := b.Webhooks().Claim(b.ctx(), "app", p.ID, "n", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if claimed.Delivery == nil {
			return
		}
		order = append(order, claimed.Delivery.Event)
		if err := b.Webhooks().Conclude(b.ctx(), claimed.Delivery, &b.Rules().Webhooks[0], DeliveryAttempt{Status: 200}); err != nil {
			t.Fatal(err)
		}
	}
	take()
	if len(order) != 0 {
		t.Fatalf("%v was sent before anything could overtake it", order)
	}
	b.connect(p.ID)
	take()
	take()
	if want := []WebhookEvent{EventImportStep, EventProcessResolved}; !slices.Equal(order, want) {
		t.Errorf("sent %v, want %v", order, want)
	}
}

func TestSecretIsHidden(t *testing.T) {
	t.Parallel()
	w := Webhook{Secrets: []Secret{Secret("hidden")}}
	body, err := json.Marshal(w)
	text := fmt.Sprintf("%v %+v %#v %s", w, w, w, w.Secrets)
	if err != nil || strings.Contains(string(body)+text, "hidden") || strings.Contains(text, "104 105") || strings.Contains(text, "0x68") {
		t.Errorf("the secret is shown: %s %s %v", body, text, err)
	}
}

func TestWebhookHosts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		hosts string // separated by spaces
		host  string
		to    string
		url   bool
		dial  bool
	}{
		{"", "localhost", "127.0.0.1", true, true},
		{"", "127.0.0.1", "127.0.0.1", true, true},
		{"", "::1", "::1", true, true},
		{"", "localhost", "10.0.0.1", true, false},
		{"", "app.test", "127.0.0.1", false, true}, // its URL is refused before
		{"", "10.0.0.1", "10.0.0.1", false, false},
		{"app.test", "app.test", "10.0.0.1", true, true},
		{"app.test", "APP.test", "10.0.0.1", true, true},
		{"app.test", "app.test", "127.0.0.1", true, false},
		{"app.test", "app.test", "::ffff:127.0.0.1", true, false},
		{"app.test", "app.test", "169.254.169.254", true, false},
		{"app.test", "app.test", "0.0.0.0", true, false},
		{"app.test", "evil.test", "10.0.0.1", false, false},
		{"*.app.test", "a.app.test", "10.0.0.1", true, true},
		{"*.app.test", "app.test", "10.0.0.1", false, false},
		{"app.test localhost", "localhost", "127.0.0.1", true, true},
		{"10.0.0.0/8", "10.1.2.3", "10.1.2.3", true, true},
		{"10.0.0.0/8", "127.0.0.1", "127.0.0.1", false, false},
		{"app.test 127.0.0.0/8", "app.test", "127.0.0.1", true, true},
	} {
		hosts, bad := ParseWebhookHosts(strings.Fields(test.hosts))
		if bad != "" {
			t.Fatalf("%q cannot be read", bad)
		}
		u := &url.URL{Host: test.host}
		if strings.Contains(test.host, ":") {
			u.Host = "[" + test.host + "]"
		}
		if got := hosts.AllowsURL(u); got != test.url {
			t.Errorf("%q: the URL of %s is allowed: %v", test.hosts, test.host, got)
		}
		if got := hosts.AllowsDial(test.host, netip.MustParseAddr(test.to)); got != test.dial {
			t.Errorf("%q: %s may lead to %s: %v", test.hosts, test.host, test.to, got)
		}
	}
	for _, text := range []string{"", "*", "http://app.test", "app.test:80", "a b"} {
		if _, bad := ParseWebhookHosts([]string{text}); bad != text {
			t.Errorf("%q is taken for a host", text)
		}
	}
}

// TestEachChangeByTimeIsNotified: a process that is over changes again by itself, and whoever listens is told
// at that moment (W-2).
func TestEachChangeByTimeIsNotified(t *testing.T) {
	t.Parallel()
	first, last := yes(), step("at last", Authenticated)
	first.transitions = []transition{after(5*time.Minute, "no")}
	failed := no()
	failed.transitions = []transition{after(time.Hour, "at last")}
	b := open(t, scenario("s", "p", steps(first, failed, last))).listen(Webhook{Name: "app"})
	p := b.login("p")
	for i, want := range []time.Duration{5 * time.Minute, 65 * time.Minute} {
		next, done, err := b.Webhooks().NotifyEnding(b.ctx(), p.ID)
		if err != nil || done || !next.Equal(epoch.Add(want)) {
			t.Fatalf("round %d: the job comes again at %s, done %v: %v", i+1, next.Sub(epoch), done, err)
		}
		b.wait(next.Sub(b.time()) + time.Second)
	}
	if _, done, err := b.Webhooks().NotifyEnding(b.ctx(), p.ID); err != nil || !done {
		t.Errorf("done %v: %v", done, err)
	}
	wantNotified(t, b.notified(DeliveryFilter{Stream: p.ID}), "0s process.resolved AUTHENTICATED 0",
		"5m0s process.resolved AUTHENTICATION_FAILED 0", "1h5m0s process.resolved AUTHENTICATED 0")
}

// TestAChangeOfTheClockNotifiesEachChange: an advance over several of them tells each, at its moment.
func TestAChangeOfTheClockNotifiesEachChange(t *testing.T) {
	t.Parallel()
	first := yes()
	first.transitions = []transition{after(5*time.Minute, "no")}
	b := open(t, scenario("s", "p", steps(first, no()))).listen(Webhook{Name: "app"})
	p := b.login("p")
	if _, err := b.Clocks().Change(b.ctx(), DefaultSession, ClockChange{Advance: time.Hour}); err != nil {
		t.Fatal(err)
	}
	wantNotified(t, b.notified(DeliveryFilter{Stream: p.ID}), "0s process.resolved AUTHENTICATED 0", "5m0s process.resolved AUTHENTICATION_FAILED 0")
}

// TestRetryAfterLengthensAPause: N-10.
func TestRetryAfterLengthensAPause(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	for asked, want := range map[time.Duration]time.Duration{
		0: time.Minute, 30 * time.Second: time.Minute, 2 * time.Minute: 2 * time.Minute, 90 * time.Hour: time.Hour,
	} {
		d := Delivery{State: DeliveryPending}
		d.conclude(DeliveryAttempt{Status: 429, Problem: "no", RetryAfter: asked}, &Webhook{Attempts: 8, Pause: time.Minute}, now)
		if got := d.NextAt.Sub(now); got != want || d.State != DeliveryPending {
			t.Errorf("asked for %v: the next attempt after %v, want %v; %s", asked, got, want, d.State)
		}
	}
}

// TestUpdatesNotifyOfWhatWasDue: N-5. The end of the run before is told although no job has come for it: of an import, and of a
// process that it waited for and that time has ended.
func TestUpdatesNotifyOfWhatWasDue(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes()))).listen(Webhook{Name: "app"})
	p := b.login("success")
	c := b.connect(p.ID)
	b.wait(4 * time.Second)
	if _, err := b.UpdateConnection(b.ctx(), c.ID); err != nil {
		t.Fatal(err)
	}
	wantNotified(t, b.notified(DeliveryFilter{Stream: p.ID}),
		"0s process.resolved AUTHENTICATED 0", "0s import.step IN_PROGRESS 0", "3s import.finished SUCCESS 100", "4s import.step IN_PROGRESS 0")
}

func TestUpdatesNotifyOfAnAwaitedEnd(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("mid", "mid", awaiting(askTAN().expiresAfter(time.Second, "no"), no()))).listen(Webhook{Name: "app", Events: []WebhookEvent{EventProcessResolved, EventImportFinished}})
	p := b.login("mid")
	c := b.connect(p.ID)
	b.wait(time.Minute)
	if _, err := b.UpdateConnection(b.ctx(), c.ID); err != nil {
		t.Fatal(err)
	}
	wantNotified(t, b.notified(DeliveryFilter{Stream: p.ID}),
		"0s process.resolved AUTHENTICATED 0", "2s process.resolved AUTHENTICATION_FAILED 0", "2s import.finished FAILED_WITH_ERROR 40",
		"1m0s process.resolved AUTHENTICATED 0")
}

// A connection that is deleted while its import waits lets its process be AUTHENTICATED again, which is told.
func TestDeletedConnectionsNotifyOfTheirProcess(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("mid", "mid", awaiting(askTAN(), no()))).listen(Webhook{Name: "app", Events: []WebhookEvent{EventProcessResolved}})
	p := b.login("mid")
	c := b.connect(p.ID)
	b.wait(2 * time.Second)
	if err := b.DeleteConnection(b.ctx(), c.ID); err != nil {
		t.Fatal(err)
	}
	wantNotified(t, b.notified(DeliveryFilter{Stream: p.ID}), "0s process.resolved AUTHENTICATED 0", "2s process.resolved AUTHENTICATED 0")
}
