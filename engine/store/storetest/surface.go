package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

func testIdentifiers(t *testing.T, s suite) {
	ends := Start.Add(time.Hour)
	full := engine.Identifier{
		API: "a", Kind: "code", Lookup: "c0", Session: "s", Owner: "process p", Element: 1, Ordinal: 2,
		Process: "p", Connection: "c", ExpiresAt: &ends, UsedAt: &ends,
	}
	plain := engine.Identifier{API: "a", Kind: "account", Lookup: "a0", Session: "s", Owner: "connection c"}
	other := engine.Identifier{API: "b", Kind: "account", Lookup: "a0", Session: "t", Owner: "connection c"}
	s.update(t, func(tx engine.Tx) error {
		return errors.Join(tx.SaveIdentifier(full), tx.SaveIdentifier(plain), tx.SaveIdentifier(other))
	})
	read := s.store.Surface(s.ctx)
	found, err := read.Identifier("a", "c0")
	is(t, err, nil)
	same(t, found, full)
	_, err = read.Identifier("b", "c0")
	is(t, err, engine.ErrNotFound)
	list, err := read.Identifiers("a", "connection c", "process p", "nobody")
	is(t, err, nil)
	same(t, list, []engine.Identifier{plain, full})
	s.update(t, func(tx engine.Tx) error {
		list, err := tx.Identifiers("b", "connection c")
		same(t, list, []engine.Identifier{other})
		return err
	})
	plain.Connection = "newer"
	s.update(t, func(tx engine.Tx) error { return tx.SaveIdentifier(plain) })
	found, err = read.Identifier("a", "a0")
	is(t, err, nil)
	same(t, found, plain)

	s.update(t, func(tx engine.Tx) error { return tx.UseIdentifier("a", "a0", ends) })
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.UseIdentifier("a", "a0", ends) }), engine.ErrStale)
	s.update(t, func(tx engine.Tx) error { return forgetAll(tx, "s") })
	_, err = read.Identifier("a", "a0")
	is(t, err, engine.ErrNotFound)
	_, err = read.Identifier("b", "a0")
	is(t, err, nil)
}

func testKept(t *testing.T, s suite) {
	kept := engine.Kept{ProcessID: "p", Session: "s", API: "a", Fields: `{"reference":"r"}`}
	s.update(t, func(tx engine.Tx) error { return tx.SaveKept(kept) })
	found, err := s.store.Surface(s.ctx).Kept("p")
	is(t, err, nil)
	same(t, found, kept)
	kept.Fields = ""
	s.update(t, func(tx engine.Tx) error {
		if err := tx.SaveKept(kept); err != nil {
			return err
		}
		found, err := tx.Kept("p")
		same(t, found, kept)
		return err
	})
	s.update(t, func(tx engine.Tx) error { return forgetAll(tx, "s") })
	_, err = s.store.Surface(s.ctx).Kept("p")
	is(t, err, engine.ErrNotFound)
}

func testRebind(t *testing.T, s suite) {
	first, second := Flow(t, "first"), Flow(t, "second")
	p := Process(first)
	s.addProcess(t, p, first)
	p.Username, p.Bank, p.Scenario, p.Trigger, p.Rules = "other", "bank", "second", "key", "2;x"
	p.Captures, p.Seed, p.FlowHash = engine.Captures{"code": "x"}, 7, second.Hash()
	s.update(t, func(tx engine.Tx) error { return tx.RebindProcess(p, second) })
	p.Version++
	same(t, s.process(t, p.ID), p)
	p.Version--
	is(t, s.store.Update(s.ctx, func(tx engine.Tx) error { return tx.RebindProcess(p, second) }), engine.ErrStale)
}
