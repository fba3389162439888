package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/jobs"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/surface"
	"github.com/mockbank/mockbank/httpapi"
	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/reload"
)

// Options say what to run. Those that are empty leave the choice to the configuration.
type Options struct {
	// Config is the configuration's file or folder. Required.
	Config string
	// Listen is the address to serve on; its port 0 takes a free one.
	Listen string
	// Database is a SQLite file, ":memory:" or a postgres:// URL.
	Database string
	// AdminToken goes before the configuration's; "" leaves it to that.
	AdminToken string
	// LogLevel is debug, info, warn or error; LogFormat is pretty, json or auto.
	LogLevel, LogFormat string
	// Log takes the log; nil throws it away. Terminal says that a person reads it.
	Log      io.Writer
	Terminal bool
	// Build of the program, for the log and the admin API.
	Build Build
}

// Build says which program it is. What is not known is "".
type Build struct {
	// Version is that of the release, or Go's word for a build that is none.
	Version string
	// Commit is what it was built from, and Date when that was committed, in RFC 3339.
	Commit, Date string
}

// ConfigurationError says that the configuration was refused at the start; its report tells why.
type ConfigurationError struct{ Report *scenarios.Report }

// Error implements the error interface.
func (e *ConfigurationError) Error() string {
	return fmt.Sprintf("the configuration has %d errors", e.Report.Errors())
}

// App is a bank that runs.
type App struct {
	server        scenarios.Server
	logger        zerolog.Logger
	terminal      io.Writer // the log's, where people read it, else nil
	colour        bool      // of the terminal
	bank          *engine.Bank
	store         *store.Store
	courier       *jobs.Courier
	presence      *jobs.Presence
	work          *workMetrics
	identifiers   []byte             // the key that identifiers of declared apis follow from
	signing       *engine.SigningKey // of webhooks
	registry      *prometheus.Registry
	clock         *jobs.NodeClock
	id            string // of this process among the nodes on the database
	configuration *configuration
	http          *http.Server
	listener      net.Listener
	failed        chan error
	observer      *httpapi.Observer
	access        *httpapi.Access
	requests      atomic.Int64                  // that came since the start
	stopping      chan struct{}                 // closed when the app begins to stop
	stops         []func(context.Context) error // in the order in which they were started
}

