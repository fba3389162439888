package engine

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func queueing(flow *Flow) *Flow {
	flow.WhileRunning = QueueUpdate
	return flow
}

// update asks for an update that must be taken.
func (b *testBank) update(id string) ConnectionState {
	b.t.Helper()
	state, err := b.UpdateConnection(b.ctx(), id)
	if err != nil {
		b.t.Fatalf("UpdateConnection: %v", err)
	}
	return state
}

// TestAQueuedUpdate begins at the exact end of the run, whenever somebody looks.
func TestAQueuedUpdate(t *testing.T) {
	t.Parallel()
	flow := queueing(steps(yes())).updating(UpdateCase{Import: line(2 * time.Second)})
	b := open(t, scenario("s", "p", flow)).listen(Webhook{Name: "app"})
	c := b.connect(b.login("p").ID)
	b.wait(time.Second)
	if got := b.update(c.ID); got.Status != InProgress || got.Run != 1 || got.Progress != 33 {
		t.Errorf("asked for: run %d at %d, %s", got.Run, got.Progress, got.Status)
	}
	_, err := b.UpdateConnection(b.ctx(), c.ID)
	wantCode(t, err, CodeImportRunning)
	b.wait(2*time.Second - time.Millisecond)
	if got := b.shown(c.ID); got.Run != 1 || got.Status != InProgress {
		t.Errorf("a moment before: run %d is %s", got.Run, got.Status)
	}
	b.wait(1001 * time.Millisecond)
	if got := b.shown(c.ID); got.Run != 2 || got.Progress != 50 || !got.StartedAt.Equal(epoch.Add(3*time.Second)) || got.Queued != nil {
		t.Errorf("then run %d at %d, since %s", got.Run, got.Progress, got.StartedAt)
	}
	b.wait(time.Second)
	b.advance(c.ID, 2)
	want := []string{"1.0 0s IN_PROGRESS 0", "1.1 3s SUCCESS 100", "2.0 3s IN_PROGRESS 0", "2.1 5s SUCCESS 100"}
	if got := b.history(c.ID); !slices.Equal(got, want) {
		t.Errorf("history %q, want %q", got, want)
	}
	wantNotified(t, b.notified(DeliveryFilter{Stream: c.ProcessID}), "0s process.resolved AUTHENTICATED 0", "0s import.step IN_PROGRESS 0",
		"3s import.finished SUCCESS 100", "3s import.step IN_PROGRESS 0", "5s import.finished SUCCESS 100")
	if got := b.update(c.ID); got.Run != 3 || got.Status != InProgress {
		t.Errorf("an update after it: run %d is %s", got.Run, got.Status)
	}
}

// TestAQueuedUpdateIsDecidedAtTheCall: by the rules and the age of then.
func TestAQueuedUpdateIsDecidedAtTheCall(t *testing.T) {
	t.Parallel()
	made := func() *Flow {
		return queueing(steps(yes())).updating(
			UpdateCase{OlderThan: Fixed(2 * time.Second), Import: Timeline{Takes: Fixed(time.Second), Outcome: FailedWithError, Error: &Failure{Code: "OLD"}}},
			UpdateCase{Import: line(time.Second)})
	}
	b := open(t, scenario("s", "p", made()))
	c := b.connect(b.login("p").ID)
	b.wait(time.Second)
	b.update(c.ID)
	later := made()
	later.Update[1].Import = line(time.Hour)
	b.Use(rules(t, scenario("s", "p", later)))
	b.wait(3 * time.Second)
	if got := b.shown(c.ID); got.Status != Success || got.Run != 2 || !got.FinishedAt.Equal(epoch.Add(4*time.Second)) {
		t.Errorf("run %d is %s at %v", got.Run, got.Status, got.FinishedAt)
	}
	b.update(c.ID)
	b.wait(time.Second)
	if got := b.shown(c.ID); got.Status != FailedWithError || got.Error.Code != "OLD" {
		t.Errorf("a later one is %s, %v", got.Status, got.Error)
	}
}

