package scenarios

import (
	"maps"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/engine"
)

// kept holds what the flows keep and tell, and what conditions ask for of that.
type kept struct {
	// counters are those that some step counts, and events those of somebody's own that some step or point tells.
	counters map[string]bool
	events   map[string]bool
	// asked are the conditions that ask for counters.
	asked []askedCounters
}

// askedCounters is a condition on counters, with what its scenario allows.
type askedCounters struct {
	when      *When
	allowing  []Code
	repeating bool
}

func (k *kept) ask(when *When, r *Report) {
	k.asked = append(k.asked, askedCounters{when, slices.Clone(r.allowing), r.repeating})
}

func (k *kept) count(names []string) {
	for _, name := range names {
		if k.counters == nil {
			k.counters = make(map[string]bool)
		}
		k.counters[name] = true
	}
}

// countsAll reports whether some step counts each of these.
func (k *kept) countsAll(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !k.counters[name] })
}

func (k *kept) event(name EventName) {
	if k.events == nil {
		k.events = make(map[string]bool)
	}
	k.events[string(name)] = true
}

// lintCounters warns of conditions on counters that no step counts: they are 0 for ever.
func (c *compiler) lintCounters() {
	for _, own := range c.asking {
		if !c.kept.countsAll(own.asked) {
			c.loader.readAgain(own)
		}
	}
	known := slices.Sorted(maps.Keys(c.kept.counters))
	type place struct {
		written *yaml.Node
		name    string
	}
	reported := make(map[place]bool)
	for _, asked := range c.kept.asked {
		when := asked.when
		c.report.allowing, c.report.repeating = asked.allowing, asked.repeating
		file, _, written := when.find("counters")
		if written == nil {
			continue
		}
		under := Position{file: file, node: follow(written)}
		for _, name := range slices.Sorted(maps.Keys(when.Counters)) {
			if at := (place{written, name}); !c.kept.counters[name] && !reported[at] {
				reported[at] = true // for the scenarios that are like this one too, or by the defaults
				c.report.add(under.key(name), CodeNoSuchCounter, lacking(name, known, "count it at a step: `count: "+name+"`"),
					"no step counts %q: the counter is 0 for ever", name)
			}
		}
	}
	c.report.allowing, c.report.repeating = nil, false
}

// lintEvents warns of webhooks that want to be told of events that nothing tells.
func (c *compiler) lintEvents(units []*unit) {
	known := slices.Sorted(maps.Keys(c.kept.events))
	for _, unit := range units {
		for i := range unit.document.Webhooks {
			webhook := &unit.document.Webhooks[i]
			for _, event := range webhook.Events {
				if slices.Contains(engine.WebhookEvents(), event) || c.kept.events[string(event)] {
					continue
				}
				c.report.add(webhook.value("events"), CodeNoSuchEvent,
					lacking(string(event), known, "tell it at a step or a point: `event: "+string(event)+"`"),
					"no step and no point tells %q", event)
			}
		}
	}
}

// lacking is the hint where a name is not among the known ones: the nearest, or else how to make one.
func lacking(name string, known []string, otherwise string) string {
	if nearest(name, known) == "" {
		return otherwise
	}
	return didYouMean(name, known)
}
