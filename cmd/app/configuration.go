package app

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi"
	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/catalogue"
	"github.com/mockbank/mockbank/scenarios/reload"
)

// loadOptions are what every load of a configuration is done with.
func loadOptions() scenarios.Options { return scenarios.Options{Catalogue: catalogue.Files} }

// configuration keeps the bank's rules as the files say. It is the HTTP layer's Configuration.
type configuration struct {
	reloader *reload.Reloader
	bank     *engine.Bank
	logger   zerolog.Logger
	path     string
	// terminal takes what people read in another form than machines; nil where nobody reads it.
	terminal io.Writer
	colour   bool
	reloads  *prometheus.CounterVec
	// access takes the tokens of each configuration; adminToken, where set, goes before them.
	access     *httpapi.Access
	adminToken string
	diff       rulesDiff // of the last configuration that went live; the reloader's goroutine alone uses it

	mu       sync.Mutex
	files    []string
	loadedAt time.Time
}

// watch follows the configuration's files until the app stops. load are the options of the first load, and took is how
// long that took.
func (a *App) watch(from Options, load scenarios.Options, config *scenarios.Config, report *scenarios.Report,
	took time.Duration,
) func(context.Context) error {
	return func(context.Context) error {
		c := &configuration{
			bank: a.bank, logger: a.logger, path: from.Config, terminal: a.terminal, colour: a.colour, reloads: a.work.reloads,
			access: a.access, adminToken: from.AdminToken,
		}
		c.record(config)
		options := load
		options.Throttle = (&throttler{requests: &a.requests, sleep: time.Sleep}).throttle
		c.reloader = reload.New(reload.Config{
			Path: from.Config, Options: options, Config: config, Report: report, Took: took, Use: c.use, Done: c.log,
			Unwatched: c.logUnwatched,
		})
		c.logProblems(report)
		c.logger.Info().Str("path", c.path).Int("files", len(config.Files)).Int("scenarios", len(config.Rules.Scenarios)).
			Str("hash", config.Hash).Int("warnings", report.Warnings()).Msg("configuration loaded")
		a.configuration = c
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			c.reloader.Run(ctx)
		}()
		go func() { // before requests are waited for: one may wait for a reload
			select {
			case <-a.stopping:
				cancel()
			case <-ctx.Done():
			}
		}()
		a.stops = append(a.stops, func(context.Context) error {
			cancel()
			<-ended // soon: a load heeds its context
			return nil
		})
		return nil
	}
}

// use makes a good configuration live.
func (c *configuration) use(config *scenarios.Config) {
	c.diff = diffRules(c.bank.Rules(), config.Rules)
	c.bank.Use(config.Rules)
	c.access.Use(config.Server.Tokens, cmp.Or(c.adminToken, config.Server.AdminToken))
	c.record(config)
}

