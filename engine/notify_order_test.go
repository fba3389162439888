package engine

import (
	"testing"
	"time"
)

// TestTimeNotifiesInOrder: what time does to a process and to its connection is told in the order in which it happens,
// whether a turn of the clock or a late background job brings it all at once.
func TestTimeNotifiesInOrder(t *testing.T) {
	t.Parallel()
	flow := func() *Flow {
		in := step("in", Authenticated, after(5*time.Minute, "out"))
		out := step("out", AuthenticationFailed, after(2*time.Hour, "back"))
		f := steps(in, out, step("back", Authenticated))
		return f.importing(Timeline{Points: []Point{
			{After: Fixed(time.Second), Progress: Percent{Number: 100}, Status: Success},
			{After: Fixed(time.Hour), Progress: Percent{Number: 100}, Status: FailedWithError, Error: &Failure{Code: "GONE"}},
			{After: Fixed(24 * time.Hour), Progress: Percent{Number: 0}, Status: InProgress},
			{After: Fixed(time.Second), Progress: Percent{Number: 100}, Status: Success},
		}})
	}
	want := []string{
		"0s process.resolved AUTHENTICATED 0", "1s import.finished SUCCESS 100",
		"5m0s process.resolved AUTHENTICATION_FAILED 0", "1h0m1s import.finished FAILED_WITH_ERROR 100",
		"2h5m0s process.resolved AUTHENTICATED 0", "25h0m1s import.step IN_PROGRESS 0", "25h0m2s import.finished SUCCESS 100",
	}
	for name, pass := range map[string]func(b *testBank, p ProcessState){
		"a turn of the clock": func(b *testBank, _ ProcessState) { b.changeClock(DefaultSession, ClockChange{Advance: 48 * time.Hour}) },
		"a job that is late": func(b *testBank, p ProcessState) {
			b.wait(48 * time.Hour)
			for done := false; !done; {
				var err error
				if _, done, err = b.Webhooks().NotifyEnding(b.ctx(), p.ID); err != nil {
					t.Fatal(err)
				}
			}
			if _, _, err := b.Imports().Advance(b.ctx(), b.poll(p.ID).ConnectionID, 1); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t, scenario("s", "p", flow())).listen(Webhook{Name: "app"})
			p := b.login("p")
			b.connect(p.ID)
			pass(b, p)
			wantNotified(t, b.notified(DeliveryFilter{}), want...)
		})
	}
}
