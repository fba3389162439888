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

// made is how many processes are read, and connected, over the nodes.
const made = 6_000

// Nodes measures logins, polls and connections over a number of nodes that share one PostgreSQL
// database; without a PostgreSQL, over one node on SQLite.
func (l Load) Nodes(ctx context.Context, bank *contender.Contender, postgres *contender.Postgres, nodes,
	stubs int) (_ []Sample, err error) {
	database := ""
	if postgres != nil {
		if database, err = postgres.NewDatabase(ctx); err != nil {
			return nil, err
		}
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
			return nil, err
		}
		servers = append(servers, s)
	}
	samples, err := l.overNodes(ctx, servers)
	name := NodesName(nodes)
	if postgres == nil {
		name = OnSQLite
	}
	for i := range samples {
		samples[i].Contender = name
	}
	return samples, err
}

func (l Load) overNodes(ctx context.Context, servers []*contender.Server) ([]Sample, error) {
	logins := func(s *contender.Server, _ int) load.Run {
		return load.Run{Want: []byte(s.Want()), Next: draw(s.Requests(&s.Setup))}
	}
	l.together(ctx, servers, l.Duration/warmUp, logins)
	login := describe(servers[0], Login, l.together(ctx, servers, l.Duration, logins), 0, 0, 0)
	processes, err := l.logins(ctx, servers[0], made)
	if err != nil {
		return []Sample{login}, err
	}
	poll := describe(servers[0], Process, l.together(ctx, servers, l.Duration, func(s *contender.Server, _ int) load.Run {
		return load.Run{Want: []byte("AUTHENTICATED"), Next: draw(reads(s, connectionsPath+"/authenticate/", processes))}
	}), 0, 0, 0)
	connect := describe(servers[0], Connect, l.together(ctx, servers, l.Duration, func(s *contender.Server, at int) load.Run {
		share := len(processes) / len(servers)
		apart := Load{Connections: l.each(servers)}
		return apart.once(s, connectRequests(s, processes[at*share:(at+1)*share]))
	}), 0, 0, 0)
	return []Sample{login, poll, connect}, nil
}

// OnSQLite is what samples of [Load.Nodes] are called that have no PostgreSQL.
const OnSQLite = "mockbank, SQLite, one node"

// NodesName is what samples of [Load.Nodes] are called.
func NodesName(nodes int) string { return fmt.Sprintf("mockbank, PostgreSQL, nodes: %d", nodes) }

// each is how many connections each server gets.
func (l Load) each(servers []*contender.Server) int { return max(1, l.Connections/len(servers)) }

// together drives all servers at once, the connections shared out among them.
func (l Load) together(ctx context.Context, servers []*contender.Server, duration time.Duration,
	work func(s *contender.Server, at int) load.Run) load.Result {
	results := make([]load.Result, len(servers))
	var all sync.WaitGroup
	for i, s := range servers {
		run := work(s, i) // before the clock of any runs
		run.Address, run.Connections, run.Duration = s.Address, l.each(servers), duration
		all.Go(func() { results[i] = run.Do(ctx) })
	}
	all.Wait()
	return load.Join(results)
}
