package app

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/scenarios/reload"
)

// lagBuckets are in seconds. A job that is in time begins within tens of milliseconds; a crash may
// delay one by a minute.
var lagBuckets = []float64{0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60}

// workMetrics tell of the background jobs. It is a [jobs.Metrics].
type workMetrics struct {
	importLag, deliveryLag, deliveryTook prometheus.Histogram
	importFailures, cleanUpFailures      prometheus.Counter
	attempts, removed, reloads           *prometheus.CounterVec
}

func newWorkMetrics(registry *prometheus.Registry) *workMetrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: "mockbank_" + name, Help: help})
	}
	counters := func(name, help, label string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mockbank_" + name, Help: help}, []string{label})
	}
	histogram := func(name, help string) prometheus.Histogram {
		return prometheus.NewHistogram(prometheus.HistogramOpts{Name: "mockbank_" + name, Help: help, Buckets: lagBuckets})
	}
	m := &workMetrics{
		importLag:       histogram("import_job_lag_seconds", "By how much the turns of imports' jobs began after they were due."),
		deliveryLag:     histogram("webhook_lag_seconds", "By how much attempts to deliver to webhooks began after they were due."),
		deliveryTook:    histogram("webhook_duration_seconds", "How long receivers took to answer webhooks."),
		importFailures:  counter("import_job_failures_total", "Turns of imports' jobs that failed and are done again."),
		cleanUpFailures: counter("clean_up_failures_total", "Clean-ups that failed."),
		attempts:        counters("webhook_attempts_total", "Attempts to deliver to webhooks, by outcome.", "outcome"),
		reloads:         counters("config_reloads_total", "Reloads of the configuration, by result.", "result"),
		removed:         counters("rows_removed_total", "Rows that clean-ups removed, by table.", "table"),
	}
	for _, outcome := range []string{"delivered", "failed"} { // there is nothing to alert on as long as there is no series
		m.attempts.WithLabelValues(outcome)
	}
	for _, result := range []reload.Result{reload.ResultApplied, reload.ResultUnchanged, reload.ResultRefused} {
		m.reloads.WithLabelValues(string(result))
	}
	registry.MustRegister(m.reloads)
	m.CleanedUp(store.Removed{}, nil)
	registry.MustRegister(m.importLag, m.deliveryLag, m.deliveryTook, m.importFailures, m.cleanUpFailures, m.attempts, m.removed)
	return m
}

// ImportAdvanced implements [jobs.Metrics].
func (m *workMetrics) ImportAdvanced(lag time.Duration, err error) {
	m.importLag.Observe(lag.Seconds())
	if err != nil {
		m.importFailures.Inc()
	}
}

// DeliveryAttempted implements [jobs.Metrics].
func (m *workMetrics) DeliveryAttempted(lag, took time.Duration, delivered bool) {
	outcome := "failed"
	if delivered {
		outcome = "delivered"
	}
	m.deliveryLag.Observe(lag.Seconds())
	m.deliveryTook.Observe(took.Seconds())
	m.attempts.WithLabelValues(outcome).Inc()
}

// CleanedUp implements [jobs.Metrics].
func (m *workMetrics) CleanedUp(removed store.Removed, err error) {
	for table, rows := range map[string]int64{
		"bank_connections": removed.Connections, "bank_authentication_processes": removed.Processes,
		"counters": removed.Counters, "rate_windows": removed.Windows, "idempotency_keys": removed.Requests, "flows": removed.Flows,
		"webhook_deliveries": removed.Deliveries, "api_identifiers": removed.Identifiers, "api_kept": removed.Kept,
	} {
		m.removed.WithLabelValues(table).Add(float64(rows))
	}
	if err != nil {
		m.cleanUpFailures.Inc()
	}
}

// storeBuckets are in seconds, and few: each costs a series for every kind of call.
var storeBuckets = []float64{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5}

// newStoreTimes returns what counts how long the store's calls take, by their kind.
func newStoreTimes(registry *prometheus.Registry) func(kind store.CallKind, took time.Duration) {
	times := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "mockbank_store_duration_seconds", Help: "How long calls of the database took, waiting included, by kind.",
		Buckets: storeBuckets,
	}, []string{"kind"})
	observers := map[store.CallKind]prometheus.Observer{}
	for _, kind := range store.CallKinds() {
		observers[kind] = times.WithLabelValues(string(kind))
	}
	registry.MustRegister(times)
	return func(kind store.CallKind, took time.Duration) { observers[kind].Observe(took.Seconds()) }
}