// Start runs the bank until [App.Stop]. The end of ctx only ends the start. A configuration with
// errors is a [ConfigurationError], and nothing is left running after any error.
func Start(ctx context.Context, options Options) (_ *App, err error) {
	begun := time.Now()
	load := loadOptions()
	load.Cache = scenarios.NewCache()
	config, report := reload.First(ctx, options.Config, load)
	took := time.Since(begun)
	if config == nil {
		return nil, &ConfigurationError{report}
	}
	if options.Log == nil {
		options.Log = io.Discard
	}
	logger, err := newLogger(options, config.Server.LogLevel, config.Server.LogFormat)
	if err != nil {
		return nil, err
	}
	a := &App{
		server: config.Server, logger: logger, failed: make(chan error, 1),
		observer: httpapi.NewObserver(), stopping: make(chan struct{}), registry: prometheus.NewRegistry(),
		id: processID(), clock: jobs.MachineClock(),
	}
	if isPretty(options, cmp.Or(options.LogFormat, config.Server.LogFormat)) {
		a.terminal, a.colour = options.Log, options.Terminal
	}
	a.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.server.Listen = cmp.Or(options.Listen, config.Server.Listen)
	a.server.AdminToken = cmp.Or(options.AdminToken, config.Server.AdminToken)
	a.server.Database = cmp.Or(options.Database, config.Server.Database)
	a.access = httpapi.NewAccess(a.clock.Now, config.Server.Tokens, a.server.AdminToken)
	defer func() {
		if err != nil {
			err = errors.Join(err, a.end())
		}
	}()
	for _, step := range []func(context.Context) error{
		a.listen, a.openStore, a.deriveKeys, a.startCourier, a.startBank(config), a.startJobs, a.startPresence(options.Build.Version),
		a.warnOfTheFuture,
		a.watch(options, load, config, report, took), a.serve(options.Config, options.Build),
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// listen takes the address first: a busy port is known before a database is touched.
func (a *App) listen(ctx context.Context) (err error) {
	a.listener, err = new(net.ListenConfig).Listen(ctx, "tcp", a.server.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %q: %w%s; choose another address with --listen or server.listen, such as 127.0.0.1:8081",
			a.server.Listen, reason(err), listenerOf(a.server.Listen))
	}
	a.warnOfOthers()
	a.stops = append(a.stops, func(context.Context) error {
		if err := a.listener.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil // the HTTP server closed it
	})
	return nil
}

// reason is what is wrong with an address, without the address: the message names it already.
func reason(err error) error {
	var operation *net.OpError
	var address *net.AddrError
	switch {
	case errors.As(err, &address):
		return errors.New(address.Err)
	case errors.As(err, &operation):
		return operation.Err
	default:
		return err
	}
}

func (a *App) openStore(ctx context.Context) (err error) {
	synchronous := store.SynchronousNormal
	if a.server.Durability == "full" {
		synchronous = store.SynchronousFull
	}
	a.store, err = store.Open(ctx, a.server.Database, store.Options{
		Node: a.id, Now: a.clock.Now, Synchronous: synchronous, PoolSize: a.server.DatabaseConnections,
		Logger: structured(a.logger, "store"),
		Timed:  newStoreTimes(a.registry),
	})
	if err != nil {
		return err
	}
	a.stops = append(a.stops, func(context.Context) error { return a.store.Close() })
	return nil
}

// deriveKeys takes the keys that all nodes of the database share.
func (a *App) deriveKeys(ctx context.Context) (err error) {
	if a.identifiers, err = a.store.Key(ctx, "identifiers"); err != nil {
		return err
	}
	secret, err := a.store.Key(ctx, "signing")
	if err != nil {
		return err
	}
	a.signing, err = engine.NewSigningKey(secret)
	return err
}

// address is where clients reach the server, as far as is known without a request of theirs.
func (a *App) address() string { return cmp.Or(strings.TrimSuffix(a.server.PublicURL, "/"), a.URL()) }

func (a *App) startBank(config *scenarios.Config) func(context.Context) error {
	return func(ctx context.Context) error {
		born, err := a.store.Born(ctx)
		if err != nil {
			return err
		}
		a.bank = engine.NewBank(engine.BankConfig{
			Store: a.store, Now: a.clock.Now, After: time.After, NewID: newID, Courier: a.courier, Born: born,
			Observer: a.observer.Observe, ImportEnded: a.observer.ImportEnded,
			MessageWriter: &surface.MessageWriter{Key: a.identifiers, BaseURL: a.address(), NewID: newID},
			Crowded:       a.warnOfSessions,
			AtOnce:        atOnce(a.store.Kind()), CamelCase: a.server.Naming == scenarios.NamingCamelCase,
		})
		a.bank.Use(config.Rules)
		return nil
	}
}

// warnOfSessions says that there are nearly as many sessions as are allowed.
func (a *App) warnOfSessions(sessions, most int) {
	a.logger.Warn().Int("sessions", sessions).Int("most", most).
		Msg("there are nearly as many sessions as are allowed; then the one idle longest makes way: delete those that are done with")
}

// atOnce is how many records a turn of a clock writes side by side: on SQLite they share a commit, on PostgreSQL each
// takes a connection that requests need too.
func atOnce(kind string) int {
	if kind == "postgres" {
		return 3
	}
	return 32
}

// URL is where the bank answers, such as http://127.0.0.1:8080.
func (a *App) URL() string { return "http://" + a.listener.Addr().String() }

// Failed tells when the server ended by itself, and why.
func (a *App) Failed() <-chan error { return a.failed }

// Reload reads the configuration again, without waiting for the outcome.
func (a *App) Reload() { a.configuration.reloader.Trigger() }

// Stop ends requests under way, then the background jobs, then closes the database. It takes at
// most the configuration's shutdown timeout, and a little more for what has to be cut off.
func (a *App) Stop() error {
	a.logger.Info().Msg("stopping")
	err := a.end()
	if err == nil {
		a.logger.Info().Msg("stopped")
	}
	return err
}

// dutyTimeout is what each last duty has of its own (to sign this node off, to let jobs end) where requests under way
// have used up the shutdown timeout.
const dutyTimeout = 2 * time.Second

// stopOne runs one of the stops with the time that is left, and never with none.
func (a *App) stopOne(ctx context.Context, stop func(context.Context) error) error {
	if ctx.Err() == nil {
		return stop(ctx)
	}
	own, cancel := context.WithTimeout(context.Background(), dutyTimeout)
	defer cancel()
	return stop(own)
}

// end ends what was started, the last first.
func (a *App) end() error {
	ctx, cancel := context.WithTimeout(context.Background(), a.server.ShutdownTimeout)
	defer cancel()
	var errs []error
	for i := len(a.stops) - 1; i >= 0; i-- {
		errs = append(errs, a.stopOne(ctx, a.stops[i]))
	}
	a.stops = nil
	return errors.Join(errs...)
}
