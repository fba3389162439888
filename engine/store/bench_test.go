package store_test

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/pgtest"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

// benchClients is how many goroutines log in at once.
const benchClients = 32

func BenchmarkInsertProcess(b *testing.B) {
	file := func(options store.Options) func(b *testing.B) engine.Store {
		return func(b *testing.B) engine.Store {
			return open(b, filepath.Join(b.TempDir(), "mockbank.db"), options)
		}
	}
	for _, c := range []struct {
		name string
		open func(b *testing.B) engine.Store
	}{
		{"memory", func(*testing.B) engine.Store { return engine.NewMemory() }},
		{"sqlite/full", file(store.Options{})},
		{"sqlite/normal", file(store.Options{Synchronous: store.SynchronousNormal})},
		{"sqlite/full-not-gathered", file(store.NotGathered(store.Options{}))},
		{"sqlite/full-alone", file(store.Alone(store.Options{}))},
		{"sqlite/normal-alone", file(store.Alone(store.Options{Synchronous: store.SynchronousNormal}))},
		{"postgres", func(b *testing.B) engine.Store {
			return open(b, pgtest.Start(b).NewDatabase(b), store.Options{})
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := c.open(b)
			flow := storetest.Flow(b, "one")
			clients(b, func() error {
				p := storetest.Process(flow)
				return s.Update(b.Context(), func(tx engine.Tx) error { return tx.InsertProcess(p, flow) })
			})
		})
	}
}

func BenchmarkInsertConnection(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "mockbank.db"), store.Options{})
	flow := storetest.Flow(b, "one")
	clients(b, func() error {
		c := storetest.Connection(flow)
		return s.Update(b.Context(), func(tx engine.Tx) error { return tx.InsertConnection(c, flow, time.Time{}) })
	})
}

func BenchmarkProcess(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "mockbank.db"), store.Options{})
	flow := storetest.Flow(b, "one")
	p := storetest.FullProcess(flow)
	if err := s.Update(b.Context(), func(tx engine.Tx) error { return tx.InsertProcess(p, flow) }); err != nil {
		b.Fatal(err)
	}
	clients(b, func() error {
		_, err := s.Process(b.Context(), p.ID)
		return err
	})
}

// clients shares b.N calls of do among goroutines that run at once.
func clients(b *testing.B, do func() error) {
	b.Helper()
	b.ReportAllocs()
	b.ResetTimer()
	var left atomic.Int64
	left.Store(int64(b.N))
	var all sync.WaitGroup
	for range benchClients {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				if err := do(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "changes/s")
}
