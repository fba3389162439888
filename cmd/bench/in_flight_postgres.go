package main

import (
	"context"

	"github.com/mockbank/mockbank/cmd/bench/contender"
)

// importsOnPostgres looks at one node on PostgreSQL while many imports are under way.
func (b *bench) importsOnPostgres(ctx context.Context) {
	if b.inFlight == 0 {
		return
	}
	const name = "imports in flight on PostgreSQL"
	postgres, err := contender.StartPostgres(ctx)
	if err != nil {
		b.results.NotMeasured(name, err.Error())
		return
	}
	defer postgres.Stop()
	o, err := b.load().ImportsOnPostgres(ctx, b.mockbank, postgres, b.inFlight)
	if err != nil {
		b.results.NotMeasured(name, err.Error())
		b.progress("%v", err)
		return
	}
	b.results.OnPostgres = &o
	b.progress("%+v", o)
}
