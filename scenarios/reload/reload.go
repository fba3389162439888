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

// asked reports whether somebody wants the reload now.
func (t Trigger) asked() bool { return t == TriggerAPI || t == TriggerSignal }

// Result says what a reload led to.
type Result string

// The results.
const (
	// ResultApplied: the configuration is live.
	ResultApplied Result = "applied"
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
	// Unwatched is told why saved files are not seen at once but at the next rescan only, at the start or
	// whenever that comes to be, and nil once they are seen again; where Unwatched is nil nobody is told.
	// It is called by one goroutine at a time.
	Unwatched func(why error)
	// Quiet is how long nothing must be saved before a reload (30 ms where it is 0), Ceiling how long
	// a row of saves can hold it off (200 ms), Rescan how often the files are looked at beside the
	// watching (5 s). SecondRead is how long a configuration of which much has vanished waits for the
	// rest of its files (1 s).
	Quiet, Ceiling, Rescan, SecondRead time.Duration
}

// Reloader keeps a configuration live: it watches the files, loads what was saved and hands over what
// is good. A bad configuration changes nothing.
type Reloader struct {
	config    Config
	load      func(ctx context.Context, path string, options scenarios.Options) (*scenarios.Config, *scenarios.Report)
	asked     chan request
	triggered chan struct{}
	ended     chan struct{}

	// live is the configuration that is live, refused the hash of the one that was last refused, until a
	// good one.
	live    *scenarios.Config
	refused string
	// unread is the report of a refusal that reading again may end; nil where there is none.
	unread  *scenarios.Report
	pending debounce
	doubt   doubt
	watch   *watch
	// again says that the files are to be loaded at the next look, whether or not they seem to have changed.
	again bool

	mu        sync.Mutex
	outcome   Outcome
	unwatched error
}

// request is a reload that somebody waits for.
type request struct{ reply chan<- Outcome }

// ErrStopped is returned by [Reloader.Reload] once the reloader has ended.
var ErrStopped = errors.New("the configuration is no longer reloaded: mockbank is stopping")

// New returns a reloader of a configuration that was loaded. [Reloader.Run] starts it.
func New(config Config) *Reloader {
	orDefault(&config.Quiet, 30*time.Millisecond)
	orDefault(&config.Ceiling, 200*time.Millisecond)
	orDefault(&config.Rescan, 5*time.Second)
	orDefault(&config.SecondRead, time.Second)
	return &Reloader{
		config: config, load: scenarios.Load, asked: make(chan request), triggered: make(chan struct{}, 1), ended: make(chan struct{}),
		live: config.Config, watch: newWatch(),
		pending: debounce{quiet: config.Quiet, ceiling: config.Ceiling}, doubt: doubt{wait: config.SecondRead},
		outcome: Outcome{
			Result: ResultApplied, Trigger: TriggerStart, At: time.Now().Add(-config.Took), Took: config.Took,
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

// Trigger asks for a reload and does not wait for it: a SIGHUP.
func (r *Reloader) Trigger() {
	select {
	case r.triggered <- struct{}{}:
	default: // one is asked for already
	}
}

// Unwatched returns why saved files are not seen at once but at the next rescan only, nil where they are.
func (r *Reloader) Unwatched() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unwatched
}

// Reload reloads now and returns what it led to. It waits no longer than ctx, and then fails with its
// error; the reload itself goes on, for it concerns everybody. It fails with [ErrStopped] where
// [Reloader.Run] ends first, or has ended.
func (r *Reloader) Reload(ctx context.Context) (Outcome, error) {
	reply := make(chan Outcome, 1)
	select {
	case r.asked <- request{reply}:
	case <-r.ended:
		return Outcome{}, ErrStopped
	case <-ctx.Done():
		return Outcome{}, ctx.Err()
	}
	select {
	case outcome := <-reply:
		return outcome, nil
	case <-ctx.Done():
		return Outcome{}, ctx.Err()
	case <-r.ended:
	}
	select {
	case outcome := <-reply: // it was done before the end
		return outcome, nil
	default:
		return Outcome{}, ErrStopped
	}
}

// progress says how far a load led.
type progress int

const (
	// settled: the outcome is known.
	settled progress = iota
	// unfinished: the files may still be being written.
	unfinished
	// doubtful: so much has vanished that the files may still be being written, though they are good.
	doubtful
	// calledOff: the load says nothing about the files.
	calledOff
)

// reload loads the configuration and makes it live where it is good. A bad one counts only where the
// load is not patient; what is not settled is told to nobody.
func (r *Reloader) reload(ctx context.Context, trigger Trigger, patient bool) (Outcome, progress) {
	start := time.Now()
	config, report := r.loadSafely(ctx)
	outcome := Outcome{Trigger: trigger, At: start, Hash: report.Hash, Report: report}
	switch {
	case config == nil && ctx.Err() != nil:
		return Outcome{}, calledOff
	case config == nil && patient:
		return Outcome{}, unfinished
	case config == nil:
		outcome.Result = ResultRefused
	case config.Hash == r.live.Hash && config.Server.SameTokens(r.live.Server):
		outcome.Result = ResultUnchanged
	case !trigger.asked() && r.doubt.raise(r.live, config, time.Now()):
		return Outcome{}, doubtful
	default:
		outcome.Result, outcome.Restart = ResultApplied, r.live.Server.ChangedKeys(config.Server)
		// Nothing can fail from here on.
		r.config.Use(config)
		r.live = config
	}
	r.doubt.settle()
	r.unread = nil
	if outcome.Result == ResultRefused {
		r.unread = report
	}
	outcome.Took = time.Since(start)
	r.report(outcome)
	return outcome, settled
}

// report keeps the outcome and tells of it, unless it is nothing new.
func (r *Reloader) report(outcome Outcome) {
	news := outcome.Result == ResultApplied || outcome.Trigger.asked()
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
