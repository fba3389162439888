package engine

import (
	"testing"
	"time"
)

// When a session was last used is known to a second: one ages out no sooner than that second after its idle
// time, and then it does. The session `default` stays.
func TestASessionAgesOutASecondAfterItsIdleTime(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes())))
	b.loginIn("mine", "success")
	b.changeClock(DefaultSession, ClockChange{Advance: time.Second})
	b.wait(time.Hour + useInterval - time.Millisecond)
	if n, err := b.Sessions().DeleteIdle(b.ctx(), time.Hour); err != nil || n != 0 {
		t.Errorf("a moment too soon %d aged out, %v", n, err)
	}
	b.wait(time.Millisecond)
	if n, err := b.Sessions().DeleteIdle(b.ctx(), time.Hour); err != nil || n != 1 {
		t.Errorf("%d aged out, %v", n, err)
	}
	if _, err := b.Sessions().Get(b.ctx(), DefaultSession); err != nil {
		t.Error(err)
	}
}
