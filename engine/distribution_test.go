package engine

import (
	"math"
	"strings"
	"testing"
	"time"
)

// samples are what a fault shapes 10,000 requests of a fresh bank into.
func samples(t *testing.T, r Response) []*ResponseShape {
	t.Helper()
	b := shaping(t, []Fault{{Name: "drawn", Endpoint: EndpointBanks, When: anyRequest(), Response: r}})
	all := make([]*ResponseShape, 10_000)
	for i := range all {
		all[i] = b.fault(EndpointBanks)
	}
	return all
}

func TestDistributionsMatchTheirParameters(t *testing.T) {
	t.Parallel()
	often := 0.1
	for name, test := range map[string]struct {
		response Response
		of       func(*ResponseShape) float64 // NaN: is no sample
		mean     float64
		spread   float64 // the standard deviation
	}{
		"probability": {Response{Probability: &often}, func(s *ResponseShape) float64 {
			if s == nil {
				return 0
			}
			return 1
		}, 0.1, 0.3},
		"between": {Response{Delay: Delay{Duration: Duration{Min: time.Second, Max: 3 * time.Second}}}, func(s *ResponseShape) float64 {
			return s.Delay.Seconds()
		}, 2, 2 / math.Sqrt(12)},
		"log-normal": {Response{Delay: Delay{Median: time.Second, Sigma: 0.6}}, func(s *ResponseShape) float64 {
			return math.Log(s.Delay.Seconds())
		}, 0, 0.6},
		"retry after, where spared": {Response{Probability: &often, RetryAfter: &Duration{Min: 0, Max: 10 * time.Second}}, func(s *ResponseShape) float64 {
			if s == nil {
				return math.NaN()
			}
			return s.RetryAfter.Seconds()
		}, 5, 10 / math.Sqrt(12)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var values []float64
			for _, shape := range samples(t, test.response) {
				if v := test.of(shape); !math.IsNaN(v) {
					values = append(values, v)
				}
			}
			mean, spread := moments(values)
			// Five standard errors: a right generator fails once in a million seeds, and this seed never.
			if allowed := 5 * test.spread / math.Sqrt(float64(len(values))); math.Abs(mean-test.mean) > allowed {
				t.Errorf("mean %.4f of %d samples, want %.4f ± %.4f", mean, len(values), test.mean, allowed)
			}
			if math.Abs(spread-test.spread) > 0.1*test.spread {
				t.Errorf("standard deviation %.4f, want %.4f", spread, test.spread)
			}
			if lag := correlation(values); math.Abs(lag) > 5/math.Sqrt(float64(len(values))) {
				t.Errorf("each sample tells of the next: correlation %.4f", lag)
			}
		})
	}
}

func moments(values []float64) (mean, spread float64) {
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		spread += (v - mean) * (v - mean) / float64(len(values))
	}
	return mean, math.Sqrt(spread)
}

// correlation is that of each value with the one after it.
func correlation(values []float64) float64 {
	mean, spread := moments(values)
	sum := 0.0
	for i := range len(values) - 1 {
		sum += (values[i] - mean) * (values[i+1] - mean)
	}
	return sum / spread / spread / float64(len(values)-1)
}

func TestSameSeedSameShapes(t *testing.T) {
	t.Parallel()
	often := 0.5
	r := Response{Probability: &often, Delay: Delay{Median: time.Second, Sigma: 1}}
	run := func() string {
		var text strings.Builder
		for _, shape := range samples(t, r)[:1000] {
			if shape == nil {
				text.WriteString("-")
			} else {
				text.WriteString(shape.Delay.String() + " ")
			}
		}
		return text.String()
	}
	if first, second := run(), run(); first != second {
		t.Error("two runs with one seed differ")
	}
}
