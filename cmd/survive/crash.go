package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	clients = 16
	// shortest and longest are how long a round's load lasts before the kill.
	shortest, longest = 100 * time.Millisecond, time.Second
	// sampled is how many entries of earlier rounds are asked for after each crash; the last round asks for all.
	sampled = 300
	// restPatience is how long imports and webhooks may take to come to rest after the last start.
	restPatience = 2 * time.Minute
)

// crashes is how rounds of crashes went.
type crashes struct {
	rounds, acknowledged, asked int
	lost                        []string
	counts                      map[string]int
	slowest                     time.Duration // start
}

// String says it in a line.
func (c *crashes) String() string {
	var kinds []string
	for kind, n := range c.counts {
		kinds = append(kinds, fmt.Sprintf("%d %s", n, kind))
	}
	slices.Sort(kinds)
	return fmt.Sprintf("%d rounds, %d acknowledged (%s), asked for %d times, %d lost; slowest start %s",
		c.rounds, c.acknowledged, strings.Join(kinds, ", "), c.asked, len(c.lost), c.slowest.Round(time.Millisecond))
}

// crash kills the bank under load, round after round, and asks after each for what it had acknowledged.
func crash(ctx context.Context, b *bank, rounds int) (*crashes, error) {
	l, result := newLedger(), &crashes{}
	for range rounds {
		if err := result.start(ctx, b); err != nil {
			return result, err
		}
		before := len(l.all(0))
		length := shortest + rand.N(longest-shortest)
		if err := load(ctx, b, l, length, true); err != nil {
			return result, err
		}
		if err := result.start(ctx, b); err != nil {
			return result, err
		}
		asked := l.all(before)
		for range min(sampled, before) {
			asked = append(asked, l.all(0)[rand.N(before)])
		}
		result.ask(ctx, b, asked, entry.check)
		if err := b.kill(); err != nil {
			return result, err
		}
		result.rounds++
	}
	if err := result.start(ctx, b); err != nil {
		return result, err
	}
	result.ask(ctx, b, l.all(0), entry.check)
	result.ask(ctx, b, l.all(0), entry.rest)
	result.acknowledged, result.counts = len(l.entries), l.counts
	if len(result.lost) > 0 {
		return result, errors.New("lost: " + strings.Join(result.lost[:min(20, len(result.lost))], "; "))
	}
	return result, nil
}

func (c *crashes) start(ctx context.Context, b *bank) error {
	begun := time.Now()
	err := b.start(ctx)
	c.slowest = max(c.slowest, time.Since(begun))
	return err
}

func (e entry) check(ctx context.Context, b *bank) error { return e.holds(ctx, b) }

// rest waits for what is to come of an entry.
func (e entry) rest(ctx context.Context, b *bank) error {
	if e.finally == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, restPatience)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		err := e.finally(ctx, b)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}

// ask asks for entries, many at once.
func (c *crashes) ask(ctx context.Context, b *bank, entries []entry, how func(entry, context.Context, *bank) error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	next := make(chan entry)
	for range clients {
		all.Go(func() {
			for e := range next {
				err := how(e, ctx, b)
				mu.Lock()
				if c.asked++; err != nil {
					c.lost = append(c.lost, fmt.Sprintf("%s %s: %v", e.kind, e.name, err))
				}
				mu.Unlock()
			}
		})
	}
	for _, e := range entries {
		next <- e
	}
	close(next)
	all.Wait()
}

// load has clients do what they do for so long, and may kill the bank while they do. It returns what speaks against
// the bank.
func load(ctx context.Context, b *bank, l *ledger, length time.Duration, kills bool) error {
	return loadAt(ctx, b, l, length, kills, 0)
}

// loadAt is load with at most so many deeds a second, 0 for as many as can be.
func loadAt(ctx context.Context, b *bank, l *ledger, length time.Duration, kills bool, rate int) error {
	var pace <-chan time.Time
	if rate > 0 {
		ticker := time.NewTicker(time.Second / time.Duration(rate))
		defer ticker.Stop()
		pace = ticker.C
	}
	done, stop := context.WithTimeout(ctx, length)
	defer stop()
	errs := make([]error, clients)
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			for done.Err() == nil && errs[i] == nil {
				if pace != nil {
					select {
					case <-pace:
					case <-done.Done():
						return
					}
				}
				// A request goes on after the time is up: a crash cuts it off, not its client.
				if err := deeds[rand.N(len(deeds))](ctx, b, l); err != nil && !errors.Is(err, errCut) {
					errs[i] = err
				}
			}
		})
	}
	<-done.Done()
	if kills {
		errs = append(errs, b.kill())
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err // one of many that say the same
		}
	}
	return nil
}
