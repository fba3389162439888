package scenarios

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
	"gopkg.in/yaml.v3"
)

// SessionFault is a fault that a test gives to a session.
type SessionFault struct {
	Position `yaml:"-"`

	// Lasts is how long it does, by the session's clock; else until it is taken away.
	Lasts *time.Duration `yaml:"lasts" example:"30s"`

	Fault `yaml:",inline"`
}

// maxSessionFaults bounds how many faults a session can have of its own.
const maxSessionFaults = 100

// CompileFaults reads the faults that a test gives to a session, as JSON or YAML, and holds them against the rules that
// it plays by: banks, scenarios, switches and apis. name is what the report calls the text. Where the report has
// errors there are no faults.
func CompileFaults(name, text string, rules *engine.RuleSet) ([]engine.SessionFault, *Report) {
	report := &Report{order: map[string]int{name: 0}, folders: make(map[string]bool)}
	file := &source{name: name, text: text}
	defer report.sort()
	root := parse(file, report)
	if root == nil {
		return nil, report
	}
	d := &decoder{file: file, report: report}
	var written []SessionFault
	nodes := []*yaml.Node{follow(root)}
	if nodes[0].Kind == yaml.SequenceNode {
		nodes = nodes[0].Content
	}
	if len(nodes) > maxSessionFaults {
		d.problem(follow(root), CodeTooMuch, "give fewer", "a session has at most %d faults, not %d", maxSessionFaults, len(nodes))
		return nil, report
	}
	for _, node := range nodes {
		var one SessionFault
		decodeStruct(d, node, reflect.ValueOf(&one).Elem(), "a fault")
		if follow(node).Kind == yaml.MappingNode { // else it was reported, and there is nothing to compile
			written = append(written, one)
		}
	}
	c := compilerOf(rules, report)
	names := make(map[string]Position)
	for i := range written {
		c.nameFault(&written[i].Fault, names)
	}
	var faults []engine.SessionFault
	for i := range written {
		faults = append(faults, c.sessionFault(&written[i], names))
	}
	if set, declared := surface.Of(rules), rules.Surfaces != nil; declared {
		c.checkFaultNames(set.APIs)
	} else {
		c.checkFaultNames(nil)
	}
	c.lintScenarioNames(nil)
	if len(report.Diagnostics) > 0 { // a warning is a mistake here: nobody reads it later
		for i := range report.Diagnostics {
			report.Diagnostics[i].Severity = SeverityError
		}
		return nil, report
	}
	return faults, report
}

// compilerOf returns a compiler that knows what the rules declare.
func compilerOf(rules *engine.RuleSet, report *Report) *compiler {
	c := &compiler{report: report, banks: rules.Banks, bankPositions: make(map[string]Position), switches: make(map[string]*declaredSwitch)}
	for _, bank := range rules.Banks {
		c.bankPositions[bank.Slug] = Position{}
	}
	for _, one := range rules.Switches {
		c.switches[one.Name] = &declaredSwitch{description: one.Description}
	}
	for _, scenario := range rules.Scenarios {
		c.cases = append(c.cases, &compiled{rule: scenario})
	}
	return c
}

// sessionFault compiles a fault of a session.
func (c *compiler) sessionFault(written *SessionFault, names map[string]Position) engine.SessionFault {
	first := len(c.faults)
	if written.Name == "" && len(written.Endpoint) > 0 {
		for i := 1; written.Name == ""; i++ { // apart from those that the configuration's own get
			derived := fmt.Sprintf("session-%s-%d", written.Endpoint[0], i)
			if _, taken := names[derived]; !taken {
				written.Name, names[derived] = derived, written.Fault.Position
			}
		}
	}
	c.addFault(&written.Fault, names)
	fault := engine.SessionFault{Name: written.Name, Written: asJSON(written.Fault.node)}
	if written.Lasts != nil {
		fault.Lasts = *written.Lasts
		if fault.Lasts <= 0 {
			c.report.add(written.Fault.value("lasts"), CodeBadDuration, "take the fault out, or say how long", "lasts must be at least 1ms")
		}
	}
	for _, one := range c.faults[first:] {
		fault.Rules = append(fault.Rules, one.rule)
	}
	return fault
}

// asJSON writes what was written as JSON, with the types that YAML gives to its scalars.
func asJSON(node *yaml.Node) json.RawMessage {
	var value any
	if node.Decode(&value) != nil {
		return nil
	}
	text, err := json.Marshal(value)
	if err != nil { // keys that are no texts, which the decoder has refused
		return nil
	}
	return text
}
