package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mockbank/mockbank/engine/jobs"
	"github.com/mockbank/mockbank/engine/store"
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
	for _, result := range results {
		m.reloads.WithLabelValues(result)
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

// houseMetrics tell, when they are asked, of the store and of the other nodes.
type houseMetrics struct {
	stats func() store.Stats
	nodes func() []jobs.NodeState
	// sessions is how many sessions there are.
	sessions func(ctx context.Context) (int, error)

	changes, commits, waiting, connections, inUse, count, behind, ahead, kept *prometheus.Desc
}

func newHouseMetrics(stats func() store.Stats, nodes func() []jobs.NodeState, sessions func(context.Context) (int, error)) *houseMetrics {
	describe := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("mockbank_"+name, help, labels, nil)
	}
	return &houseMetrics{
		stats: stats, nodes: nodes, sessions: sessions,
		changes:     describe("store_changes_total", "Changes of the database."),
		commits:     describe("store_commits_total", "Transactions; several changes may share one."),
		waiting:     describe("store_waiting_changes", "Changes that wait for SQLite's writer."),
		connections: describe("store_connections", "Connections to the database."),
		inUse:       describe("store_connections_in_use", "Connections to the database that are at work."),
		kept:        describe("sessions", "Sessions that are kept, without the default one."),
		count:       describe("nodes", "Nodes on the database."),
		ahead:       describe("node_clock_ahead_seconds", "By how much the node's own clock is ahead of the database's; negative where it is behind.", "node"),
		behind:      describe("node_behind", "1 if the node plays older rules than others, for longer than a roll-out takes, else 0.", "node", "hash"),
	}
}

// Describe implements [prometheus.Collector].
func (m *houseMetrics) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(m, to) }

// Collect implements [prometheus.Collector].
func (m *houseMetrics) Collect(to chan<- prometheus.Metric) {
	tell := func(desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(desc, kind, value, labels...)
	}
	stats, nodes := m.stats(), m.nodes()
	tell(m.changes, prometheus.CounterValue, float64(stats.Changes))
	tell(m.commits, prometheus.CounterValue, float64(stats.Commits))
	tell(m.waiting, prometheus.GaugeValue, float64(stats.Waiting))
	tell(m.connections, prometheus.GaugeValue, float64(stats.Connections))
	tell(m.inUse, prometheus.GaugeValue, float64(stats.InUse))
	tell(m.count, prometheus.GaugeValue, float64(len(nodes)))
	m.tellSessions(tell)
	told := map[string]bool{}
	for _, n := range nodes {
		if told[n.Name] {
			continue // one that was started again under its name; the first will be forgotten
		}
		told[n.Name] = true
		value := 0.0
		if n.Behind {
			value = 1
		}
		tell(m.ahead, prometheus.GaugeValue, n.ClockAhead.Seconds(), n.Name)
		tell(m.behind, prometheus.GaugeValue, value, n.Name, n.RulesHash)
	}
}

// sessionsPatience is how long a scrape waits for the count of sessions.
const sessionsPatience = time.Second

// tellSessions tells how many sessions there are, unless the database cannot say so now.
func (m *houseMetrics) tellSessions(tell func(*prometheus.Desc, prometheus.ValueType, float64, ...string)) {
	ctx, cancel := context.WithTimeout(context.Background(), sessionsPatience)
	defer cancel()
	if n, err := m.sessions(ctx); err == nil {
		tell(m.kept, prometheus.GaugeValue, float64(n))
	}
}
