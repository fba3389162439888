package scenarios

import (
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// origin is where a scenario comes from: what it writes itself, and the defaults of its file.
type origin struct {
	file *source
	// node is the scenario with the variables of its `for` replaced; defaults are those of its file, nil for
	// none.
	node, defaults *yaml.Node
	choice         *choice
	// liked says that another scenario is like this one.
	liked bool
	// pending says that the scenario is like another one, and read once all files are there.
	pending bool

	// spare is what is kept of the scenario for the next load, nil for nothing; spared says that an earlier load kept it, and
	// this one has read nothing of the scenario, which begins at line. said says that there was something to report.
	spare        *spare
	spared, said bool
	line         int
	// identity is found by [likeness.identify], which identifying says is under way.
	identity    sum
	identifying bool
}

// decodeScenario reads a scenario over a copy of its file's defaults.
func decodeScenario(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	d.file.throttle()
	scenario := into.Addr().Interface().(*Scenario)
	own := origin{file: d.file, node: follow(node), defaults: d.defaultsNode, choice: d.choice}
	if _, like := lookUp(own.node, "like"); like != nil && !isEmpty(follow(like)) {
		own.pending = true
		*scenario = Scenario{Position: Position{file: d.file, node: own.node}, Name: own.text("name"), origin: own}
		return
	}
	defer d.report.allow(own.file, own.node)()
	_, changed := own.choice.over(own.defaults)
	if from := d.defaults; from != nil && !changed {
		*scenario = Scenario{
			Position: from.Position, Enabled: from.Enabled, Tags: from.Tags, When: from.When, Authentication: from.Authentication,
			Steps: from.Steps, Import: from.Import, Update: from.Update,
		}
		d.scenario(node, into, what)
	} else {
		d.layers(scenario, []layer{{file: own.file, node: own.node}, {file: own.file, node: own.defaults, defaults: true}}, own.choice)
	}
	scenario.origin = own
}

// text returns a single value that the scenario writes, "" for none.
func (o *origin) text(key string) string {
	if _, value := lookUp(o.node, key); value != nil && follow(value).Kind == yaml.ScalarNode {
		return follow(value).Value
	}
	return ""
}

// layer is a part of what a scenario is read from.
type layer struct {
	file *source
	node *yaml.Node
	// defaults says that the part is the `defaults` of a file.
	defaults bool
	// another says that the part is another scenario's.
	another bool
}

// ownKeys are those that a scenario never takes over from another one.
var ownKeys = []string{"name", "description", "tags", "enabled", "for", "like"}

// layers reads a scenario from its parts, of which each goes before those after it.
func (d *decoder) layers(scenario *Scenario, parts []layer, choice *choice) {
	into, plan, file := reflect.ValueOf(scenario).Elem(), planOf(reflect.TypeFor[Scenario]()), d.file
	defer func() { d.file = file }()
	for _, part := range slices.Backward(parts) {
		if part.node == nil || part.node.Kind != yaml.MappingNode && part.defaults {
			continue
		}
		d.file = part.file
		node, _ := choice.over(part.node)
		if part.another {
			node = withoutKeys(node, ownKeys)
		}
		switch {
		case part.defaults:
			d.overDefaults(scenario, node)
		case part.another:
			d.keys(node, plan, into, "a scenario")
		default:
			d.scenario(node, into, "a scenario")
		}
	}
}

// scenario reads what a scenario writes itself. One that is out of play may lack what it answers, for
// others to be like it: the compiler knows whether any is.
func (d *decoder) scenario(node *yaml.Node, into reflect.Value, what string) {
	node, plan := follow(node), planOf(into.Type())
	stands, ok := d.keys(node, plan, into, what)
	if !ok {
		return
	}
	scenario := into.Addr().Interface().(*Scenario)
	if scenario.Authentication == nil && scenario.Enabled != nil && !*scenario.Enabled && !writes(node, "authentication") {
		scenario.Authentication, scenario.template = new(Step), true
		defer func() { scenario.Authentication = nil }()
	}
	d.checkRequired(plan, into, node, what, stands)
}

// overDefaults reads defaults over what a scenario holds already.
func (d *decoder) overDefaults(scenario *Scenario, node *yaml.Node) {
	defaults := Defaults{
		Position: scenario.Position, Enabled: scenario.Enabled, Tags: scenario.Tags, When: scenario.When,
		Authentication: scenario.Authentication, Steps: scenario.Steps, Import: scenario.Import, Update: scenario.Update,
	}
	d.keys(node, planOf(reflect.TypeFor[Defaults]()), reflect.ValueOf(&defaults).Elem(), "defaults")
	scenario.Position, scenario.Enabled, scenario.Tags, scenario.When = defaults.Position, defaults.Enabled, defaults.Tags, defaults.When
	scenario.Authentication, scenario.Steps, scenario.Import, scenario.Update = defaults.Authentication, defaults.Steps, defaults.Import,
		defaults.Update
}

// withoutKeys returns a mapping without some keys, what it merges written out.
func withoutKeys(node *yaml.Node, names []string) *yaml.Node {
	out := *node
	out.Content = make([]*yaml.Node, 0, len(node.Content))
	for key, value := range pairs(node) {
		if !slices.Contains(names, follow(key).Value) {
			out.Content = append(out.Content, key, value)
		}
	}
	return &out
}

// likeness finds out what scenarios take over from each other.
type likeness struct {
	report *Report
	loader *loader
	byName map[string]*origin
	// incomplete says that a file is missing, so that unknown names mean nothing.
	incomplete bool
	// reported are the scenarios of circles that were reported.
	reported map[*origin]bool
}

// resolveLikes reads the scenarios that are like another one, now that all files are there.
func (l *loader) resolveLikes() {
	if !l.eachOrigin(func(own *origin) bool { return own.pending || own.spared && own.spare.like != "" }) {
		return
	}
	s := &likeness{
		report: l.report, loader: l, byName: make(map[string]*origin), incomplete: l.incomplete, reported: make(map[*origin]bool),
	}
	for _, unit := range l.units {
		for i := range unit.document.Scenarios {
			one := &unit.document.Scenarios[i]
			if _, twice := s.byName[one.Name]; !twice {
				s.byName[one.Name] = &one.origin
			}
		}
	}
	for _, unit := range l.units {
		for i := range unit.document.Scenarios {
			switch one := &unit.document.Scenarios[i]; {
			case one.origin.spared:
				l.checkSpared(s, &one.origin)
			case one.origin.pending:
				said := l.report.said
				s.read(one)
				one.origin.said = one.origin.said || l.report.said != said
				s.keepLiked(&one.origin)
			}
		}
	}
	l.readLiked()
}

// eachOrigin visits where the scenarios come from until visit returns true, which it reports.
func (l *loader) eachOrigin(visit func(own *origin) bool) bool {
	for _, unit := range l.units {
		for i := range unit.document.Scenarios {
			if visit(&unit.document.Scenarios[i].origin) {
				return true
			}
		}
	}
	return false
}

// read reads a scenario that is like another one.
func (s *likeness) read(scenario *Scenario) {
	own := scenario.origin
	own.file.throttle()
	s.report.repeating = own.choice != nil && own.choice.number > 0
	defer func() { s.report.repeating = false }()
	d := &decoder{file: own.file, report: s.report, choice: own.choice}
	parts, ok := s.parts(&scenario.origin, nil)
	if i := slices.IndexFunc(parts, func(part layer) bool { return !part.defaults && writes(part.node, "allow") }); i >= 0 {
		defer d.report.allow(parts[i].file, parts[i].node)()
	}
	*scenario = Scenario{origin: own}
	if ok {
		d.layers(scenario, parts, own.choice)
	} else {
		scenario.broken = true
		d.keys(own.node, planOf(reflect.TypeFor[Scenario]()), reflect.ValueOf(scenario).Elem(), "a scenario")
		own.choice.excuse()
	}
}

// parts lists what a scenario is read from, the first going before the others; false where what it is like
// cannot be told.
func (s *likeness) parts(of *origin, through []*origin) ([]layer, bool) {
	parts := []layer{{file: of.file, node: of.node, another: len(through) > 0}}
	ok := true
	if name := of.text("like"); name != "" {
		var liked []layer
		if liked, ok = s.liked(of, name, append(through, of)); ok {
			parts = append(parts, liked...)
		}
	}
	return append(parts, layer{file: of.file, node: of.defaults, defaults: true, another: len(through) > 0}), ok
}

func (s *likeness) liked(of *origin, name string, through []*origin) ([]layer, bool) {
	at := Position{file: of.file, node: of.node}.value("like")
	target := s.byName[name]
	switch {
	case target == nil:
		if !s.incomplete {
			s.report.add(at, CodeUnknownScenario, didYouMean(name, s.names(through[0])), "no scenario is called %q", name)
		}
		return nil, false
	case slices.Contains(through, target):
		if !slices.ContainsFunc(through, func(one *origin) bool { return s.reported[one] }) {
			s.report.add(at, CodeLikeCircle, "write out what one of them does", "the scenario is like itself: %s", circle(through, target))
		}
		for _, one := range through {
			s.reported[one] = true
		}
		return nil, false
	}
	target.liked = true
	if target.spared {
		s.loader.readAgain(s.chain(target)...)
	}
	return s.parts(target, through)
}

// circle tells how scenarios lead back to one of them.
func circle(through []*origin, to *origin) string {
	var names []string
	for _, one := range through[slices.Index(through, to):] {
		names = append(names, one.text("name"))
	}
	return strings.Join(append(names, to.text("name")), " is like ")
}

// names lists what a scenario may be like.
func (s *likeness) names(but *origin) []string {
	names := make([]string, 0, len(s.byName))
	for name, one := range s.byName {
		if one != but && name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
