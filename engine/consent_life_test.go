package engine

import (
	"testing"
	"time"
)

const day = 24 * time.Hour

// consentLife is a connection that is good, announces its end, goes bad, and heals.
func consentLife() Timeline {
	return Timeline{Points: []Point{
		{After: Fixed(3 * time.Second), Status: Success, Progress: Percent{Number: 100}, KeepMessage: true},
		{After: Fixed(83 * day), KeepProgress: true, KeepMessage: true, Event: &OwnEvent{Name: "consent.expiring", Data: `{"days_left":7,"of":"${username}","at":"${progress}","state":"${state}"}`}},
		{After: Fixed(7 * day), KeepProgress: true, KeepMessage: true, Status: FailedWithError, Error: &Failure{Code: "CONSENT_EXPIRED"}},
		{After: Fixed(10 * time.Second), KeepMessage: true, Status: InProgress},
		{After: Fixed(time.Second), KeepMessage: true, Status: Success, Progress: Percent{Number: 100}},
	}}
}

// TestALifeAfterTheEnd: a year of a session's clock tells each point in order, once.
func TestALifeAfterTheEnd(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("s", "p", steps(yes()).importing(consentLife()))).listen(Webhook{Name: "app"})
	p := b.login("p")
	c := b.connect(p.ID)
	if _, err := b.Clocks().Change(b.ctx(), DefaultSession, ClockChange{Advance: 365 * day}); err != nil {
		t.Fatal(err)
	}
	wantNotified(t, b.notified(DeliveryFilter{Stream: p.ID}),
		"0s process.resolved AUTHENTICATED 0", "3s import.finished SUCCESS 100", "1992h0m3s consent.expiring  0",
		"2160h0m3s import.finished FAILED_WITH_ERROR 100", "2160h0m13s import.step IN_PROGRESS 0", "2160h0m14s import.finished SUCCESS 100")
	all, err := b.Webhooks().Deliveries(b.ctx(), DeliveryFilter{Event: "consent.expiring"})
	want := `{"type":"consent.expiring","timestamp":"2026-05-23T09:00:03.000Z","data":{"bank_authentication_process_id":"` + p.ID +
		`","bank_connection_id":"` + c.ID + `","bank_slug":"A","session":"default","days_left":7,"of":"tester","at":100,"state":null}}`
	if err != nil || len(all) != 1 || string(all[0].Payload) != want {
		t.Errorf("%s, want %s: %v", all[0].Payload, want, err)
	}
	if got := b.shown(c.ID); got.Status != Success || got.Error != nil || !got.FinishedAt.Equal(epoch.Add(90*day+14*time.Second)) {
		t.Errorf("in the end %s, %v, %s", got.Status, got.Error, got.FinishedAt)
	}
}

// TestListsKnowWhatTimeHasDone: a list by status finds what changed since a job came last.
func TestListsKnowWhatTimeHasDone(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("s", "p", steps(yes()).importing(consentLife())))
	c := b.connect(b.login("p").ID)
	for _, at := range []struct {
		wait time.Duration
		want ImportStatus
	}{{0, InProgress}, {3 * time.Second, Success}, {89 * day, Success}, {day, FailedWithError}, {10 * time.Second, InProgress}, {time.Second, Success}} {
		b.wait(at.wait)
		for _, status := range []ImportStatus{InProgress, Success, FailedWithError} {
			page, err := b.Connections(b.ctx(), ConnectionFilter{Session: DefaultSession, Status: status})
			if err != nil || len(page) == 1 != (status == at.want) {
				t.Errorf("after another %s: %d connections are %s, want %s: %v", at.wait, len(page), status, at.want, err)
			}
		}
	}
	if got := b.shown(c.ID); got.Status != Success {
		t.Errorf("it is %s", got.Status)
	}
}

// TestAnUpdateDropsWhatIsLeft of the points before it.
func TestAnUpdateDropsWhatIsLeft(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("s", "p", steps(yes()).importing(consentLife()).updating(UpdateCase{Import: line(time.Second)})))
	c := b.connect(b.login("p").ID)
	b.wait(day)
	if _, err := b.UpdateConnection(b.ctx(), c.ID); err != nil {
		t.Fatal(err)
	}
	b.wait(100 * day)
	if got := b.shown(c.ID); got.Status != Success || got.Run != 2 {
		t.Errorf("it is %s in run %d", got.Status, got.Run)
	}
}

// TestAStepNotifiesItsOwnEvent: whether an input or time enters it.
func TestAStepNotifiesItsOwnEvent(t *testing.T) {
	t.Parallel()
	ask, late := step("ask", ChallengeResponseRequired, after(time.Minute, "late")), step("late", DecoupledAuthRequired, on(EventApproval, Approved, "in"))
	late.Event = &OwnEvent{Name: "user.slow"}
	in := step("in", Authenticated)
	in.Event = &OwnEvent{Name: "user.in"}
	b := open(t, scenario("s", "p", steps(ask, late, in))).listen(Webhook{Name: "app"}, Webhook{Name: "other", Events: []WebhookEvent{"user.in"}})
	p := b.login("p")
	if next, done, err := b.Webhooks().NotifyEnding(b.ctx(), p.ID); err != nil || done || !next.Equal(epoch.Add(time.Minute)) {
		t.Fatalf("the job comes at %s, done %v: %v", next, done, err)
	}
	b.wait(time.Minute)
	if _, _, err := b.Webhooks().NotifyEnding(b.ctx(), p.ID); err != nil {
		t.Fatal(err)
	}
	b.send(p.ID, EventApproval, Approved)
	wantNotified(t, b.notified(DeliveryFilter{Webhook: "app"}), "1m0s user.slow  0", "1m0s process.resolved AUTHENTICATED 0", "1m0s user.in  0")
	wantNotified(t, b.notified(DeliveryFilter{Webhook: "other"}), "1m0s user.in  0")
	if got := b.Rules().Events(); len(got) != 5 || got[3] != "user.in" {
		t.Errorf("events %v", got)
	}
}
