package app

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine"
)

// maxNamed bounds how many scenarios of each kind a line names.
const maxNamed = 10

// rulesDiff is what a reload did to the scenarios, by name.
type rulesDiff struct {
	added, changed, removed []string
	// others says that something else is not as it was: banks, faults, webhooks, or the scenarios' order.
	others bool
}

// diffRules compares what is live with what was.
func diffRules(before, after *engine.RuleSet) rulesDiff {
	var diff rulesDiff
	was := make(map[string]string, len(before.Scenarios))
	for _, s := range before.Scenarios {
		was[s.Name] = signature(s)
	}
	for _, s := range after.Scenarios {
		old, known := was[s.Name]
		switch {
		case !known:
			diff.added = append(diff.added, s.Name)
		case old != signature(s):
			diff.changed = append(diff.changed, s.Name)
		}
		delete(was, s.Name)
	}
	for _, s := range before.Scenarios {
		if _, gone := was[s.Name]; gone {
			diff.removed = append(diff.removed, s.Name)
		}
	}
	diff.others = len(diff.added)+len(diff.changed)+len(diff.removed) == 0 && before.Hash != after.Hash
	return diff
}

// signature tells two versions of a scenario apart.
func signature(s *engine.Scenario) string {
	facts, err := json.Marshal(s.When.Facts)
	if err != nil {
		facts = []byte(err.Error())
	}
	return fmt.Sprint(s.Flow.Hash(), s.Trigger, s.Description, s.Tags, string(facts))
}

// log adds to a line what was done, in words and as bounded lists.
func (d *rulesDiff) log(event *zerolog.Event) {
	event.Str("changes", d.String())
	for name, list := range map[string][]string{"added": d.added, "changed": d.changed, "removed": d.removed} {
		if len(list) > 0 {
			event.Strs(name, list[:min(len(list), maxNamed)]).Int(name+"_count", len(list))
		}
	}
}

// named lists names, the first of them where there are many.
func named(names []string) string {
	if len(names) <= maxNamed {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed], ", "), len(names)-maxNamed)
}

// String says in a few words what was done.
func (d *rulesDiff) String() string {
	var parts []string
	for _, kind := range []struct {
		word  string
		names []string
	}{{"added", d.added}, {"changed", d.changed}, {"removed", d.removed}} {
		if len(kind.names) > 0 {
			parts = append(parts, kind.word+" "+named(kind.names))
		}
	}
	switch {
	case len(parts) > 0:
		return strings.Join(parts, "; ")
	case d.others:
		return "no scenario changed, but something beside them"
	default:
		return "nothing changed"
	}
}