func (c *configuration) record(config *scenarios.Config) {
	files := make([]string, len(config.Files))
	for i, file := range config.Files {
		files[i] = file.Name
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files, c.loadedAt = files, time.Now()
}

// log tells how a reload went.
func (c *configuration) log(outcome reload.Outcome) {
	c.reloads.WithLabelValues(string(outcome.Result)).Inc()
	c.logProblems(outcome.Report)
	level, message := zerolog.InfoLevel, "configuration loaded"
	switch outcome.Result {
	case reload.ResultRefused:
		level, message = zerolog.ErrorLevel, "configuration refused: the last good one keeps serving"
	case reload.ResultUnchanged:
		message = "configuration unchanged"
	}
	event := c.logger.WithLevel(level).Str("path", c.path).Str("trigger", string(outcome.Trigger)).Dur("took_ms", outcome.Took).
		Int("scenarios", len(c.bank.Rules().Scenarios))
	if outcome.Result == reload.ResultApplied {
		c.diff.log(event)
	}
	event.Str("hash", outcome.Hash).Int64("generation", c.bank.Rules().Generation).
		Int("errors", outcome.Report.Errors()).Int("warnings", outcome.Report.Warnings()).Msg(message)
	if len(outcome.Restart) > 0 {
		c.logger.Warn().Strs("keys", outcome.Restart).Msg("server settings take effect with a restart")
	}
}

// logUnwatched tells whether saved files are seen at once.
func (c *configuration) logUnwatched(why error) {
	if why == nil {
		c.logger.Info().Msg("saved files are seen at once again")
		return
	}
	c.logger.Warn().Err(why).Msg("saved files are not seen at once: they are looked at every few seconds")
}

// maxLogged bounds how many problems of one load are written to the log.
const maxLogged = 20

// logProblems writes the report of `mockbank validate` on a terminal, and else a line for each problem.
func (c *configuration) logProblems(report *scenarios.Report) {
	if c.terminal != nil {
		c.writeReport(report)
		return
	}
	for i, d := range report.Diagnostics {
		if i == maxLogged {
			c.logger.Warn().Int("more", len(report.Diagnostics)-maxLogged).Msg("further problems: mockbank validate shows all")
			return
		}
		level := zerolog.WarnLevel
		if d.Severity == scenarios.SeverityError {
			level = zerolog.ErrorLevel
		}
		c.logger.WithLevel(level).Str("file", d.File).Int("line", d.Line).Int("column", d.Column).
			Str("code", string(d.Code)).Str("hint", d.Hint).Str("source", d.Source).Msg(d.String())
	}
}

// writeReport writes the report at once, so that no other line comes into it.
func (c *configuration) writeReport(report *scenarios.Report) {
	if len(report.Diagnostics) == 0 {
		return
	}
	var text bytes.Buffer
	if report.WriteText(&text, c.colour) == nil {
		_, _ = c.terminal.Write(text.Bytes()) // a log that cannot be written has no other place to say so
	}
}

// Reload implements httpapi.Configuration.
func (c *configuration) Reload(ctx context.Context) (httpapi.ReloadOutcome, error) {
	outcome, err := c.reloader.Reload(ctx)
	if errors.Is(err, reload.ErrStopped) {
		return httpapi.ReloadOutcome{}, &engine.Error{
			Code: engine.CodeUnavailable, Message: "mockbank is stopping; the configuration is read at the next start", Cause: err,
		}
	}
	if err != nil {
		return httpapi.ReloadOutcome{}, err
	}
	return describeOutcome(outcome), nil
}

// Status implements httpapi.Configuration.
func (c *configuration) Status() httpapi.ConfigurationStatus {
	last := describeOutcome(c.reloader.Status())
	c.mu.Lock()
	defer c.mu.Unlock()
	return httpapi.ConfigurationStatus{Files: c.files, LoadedAt: c.loadedAt, Last: last, Unwatched: c.reloader.Unwatched()}
}

func describeOutcome(outcome reload.Outcome) httpapi.ReloadOutcome {
	described := httpapi.ReloadOutcome{
		Result: string(outcome.Result), Trigger: string(outcome.Trigger), At: outcome.At, Took: outcome.Took,
	}
	described.Problems = describeProblems(outcome.Report)
	return described
}

func describeProblems(report *scenarios.Report) []httpapi.ConfigurationProblem {
	var problems []httpapi.ConfigurationProblem
	for _, d := range report.Diagnostics {
		problems = append(problems, httpapi.ConfigurationProblem{
			File: d.File, Line: d.Line, Column: d.Column, Severity: strings.ToLower(string(d.Severity)),
			Code: string(d.Code), Message: d.Message, Hint: d.Hint,
		})
	}
	return problems
}

// compileFaults reads the faults that a test gives to a session, against the live rules.
func (a *App) compileFaults(text string) ([]engine.SessionFault, []httpapi.ConfigurationProblem) {
	faults, report := scenarios.CompileFaults("faults", text, a.bank.Rules())
	return faults, describeProblems(report)
}
