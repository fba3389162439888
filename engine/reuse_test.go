package engine

import (
	"testing"
	"time"
)

func TestAnAnswerExpiresUntilItIsConnected(t *testing.T) {
	t.Parallel()
	in := yes().expiresAfter(5*time.Minute, "no")
	b := open(t, scenario("s", "p", steps(in, no())))
	late, used := b.login("p"), b.login("p")
	if used.ExpiresAt == nil {
		t.Error("nobody is told that it expires")
	}
	b.connect(used.ID)
	if got := b.poll(used.ID); got.ExpiresAt != nil {
		t.Errorf("a process that is connected expires at %s", got.ExpiresAt)
	}
	b.wait(time.Hour)
	wantStatus(t, b.poll(used.ID), Authenticated)
	wantStatus(t, b.poll(late.ID), AuthenticationFailed)
}

// TestConnectedIsAnEvent: the process moves as the connection is made, and its webhook is told before the import's.
func TestConnectedIsAnEvent(t *testing.T) {
	t.Parallel()
	in := step("in", Authenticated, transition{Event{Kind: EventConnected, Value: Literal("true")}, "no"})
	b := open(t, scenario("s", "p", steps(in, no()))).listen(Webhook{Name: "app"})
	p := b.login("p")
	c := b.connect(p.ID)
	if got := b.poll(p.ID); got.Status != AuthenticationFailed || got.ConnectionID != c.ID {
		t.Errorf("the process is %s, with the connection %q", got.Status, got.ConnectionID)
	}
	wantNotified(t, b.notified(DeliveryFilter{}), "0s process.resolved AUTHENTICATED 0", "0s process.resolved AUTHENTICATION_FAILED 0", "0s import.step IN_PROGRESS 0")
	if got := in.transitions[0].event.String(); got != "connected: true" {
		t.Errorf("described as %s", got)
	}
	b.wait(time.Hour)
	if got := b.shown(c.ID); got.Status != Success {
		t.Errorf("its import is %s", got.Status)
	}
}

// TestConnectedMayAskMore: a condition beside the event holds as beside an input.
func TestConnectedMayAskMore(t *testing.T) {
	t.Parallel()
	flow := steps(yes(), step("second", Authenticated), no())
	flow.Steps[0].Next = []Transition{
		{Event: Event{Kind: EventConnected, Value: Literal("true")}, To: 2, When: &Condition{Facts: Facts{Connections: &Range{From: 1, To: -1}}}},
		{Event: Event{Kind: EventConnected, Value: Literal("true")}, To: 1},
	}
	b := open(t, scenario("s", "p", flow))
	first := b.login("p")
	b.connect(first.ID)
	second := b.login("p")
	b.connect(second.ID)
	wantStatus(t, b.poll(first.ID), Authenticated)
	wantStatus(t, b.poll(second.ID), AuthenticationFailed)
}

func TestReusableIsConnectedTwice(t *testing.T) {
	t.Parallel()
	flow := steps(yes())
	flow.Reusable = true
	b := open(t, scenario("s", "p", flow), scenario("once", "q", steps(yes())))
	p := b.login("p")
	first, second := b.connect(p.ID), b.connect(p.ID)
	if first.ID == second.ID || first.ProcessID != second.ProcessID {
		t.Errorf("%s and %s", first.ID, second.ID)
	}
	once := b.login("q")
	b.connect(once.ID)
	_, err := b.Connect(b.ctx(), once.ID)
	wantCode(t, err, CodeAlreadyUsed)
}

func TestAnUpdateMayRestartARun(t *testing.T) {
	t.Parallel()
	flow := steps(yes())
	flow.WhileRunning = RestartImport
	b := open(t, scenario("s", "p", flow), scenario("refuses", "q", steps(yes())))
	c, other := b.connect(b.login("p").ID), b.connect(b.login("q").ID)
	b.wait(2 * time.Second)
	got, err := b.UpdateConnection(b.ctx(), c.ID)
	if err != nil || got.Run != 2 || got.Progress != 0 {
		t.Errorf("run %d at %d: %v", got.Run, got.Progress, err)
	}
	b.wait(2 * time.Second)
	if got := b.shown(c.ID); got.Status != InProgress {
		t.Errorf("the run that was left ended the new one: %s", got.Status)
	}
	b.wait(time.Second)
	if got := b.shown(c.ID); got.Status != Success {
		t.Errorf("it is %s", got.Status)
	}
	other = b.connect(b.login("q").ID)
	_, err = b.UpdateConnection(b.ctx(), other.ID)
	wantCode(t, err, CodeImportRunning)
}
