package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// ledger holds what was acknowledged. An entry knows how to ask whether it still holds.
type ledger struct {
	mu      sync.Mutex
	entries []entry
	counts  map[string]int
	serial  atomic.Int64
}

// entry is one thing that was acknowledged.
type entry struct {
	kind, name string
	holds      func(ctx context.Context, b *bank) error
	// finally holds once everything has come to rest; nil where there is nothing more to ask.
	finally func(ctx context.Context, b *bank) error
}

func newLedger() *ledger { return &ledger{counts: make(map[string]int)} }

func (l *ledger) add(e entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
	l.counts[e.kind]++
}

// all returns the entries from one on.
func (l *ledger) all(from int) []entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]entry(nil), l.entries[min(from, len(l.entries)):]...)
}

// process and connection are the parts of answers that are looked at.
type process struct {
	ID     string `json:"bank_authentication_process_id"`
	Status string `json:"status"`
}

type connection struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// deeds are what clients do. Each adds to the ledger what was acknowledged, and returns what speaks against the bank;
// a request that was cut off by a crash is nobody's fault.
var deeds = []func(context.Context, *bank, *ledger) error{connects, keys, challenges, counts, turns}

func login(ctx context.Context, b *bank, username, password string, header http.Header) (process, *answer, error) {
	got, err := b.do(ctx, http.MethodPost, api+"/authenticate", header, map[string]string{"username": username, "password": password})
	if err != nil {
		return process{}, nil, errCut
	}
	var p process
	return p, got, got.into(http.StatusOK, &p)
}

// errCut says that a crash cut a request off.
var errCut = fmt.Errorf("cut off")

func (l *ledger) processIs(id string, statuses ...string) entry {
	return entry{kind: "processes", name: id, holds: func(ctx context.Context, b *bank) error {
		got, err := b.do(ctx, http.MethodGet, api+"/authenticate/"+id, nil, nil)
		if err != nil {
			return err
		}
		var p process
		if err := got.into(http.StatusOK, &p); err != nil {
			return err
		}
		for _, status := range statuses {
			if p.Status == status {
				return nil
			}
		}
		return fmt.Errorf("it is %s, not %v", p.Status, statuses)
	}}
}

// connects logs in and connects.
func connects(ctx context.Context, b *bank, l *ledger) error {
	_, got, err := login(ctx, b, "tester", "success", nil)
	if err != nil {
		return err
	}
	var p process
	if err := got.into(http.StatusOK, &p); err != nil {
		return err
	}
	l.add(l.processIs(p.ID, "AUTHENTICATED"))
	got, err = b.do(ctx, http.MethodPost, api, nil, map[string]string{"bank_authentication_process_id": p.ID})
	if err != nil {
		return errCut
	}
	var c connection
	if err := got.into(http.StatusCreated, &c); err != nil {
		return err
	}
	status := func(ctx context.Context, b *bank) (string, error) {
		got, err := b.do(ctx, http.MethodGet, api+"/"+c.ID, nil, nil)
		if err != nil {
			return "", err
		}
		var now connection
		err = got.into(http.StatusOK, &now)
		return now.Status, err
	}
	l.add(entry{kind: "connections", name: c.ID,
		holds: func(ctx context.Context, b *bank) error { _, err := status(ctx, b); return err },
		finally: func(ctx context.Context, b *bank) error {
			now, err := status(ctx, b)
			switch {
			case err != nil:
				return err
			case now != "SUCCESS":
				return fmt.Errorf("the import is %s", now)
			case !b.hooks.heard(c.ID):
				return fmt.Errorf("no webhook notified of its end")
			}
			return nil
		}})
	return nil
}

