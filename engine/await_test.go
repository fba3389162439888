package engine

import (
	"slices"
	"testing"
	"time"
)

// awaiting is a flow whose import waits at 40 % in the step named, then goes on for 2 s.
func awaiting(specs ...stepSpec) *Flow {
	f := steps(append([]stepSpec{yes()}, specs...)...)
	ask := 1
	return f.importing(Timeline{Points: []Point{
		{After: Fixed(time.Second), Progress: Percent{Number: 40}},
		{KeepProgress: true, Await: &ask},
		{After: Fixed(2 * time.Second), Status: Success},
	}})
}

func askTAN() stepSpec {
	return step("ask", ChallengeResponseRequired, on(tan, "123456", "yes"), onAny(tan, "no"))
}

func TestImportAwaitsItsUser(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("mid", "mid", awaiting(askTAN(), no())))
	p := b.login("mid")
	c := b.connect(p.ID)
	if b.wait(999 * time.Millisecond); b.poll(p.ID).Status != Authenticated {
		t.Error("the process opens too early")
	}
	b.wait(time.Millisecond)
	wantStatus(t, b.poll(p.ID), ChallengeResponseRequired)
	if shown := b.shown(c.ID); shown.AuthenticationStatus != ChallengeResponseRequired || shown.Progress != 40 || shown.Status != InProgress {
		t.Errorf("while it waits: %+v", shown)
	}
	if _, done := b.advance(c.ID, 1); !done {
		t.Error("the job of a waiting import goes on")
	}
	b.wait(time.Hour)
	if shown := b.shown(c.ID); shown.Progress != 40 || shown.Status != InProgress {
		t.Errorf("an hour later: %+v", shown)
	}
	wantStatus(t, b.send(p.ID, tan, "123456"), Authenticated)
	if shown := b.shown(c.ID); shown.AuthenticationStatus != "" || shown.EndsAt == nil {
		t.Errorf("after the answer: %+v", shown)
	}
	b.wait(2 * time.Second)
	b.advance(c.ID, 1)
	want := []string{
		"1.0 1s IN_PROGRESS 40", "1.1 1s IN_PROGRESS 40", "1.2 1h0m3s SUCCESS 100",
	}
	if got := b.history(c.ID); !slices.Equal(got, want) {
		t.Errorf("history %q, want %q", got, want)
	}
}

func TestAwaitedUserFails(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("mid", "mid", awaiting(askTAN(), no())))
	p := b.login("mid")
	c := b.connect(p.ID)
	b.wait(10 * time.Second)
	wantStatus(t, b.send(p.ID, tan, "wrong"), AuthenticationFailed)
	shown := b.shown(c.ID)
	if shown.Status != FailedWithError || shown.Error.Code != "REFUSED" || shown.Progress != 40 || !shown.FinishedAt.Equal(epoch.Add(10*time.Second)) {
		t.Errorf("after a wrong answer: %+v", shown)
	}
	if again, err := b.UpdateConnection(b.ctx(), c.ID); err != nil || again.Run != 2 || again.Status != InProgress {
		t.Errorf("an update: %+v, %v", again, err)
	}
	b.wait(time.Second)
	wantStatus(t, b.send(p.ID, tan, "123456"), Authenticated)
	b.wait(2 * time.Second)
	if shown := b.shown(c.ID); shown.Status != Success || shown.Run != 2 {
		t.Errorf("the second run: %+v", shown)
	}
}

func TestAwaitedStepEndsByTime(t *testing.T) {
	t.Parallel()
	decide := step("ask", DecoupledAuthRequired, after(5*time.Second, "yes"))
	b := open(t, scenario("mid", "mid", awaiting(decide, no())))
	p := b.login("mid")
	c := b.connect(p.ID)
	if c.EndsAt == nil || !c.EndsAt.Equal(epoch.Add(8*time.Second)) {
		t.Errorf("it ends at %v", c.EndsAt)
	}
	b.wait(time.Second)
	if next, done := b.advance(c.ID, 1); done || !next.Equal(epoch.Add(8*time.Second)) {
		t.Errorf("next at %s, done %v", next.Sub(epoch), done)
	}
	b.wait(2 * time.Second)
	if shown := b.shown(c.ID); shown.AuthenticationStatus != DecoupledAuthRequired {
		t.Errorf("after 3 s: %+v", shown)
	}
	b.wait(5 * time.Second)
	if shown := b.shown(c.ID); shown.Status != Success || shown.AuthenticationStatus != "" {
		t.Errorf("after 8 s: %+v", shown)
	}
	wantStatus(t, b.poll(p.ID), Authenticated)
}

func TestDeletedConnectionOpensNothing(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("mid", "mid", awaiting(askTAN(), no())))
	p := b.login("mid")
	c := b.connect(p.ID)
	if err := b.DeleteConnection(b.ctx(), c.ID); err != nil {
		t.Fatal(err)
	}
	b.wait(time.Hour)
	wantStatus(t, b.poll(p.ID), Authenticated)
}

func TestFlowsThatAwaitNobodyAreRefused(t *testing.T) {
	t.Parallel()
	for _, step := range []int{-1, 0, 3} {
		f := awaiting(askTAN(), no())
		f.Import.Points[1].Await = &step
		if f.Freeze() == nil {
			t.Errorf("a point may await step %d", step)
		}
	}
}
