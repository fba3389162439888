package jobs_test

import (
	"context"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/jobs"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/pgtest"
)

// BenchmarkImports has b.N imports of 3 s in flight at once, and reports how late their jobs are.
func BenchmarkImports(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkImports(b, filepath.Join(b.TempDir(), "mockbank.db")) })
	b.Run("postgres", func(b *testing.B) { benchmarkImports(b, pgtest.Start(b).NewDatabase(b)) })
}

func benchmarkImports(b *testing.B, address string) {
	w := newWorld(b, address, 3*time.Second)
	late := &lags{}
	ids := make([]string, b.N)
	var all sync.WaitGroup
	for worker := range 16 {
		all.Go(func() {
			for i := worker; i < len(ids); i += 16 {
				ids[i] = w.connect(b, "straight")
			}
		})
	}
	all.Wait()
	b.ResetTimer()
	w.start(b, jobs.Config{Metrics: late})
	logins := &lags{} // how long a login takes beside them
	ctx, cancel := context.WithCancel(b.Context())
	for range 4 {
		all.Go(func() { logIn(ctx, b, w.bank, logins) })
	}
	last := ""
	eventually(b, "the end of all imports", func() bool {
		filter := engine.ConnectionFilter{After: last, Limit: 200}
		page, err := w.records.Connections(b.Context(), filter)
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range page {
			if c.Status == engine.InProgress {
				return false
			}
			last = c.ID
		}
		return len(page) == 0
	})
	b.StopTimer()
	cancel()
	all.Wait()
	late.report(b, "lag")
	logins.report(b, "login")
}

// logIn logs in, over and over, until ctx ends.
func logIn(ctx context.Context, b *testing.B, bank *engine.Bank, took *lags) {
	for ctx.Err() == nil {
		start := time.Now()
		_, err := bank.Authenticate(ctx, engine.Login{Username: "tester", Password: "straight"})
		if err != nil && ctx.Err() == nil {
			b.Error(err)
			return
		}
		took.ImportAdvanced(time.Since(start), nil)
	}
}

// lags collects how late jobs began.
type lags struct {
	mu  sync.Mutex
	all []time.Duration
}

func (l *lags) ImportAdvanced(lag time.Duration, _ error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, lag)
}

func (l *lags) CleanedUp(store.Removed, error) {}

func (l *lags) DeliveryAttempted(_, _ time.Duration, _ bool) {}

func (l *lags) report(b *testing.B, what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	slices.Sort(l.all)
	at := func(part float64) float64 { return l.all[int(part*float64(len(l.all)-1))].Seconds() * 1000 }
	b.ReportMetric(float64(len(l.all))/b.Elapsed().Seconds(), what+"s/s")
	b.ReportMetric(at(0.5), what+"-p50-ms")
	b.ReportMetric(at(0.99), what+"-p99-ms")
	b.ReportMetric(at(1), what+"-max-ms")
}
