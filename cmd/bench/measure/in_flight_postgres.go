package measure

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/load"
)

// OnPostgres is how a node on PostgreSQL answers and works while many imports are under way.
type OnPostgres struct {
	Imports     int
	ConnectRate float64
	// Read counts the connections that were read meanwhile, Wrong those that were not exactly as far
	// as their age says.
	Read, Wrong int
	// Making is of the jobs' turns while the connections were made, Holding of those afterwards.
	Making, Holding Lag
	// Watched is how long it was looked at afterwards; Turn is what a turn cost meanwhile, reads included, and Resident the server's
	// memory at the end.
	Watched  time.Duration
	TurnCPU  time.Duration
	Database contender.DatabaseUse
	Resident int64
}

// Lag is by how much jobs began after they were due.
type Lag struct {
	Rounds int
	// P99 is the upper bound of the histogram's bucket that the 99th percentile lies in, in seconds;
	// -1 where that bucket has none.
	P99 float64
}

// importTakes is how long an import of the measured configuration takes.
const importTakes = 20 * time.Minute

// firstTurn is how long after its connection an import's job first has something to do, and lateAtMost
// how late it may come for this to wait for it.
const (
	firstTurn  = importTakes / 10
	lateAtMost = 30 * time.Second
)

// ImportsOnPostgres makes connections whose imports take long, and reads them until each job has had a turn.
func (l Load) ImportsOnPostgres(ctx context.Context, bank *contender.Contender, postgres *contender.Postgres,
	imports int) (o OnPostgres, err error) {
	database, err := postgres.NewDatabase(ctx)
	if err != nil {
		return o, err
	}
	s, err := bank.Start(ctx, 10, database)
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	processes, err := l.logins(ctx, s, imports)
	if err != nil {
		return o, err
	}
	began := time.Now()
	connections, err := l.connect(ctx, s, processes)
	if err != nil {
		return o, err
	}
	o.Imports, o.ConnectRate = imports, float64(imports)/time.Since(began).Seconds()
	var asked contender.Probe
	defer asked.Close()
	made, err := lagOf(ctx, &asked, s)
	if err != nil {
		return o, err
	}
	use, err := postgres.Use(ctx)
	if err != nil {
		return o, err
	}
	cpu, watched := s.CPU(), time.Now()
	for until := time.Now().Add(firstTurn + lateAtMost); time.Now().Before(until) && ctx.Err() == nil; o.Read++ {
		exact, err := readExactly(ctx, &asked, s, connections[rand.IntN(len(connections))])
		if err != nil {
			return o, err
		}
		if !exact {
			o.Wrong++
		}
		pause(ctx, time.Millisecond)
	}
	held, err := lagOf(ctx, &asked, s)
	if err != nil {
		return o, err
	}
	o.Making, o.Holding = made.since(nil), held.since(made)
	o.Watched, o.TurnCPU = time.Since(watched), (s.CPU()-cpu)/time.Duration(max(1, o.Holding.Rounds))
	o.Resident, _ = s.Resident()
	now, err := postgres.Use(ctx)
	o.Database = now.Sub(use)
	return o, err
}

// readExactly reads a connection and reports whether it is as far as its age says.
func readExactly(ctx context.Context, asked *contender.Probe, s *contender.Server, id string) (bool, error) {
	before := time.Now().Truncate(time.Millisecond)
	status, body, err := asked.Ask(ctx, s.Address, load.Request("GET", s.Address, connectionsPath+"/"+id, ""))
	after := time.Now()
	if err != nil {
		return false, err
	}
	var c struct {
		Status    string
		Progress  int       `json:"import_progress"`
		CreatedAt time.Time `json:"created_at"`
	}
	if err := json.Unmarshal([]byte(body), &c); err != nil {
		return false, fmt.Errorf("answer %d: %w", status, err)
	}
	return c.Status == "IN_PROGRESS" && c.Progress >= progressAt(before.Sub(c.CreatedAt)) &&
		c.Progress <= progressAt(after.Sub(c.CreatedAt)), nil
}

func progressAt(age time.Duration) int { return int(100 * age / importTakes) }

// lags are a histogram's buckets: how many turns lagged by no more than the bound, in seconds.
type lags []bucket

type bucket struct {
	bound float64
	count int
}

func lagOf(ctx context.Context, asked *contender.Probe, s *contender.Server) (lags, error) {
	_, body, err := asked.Ask(ctx, s.Address, load.Request("GET", s.Address, "/metrics", ""))
	if err != nil {
		return nil, err
	}
	return readLags(body)
}

// readLags reads the histogram from Prometheus's text.
func readLags(metrics string) (all lags, err error) {
	lines := bufio.NewScanner(strings.NewReader(metrics))
	for lines.Scan() {
		rest, found := strings.CutPrefix(lines.Text(), `mockbank_import_job_lag_seconds_bucket{le="`)
		bound, count, cut := strings.Cut(rest, `"} `)
		if !found || !cut {
			continue
		}
		var b bucket
		var wrong error
		b.bound, err = strconv.ParseFloat(bound, 64)
		b.count, wrong = strconv.Atoi(count)
		if err = errors.Join(err, wrong, lines.Err()); err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	if len(all) == 0 {
		return nil, errors.New("there is no histogram of the jobs' lag")
	}
	return all, nil
}

// since describes what came after an earlier look; nil stands for none.
func (l lags) since(earlier lags) Lag {
	count := func(i int) int {
		if earlier == nil {
			return l[i].count
		}
		return l[i].count - earlier[i].count
	}
	if len(l) == 0 || earlier != nil && len(earlier) != len(l) {
		return Lag{P99: -1}
	}
	lag := Lag{Rounds: count(len(l) - 1), P99: -1}
	for i, b := range l {
		if float64(count(i)) >= 0.99*float64(lag.Rounds) {
			if !math.IsInf(b.bound, 1) {
				lag.P99 = b.bound
			}
			break
		}
	}
	return lag
}
