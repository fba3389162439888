package httpapi

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/mockbank/mockbank/httpapi/journal"
)

// journalMetrics tell how full the journal is. There are none where none is kept.
type journalMetrics struct {
	journal                 *journal.Journal
	entries, bytes, evicted *prometheus.Desc
}

func newJournalMetrics(kept *journal.Journal) *journalMetrics {
	return &journalMetrics{
		journal: kept,
		entries: prometheus.NewDesc("mockbank_journal_entries", "Exchanges that the journal holds.", nil, nil),
		bytes:   prometheus.NewDesc("mockbank_journal_bytes", "Memory that the journal takes, roughly.", nil, nil),
		evicted: prometheus.NewDesc("mockbank_journal_evicted_total", "Exchanges that had to make room in the journal.", nil, nil),
	}
}

// Describe implements [prometheus.Collector].
func (m *journalMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.entries, m.bytes, m.evicted} {
		out <- d
	}
}

// Collect implements [prometheus.Collector].
func (m *journalMetrics) Collect(out chan<- prometheus.Metric) {
	if m.journal == nil {
		return
	}
	status := m.journal.Status()
	out <- prometheus.MustNewConstMetric(m.entries, prometheus.GaugeValue, float64(status.Entries))
	out <- prometheus.MustNewConstMetric(m.bytes, prometheus.GaugeValue, float64(status.Bytes))
	out <- prometheus.MustNewConstMetric(m.evicted, prometheus.CounterValue, float64(status.Evicted))
}
