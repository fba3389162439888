package measure

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/load"
)

// Load says how hard servers are driven.
type Load struct {
	Connections int
	Duration    time.Duration
}

// warmUp is the share of a run's duration that goes before it, unmeasured.
const warmUp = 4

// Logins measures logins, the password drawn over all stubs.
func (l Load) Logins(ctx context.Context, s *contender.Server) Sample {
	return l.measure(ctx, s, Login, draw(s.Requests(&s.Setup)), s.Want(), 0)
}

// AtRate measures logins that come at a fixed rate.
func (l Load) AtRate(ctx context.Context, s *contender.Server, rate float64) Sample {
	return l.measure(ctx, s, HalfPeak, draw(s.Requests(&s.Setup)), s.Want(), rate)
}

// draw returns requests at random. Each connection may be asked for its own only.
func draw(requests [][]byte) func(connection, n int) []byte {
	return func(int, int) []byte { return requests[rand.IntN(len(requests))] }
}

func (l Load) measure(ctx context.Context, s *contender.Server, work Work, next func(connection, n int) []byte, want string,
	rate float64) Sample {
	run := load.Run{Address: s.Address, Connections: l.Connections, Duration: l.Duration / warmUp, Next: next, Want: []byte(want),
		Rate: rate}
	idle, _ := s.Resident()
	run.Do(ctx)
	run.Duration = l.Duration
	before := s.CPU()
	result := run.Do(ctx)
	used := s.CPU() - before
	_, highest := s.Resident()
	return describe(s, work, result, used, idle, highest)
}

func describe(s *contender.Server, work Work, result load.Result, used time.Duration, idle, highest int64) Sample {
	sample := Sample{
		Contender: s.Name, Work: work, Stubs: s.Stubs, Rate: result.Rate, Failed: result.Failed,
		Median: result.Quantile(0.5), P99: result.Quantile(0.99), Idle: idle, Loaded: highest, Start: s.StartedIn,
	}
	if result.Answers > 0 {
		sample.CPU = used / time.Duration(result.Answers)
	}
	if result.Error != nil {
		sample.Failure = result.Error.Error()
	}
	return sample
}

// Settle waits until the server does nothing for a while, at most for the patience given, and reports
// whether it came to that.
func Settle(ctx context.Context, s *contender.Server, patience time.Duration) bool {
	const look = 300 * time.Millisecond
	for until := time.Now().Add(patience); time.Now().Before(until); {
		before := s.CPU()
		if !pause(ctx, look) {
			return false
		}
		if s.CPU()-before <= look/10 {
			return true
		}
	}
	return false
}

// Rest is what a server that nobody asks anything does in a second: how often its threads are switched, and the share of one
// processor that it uses.
type Rest struct{ Switches, Processor float64 }

// startsOwn is for how long a server may be busy with what its start brings.
const startsOwn = 5 * time.Second

// AtRest looks at a server for so long that is left alone, once what its start brings is over.
func AtRest(ctx context.Context, s *contender.Server, length time.Duration) Rest {
	pause(ctx, startsOwn)
	begun, switches, used := time.Now(), s.Switches(), s.CPU()
	pause(ctx, length)
	took := time.Since(begun).Seconds()
	return Rest{Switches: float64(s.Switches()-switches) / took, Processor: (s.CPU() - used).Seconds() / took}
}

func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
