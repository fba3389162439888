package measure

import (
	"cmp"
	"slices"
	"time"
)

// Work is what a server is asked to do.
type Work string

// The kinds of work.
const (
	Login      Work = "login"
	Connection Work = "GET connection"
	Process    Work = "GET process"
	Connect    Work = "connect"
	HalfPeak   Work = "login at half the peak"
)

// Sample is one measurement of one server.
type Sample struct {
	// Part is the part of the benchmark that took it: ratios are taken within one.
	Part      string
	Contender string
	Work      Work
	Stubs     int
	Round     int

	// Rate is good answers a second; Failed are requests without one.
	Rate    float64
	Failed  int
	Failure string `json:",omitempty"`
	// Median and P99 are the times of an answer.
	Median, P99 time.Duration
	// CPU is the server's processor time for a request.
	CPU time.Duration
	// Idle and Loaded are the server's resident memory in bytes, before and at its highest.
	Idle, Loaded int64
	// Start is the time to the first good answer.
	Start time.Duration
	// DatabaseCPU, Commits and WAL (bytes of its log) are what a request costs the database server, where that was looked at.
	DatabaseCPU  time.Duration `json:",omitempty"`
	Commits, WAL float64       `json:",omitempty"`
}

// Of returns the samples of a contender's work with a number of stubs; 0 stands for any number.
func Of(samples []Sample, contender string, work Work, stubs int) []Sample {
	var found []Sample
	for _, s := range samples {
		if s.Contender == contender && s.Work == work && (stubs == 0 || s.Stubs == stubs) {
			found = append(found, s)
		}
	}
	return found
}

// Median returns the median of a figure over the samples, 0 where there are none.
func Median[T cmp.Ordered](samples []Sample, figure func(Sample) T) T {
	figures := make([]T, len(samples))
	for i, s := range samples {
		figures[i] = figure(s)
	}
	return Middle(figures)
}

// Middle returns the median of figures, the lower one of two.
func Middle[T cmp.Ordered](figures []T) T {
	var zero T
	if len(figures) == 0 {
		return zero
	}
	sorted := slices.Sorted(slices.Values(figures))
	return sorted[(len(sorted)-1)/2]
}

// Rate is a sample's answers a second, for [Median].
func Rate(s Sample) float64 { return s.Rate }

// Ratio returns the median over the rounds of one contender's rate by another's in the same round:
// what the machine did to both does not count.
func Ratio(samples, to []Sample) float64 {
	var ratios []float64
	for _, s := range samples {
		for _, base := range to {
			if base.Part == s.Part && base.Round == s.Round && base.Rate > 0 {
				ratios = append(ratios, s.Rate/base.Rate)
				break
			}
		}
	}
	return Middle(ratios)
}
