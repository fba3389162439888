package scenarios

import (
	"reflect"
	"slices"

	"gopkg.in/yaml.v3"
)

// Allowed are codes of warnings that are not told. A single one may be written without a list.
type Allowed []WarningCode

// WarningCode is the code of a warning, as in docs/diagnostics.md.
type WarningCode string

func init() {
	decoders[reflect.TypeFor[Allowed]()] = func(d *decoder, node *yaml.Node, into reflect.Value, what string) {
		var words Words
		decodeWords(d, node, reflect.ValueOf(&words).Elem(), what) // [Report.allowed] knows the codes
		codes := make(Allowed, len(words))
		for i, word := range words {
			codes[i] = WarningCode(word)
		}
		into.Set(reflect.ValueOf(codes))
	}
	forms[reflect.TypeFor[WarningCode]()] = []Form{{Form: "scalar", Doc: "the code of a warning", Words: warningCodes()}}
	forms[reflect.TypeFor[Allowed]()] = []Form{
		{Form: "scalar", Doc: "one code", Words: warningCodes()},
		{Form: "list", Doc: "several codes", Example: "[waits-for-ever, unnamed-bank]", Type: reflect.TypeFor[WarningCode]()},
	}
}

// silence notes the warnings that a file does not want to hear of.
func (r *Report) silence(file *source, root *yaml.Node) {
	codes := r.allowed(file, root)
	if len(codes) == 0 {
		return
	}
	if r.silent == nil {
		r.silent = make(map[string][]Code)
	}
	r.silent[file.name] = append(r.silent[file.name], codes...)
}

// allow keeps the warnings that a scenario allows out of the report until done is called.
func (r *Report) allow(file *source, node *yaml.Node) (done func()) {
	before := len(r.allowing)
	r.allowing = append(r.allowing, r.allowed(file, node)...)
	return func() { r.allowing = r.allowing[:before] }
}

// playing is allow for a scenario that was read; what is the same in each combination of a `for` is told once.
func (r *Report) playing(scenario *Scenario) (done func()) {
	before := len(r.allowing)
	for _, code := range scenario.Allow {
		r.allowing = append(r.allowing, Code(code))
	}
	r.repeating = scenario.origin.choice != nil && scenario.origin.choice.number > 0
	return func() { r.allowing, r.repeating = r.allowing[:before], false }
}

// allowed reads the `allow` of a mapping, and reports what is no code of a warning.
func (r *Report) allowed(file *source, node *yaml.Node) []Code {
	_, value := lookUp(follow(node), "allow")
	value = follow(value)
	if value == nil {
		return nil
	}
	items := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		items = value.Content
	}
	var codes []Code
	for _, item := range items {
		if item = follow(item); item.Kind != yaml.ScalarNode || isEmpty(item) {
			continue // reported where the words are read
		}
		code := Code(item.Value)
		switch code.Severity() {
		case SeverityWarning:
			codes = append(codes, code)
		case SeverityError:
			r.add(spanOf(file, item), CodeUnknownWord, "only warnings can be allowed: "+anchorOf(code)+" says what to do",
				"%q is an error", code)
		default:
			r.add(spanOf(file, item), CodeUnknownWord, didYouMean(item.Value, warningCodes()), "%q is no code of a warning", item.Value)
		}
	}
	return codes
}

// anchorOf is where the documentation explains a code.
func anchorOf(code Code) string { return "docs/diagnostics.md#" + string(code) }

// warningCodes lists the codes of all warnings.
func warningCodes() []string {
	var codes []string
	for code, severity := range severities {
		if severity == SeverityWarning {
			codes = append(codes, string(code))
		}
	}
	slices.Sort(codes)
	return codes
}

// silenced reports whether a warning is not to be told.
func (r *Report) silenced(d Diagnostic) bool {
	return d.Severity == SeverityWarning && (slices.Contains(r.allowing, d.Code) || slices.Contains(r.silent[d.File], d.Code))
}
