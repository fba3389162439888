package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"
)

// reloads is how reloads under load went.
type reloads struct {
	applied, refused, acknowledged int
	slowest                        time.Duration
}

// String says it in a line.
func (r *reloads) String() string {
	return fmt.Sprintf("%d reloads applied and %d refused while %d things were acknowledged; the slowest took %s",
		r.applied, r.refused, r.acknowledged, r.slowest.Round(time.Millisecond))
}

// reload saves and reloads again and again under load, every second time a file that is broken. No request may fail,
// and each good save is live once it is told to be.
func reload(ctx context.Context, b *bank, rounds int) (*reloads, error) {
	r, l := &reloads{}, newLedger()
	if err := b.start(ctx); err != nil {
		return r, err
	}
	loading, stop := context.WithCancel(ctx)
	var loaded error
	var all sync.WaitGroup
	all.Go(func() {
		for loading.Err() == nil && loaded == nil {
			loaded = load(ctx, b, l, time.Second, false)
		}
	})
	var err error
	for i := 0; i < rounds && err == nil; i++ {
		begun := time.Now()
		if i%2 == 0 {
			err = r.good(ctx, b, fmt.Sprintf("m%d", i))
		} else {
			err = r.broken(ctx, b, i)
		}
		r.slowest = max(r.slowest, time.Since(begun))
	}
	stop()
	all.Wait()
	r.acknowledged = len(l.entries)
	lost := &crashes{}
	lost.ask(ctx, b, l.all(0), entry.check)
	if len(lost.lost) > 0 {
		err = errors.Join(err, fmt.Errorf("lost: %v", lost.lost[:min(5, len(lost.lost))]))
	}
	return r, errors.Join(err, loaded)
}

func (r *reloads) good(ctx context.Context, b *bank, marker string) error {
	if err := b.save(marker); err != nil {
		return err
	}
	got, err := b.do(ctx, http.MethodPost, "/admin/v1/reload", nil, nil)
	if err != nil || got.status != http.StatusOK {
		return errors.Join(err, fmt.Errorf("a good file: %+v", got))
	}
	r.applied++
	return plays(ctx, b, marker)
}

// plays reports whether the scenario of a marker is live.
func plays(ctx context.Context, b *bank, marker string) error {
	_, got, err := login(ctx, b, "tester", "marker", nil)
	if err == nil && got.header.Get("X-Mockbank-Scenario") != marker {
		err = fmt.Errorf("it plays %q, not %q", got.header.Get("X-Mockbank-Scenario"), marker)
	}
	return err
}

func (r *reloads) broken(ctx context.Context, b *bank, i int) error {
	texts := []string{"", "version: 1\nscenarios:\n  - {name: x, when: {passw", "scenarios: [{name: x, wehn: {}}]\n", "\x00\x01"}
	if err := os.WriteFile(b.config, []byte(texts[i/2%len(texts)]), 0o644); err != nil {
		return err
	}
	got, err := b.do(ctx, http.MethodPost, "/admin/v1/reload", nil, nil)
	if err != nil || got.status != http.StatusUnprocessableEntity {
		return errors.Join(err, fmt.Errorf("a broken file: %+v", got))
	}
	r.refused++
	return plays(ctx, b, fmt.Sprintf("m%d", i-1))
}
