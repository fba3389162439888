package httpapi

import (
	"github.com/prometheus/client_golang/prometheus"
)

// configurationMetrics tells, when it is asked, what is loaded and how the last reload went.
type configurationMetrics struct {
	bank          Bank
	configuration Configuration

	successful, at, took, problems, loaded, generation, info *prometheus.Desc
}

func newConfigurationMetrics(config Config) *configurationMetrics {
	describe := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("mockbank_config_"+name, help, labels, nil)
	}
	return &configurationMetrics{
		bank: config.Bank, configuration: config.Configuration,
		successful: describe("last_reload_successful", "1 if the last reload was not refused, else 0."),
		at:         describe("last_reload_timestamp_seconds", "When the last reload was."),
		took:       describe("last_reload_duration_seconds", "How long the last reload took."),
		problems:   describe("last_reload_problems", "Problems that the last reload found, by severity.", "severity"),
		loaded:     describe("loaded_timestamp_seconds", "When the live rule set went live."),
		generation: describe("generation", "How many rule sets this node has used."),
		info:       describe("info", "The live rule set; always 1.", "hash"),
	}
}

// Describe implements [prometheus.Collector].
func (m *configurationMetrics) Describe(to chan<- *prometheus.Desc) {
	prometheus.DescribeByCollect(m, to)
}

// Collect implements [prometheus.Collector].
func (m *configurationMetrics) Collect(to chan<- prometheus.Metric) {
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	status := m.configuration.Status()
	successful := 1.0
	if status.Last.Result == ReloadRefused {
		successful = 0
	}
	gauge(m.successful, successful)
	gauge(m.at, float64(status.Last.At.UnixMilli())/1000)
	gauge(m.took, status.Last.Took.Seconds())
	for severity, count := range countBySeverity(status.Last.Problems) {
		gauge(m.problems, float64(count), severity)
	}
	gauge(m.loaded, float64(status.LoadedAt.UnixMilli())/1000)
	rules := m.bank.Rules()
	gauge(m.generation, float64(rules.Generation))
	gauge(m.info, 1, rules.Hash)
}

func countBySeverity(problems []ConfigurationProblem) map[string]int {
	counts := map[string]int{"error": 0, "warning": 0}
	for _, p := range problems {
		counts[p.Severity]++
	}
	return counts
}
