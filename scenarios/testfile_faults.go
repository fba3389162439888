package scenarios

import (
	"reflect"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// TestFaults are the faults that a step gives to the test's session, in place of those that it had.
type TestFaults struct {

	// Text is what was written, as a document of its own.
	Text string `yaml:"-"`
}

// TestFault is the action of a step that gives the session faults.
const TestFault TestAction = "faults"

func init() {
	actionKeys = append(actionKeys, string(TestFault))
	decoders[reflect.TypeFor[TestFaults]()] = decodeTestFaults
	forms[reflect.TypeFor[TestFaults]()] = []Form{
		{Form: "list", Doc: "faults, each for as long as it `lasts`; an empty list ends them", Type: reflect.TypeFor[SessionFault]()},
	}
}

// decodeTestFaults reads faults as a session takes them. What they name is looked up when the test is played: a file of
// tests does not know the scenarios.
func decodeTestFaults(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	faults := into.Addr().Interface().(*TestFaults)
	if node.Kind != yaml.SequenceNode {
		d.wrongForm(node, what, "a list of faults")
		return
	}
	before := len(d.report.Diagnostics)
	for _, item := range node.Content {
		var one SessionFault
		decodeStruct(d, item, reflect.ValueOf(&one).Elem(), "a fault")
	}
	text, err := yaml.Marshal(standalone(node))
	if err != nil && before == len(d.report.Diagnostics) {
		d.wrongForm(node, what, "a list of faults")
	}
	faults.Text = string(text)
}

// standalone returns a copy of the node that refers to nothing outside it.
func standalone(node *yaml.Node) *yaml.Node {
	out := *follow(node)
	out.Anchor, out.Content = "", nil
	for _, inner := range follow(node).Content {
		out.Content = append(out.Content, standalone(inner))
	}
	return &out
}

// Compile holds the faults against the rules that the test is of.
func (f *TestFaults) Compile(rules *engine.RuleSet) ([]engine.SessionFault, *Report) {
	return CompileFaults("faults", f.Text, rules)
}
