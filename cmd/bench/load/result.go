package load

import (
	"slices"
	"time"
)

// Result is what a run measured.
type Result struct {
	// Answers that were good, and how many a second there were.
	Answers int
	Rate    float64
	// Failed requests, and what the first of them met.
	Failed int
	Error  error
	// Took is how long the run lasted, to its last answer.
	Took time.Duration

	samples []sample // in the order of the times taken
}

func summarise(workers []worker, began time.Time, planned time.Duration) Result {
	var result Result
	last := began
	for i := range workers {
		w := &workers[i]
		result.samples = append(result.samples, w.samples...)
		result.Failed += w.failed
		if result.Error == nil {
			result.Error = w.firstErr
		}
		if w.last.After(last) {
			last = w.last
		}
	}
	result.Answers = len(result.samples)
	if result.Took = last.Sub(began); result.Took < planned && result.Failed == 0 && result.Answers > 0 {
		result.Took = max(result.Took, time.Millisecond)
	} else {
		result.Took = max(result.Took, planned)
	}
	result.Rate = float64(result.Answers) / result.Took.Seconds()
	slices.SortFunc(result.samples, func(a, b sample) int { return int(a.took - b.took) })
	return result
}

// Quantile returns the time within which the share q of the answers came, 0 where there were none.
func (r *Result) Quantile(q float64) time.Duration {
	if len(r.samples) == 0 {
		return 0
	}
	return r.samples[min(len(r.samples)-1, int(q*float64(len(r.samples))))].took
}

// Between returns the part of the result whose answers came from one time of the run to another.
func (r *Result) Between(from, to time.Duration) Result {
	part := Result{Took: to - from}
	for _, s := range r.samples {
		if s.at >= from && s.at < to {
			part.samples = append(part.samples, s)
		}
	}
	part.Answers = len(part.samples)
	part.Rate = float64(part.Answers) / part.Took.Seconds()
	return part
}

// Join adds up runs that went on at the same time.
func Join(results []Result) Result {
	var all Result
	for i := range results {
		r := &results[i]
		all.Answers += r.Answers
		all.Rate += r.Rate
		all.Failed += r.Failed
		all.Took = max(all.Took, r.Took)
		all.samples = append(all.samples, r.samples...)
		if all.Error == nil {
			all.Error = r.Error
		}
	}
	slices.SortFunc(all.samples, func(a, b sample) int { return int(a.took - b.took) })
	return all
}
