package engine

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// next turns the clock to what is due next, and says what that was.
func (b *testBank) next(session string) string {
	b.t.Helper()
	outcome := b.changeClock(session, ClockChange{ToNext: true})
	texts := []string{outcome.Now.Sub(epoch).String()}
	for _, due := range outcome.Due {
		if !due.At.Equal(outcome.Now) {
			b.t.Errorf("%s is due at %s, and it is %s", due.Kind, due.At, outcome.Now)
		}
		text := string(due.Kind) + " " + due.Status
		if due.Kind == DueImportPoint || due.Kind == DueImportEnd {
			text += fmt.Sprintf(" %d", due.Progress)
		}
		texts = append(texts, strings.Join(strings.Fields(text+" "+due.Name), " "))
	}
	return strings.Join(texts, ", ")
}

func (b *testBank) wantNext(session, want string) {
	b.t.Helper()
	if got := b.next(session); got != want {
		b.t.Errorf("next is %q, want %q", got, want)
	}
}

// Every kind of thing that time brings is met exactly, one moment after the other, and then nothing.
func TestToNextMeetsAllThatIsDue(t *testing.T) {
	t.Parallel()
	b := open(t,
		scenario("decoupled", "soon", decoupled()),
		scenario("expires", "tan", steps(step("ask", ChallengeResponseRequired, on(EventChallengeResponse, "1", "yes")).expiresAfter(time.Minute, "no"), yes(), no())),
		scenario("points", "points", steps(yes()).importing(Timeline{Points: []Point{
			{After: Fixed(10 * time.Second), Progress: Percent{Number: 40}},
			{After: Fixed(10 * time.Second), Progress: Percent{Number: 100}, Status: Success},
		}})),
		scenario("line", "line", steps(yes()).importing(line(20*time.Minute))),
		scenario("later", "later", steps(step("in", Authenticated, after(time.Hour, "no")), no())),
	).listen(Webhook{Name: "app", Events: []WebhookEvent{EventImportFinished}, Faults: []WebhookFault{{Kind: DeliverLate, Delay: 5 * time.Second}}})
	b.courier = sends{}
	b.changeClock("s", ClockChange{Freeze: true})
	connect := func(password string) {
		if _, err := b.Connect(b.ctx(), b.loginIn("s", password).ID); err != nil {
			t.Fatal(err)
		}
	}
	b.loginIn("s", "soon")
	b.loginIn("s", "tan")
	connect("points")
	connect("line")
	b.loginIn("s", "later")
	b.loginIn("other", "soon")
	for _, want := range []string{
		"2s, transition AUTHENTICATED", "10s, import_point IN_PROGRESS 40", "20s, import_end SUCCESS 100", "25s, webhook app",
		"1m0s, expiry AUTHENTICATION_FAILED", "20m0s, import_end SUCCESS 100", "20m5s, webhook app", "1h0m0s, transition AUTHENTICATION_FAILED",
	} {
		b.wantNext("s", want)
	}
	for range 2 {
		outcome := b.changeClock("s", ClockChange{ToNext: true})
		if outcome.Due != nil || !outcome.Now.Equal(epoch.Add(time.Hour)) {
			t.Errorf("nothing is due, and it is %s: %+v", outcome.Now.Sub(epoch), outcome.Due)
		}
	}
}

// What happens at the same moment is told together, and what time has done before anybody asked is no event any more.
func TestToNextOfARunningClock(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("decoupled", "soon", decoupled()), scenario("line", "line", steps(yes()).importing(line(2*time.Second))))
	b.login("soon")
	b.connect(b.login("line").ID)
	b.wantNext(DefaultSession, "2s, transition AUTHENTICATED, import_end SUCCESS 100")
	b.login("soon")
	b.wait(time.Minute)
	b.wantNext(DefaultSession, "1m2s")
	if due, err := b.store.DueProcesses(b.ctx(), DefaultSession, b.time().Add(time.Hour), 10); err != nil || len(due) != 0 {
		t.Errorf("%d processes are behind: %v", len(due), err)
	}
	b.wantNext("nobody", "1m0s")
}

// An import that waits for its user moves the process, and time may end the wait.
func TestToNextWhileAnImportAwaits(t *testing.T) {
	t.Parallel()
	flow := steps(yes(), step("again", ChallengeResponseRequired, on(EventChallengeResponse, "1", "yes")).expiresAfter(time.Minute, "no"), no()).
		importing(Timeline{Points: []Point{
			{After: Fixed(time.Second), Progress: Percent{Number: 40}, Await: new(1)},
			{After: Fixed(time.Second), Progress: Percent{Number: 100}, Status: Success},
		}})
	b := open(t, scenario("awaits", "p", flow))
	b.changeClock(DefaultSession, ClockChange{Freeze: true})
	c := b.connect(b.login("p").ID)
	b.wantNext(DefaultSession, "1s, transition CHALLENGE_RESPONSE_REQUIRED, import_point IN_PROGRESS 40")
	b.send(c.ProcessID, EventChallengeResponse, "1")
	b.wantNext(DefaultSession, "2s, import_end SUCCESS 100")
	b.connect(b.login("p").ID)
	b.next(DefaultSession)
	b.wantNext(DefaultSession, "1m3s, expiry AUTHENTICATION_FAILED, import_end FAILED_WITH_ERROR 40")
	b.wantNext(DefaultSession, "1m3s")
}

func TestSessionsStartWhenTheyAreToldTo(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("decoupled", "soon", decoupled()))
	at := time.Date(2026, 12, 24, 23, 0, 0, 0, time.FixedZone("", 3600))
	s, err := b.Sessions().Create(b.ctx(), NewSession{ID: "eve", StartsAt: at})
	if err != nil || !s.Now.Equal(at) || !s.BeganAt.Equal(at) {
		t.Fatalf("%+v, %v", s, err)
	}
	b.loginIn("eve", "soon")
	b.wait(time.Second)
	if now, err := b.Now(b.ctx(), "eve"); err != nil || !now.Equal(at.Add(time.Second)) {
		t.Errorf("it is %s, %v", now, err)
	}
	if next := b.changeClock("eve", ClockChange{ToNext: true}); !next.Now.Equal(at.Add(2 * time.Second)) {
		t.Errorf("the next is at %s", next.Now)
	}
	still, err := b.Sessions().Create(b.ctx(), NewSession{ID: "still", StartsAt: at, Frozen: true})
	if b.wait(time.Millisecond); err != nil || !still.Clock.Frozen() || !still.Now.Equal(at) {
		t.Errorf("%+v, %v", still, err)
	}
	if now, err := b.Now(b.ctx(), "still"); err != nil || !now.Equal(at) {
		t.Errorf("it is %s, %v", now, err)
	}
	past := epoch.AddDate(-50, 0, 0)
	if old, err := b.Sessions().Create(b.ctx(), NewSession{ID: "old", StartsAt: past}); err != nil || !old.Now.Equal(past) {
		t.Errorf("%+v, %v", old, err)
	}
}
