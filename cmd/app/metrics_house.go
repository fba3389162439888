package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mockbank/mockbank/engine/jobs"
	"github.com/mockbank/mockbank/engine/store"
)

// houseRecords is what the house's metrics ask the store.
type houseRecords interface {
	Stats() store.Stats
	CountSessions(ctx context.Context) (int, error)
	UnderWay(ctx context.Context, now time.Time) (imports, waiting int, err error)
}

// houseMetrics tell, when they are asked, of the store and of the other nodes.
type houseMetrics struct {
	records     houseRecords
	nodes       func() []jobs.NodeState
	maxSessions int

	changes, commits, waiting, connections, inUse, count, behind, ahead *prometheus.Desc
	kept, keptLimit, imports, processes                                 *prometheus.Desc
}

func newHouseMetrics(records houseRecords, nodes func() []jobs.NodeState, maxSessions int) *houseMetrics {
	describe := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("mockbank_"+name, help, labels, nil)
	}
	return &houseMetrics{
		records: records, nodes: nodes, maxSessions: maxSessions,
		changes:     describe("store_changes_total", "Changes of the database."),
		commits:     describe("store_commits_total", "Transactions; several changes may share one."),
		waiting:     describe("store_waiting_changes", "Changes that wait for SQLite's writer."),
		connections: describe("store_connections", "Connections to the database."),
		inUse:       describe("store_connections_in_use", "Connections to the database that are at work."),
		kept:        describe("sessions", "Sessions that are kept, without the default one."),
		keptLimit:   describe("sessions_limit", "Sessions that may be kept, without the default one."),
		imports:     describe("imports_in_progress", "Imports on the database that are not yet over."),
		processes:   describe("processes_waiting", "Processes on the database that wait for their user."),
		count:       describe("nodes", "Nodes on the database."),
		ahead: describe("node_clock_ahead_seconds",
			"By how much the node's own clock is ahead of the database's; negative where it is behind.", "node"),
		behind: describe("node_behind", "1 if the node plays older rules than others, for longer than a roll-out takes, else 0.", "node",
			"hash"),
	}
}

// Describe implements [prometheus.Collector].
func (m *houseMetrics) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(m, to) }

// Collect implements [prometheus.Collector].
func (m *houseMetrics) Collect(to chan<- prometheus.Metric) {
	report := func(desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(desc, kind, value, labels...)
	}
	stats, nodes := m.records.Stats(), m.nodes()
	report(m.changes, prometheus.CounterValue, float64(stats.Changes))
	report(m.commits, prometheus.CounterValue, float64(stats.Commits))
	report(m.waiting, prometheus.GaugeValue, float64(stats.Waiting))
	report(m.connections, prometheus.GaugeValue, float64(stats.Connections))
	report(m.inUse, prometheus.GaugeValue, float64(stats.InUse))
	report(m.count, prometheus.GaugeValue, float64(len(nodes)))
	m.reportRecords(report)
	reported := map[string]bool{}
	for _, n := range nodes {
		if reported[n.Name] {
			continue // one that was started again under its name; the first will be forgotten
		}
		reported[n.Name] = true
		value := 0.0
		if n.Behind {
			value = 1
		}
		report(m.ahead, prometheus.GaugeValue, n.ClockAhead.Seconds(), n.Name)
		report(m.behind, prometheus.GaugeValue, value, n.Name, n.RulesHash)
	}
}

// recordsPatience is how long a scrape waits for what the database counts.
const recordsPatience = time.Second

// reportRecords tells how many sessions there are and what is under way, unless the database cannot say so now.
func (m *houseMetrics) reportRecords(report func(*prometheus.Desc, prometheus.ValueType, float64, ...string)) {
	ctx, cancel := context.WithTimeout(context.Background(), recordsPatience)
	defer cancel()
	report(m.keptLimit, prometheus.GaugeValue, float64(m.maxSessions))
	if n, err := m.records.CountSessions(ctx); err == nil {
		report(m.kept, prometheus.GaugeValue, float64(n))
	}
	if imports, waiting, err := m.records.UnderWay(ctx, time.Now()); err == nil {
		report(m.imports, prometheus.GaugeValue, float64(imports))
		report(m.processes, prometheus.GaugeValue, float64(waiting))
	}
}
