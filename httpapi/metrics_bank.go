package httpapi

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mockbank/mockbank/engine"
)

// maxNamedSeries is for how many scenarios, and faults, there are series of their own; the others share one. It bounds
// what a configuration that is saved again and again under other names costs.
const maxNamedSeries = 200

// otherNames stands for those beyond it.
const otherNames = "other"

// bankMetrics count what the bank did.
type bankMetrics struct {
	logins    *prometheus.CounterVec
	unmatched prometheus.Counter
	faults    *prometheus.CounterVec
	scenarios boundedNames
	faulty    boundedNames
}

func newBankMetrics() *bankMetrics {
	m := &bankMetrics{
		logins: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mockbank_logins_total",
			Help: "Logins, by the scenario that answered (\"\" where none did; \"other\" beyond the first 200) and the status that they " +
				"began with.",
		}, []string{"scenario", "status"}),
		unmatched: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "mockbank_logins_unmatched_total", Help: "Logins that no scenario matched.",
		}),
		faults: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mockbank_faults_total", Help: "Answers that a fault of the rules shaped, by its name and how it broke them.",
		}, []string{"fault", "kind"}),
	}
	for _, status := range engine.Statuses() { // what no scenario took is there from the start
		m.logins.WithLabelValues("", string(status))
	}
	for _, kind := range engine.WireFaults() {
		m.faults.WithLabelValues("", string(kind))
	}
	m.faults.WithLabelValues("", "")
	return m
}

func (m *bankMetrics) collectors() []prometheus.Collector {
	return []prometheus.Collector{m.logins, m.unmatched, m.faults}
}

// count counts what an exchange brought about.
func (m *bankMetrics) count(x *exchange) {
	if x.endpoint.name == "authenticate" && x.login.Username != "" && x.about.state != "" && x.code == "" {
		m.logins.WithLabelValues(m.scenarios.of(x.scenario), x.about.state).Inc()
		if x.unmatched() {
			m.unmatched.Inc()
		}
	}
	if fault := x.outgoing.fault; fault != nil {
		m.faults.WithLabelValues(m.faulty.of(fault.Name), string(x.outgoing.broken)).Inc()
	}
}

// boundedNames lets the first names through, and calls the rest by one.
type boundedNames struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (b *boundedNames) of(name string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case name == "" || b.seen[name]:
		return name
	case len(b.seen) >= maxNamedSeries:
		return otherNames
	case b.seen == nil:
		b.seen = map[string]bool{}
	}
	b.seen[name] = true
	return name
}

// streamMetrics tell, when they are asked, how many streams are open of those that may be.
type streamMetrics struct {
	api         *api
	open, limit *prometheus.Desc
}

func newStreamMetrics(a *api) *streamMetrics {
	return &streamMetrics{
		api:   a,
		open:  prometheus.NewDesc("mockbank_streams", "Streams that are open on this node, by what they follow.", []string{"of"}, nil),
		limit: prometheus.NewDesc("mockbank_streams_limit", "Streams that may be open on this node.", []string{"of"}, nil),
	}
}

// Describe implements [prometheus.Collector].
func (m *streamMetrics) Describe(to chan<- *prometheus.Desc) { to <- m.open; to <- m.limit }

// Collect implements [prometheus.Collector].
func (m *streamMetrics) Collect(to chan<- prometheus.Metric) {
	gauge := func(desc *prometheus.Desc, value int, of string) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, float64(value), of)
	}
	gauge(m.open, len(m.api.phoneStreams), "phone")
	gauge(m.limit, cap(m.api.phoneStreams), "phone")
	if m.api.journal != nil {
		gauge(m.open, m.api.journal.Status().Streams, "journal")
		gauge(m.limit, maxStreams, "journal")
	}
}
