package httpapi

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine"
)

// BenchmarkDelayed has 10,000 logins, in one process, wait for two seconds each, at the same time. It
// reports the longest and the median wait, and what one login more takes meanwhile.
func BenchmarkDelayed(b *testing.B) {
	for b.Loop() {
		took, others := delayMany(b, 10_000)
		b.ReportMetric(took[len(took)/2].Seconds(), "s/median")
		b.ReportMetric(took[len(took)-1].Seconds(), "s/longest")
		b.ReportMetric(float64(others[len(others)/2].Microseconds()), "µs/other")
	}
}

// While a thousand answers are held back, others are not, and all are made once their time has come.
func TestManyDelayedAnswers(t *testing.T) {
	t.Parallel()
	const n = 1000
	held, released, wall := make(chan struct{}, n), make(chan time.Time), newClock()
	s := startTimed(t, wall.now, func(time.Duration) <-chan time.Time {
		held <- struct{}{}
		return released
	})
	var all sync.WaitGroup
	for range n {
		all.Go(func() { s.timed("slow") })
	}
	for range n {
		<-held
	}
	for range 100 {
		s.timed("success") // which would not end if it had to wait for those
	}
	wall.advance(2 * time.Second)
	close(released)
	all.Wait()
}

// startTimed starts a server whose bank has a clock of its own.
func startTimed(t testing.TB, now func() time.Time, after func(time.Duration) <-chan time.Time) *server {
	t.Helper()
	s := start(t, func(c *Config) {
		bank := engine.NewBank(engine.BankConfig{
			Store: engine.NewMemory(), Now: now, After: after, NewID: func() string { return uuid.Must(uuid.NewV7()).String() },
		})
		bank.Use(newRules(t))
		c.Sessions, c.Clocks, c.Webhooks, c.APIs = nil, nil, nil, nil // its own
		c.Bank, c.Logger, c.Now = bank, zerolog.New(io.Discard), now
	})
	s.bank = s.handler.(*api).bank.(*engine.Bank)
	s.shape(nil, delayed())
	return s
}

// delayMany returns, sorted, how long each of n delayed logins took, and some that are not delayed.
func delayMany(t testing.TB, n int) (took, others []time.Duration) {
	t.Helper()
	s := startTimed(t, time.Now, time.After)
	took = make([]time.Duration, n)
	var all sync.WaitGroup
	for i := range took {
		all.Go(func() { took[i] = s.timed("slow") })
	}
	for range 100 {
		others = append(others, s.timed("success"))
	}
	all.Wait()
	slices.Sort(took)
	slices.Sort(others)
	return took, others
}

// timed returns how long a login takes.
func (s *server) timed(password string) time.Duration {
	r := httptest.NewRequest(http.MethodPost, base+"/bank_connections/authenticate", strings.NewReader(credentials(password)))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	began := time.Now()
	s.handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		s.t.Errorf("%d %s", w.Code, w.Body)
	}
	return time.Since(began)
}
