package e2e

import (
	"sync"
	"testing"
	"time"
)

// sample is what one poll saw. The server answered at an age between From and To.
type sample struct {
	From, To time.Duration
	Process  process
}

// The server's clock is the machine's, as is the test's. So what a poll must have seen is known,
// except where it lay astride the moment itself.
func TestDecoupledIsDecidedAtTwoSeconds(t *testing.T) {
	s := start(t, setup{binary: shipped})
	for password, decided := range map[string]string{
		"decoupledAuthRequiredSuccess": authenticated,
		"decoupledAuthRequiredError":   failed,
	} {
		t.Run(password, func(t *testing.T) {
			const due = 2 * time.Second
			begun := s.login(t, password)
			before, after := 0, 0
			for _, samples := range pollWhile(t, s, begun, due+300*time.Millisecond) {
				last := ""
				for _, seen := range samples {
					status := seen.Process.Status
					switch {
					case seen.To < due && status != decoupledRequired:
						t.Errorf("%s at an age of at most %v", status, seen.To)
					case seen.From >= due && status != decided:
						t.Errorf("%s at an age of at least %v", status, seen.From)
					case last == decided && status != decided:
						t.Errorf("went back from %s to %s at an age of %v", last, status, seen.To)
					}
					if last = status; status == decided && seen.Process.UpdatedAt.Sub(begun.CreatedAt) != due {
						t.Errorf("decided at an age of %v, want %v exactly", seen.Process.UpdatedAt.Sub(begun.CreatedAt), due)
					}
					if seen.From >= due-100*time.Millisecond && seen.To < due {
						before++
					}
					if seen.From >= due && seen.To < due+100*time.Millisecond {
						after++
					}
				}
			}
			if before == 0 || after == 0 {
				t.Errorf("%d polls between 1.9 s and 2.0 s, %d between 2.0 s and 2.1 s: nothing was shown", before, after)
			}
		})
	}
}

// Nobody has to look for time to pass: the first read after it sees what was due, and when.
func TestTimePassesUnseen(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	begun := s.login(t, "decoupledAuthRequiredSuccess")
	<-time.After(time.Until(begun.CreatedAt.Add(2500 * time.Millisecond)))
	if got := s.process(t, begun.ID); got.Status != authenticated || got.UpdatedAt.Sub(begun.CreatedAt) != 2*time.Second {
		t.Errorf("%s since an age of %v, want %s since 2s", got.Status, got.UpdatedAt.Sub(begun.CreatedAt), authenticated)
	}
}

// pollWhile polls the process as fast as four clients can, until it has the age.
func pollWhile(t *testing.T, s *server, begun process, age time.Duration) [4][]sample {
	t.Helper()
	var samples [4][]sample
	var clients sync.WaitGroup
	for i := range samples {
		clients.Go(func() {
			for time.Since(begun.CreatedAt) < age {
				got, err := s.send("GET", processPath(begun.ID), nil)
				if err != nil || got.Status != 200 {
					t.Errorf("poll: status %d, %v", got.Status, err)
					return
				}
				samples[i] = append(samples[i], sample{
					From: got.Sent.Sub(begun.CreatedAt), To: got.Received.Sub(begun.CreatedAt),
					Process: decode[process](t, got.Body),
				})
			}
		})
	}
	clients.Wait()
	return samples
}
