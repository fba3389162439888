package measure

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/load"
)

// UnderLoad is how a reload shows in the answers of a server that is driven at half its peak.
type UnderLoad struct {
	Stubs int
	// Changed is how many of them the new file changes.
	Changed int
	Rate    float64
	// Live is the time from the save to the first answer by the new file.
	Live time.Duration
	// Before and Around are the 99th percentiles before the save, and from half a second before
	// it to one and a half after the new file spoke.
	Before, Around time.Duration
	Failed         int
}

const calm = 4 * time.Second

// restPatience is how long a server may take to come to rest when its imports are made.
const restPatience = time.Minute

// OneUnderLoad saves a file in which one stub is another one while the server is driven at a rate.
func (l Load) OneUnderLoad(ctx context.Context, s *contender.Server, rate float64) (UnderLoad, error) {
	before, after := bytes.SplitAfter(s.Content(contender.FirstMarker), newline), bytes.SplitAfter(s.Content("MARKER_1"), newline)
	for i := range before {
		if !bytes.Equal(before[i], after[i]) {
			before[i] = after[i]
			break
		}
	}
	return l.reloadUnderLoad(ctx, s, rate, bytes.Join(before, nil), "MARKER_1", 1)
}

var newline = []byte("\n")

// ReloadUnderLoad saves a file in which every stub is another one while the server is driven at a rate.
func (l Load) ReloadUnderLoad(ctx context.Context, s *contender.Server, rate float64) (UnderLoad, error) {
	return l.reloadUnderLoad(ctx, s, rate, s.Content("MARKER_2"), "MARKER_2", s.Stubs)
}

func (l Load) reloadUnderLoad(ctx context.Context, s *contender.Server, rate float64, content []byte, marker string,
	changed int,
) (UnderLoad, error) {
	loadCtx, stop := context.WithCancel(ctx)
	defer stop()
	run := load.Run{Address: s.Address, Connections: l.Connections, Want: []byte(s.Want()), Next: draw(s.Requests(&s.Setup)), Rate: rate}
	run.Duration = 2 * calm
	run.Do(ctx) // until memory and caches are as they stay
	run.Duration = 2*calm + reloadLimit
	results := make(chan load.Result, 1)
	began := time.Now()
	go func() { results <- run.Do(loadCtx) }()
	pause(ctx, calm)
	saved := time.Since(began)
	live, err := saveToLive(ctx, s, content, marker)
	pause(ctx, 3*time.Second/2)
	ended := time.Since(began)
	stop()
	result := <-results
	before, around := result.Between(0, saved-time.Second/2), result.Between(saved-time.Second/2, ended)
	return UnderLoad{
		Stubs: s.Stubs, Changed: changed, Rate: rate, Live: live, Failed: result.Failed,
		Before: before.Quantile(0.99), Around: around.Quantile(0.99),
	}, err
}

// InFlight is what imports under way cost a server.
type InFlight struct {
	Imports          int
	Before, After    int64 // resident memory in bytes
	Threads          int
	GoroutinesBefore int
	Goroutines       int
	// Rested says that the server came to rest within a minute, and SettledIn when.
	Rested      bool
	SettledIn   time.Duration
	ConnectRate float64
	// Rest is what it does while nothing of them is due.
	Rest Rest
}

// nothingDue is for how long a server is looked at that has imports of which none is due, and nothingDueLeast the least: where
// they took so long to make that the first is due before, it is not looked at.
const (
	nothingDue      = time.Minute
	nothingDueLeast = 10 * time.Second
)

// ImportsInFlight makes connections whose imports take long, and looks at the server when it has
// come to rest. It ends the server: a Go program tells its goroutines only as it goes.
func (l Load) ImportsInFlight(ctx context.Context, bank *contender.Contender, imports int) (_ InFlight, err error) {
	idle, err := bank.Start(ctx, 10, "")
	if err != nil {
		return InFlight{}, err
	}
	Settle(ctx, idle, 5*time.Second)
	report := InFlight{Imports: imports}
	if report.GoroutinesBefore, err = idle.Goroutines(); err != nil {
		return report, err
	}
	s, err := bank.Start(ctx, 10, "")
	if err != nil {
		return report, err
	}
	processes, err := l.logins(ctx, s, imports)
	if err != nil {
		return report, fmt.Errorf("%w; %w", err, s.Stop())
	}
	Settle(ctx, s, 5*time.Second)
	report.Before, _ = s.Resident()
	began := time.Now()
	connecting := began
	if _, err := l.connect(ctx, s, processes); err != nil {
		return report, fmt.Errorf("%w; %w", err, s.Stop())
	}
	report.ConnectRate = float64(imports) / time.Since(began).Seconds()
	began = time.Now()
	report.Rested = Settle(ctx, s, restPatience)
	report.SettledIn = time.Since(began)
	if quiet := min(nothingDue, time.Until(connecting.Add(firstTurn))-time.Second); quiet >= nothingDueLeast {
		report.Rest = AtRest(ctx, s, quiet)
	}
	report.After, _ = s.Resident()
	report.Threads = s.Threads()
	report.Goroutines, err = s.Goroutines()
	return report, err
}
