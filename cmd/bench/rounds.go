package main

import (
	"context"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/measure"
)

// atRest is for how long a server is looked at that nobody asks anything.
const atRest = 10 * time.Second

// rest is how long a server is left alone before its idle memory is read.
const rest = 500 * time.Millisecond

func (b *bench) load() measure.Load {
	return measure.Load{Connections: b.connections, Duration: b.duration}
}

// measure runs the parts that are asked for. What one contender cannot do is noted, and ends nothing.
func (b *bench) measure(ctx context.Context) error {
	parts := map[string]func(context.Context){
		"start": b.starts, "logins": b.logins, "bank": b.bank, "postgres": b.onPostgres, "nodes": b.nodes,
		"reload": b.reloads, "under-load": b.underLoad, "in-flight": b.importsInFlight,
		"in-flight-postgres": b.importsOnPostgres, "scale": b.scale,
	}
	for _, name := range allParts {
		if contains(b.parts, name) && ctx.Err() == nil {
			b.progress("== %s", name)
			b.part = name
			parts[name](ctx)
		}
	}
	return ctx.Err()
}

// logins runs all contenders in turn, round after round.
func (b *bench) logins(ctx context.Context) {
	for round := range b.rounds {
		for _, stubs := range b.stubs {
			for _, c := range b.contenders {
				if ctx.Err() == nil && b.takesPart(c, stubs) {
					b.round(ctx, c, stubs, round)
				}
			}
		}
	}
}

// takesPart leaves out what would only be measured again: who does not look at the stubs runs with
// the middle number of them.
func (b *bench) takesPart(c *contender.Contender, stubs int) bool {
	if c.MaxStubs > 0 && stubs > c.MaxStubs {
		return false
	}
	return c.Counts || stubs == b.stubs[len(b.stubs)/2]
}

func (b *bench) round(ctx context.Context, c *contender.Contender, stubs, round int) {
	b.with(ctx, c, stubs, func(s *contender.Server) error {
		b.record(round, b.load().Logins(ctx, s))
		return nil
	})
}

// with runs a contender for as long as use takes.
func (b *bench) with(ctx context.Context, c *contender.Contender, stubs int, use func(s *contender.Server) error) {
	b.on(ctx, c, stubs, "", use)
}

// on is as with, on a database; "" is a file of the contender's own.
func (b *bench) on(ctx context.Context, c *contender.Contender, stubs int, database string, use func(s *contender.Server) error) {
	s, err := c.Start(ctx, stubs, database)
	if err != nil {
		b.results.NotMeasured(c.Name, err.Error())
		b.progress("%s: %v", c.Name, err)
		return
	}
	select {
	case <-time.After(rest):
	case <-ctx.Done():
	}
	if err := use(s); err != nil {
		b.results.NotMeasured(c.Name, err.Error())
		b.progress("%s: %v", c.Name, err)
	}
	if err := s.Stop(); err != nil {
		b.progress("%s: %v", c.Name, err)
	}
}

func (b *bench) record(round int, samples ...measure.Sample) {
	for _, s := range samples {
		s.Part, s.Round = b.part, round
		b.results.Samples = append(b.results.Samples, s)
		b.progress("round %d  %-38s %-24s %6d  %8.1f/s  median %v  p99 %v  cpu %v  rss %d/%d MB  start %v  failed %d %s",
			round+1, s.Contender, s.Work, s.Stubs, s.Rate, s.Median.Round(10*time.Microsecond), s.P99.Round(10*time.Microsecond),
			s.CPU.Round(100*time.Nanosecond), s.Idle>>20, s.Loaded>>20, s.Start.Round(time.Millisecond), s.Failed, s.Failure)
	}
}
