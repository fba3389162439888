package measure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/load"
)

const connectionsPath = "/api/v3/wealth_api/bank_connections"

// createLimit bounds how long records are made for a measurement.
const createLimit = 10 * time.Minute

// Bank measures what only mockbank has: connections made, and records read while they change.
// `made` is how many connections are made for it.
func (l Load) Bank(ctx context.Context, s *contender.Server, made int) ([]Sample, error) {
	processes, err := l.logins(ctx, s, made)
	if err != nil {
		return nil, err
	}
	held := min(len(processes)/10+1, 1000)
	connections, err := l.connect(ctx, s, processes[:held])
	if err != nil {
		return nil, err
	}
	Settle(ctx, s, 10*time.Second)
	process := l.measure(ctx, s, Process, draw(reads(s, connectionsPath+"/authenticate/", processes[held:])), "AUTHENTICATED", 0)
	connection := l.measure(ctx, s, Connection, draw(reads(s, connectionsPath+"/", connections)), "IN_PROGRESS", 0)
	return []Sample{process, connection, l.connects(ctx, s, processes[held:])}, nil
}

// BaselineReads measures the baseline's counterpart of reading a connection.
func (l Load) BaselineReads(ctx context.Context, s *contender.Server) Sample {
	ids := make([]string, s.Stubs)
	for i := range ids {
		ids[i] = fmt.Sprintf("00000000-0000-7000-8000-%012d", i)
	}
	return l.measure(ctx, s, Connection, draw(reads(s, connectionsPath+"/", ids)), "IN_PROGRESS", 0)
}

// RowReads makes logins and measures reading their rows, each by its key, from a baseline that keeps rows.
func (l Load) RowReads(ctx context.Context, s *contender.Server, made int) (Sample, error) {
	ids, err := l.logins(ctx, s, made)
	if err != nil {
		return Sample{}, err
	}
	return l.measure(ctx, s, Process, draw(reads(s, connectionsPath+"/", ids)), "AUTHENTICATED", 0), nil
}

func reads(s *contender.Server, path string, ids []string) [][]byte {
	requests := make([][]byte, len(ids))
	for i, id := range ids {
		requests[i] = load.Request("GET", s.Address, path+id, "")
	}
	return requests
}

// connects measures POST /bank_connections: each process is used once, so that the run ends with them.
func (l Load) connects(ctx context.Context, s *contender.Server, processes []string) Sample {
	idle, _ := s.Resident()
	run := l.once(s, connectRequests(s, processes))
	run.Duration = l.Duration
	before := s.CPU()
	result := run.Do(ctx)
	used := s.CPU() - before
	_, highest := s.Resident()
	return describe(s, Connect, result, used, idle, highest)
}

func connectRequests(s *contender.Server, processes []string) [][]byte {
	requests := make([][]byte, len(processes))
	for i, id := range processes {
		requests[i] = load.Request("POST", s.Address, connectionsPath, fmt.Sprintf(`{"bank_authentication_process_id":%q}`, id))
	}
	return requests
}

// once sends each request once.
func (l Load) once(s *contender.Server, requests [][]byte) load.Run {
	return load.Run{
		Address: s.Address, Connections: l.Connections, Duration: createLimit,
		Next: func(connection, n int) []byte {
			if at := n*l.Connections + connection; at < len(requests) {
				return requests[at]
			}
			return nil
		},
	}
}

// logins makes processes and returns their ids.
func (l Load) logins(ctx context.Context, s *contender.Server, count int) ([]string, error) {
	requests := make([][]byte, count)
	for i := range requests {
		requests[i] = s.Request(i % s.Stubs)
	}
	return l.create(ctx, s, requests, "bank_authentication_process_id")
}

// connect makes connections and returns their ids.
func (l Load) connect(ctx context.Context, s *contender.Server, processes []string) ([]string, error) {
	return l.create(ctx, s, connectRequests(s, processes), "id")
}

func (l Load) create(ctx context.Context, s *contender.Server, requests [][]byte, key string) ([]string, error) {
	run := l.once(s, requests)
	var mu sync.Mutex
	var ids []string
	run.Seen = func(_ int, body []byte) {
		var record map[string]any
		if json.Unmarshal(body, &record) != nil {
			return
		}
		if id, found := record[key].(string); found {
			mu.Lock()
			defer mu.Unlock()
			ids = append(ids, strings.Clone(id))
		}
	}
	result := run.Do(ctx)
	if len(ids) < len(requests) {
		return nil, fmt.Errorf("%d of %d records were made: %w", len(ids), len(requests), errors.Join(result.Error, ctx.Err()))
	}
	return ids, nil
}
