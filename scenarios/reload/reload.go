package reload

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mockbank/mockbank/scenarios"
)

// Trigger says what asked for a reload.
type Trigger string

// The triggers.
const (
	TriggerStart  Trigger = "start"
	TriggerWatch  Trigger = "watch"
	TriggerRescan Trigger = "rescan"
	TriggerSignal Trigger = "signal"
	TriggerAPI    Trigger = "api"
)

// Result says what a reload led to.
type Result string

// The results.
const (
	// ResultLoaded: the configuration is live.
	ResultLoaded Result = "loaded"
	// ResultUnchanged: the files say what the live configuration says.
	ResultUnchanged Result = "unchanged"
	// ResultRefused: the files have errors; the live configuration stays.
	ResultRefused Result = "refused"
)

// Outcome is what one reload led to.
type Outcome struct {
	Result  Result
	Trigger Trigger
	// At is when the reload began, Took how long it took.
	At   time.Time
	Took time.Duration
	// Hash identifies the content that was read.
	Hash string
	// Report holds all problems, the warnings of a good configuration included.
	Report *scenarios.Report
	// Restart lists the keys of `server` that were changed: they take effect with a restart.
	Restart []string
}

// Config holds what a [Reloader] needs.
type Config struct {
	// Path and Options are those of the first [scenarios.Load].
	Path    string
	Options scenarios.Options
	// Config and Report are what the first load gave, Took how long it took.
	Config *scenarios.Config
	Report *scenarios.Report
	Took   time.Duration
	// Use makes a good configuration live. It cannot fail, and is called by one goroutine at a time.
	Use func(*scenarios.Config)
	// Done is told of each reload that changed something, was refused, was asked for, or healed; nil
	// is nobody. It is called by one goroutine at a time.
	Done func(Outcome)
	// Quiet is how long nothing must be saved before a reload (30 ms where it is 0), Ceiling how long
	// a row of saves can hold it off (200 ms), Rescan how often the files are looked at beside the
	// watching (5 s).
	Quiet, Ceiling, Rescan time.Duration
}

// Reloader keeps a configuration live: it watches the files, loads what was saved and hands over what
// is good. A bad configuration changes nothing.
type Reloader struct {
	config Config
	load   func(ctx context.Context, path string, options scenarios.Options) (*scenarios.Config, *scenarios.Report)
	asked  chan request
	nudged chan struct{}
	ended  chan struct{}

	// live and refused are the hashes of the configuration that is live, and of the one that was last
	// refused, until a good one.
	live    string
	refused string
	server  scenarios.Server
	pending debounce
	watch   *watch

	mu      sync.Mutex
	outcome Outcome
}

// request is a reload that somebody waits for.
type request struct {
	ctx   context.Context
	reply chan<- Outcome
}

// ErrStopped is returned by [Reloader.Reload] once the reloader has ended.
var ErrStopped = errors.New("the configuration is no longer reloaded: mockbank is stopping")

// New returns a reloader of a configuration that was loaded. [Reloader.Run] starts it.
func New(config Config) *Reloader {
	orDefault(&config.Quiet, 30*time.Millisecond)
	orDefault(&config.Ceiling, 200*time.Millisecond)
	orDefault(&config.Rescan, 5*time.Second)
	return &Reloader{
		config: config, load: scenarios.Load, asked: make(chan request), nudged: make(chan struct{}, 1), ended: make(chan struct{}),
		live: config.Config.Hash, server: config.Config.Server,
		pending: debounce{quiet: config.Quiet, ceiling: config.Ceiling},
		outcome: Outcome{
			Result: ResultLoaded, Trigger: TriggerStart, At: time.Now().Add(-config.Took), Took: config.Took,
			Hash: config.Config.Hash, Report: config.Report,
		},
	}
}

func orDefault(to *time.Duration, value time.Duration) {
	if *to == 0 {
		*to = value
	}
}

// Status returns the outcome of the latest reload, of the start where there was none.
func (r *Reloader) Status() Outcome {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.outcome
}

// Nudge asks for a reload and does not wait for it: a SIGHUP.
func (r *Reloader) Nudge() {
	select {
	case r.nudged <- struct{}{}:
	default: // one is asked for already
	}
}

// Reload reloads now and returns what it led to. It fails where ctx ends first, and with [ErrStopped]
// once [Reloader.Run] has ended.
func (r *Reloader) Reload(ctx context.Context) (Outcome, error) {
	reply := make(chan Outcome, 1)
	select {
	case r.asked <- request{ctx, reply}:
		return <-reply, nil // the load itself heeds ctx
	case <-r.ended:
		return Outcome{}, ErrStopped
	case <-ctx.Done():
		return Outcome{}, ctx.Err()
	}
}

// reload loads the configuration and makes it live where it is good. Where it is bad and patient, the
// outcome may be that of a file which is being written: it is not told yet, and reload returns false.
func (r *Reloader) reload(ctx context.Context, trigger Trigger, patient bool) (Outcome, bool) {
	start := time.Now()
	config, report := r.loadSafely(ctx)
	outcome := Outcome{Trigger: trigger, At: start, Hash: report.Hash, Report: report}
	switch {
	case config == nil && (patient || ctx.Err() != nil): // called off, it says nothing about the files
		return Outcome{}, false
	case config == nil:
		outcome.Result = ResultRefused
	case config.Hash == r.live:
		outcome.Result = ResultUnchanged
	default:
		outcome.Result, outcome.Restart = ResultLoaded, r.server.ChangedKeys(config.Server)
		// Nothing can fail from here on.
		r.config.Use(config)
		r.live = config.Hash
	}
	outcome.Took = time.Since(start)
	r.tell(outcome)
	return outcome, true
}

// tell keeps the outcome and tells of it, unless it is nothing new.
func (r *Reloader) tell(outcome Outcome) {
	asked := outcome.Trigger == TriggerAPI || outcome.Trigger == TriggerSignal
	news := outcome.Result == ResultLoaded || asked
	if outcome.Result == ResultRefused {
		news = news || outcome.Hash != r.refused
		r.refused = outcome.Hash
	} else {
		news = news || r.refused != ""
		r.refused = ""
	}
	if !news {
		return
	}
	r.mu.Lock()
	r.outcome = outcome
	r.mu.Unlock()
	if r.config.Done != nil {
		r.config.Done(outcome)
	}
}

// loadSafely loads, and turns a defect of this package into a refusal: a reload must never end the
// server.
func (r *Reloader) loadSafely(ctx context.Context) (config *scenarios.Config, report *scenarios.Report) {
	defer func() {
		if defect := recover(); defect != nil {
			config, report = nil, scenarios.DefectReport(r.config.Path, defect)
			report.Hash = fmt.Sprint(defect)
		}
	}()
	return r.load(ctx, r.config.Path, r.config.Options)
}
