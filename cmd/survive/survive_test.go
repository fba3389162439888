package main

import (
	"errors"
	"testing"

	"github.com/mockbank/mockbank/engine/store/pgtest"
)

// Five rounds of what the command does a hundred times.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	binary := built(t)
	for name, address := range map[string]func(*testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return pgtest.Start(t).NewDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, err := crash(t.Context(), testBank(t, address(t)), 5)
			t.Log(result)
			if err != nil || result.acknowledged == 0 || result.rounds != 5 {
				t.Fatal(err)
			}
		})
	}
	for _, f := range faults {
		t.Run("storage/"+f.name, func(t *testing.T) {
			t.Parallel()
			switch err := f.try(t.Context(), binary); {
			case errors.Is(err, errCannot):
				t.Skip("MISSING: the rights to make a file system:", err)
			case err != nil:
				t.Error(err)
			}
		})
	}
}

// The ledger itself notices what is missing: an entry that does not hold is lost, one that never comes to rest too.
func TestTheLedgerNoticesLoss(t *testing.T) {
	t.Parallel()
	b := testBank(t, "")
	if err := b.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	l := newLedger()
	if err := connects(t.Context(), b, l); err != nil {
		t.Fatal(err)
	}
	if err := b.kill(); err != nil {
		t.Fatal(err)
	}
	if err := removeAll(b.database); err != nil {
		t.Fatal(err)
	}
	if err := b.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	result := &crashes{}
	if result.ask(t.Context(), b, l.all(0), entry.check); len(result.lost) != 2 {
		t.Errorf("a process and a connection are gone, and it says %v", result.lost)
	}
}
