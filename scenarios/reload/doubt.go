package reload

import (
	"slices"
	"time"

	"github.com/mockbank/mockbank/scenarios"
)

// doubt is about a good configuration of which so much has vanished that its files may only be half
// written: half a file is often valid. It is looked at again after a while, and believed where it is the
// same then.
type doubt struct {
	// wait is how long it takes until the second look.
	wait time.Duration
	// hash is that of the configuration in doubt; "" where there is none.
	hash string
	// first is when the first one was seen, due when to look again.
	first, due time.Time
}

// patience bounds, in waits, how long files that change at every look can go on doing so.
const patience = 10

// raise reports whether a configuration is in doubt at a time, before the live one.
func (d *doubt) raise(live, config *scenarios.Config, now time.Time) bool {
	if !vanishes(live, config) {
		return false
	}
	if d.hash == "" {
		d.first = now
	}
	switch {
	case d.hash == config.Hash:
		return now.Before(d.due)
	case now.Sub(d.first) >= patience*d.wait:
		return false
	}
	d.hash, d.due = config.Hash, now.Add(d.wait)
	return true
}

// settle ends the doubt.
func (d *doubt) settle() { d.hash, d.first, d.due = "", time.Time{}, time.Time{} }

// vanishes reports whether more than half of the scenarios, or the one that takes what no other takes,
// are in one configuration and not in the next.
func vanishes(before, after *scenarios.Config) bool {
	if !opens(before) && opens(after) {
		return true
	}
	left := make(map[string]bool, len(after.Rules.Scenarios))
	for _, scenario := range after.Rules.Scenarios {
		left[scenario.Name] = true
	}
	gone := 0
	for _, scenario := range before.Rules.Scenarios {
		if !left[scenario.Name] {
			gone++
		}
	}
	return 2*gone > len(before.Rules.Scenarios)
}

// opens reports whether a login that no scenario takes is possible.
func opens(config *scenarios.Config) bool {
	return slices.ContainsFunc(config.Diagnostics, func(one scenarios.Diagnostic) bool { return one.Code == scenarios.CodeNoCatchAll })
}
