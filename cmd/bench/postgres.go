package main

import (
	"context"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/measure"
)

// madeOnPostgres is how many processes are made to be read and connected, a round.
const madeOnPostgres = 12_000

// onPostgres measures one node beside bare servers on the same PostgreSQL.
func (b *bench) onPostgres(ctx context.Context) {
	postgres, err := contender.StartPostgres(ctx)
	if err == nil {
		defer postgres.Stop()
		b.results.Durability, err = postgres.Durability(ctx)
	}
	if err != nil {
		b.results.NotMeasured("bare servers on PostgreSQL", err.Error())
		return
	}
	b.progress("%s", b.results.Durability)
	for round := range b.rounds {
		for _, c := range append(contender.PostgresBaselines(b.baseline), contender.MockbankOnPostgres(b.binary)) {
			if ctx.Err() != nil {
				return
			}
			b.besidePostgres(ctx, round, postgres, c)
		}
	}
}

func (b *bench) besidePostgres(ctx context.Context, round int, postgres *contender.Postgres, c *contender.Contender) {
	database, err := postgres.NewDatabase(ctx)
	if err != nil {
		b.results.NotMeasured(c.Name, err.Error())
		return
	}
	b.on(ctx, c, b.stubs[0], database, func(s *contender.Server) error {
		b.record(round, b.load().Logins(ctx, s))
		if c.Family != contender.Own {
			sample, err := b.load().RowReads(ctx, s, madeOnPostgres/10)
			b.record(round, sample)
			return err
		}
		var samples []measure.Sample
		samples, err = b.load().Bank(ctx, s, madeOnPostgres)
		b.record(round, samples...)
		return err
	})
}
