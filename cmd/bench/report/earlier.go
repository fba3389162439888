package report

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/mockbank/mockbank/cmd/bench/measure"
)

// GoOnFrom takes from an earlier run's results, in JSON, what was not measured in this one. A long
// benchmark can so be run in parts; figures of one table are always of one run.
func (r *Results) GoOnFrom(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var earlier Results
	if err := json.Unmarshal(text, &earlier); err != nil {
		return fmt.Errorf("%s is no JSON of an earlier run: %w", file, err)
	}
	r.takeSamples(&earlier)
	for _, c := range earlier.Contenders {
		if !slices.Contains(r.Contenders, c) {
			r.Contenders = append(r.Contenders, c)
		}
	}
	if len(r.Starts) == 0 {
		r.Starts = earlier.Starts
	}
	if len(r.Reloads) == 0 {
		r.Reloads = earlier.Reloads
	}
	if len(r.UnderLoad) == 0 {
		r.UnderLoad = earlier.UnderLoad
	}
	if r.InFlight == nil {
		r.InFlight = earlier.InFlight
	}
	if r.OnPostgres == nil {
		r.OnPostgres = earlier.OnPostgres
	}
	if r.Durability == "" {
		r.Durability = earlier.Durability
	}
	for _, m := range earlier.Missing {
		r.NotMeasured(m.Name, m.Why)
	}
	return nil
}

// takeSamples adds the earlier samples of the parts that this run has none of.
func (r *Results) takeSamples(earlier *Results) {
	measured := map[string]bool{}
	for _, s := range r.Samples {
		measured[s.Part] = true
	}
	r.Samples = slices.AppendSeq(r.Samples, func(yield func(measure.Sample) bool) {
		for _, s := range earlier.Samples {
			if !measured[s.Part] && !yield(s) {
				return
			}
		}
	})
}
