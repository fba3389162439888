package store_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

// logins are processes of every kind that a batch of SQLite's writer tells apart, in an order in which they alternate: decided
// at once, open, to be decided later, moved since, and with all there is, of several sessions, banks and users.
func logins(flow *engine.Flow, n int) []engine.Process {
	settle := func(p *engine.Process) { p.EndsAt, p.EndStatus = &p.CreatedAt, engine.Authenticated }
	kinds := []func(p *engine.Process){
		settle,
		settle,
		func(*engine.Process) {},
		func(p *engine.Process) {
			ends := p.CreatedAt.Add(2 * time.Second)
			p.EndsAt, p.EndStatus, p.MovesAt = &ends, engine.AuthenticationFailed, &ends
		},
		func(p *engine.Process) { settle(p); p.UpdatedAt = p.UpdatedAt.Add(time.Second) },
		func(p *engine.Process) { settle(p); p.MovesAt = &p.CreatedAt },
		func(p *engine.Process) { settle(p); p.API = "shop" },
		func(p *engine.Process) {
			id, api := p.ID, p.API
			*p = storetest.FullProcess(flow)
			p.ID, p.API = id, api
		},
	}
	all := make([]engine.Process, n)
	for i := range all {
		p := storetest.Process(flow)
		p.Username = fmt.Sprintf("user %d's", i%5)
		p.Session = []string{"default", "default", "other"}[i/9%3]
		p.Bank = []string{"MockBank", "Ötherbank"}[i/17%2]
		p.CreatedAt = storetest.Start.Add(time.Duration(i/3) * time.Millisecond)
		p.EnteredAt, p.UpdatedAt = p.CreatedAt, p.CreatedAt
		kinds[i/2%len(kinds)](&p)
		all[i] = p
	}
	return all
}

// TestRowsOfABatch: what was inserted together is read from the file as it was inserted, whatever stood beside it.
func TestRowsOfABatch(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 7, 64, 65, 300} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "mockbank.db")
			s, err := store.Open(t.Context(), path, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			flow := storetest.Flow(t, "one")
			rows := logins(flow, n)
			err = s.Update(t.Context(), func(tx engine.Tx) error {
				for _, p := range rows {
					if err := tx.InsertProcess(p, flow); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(t, path, store.Options{}) // which has nothing in memory
			for i, want := range rows {
				if got, err := s.Process(t.Context(), want.ID); err != nil || !reflect.DeepEqual(got, want) {
					t.Fatalf("row %d: %v\ngot  %+v\nwant %+v", i, err, got, want)
				}
			}
		})
	}
}
