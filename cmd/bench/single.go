package main

import (
	"context"
	"fmt"
	"os"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/measure"
	"github.com/mockbank/mockbank/cmd/bench/report"
)

// starts measures mockbank with its default file and an empty folder: the time to the first answer,
// the memory at rest, and how soon a saved change is live.
func (b *bench) starts(ctx context.Context) {
	yaml, err := os.ReadFile(b.defaultFile)
	if err != nil {
		b.results.NotMeasured("start", err.Error())
		return
	}
	c := contender.Default(b.binary, yaml)
	for range 2 * b.rounds {
		b.with(ctx, c, 1, func(s *contender.Server) error {
			measure.Settle(ctx, s, 3*rest)
			idle, _ := s.Resident()
			alone := measure.AtRest(ctx, s, atRest)
			live, err := measure.SaveToLive(ctx, s)
			b.results.Starts = append(b.results.Starts, report.Start{Took: s.StartedIn, Idle: idle, Rest: alone, Live: live})
			return err
		})
	}
}

// bank measures mockbank's further endpoints beside the baseline's, and logins at half the peak.
func (b *bench) bank(ctx context.Context) {
	stubs := b.stubs[len(b.stubs)/2]
	for round := range b.rounds {
		for _, c := range b.contenders {
			if c.Name == contender.MuxBaseline {
				b.with(ctx, c, stubs, func(s *contender.Server) error {
					login := b.load().Logins(ctx, s)
					b.record(round, login, b.load().BaselineReads(ctx, s), b.load().AtRate(ctx, s, login.Rate/2))
					return nil
				})
			}
		}
		b.with(ctx, b.mockbank, stubs, func(s *contender.Server) error {
			peak := b.load().Logins(ctx, s)
			b.record(round, b.load().AtRate(ctx, s, peak.Rate/2))
			samples, err := b.load().Bank(ctx, s, 20_000)
			b.record(round, samples...)
			return err
		})
	}
}

// nodes measures one to three nodes on PostgreSQL, and one on SQLite beside them.
func (b *bench) nodes(ctx context.Context) {
	postgres, err := contender.StartPostgres(ctx)
	if err != nil {
		b.results.NotMeasured("nodes on PostgreSQL", err.Error())
		return
	}
	defer postgres.Stop()
	for round := range b.rounds {
		b.onNodes(ctx, round, nil, 1)
		for nodes := 1; nodes <= 3; nodes++ {
			b.onNodes(ctx, round, postgres, nodes)
		}
	}
}

func (b *bench) onNodes(ctx context.Context, round int, postgres *contender.Postgres, nodes int) {
	samples, err := b.load().Nodes(ctx, b.mockbank, postgres, nodes, b.stubs[0])
	b.record(round, samples...)
	if err != nil {
		b.results.NotMeasured(fmt.Sprintf("nodes: %d", nodes), err.Error())
		b.progress("%v", err)
	}
}

// reloads gives good and bad files to everybody who takes files.
func (b *bench) reloads(ctx context.Context) {
	for _, stubs := range []int{b.stubs[0], b.stubs[len(b.stubs)-1]} {
		for _, c := range b.contenders {
			if !c.Reloads() || ctx.Err() != nil || c.MaxStubs > 0 && stubs > c.MaxStubs || stubs != b.stubs[0] &&
				c.Family == contender.Peer {
				continue
			}
			r := measure.Reloads(ctx, c, stubs)
			b.results.Reloads = append(b.results.Reloads, r)
			b.progress("%+v", r)
		}
	}
}

// underLoad saves the largest file, first with one change and then with changes everywhere, while mockbank answers at half its peak.
func (b *bench) underLoad(ctx context.Context) {
	for range b.rounds {
		b.with(ctx, b.mockbank, b.stubs[len(b.stubs)-1], func(s *contender.Server) error {
			peak := b.load().Logins(ctx, s)
			for _, reload := range []func(context.Context, *contender.Server, float64) (measure.UnderLoad, error){
				b.load().OneUnderLoad, b.load().ReloadUnderLoad,
			} {
				r, err := reload(ctx, s, peak.Rate/2)
				if err != nil {
					return err
				}
				b.results.UnderLoad = append(b.results.UnderLoad, r)
				b.progress("%+v", r)
			}
			return nil
		})
	}
}

func (b *bench) importsInFlight(ctx context.Context) {
	if b.inFlight == 0 {
		return
	}
	r, err := b.load().ImportsInFlight(ctx, b.mockbank, b.inFlight)
	if err != nil {
		b.results.NotMeasured("imports in flight", err.Error())
		b.progress("%v", err)
		return
	}
	b.results.InFlight = &r
	b.progress("%+v", r)
}
