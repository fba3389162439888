package measure

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/load"
)

// Nodes measures logins over a number of nodes that share one PostgreSQL database.
func (l Load) Nodes(ctx context.Context, bank *contender.Contender, postgres *contender.Postgres, nodes, stubs int) (_ Sample, err error) {
	database, err := postgres.NewDatabase(ctx)
	if err != nil {
		return Sample{}, err
	}
	servers := make([]*contender.Server, 0, nodes)
	defer func() {
		for _, s := range servers {
			err = errors.Join(err, s.Stop())
		}
	}()
	for range nodes {
		s, err := bank.Start(ctx, stubs, database)
		if err != nil {
			return Sample{}, err
		}
		servers = append(servers, s)
	}
	l.together(ctx, servers, l.Duration/warmUp)
	result := l.together(ctx, servers, l.Duration)
	sample := describe(servers[0], Login, result, 0, 0, 0)
	sample.Contender = NodesName(nodes)
	return sample, nil
}

// NodesName is what samples of [Load.Nodes] are called.
func NodesName(nodes int) string { return fmt.Sprintf("mockbank, PostgreSQL, nodes: %d", nodes) }

// together drives all servers at once, the connections shared out among them.
func (l Load) together(ctx context.Context, servers []*contender.Server, duration time.Duration) load.Result {
	results := make([]load.Result, len(servers))
	var all sync.WaitGroup
	for i, s := range servers {
		all.Go(func() {
			run := load.Run{
				Address: s.Address, Connections: max(1, l.Connections/len(servers)),
				Duration: duration, Want: []byte(s.Want()), Next: draw(s.Requests(&s.Setup)),
			}
			results[i] = run.Do(ctx)
		})
	}
	all.Wait()
	return load.Join(results)
}
