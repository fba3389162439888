package httpapi

import (
	"net/http"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/mockbank/mockbank/httpapi/journal"
)

// metrics are what /metrics tells of the requests and of the configuration.
type metrics struct {
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	handler   http.Handler
	bank      *bankMetrics
	registry  *prometheus.Registry
}

// durationBuckets are few, in seconds: each costs a time series for every route.
var durationBuckets = []float64{0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10}

func newMetrics(config Config, kept *journal.Journal) (*metrics, error) {
	registry := config.Registry
	if registry == nil {
		registry = prometheus.NewRegistry()
	}
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mockbank_http_requests_total",
			Help: "Requests answered, by route and status.",
		}, []string{"route", "status"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "mockbank_http_request_duration_seconds",
			Help:    "Time from a request's header to its answer, by route.",
			Buckets: durationBuckets,
		}, []string{"route"}),
		bank: newBankMetrics(), registry: registry,
		handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
	}
	all := append(m.bank.collectors(), m.requests, m.durations, config.Observer.imports, newConfigurationMetrics(config),
		newJournalMetrics(kept), buildInfo(config.Version))
	for _, c := range all {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// buildInfo tells which program it is; its value is always 1.
func buildInfo(version string) prometheus.Collector {
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "mockbank_build_info", Help: "The program, by its version and Go's; always 1.",
		ConstLabels: prometheus.Labels{"version": version, "goversion": runtime.Version()},
	})
	info.Set(1)
	return info
}

func (m *metrics) show(x *exchange) error {
	m.handler.ServeHTTP(x, x.r)
	return nil
}

// The statuses that a meter counts: anything else is a status below 100 or beyond 599.
const (
	firstStatus = 100
	statusCount = 500
)

// statusesToAlertOn have a series of every route from the start.
var statusesToAlertOn = []string{"200", "500", "503"}

// meter counts a route's requests. Counters are looked up once for each status.
type meter struct {
	route    string
	metrics  *metrics
	duration prometheus.Observer
	counters *[statusCount]atomic.Pointer[prometheus.Counter]
}

func (m *metrics) meter(route string) meter {
	for _, status := range statusesToAlertOn { // there is nothing to alert on as long as there is no series
		m.requests.WithLabelValues(route, status)
	}
	return meter{
		route: route, metrics: m, duration: m.durations.WithLabelValues(route),
		counters: new([statusCount]atomic.Pointer[prometheus.Counter]),
	}
}

// record counts a request that was answered with the status, 0 for one that got no answer.
func (m *meter) record(status int, took time.Duration) {
	m.duration.Observe(took.Seconds())
	if status < firstStatus || status >= firstStatus+statusCount {
		m.metrics.requests.WithLabelValues(m.route, "none").Inc()
		return
	}
	slot := &m.counters[status-firstStatus]
	counter := slot.Load()
	if counter == nil {
		found := m.metrics.requests.WithLabelValues(m.route, strconv.Itoa(status))
		counter = &found
		slot.Store(counter)
	}
	(*counter).Inc()
}