// keys logs in with an Idempotency-Key, whose first answer is kept.
func keys(ctx context.Context, b *bank, l *ledger) error {
	key := fmt.Sprintf("key-%d-%d", time.Now().UnixNano(), l.serial.Add(1))
	again := func(ctx context.Context, b *bank) (*answer, error) {
		return b.do(ctx, http.MethodPost, api+"/authenticate", http.Header{"Idempotency-Key": {key}},
			map[string]string{"username": key, "password": "success"})
	}
	first, err := again(ctx, b)
	if err != nil {
		return errCut
	}
	if first.status != http.StatusOK {
		return fmt.Errorf("%d: %s", first.status, first.body)
	}
	l.add(entry{kind: "keys", name: key, holds: func(ctx context.Context, b *bank) error {
		got, err := again(ctx, b)
		if err == nil && (got.status != first.status || string(got.body) != string(first.body)) {
			err = fmt.Errorf("the repeat got %d %s, the first %s", got.status, got.body, first.body)
		}
		return err
	}})
	return nil
}

// challenges answers a challenge, whose outcome stays.
func challenges(ctx context.Context, b *bank, l *ledger) error {
	_, got, err := login(ctx, b, "tester", "challenge", nil)
	if err != nil {
		return err
	}
	var p process
	if err := got.into(http.StatusOK, &p); err != nil {
		return err
	}
	got, err = b.do(ctx, http.MethodPost, api+"/confirm_challenge_response", nil,
		map[string]string{"bank_authentication_process_id": p.ID, "challenge_response": "123456"})
	if err != nil { // it may have been answered, or not
		l.add(l.processIs(p.ID, "AUTHENTICATED", "CHALLENGE_RESPONSE_REQUIRED"))
		return errCut
	}
	if err := got.into(http.StatusOK, &p); err != nil {
		return err
	}
	e := l.processIs(p.ID, "AUTHENTICATED")
	e.kind = "challenges"
	l.add(e)
	return nil
}

// counts logs a user in three times: the fourth is locked, whenever it comes.
func counts(ctx context.Context, b *bank, l *ledger) error {
	user := fmt.Sprintf("user-%d-%d", time.Now().UnixNano(), l.serial.Add(1))
	for range 3 {
		if _, _, err := login(ctx, b, user, "counted", nil); err != nil {
			return err
		}
	}
	l.add(entry{kind: "counters", name: user, holds: func(ctx context.Context, b *bank) error {
		got, err := b.do(ctx, http.MethodPost, api+"/authenticate", nil, map[string]string{"username": user, "password": "counted"})
		if err == nil && got.header.Get("X-Mockbank-Scenario") != "locked" {
			err = fmt.Errorf("the next login is %q, not locked", got.header.Get("X-Mockbank-Scenario"))
		}
		return err
	}})
	return nil
}

// turns freezes the clock of a session of its own and sets it forward.
func turns(ctx context.Context, b *bank, l *ledger) error {
	name := fmt.Sprintf("s-%d-%d", time.Now().UnixNano(), l.serial.Add(1))
	if got, err := b.do(ctx, http.MethodPost, "/admin/v1/sessions", nil, map[string]any{"id": name, "frozen": true}); err != nil {
		return errCut
	} else if got.status != http.StatusCreated {
		return fmt.Errorf("%d: %s", got.status, got.body)
	}
	got, err := b.do(ctx, http.MethodPost, "/admin/v1/sessions/"+name+"/clock", nil, map[string]string{"advance": "1h"})
	if err != nil {
		return errCut
	}
	var turned struct{ Now string }
	if err := got.into(http.StatusOK, &turned); err != nil {
		return err
	}
	l.add(entry{kind: "clocks", name: name, holds: func(ctx context.Context, b *bank) error {
		got, err := b.do(ctx, http.MethodGet, "/admin/v1/sessions/"+name, nil, nil)
		if err != nil {
			return err
		}
		var now struct{ Now string }
		if err := got.into(http.StatusOK, &now); err == nil && now.Now != turned.Now {
			return fmt.Errorf("its clock shows %s, not %s", now.Now, turned.Now)
		} else if err != nil {
			return err
		}
		return nil
	}})
	return nil
}
