package engine

import (
	"testing"
	"time"
)

// At the bound the session that has been idle longest makes way, unless something is under way in it.
func TestTheSessionIdleLongestIsEvicted(t *testing.T) {
	t.Parallel()
	waits := steps(step("ask", DecoupledAuthRequired, after(time.Hour, "yes")), yes())
	b := open(t, scenario("success", "success", steps(yes())), scenario("waits", "waits", waits))
	b.maxSessions = 3
	b.changeClock(DefaultSession, ClockChange{Advance: time.Second}) // needs no room
	busy := b.loginIn("busy", "waits")
	b.wait(2 * time.Second)
	oldest := b.loginIn("oldest", "success")
	b.wait(2 * time.Second)
	second := b.loginIn("second", "success")
	b.wait(2 * time.Second)
	b.loginIn("new", "waits")
	b.poll(busy.ID)
	b.poll(second.ID)
	_, err := b.Process(b.ctx(), oldest.ID)
	wantCode(t, err, CodeNotFound)

	b.changeClock("created", ClockChange{Freeze: true}) // in place of second
	_, err = b.Process(b.ctx(), second.ID)
	wantCode(t, err, CodeNotFound)
	if _, err := b.Sessions().Create(b.ctx(), NewSession{ID: "another"}); err != nil { // in place of created
		t.Fatal(err)
	}
	b.loginIn("another", "waits")
	_, err = b.Authenticate(b.ctx(), Login{Session: "many", Username: "tester", Password: "success"})
	wantCode(t, err, CodeTooManySessions)
	b.login("success")
	b.wait(time.Hour) // what was under way is over
	b.loginIn("many", "success")
	_, err = b.Process(b.ctx(), busy.ID)
	wantCode(t, err, CodeNotFound)
	if n, err := b.Sessions().Count(b.ctx()); err != nil || n != 3 {
		t.Errorf("%d sessions, %v", n, err)
	}
}

// Four fifths of the bound are told once, and again after there were fewer.
func TestManySessionsAreReported(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes())))
	var reported []int
	b.maxSessions, b.reportCrowded = 5, func(sessions, _ int) { reported = append(reported, sessions) }
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		b.loginIn(name, "success")
	}
	if len(reported) != 1 || reported[0] != 4 {
		t.Errorf("told %v", reported)
	}
	if _, _, err := b.Sessions().DeleteMatching(b.ctx(), SessionFilter{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		b.loginIn(name, "success")
	}
	if len(reported) != 2 {
		t.Errorf("told %v", reported)
	}
}
