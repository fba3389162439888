package jobs

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
)

// Bank is what jobs need of the bank, by noun.
type Bank struct {
	// Rules returns the live rule set.
	Rules    func() *engine.RuleSet
	Imports  Imports
	Webhooks Webhooks
	Clocks   Clocks
	Sessions Sessions
}

// BankOf returns a bank as jobs need it.
func BankOf(bank *engine.Bank) Bank {
	return Bank{Rules: bank.Rules, Imports: bank.Imports(), Webhooks: bank.Webhooks(), Clocks: bank.Clocks(), Sessions: bank.Sessions()}
}

// Imports are the records of imports: see [engine.Imports].
type Imports interface {
	// Advance brings a run of a connection's import up to now. It returns when there is more
	// to do, by the wall clock, or done, also where the connection or the run is no longer there, or
	// the session's clock stands.
	// It may be called again for what was done already.
	Advance(ctx context.Context, connectionID string, run int) (next time.Time, done bool, err error)
}

// Webhooks are the deliveries of webhooks: see [engine.Webhooks].
type Webhooks interface {
	// NotifyEnding tells webhooks of a process that time has ended, and is otherwise as Imports.Advance.
	NotifyEnding(ctx context.Context, processID string) (next time.Time, done bool, err error)
	// Claim takes hold of the next delivery of a stream, for as long as lease.
	Claim(ctx context.Context, webhook, stream, holder string, lease time.Duration) (engine.DeliveryClaim, error)
	// Conclude writes how an attempt went into a delivery that was claimed.
	Conclude(ctx context.Context, d *engine.Delivery, webhook *engine.Webhook, attempt engine.DeliveryAttempt) error
}

// Clocks are the clocks of sessions: see [engine.Clocks].
type Clocks interface {
	// Sweep brings forward what a session has due since a turn of its clock, and is otherwise as Imports.Advance.
	Sweep(ctx context.Context, session string, change int) (next time.Time, done bool, err error)
}

// Sessions are those of the bank: see [engine.Sessions].
type Sessions interface {
	// FinishForgetting goes on with a removal of a session's records, and reports whether it is done.
	FinishForgetting(ctx context.Context, id string) (done bool, err error)
	// DeleteIdle removes the sessions that were not used for that long, and returns how many.
	DeleteIdle(ctx context.Context, idle time.Duration) (int, error)
}

// Metrics hears what jobs do. Its methods are called by many goroutines and must return at once.
type Metrics interface {
	// ImportAdvanced is called after each turn of an import's job: by how much it began after its due
	// time, and its error.
	ImportAdvanced(lag time.Duration, err error)
	// CleanedUp is called after each clean-up.
	CleanedUp(removed store.Removed, err error)
	// DeliveryAttempted is called after each attempt to deliver: by how much it began after its due time,
	// how long it took, and whether the receiver took it.
	DeliveryAttempted(lag, took time.Duration, delivered bool)
}

// Config holds the settings of [Start]. The zero value is fit for use, but logs nothing.
type Config struct {
	Logger  *slog.Logger
	Metrics Metrics
	// Courier sends webhooks; nil means one that sends to loopback only. Who passes one closes it.
	Courier *Courier
	// Node identifies this process among others on the database. Default: one of River's making.
	Node string
	// Workers is how many jobs this node takes from the queue at a time. Default: 128; 32 on SQLite,
	// where River completes jobs one by one on the connection that requests write on, and more at a
	// time would let those wait.
	Workers int
	// AtOnce is how many of them are at work at once; the others wait for their turn. Default: 32 on
	// SQLite, where they share a commit, 4 on PostgreSQL, where requests need connections too.
	AtOnce int
	// PollInterval is how often jobs are looked for that the store's alarm did not tell of: on PostgreSQL those that a
	// node had put off which died. While nothing is due it is the only time at which anybody looks. Default: 5 s.
	PollInterval time.Duration
	// Retention is how long records are kept after their last change. Default: 30 days.
	Retention time.Duration
	// RequestRetention is how long idempotency keys are kept. Default: 24 hours.
	RequestRetention time.Duration
	// SessionIdle is how long a session may be unused until it is removed with its records. Default: 24 hours.
	SessionIdle time.Duration
	// CleanUpInterval is how often old rows are removed. Default: 1 hour.
	CleanUpInterval time.Duration
	// JobTimeout bounds one turn of a job. Default: 10 s.
	JobTimeout time.Duration
	// Now is the wall clock. Default: time.Now.
	Now func() time.Time
}

func (c Config) withDefaults(kind string) Config {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Metrics == nil {
		c.Metrics = silent{}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	workers, atOnce := 32, 32
	if kind == "postgres" {
		workers, atOnce = 128, 4
	}
	c.Workers = cmp.Or(c.Workers, workers)
	c.AtOnce = cmp.Or(c.AtOnce, min(c.Workers, atOnce))
	c.PollInterval = cmp.Or(c.PollInterval, 5*time.Second)
	c.Retention = cmp.Or(c.Retention, 30*24*time.Hour)
	c.RequestRetention = cmp.Or(c.RequestRetention, 24*time.Hour)
	c.SessionIdle = cmp.Or(c.SessionIdle, 24*time.Hour)
	c.CleanUpInterval = cmp.Or(c.CleanUpInterval, time.Hour)
	c.JobTimeout = cmp.Or(c.JobTimeout, 10*time.Second)
	return c
}

// silent is a [Metrics] that nobody listens to.
type silent struct{}

func (silent) ImportAdvanced(time.Duration, error)                  {}
func (silent) CleanedUp(store.Removed, error)                       {}
func (silent) DeliveryAttempted(time.Duration, time.Duration, bool) {}