// TestWhatCannotBeQueued: behind a run that never ends.
func TestWhatCannotBeQueued(t *testing.T) {
	t.Parallel()
	for name, never := range map[string]Timeline{
		"a line":              {Takes: Fixed(time.Second), StopsAt: Percent{Number: 99}},
		"points":              {Points: []Point{{After: Fixed(time.Second), Progress: Percent{Number: 99}}}},
		"points after an end": {Points: []Point{{Status: Success, Progress: Percent{Number: 100}}, {Status: InProgress}}},
	} {
		b := open(t, scenario("s", "p", queueing(steps(yes())).importing(never)))
		c := b.connect(b.login("p").ID)
		b.wait(time.Minute)
		if _, err := b.UpdateConnection(b.ctx(), c.ID); CodeOf(err) != CodeImportRunning {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAQueuedUpdateDropsWhatIsLeft of the points after the end that it waited for.
func TestAQueuedUpdateDropsWhatIsLeft(t *testing.T) {
	t.Parallel()
	flow := queueing(steps(yes())).importing(consentLife()).updating(UpdateCase{Import: line(time.Second)})
	b := open(t, scenario("s", "p", flow)).listen(Webhook{Name: "app"})
	c := b.connect(b.login("p").ID)
	b.update(c.ID)
	if _, err := b.Clocks().Change(b.ctx(), DefaultSession, ClockChange{Advance: 365 * day}); err != nil {
		t.Fatal(err)
	}
	if got := b.shown(c.ID); got.Run != 2 || got.Status != Success || !got.FinishedAt.Equal(epoch.Add(4*time.Second)) {
		t.Errorf("run %d is %s since %v", got.Run, got.Status, got.FinishedAt)
	}
	wantNotified(t, b.notified(DeliveryFilter{Event: EventImportFinished}), "3s import.finished SUCCESS 100", "4s import.finished SUCCESS 100")
}

// TestAQueuedUpdateBehindAQuestion begins as the user's answer lets the run end, and asks anew.
func TestAQueuedUpdateBehindAQuestion(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("mid", "mid", queueing(awaiting(askTAN(), no()))))
	p := b.login("mid")
	c := b.connect(p.ID)
	b.wait(time.Minute)
	b.update(c.ID)
	b.wait(time.Minute)
	wantStatus(t, b.send(p.ID, tan, "123456"), Authenticated)
	b.wait(3*time.Second - time.Millisecond)
	wantStatus(t, b.poll(p.ID), Authenticated)
	b.wait(time.Millisecond)
	wantStatus(t, b.poll(p.ID), ChallengeResponseRequired)
	wantStatus(t, b.send(p.ID, tan, "wrong"), AuthenticationFailed)
	if got := b.shown(c.ID); got.Run != 2 || got.Status != FailedWithError {
		t.Errorf("run %d is %s", got.Run, got.Status)
	}
	want := []string{
		"1.0 1s IN_PROGRESS 40", "1.1 1s IN_PROGRESS 40", "1.2 2m2s SUCCESS 100",
		"2.0 2m3s IN_PROGRESS 40", "2.1 2m3s IN_PROGRESS 40", "2.2 2m3s FAILED_WITH_ERROR 40",
	}
	if got := b.history(c.ID); !slices.Equal(got, want) {
		t.Errorf("history %q, want %q", got, want)
	}
}

// TestToNextMeetsQueuedUpdates and the points of a life after the end.
func TestToNextMeetsQueuedUpdates(t *testing.T) {
	t.Parallel()
	flow := queueing(steps(yes())).updating(UpdateCase{Import: consentLife()})
	b := open(t, scenario("s", "p", flow))
	b.changeClock(DefaultSession, ClockChange{Freeze: true})
	c := b.connect(b.login("p").ID)
	b.update(c.ID)
	for _, want := range []string{
		"3s, import_end SUCCESS 100, queued_update IN_PROGRESS", "6s, import_end SUCCESS 100", "1992h0m6s, import_point SUCCESS 100",
		"2160h0m6s, import_end FAILED_WITH_ERROR 100", "2160h0m16s, import_point IN_PROGRESS 0", "2160h0m17s, import_end SUCCESS 100", "2160h0m17s",
	} {
		b.wantNext(DefaultSession, want)
	}
}

// TestListsKnowQueuedUpdates also where nobody has looked at the connection.
func TestListsKnowQueuedUpdates(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("s", "p", queueing(steps(yes()))))
	c := b.connect(b.login("p").ID)
	b.update(c.ID)
	for i, want := range []ImportStatus{InProgress, InProgress, Success} {
		for _, status := range []ImportStatus{InProgress, Success, FailedWithError} {
			page, err := b.Connections(b.ctx(), ConnectionFilter{Session: DefaultSession, Status: status})
			if err != nil || len(page) == 1 != (status == want) {
				t.Errorf("after %d runs: %d are %s, want %s: %v", i, len(page), status, want, err)
			}
		}
		b.wait(3 * time.Second)
	}
}

// TestAQueuedUpdateGoesWithItsConnection: nothing is left of it.
func TestAQueuedUpdateGoesWithItsConnection(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("mid", "mid", queueing(awaiting(askTAN(), no()))))
	p := b.login("mid")
	c := b.connect(p.ID)
	b.wait(time.Minute)
	b.update(c.ID)
	if err := b.DeleteConnection(b.ctx(), c.ID); err != nil {
		t.Fatal(err)
	}
	b.wait(time.Hour)
	wantStatus(t, b.poll(p.ID), Authenticated)
	_, err := b.Connection(b.ctx(), c.ID)
	wantCode(t, err, CodeNotFound)
}

// TestAnImportOpensItsProcessAgain: the fact open_processes is the same before and after an answer (B-2), whether a job
// has come or not.
func TestAnImportOpensItsProcessAgain(t *testing.T) {
	t.Parallel()
	for _, job := range []bool{false, true} {
		t.Run(fmt.Sprint("job ", job), func(t *testing.T) {
			t.Parallel()
			busy := scenario("busy", "p", steps(no())).where(Facts{OpenProcesses: &Range{From: 1, To: -1}})
			expires := askTAN().expiresAfter(time.Minute, "no").attempts(3)
			expires.transitions = expires.transitions[:1]
			b := open(t, busy, scenario("s", "p", awaiting(expires, no())))
			p := b.login("p")
			c := b.connect(p.ID)
			is := func(when string, want Status) {
				t.Helper()
				if job {
					b.advance(c.ID, 1)
				}
				if got := b.login("p"); got.Status != want {
					t.Errorf("%s: %s, want %s", when, got.Status, want)
				}
			}
			is("before", Authenticated)
			b.wait(time.Second)
			is("open again", AuthenticationFailed)
			b.send(p.ID, tan, "wrong")
			is("after an answer", AuthenticationFailed)
			b.wait(time.Minute - time.Millisecond)
			is("a moment before it expires", AuthenticationFailed)
			b.wait(time.Millisecond)
			is("expired", Authenticated)
			b.update(c.ID)
			is("updated", Authenticated)
			b.wait(time.Second)
			is("open for the update", AuthenticationFailed)
			if err := b.DeleteConnection(b.ctx(), c.ID); err != nil {
				t.Fatal(err)
			}
			is("deleted", Authenticated)
		})
	}
}
