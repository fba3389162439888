package scenarios

import (
	"maps"
	"slices"
)

// useStep notes that a scenario goes to a shared step.
func (c *compiler) useStep(name string) {
	c.usedSteps[name] = true
	if c.tells != nil {
		c.tells.steps = append(c.tells.steps, name)
	}
}

// useImport notes that a scenario uses a named import.
func (c *compiler) useImport(name string) {
	c.usedImports[name] = true
	if c.tells != nil {
		c.tells.imports = append(c.tells.imports, name)
	}
}

// useSwitch notes that a condition asks for a declared switch.
func (c *compiler) useSwitch(name string) {
	c.switches[name].used = true
	if c.tells != nil {
		c.tells.switches = append(c.tells.switches, name)
	}
}

// counts notes that a step counts these.
func (c *compiler) counts(names []string) {
	c.kept.count(names)
	if c.tells != nil {
		c.tells.counters = append(c.tells.counters, names...)
	}
}

// emits notes that a step or a point tells an event of somebody's own.
func (c *compiler) emits(name EventName) {
	c.kept.event(name)
	if c.tells != nil {
		c.tells.events = append(c.tells.events, string(name))
	}
}

// asks notes that a condition asks for counters.
func (c *compiler) asks(when *When) {
	c.kept.ask(when, c.report)
	if c.tells != nil {
		c.tells.asked = slices.AppendSeq(c.tells.asked, maps.Keys(when.Counters))
	}
}

// replay notes what a scenario tells that an earlier load compiled.
func (c *compiler) replay(told *effects) {
	for _, name := range told.steps {
		c.usedSteps[name] = true
	}
	for _, name := range told.imports {
		c.usedImports[name] = true
	}
	for _, name := range told.switches {
		c.switches[name].used = true
	}
	c.kept.count(told.counters)
	for _, name := range told.events {
		c.kept.event(EventName(name))
	}
}
