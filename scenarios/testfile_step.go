package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

func init() {
	itemNames["tests"], itemNames["steps"] = "a test", "a step of the test"
	decoders[reflect.TypeFor[TestStep]()] = decodeTestStep
	decoders[reflect.TypeFor[NoMore]()] = decodeNoMore
	decoders[reflect.TypeFor[TestDecision]()] = decodeTestDecision
	decoders[reflect.TypeFor[TestAnswer]()] = decodeTestAnswer
	decoders[reflect.TypeFor[TestSecret]()] = decodeTestSecret
	decoders[reflect.TypeFor[TestWait]()] = decodeTestWait
	decoders[reflect.TypeFor[TestMoment]()] = decodeTestMoment
	forms[reflect.TypeFor[TestWait]()] = append([]Form{{Form: "scalar", Doc: "to the next thing due", Words: []string{nextWord}}},
		forms[reflect.TypeFor[time.Duration]()]...)
	forms[reflect.TypeFor[TestMoment]()] = []Form{
		{Form: "scalar", Doc: "a moment, or a day", Example: "2026-12-24T23:00:00+01:00", Pattern: `^\d{4}-\d\d-\d\d([T ].*)?$`},
	}
	forms[reflect.TypeFor[TestAnswer]()] = []Form{
		{Form: "scalar", Doc: "the text", Example: "\"123456\""},
		{Form: "mapping", Doc: "an answer to each of the challenge's fields", Example: "{q1: Rex, q2: Bonn}",
			Values: reflect.TypeFor[string]()},
	}
	forms[reflect.TypeFor[TestSecret]()] = []Form{
		{Form: "scalar", Doc: "the text", Example: "success"},
		{Form: "mapping", Doc: "the one-time code of the moment", Example: "{totp: {secret: GEZDGNBVGY3TQOJQ}}",
			Type: reflect.TypeFor[testCode]()},
	}
	forms[reflect.TypeFor[TestDecision]()] = []Form{
		{Form: "scalar", Doc: "the decision", Example: "declined"},
		{Form: "mapping", Doc: "the decision", Example: "{decision: declined}", Type: reflect.TypeFor[testDecision]()},
	}
	decoders[reflect.TypeFor[Expected]()] = decodeExpectation
}

// wordless are the actions that need no more words.
var wordless = []string{"approve", "decline", "poll", "connect", "connection", "update", "delete"}

// actionKeys are the keys that say what a step does.
var actionKeys = append([]string{
	"authenticate", "challenge_response", "two_step_procedure", "password", "approval", "redirect", "wait", "advance", "switch",
}, wordless...)

// decodeTestStep reads a step: an action in one word, or a mapping with one action at most.
func decodeTestStep(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	step := into.Addr().Interface().(*TestStep)
	if node.Kind == yaml.ScalarNode && !isEmpty(node) {
		d.wordStep(node, step)
		return
	}
	if node.Kind == yaml.MappingNode {
		node = withoutEmptyActions(node)
	}
	decodeStruct(d, node, into, what)
	d.checkTestStep(node, step)
}

// wordStep reads a step that is an action and nothing else.
func (d *decoder) wordStep(node *yaml.Node, step *TestStep) {
	if !slices.Contains(wordless, node.Value) {
		d.problem(node, CodeUnknownWord, didYouMean(node.Value, wordless), "%q is no action that needs no more words", node.Value)
		return
	}
	key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: node.Value, Line: node.Line, Column: node.Column}
	mapping := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: node.Line, Column: node.Column,
		Content: []*yaml.Node{key, noMore(node)}}
	decodeStruct(d, mapping, reflect.ValueOf(step).Elem(), "a step")
	d.checkTestStep(mapping, step)
}

func noMore(at *yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle, Line: at.Line, Column: at.Column}
}

// withoutEmptyActions returns the step with {} where an action that needs no more words has nothing
// after its colon.
func withoutEmptyActions(node *yaml.Node) *yaml.Node {
	out := *node
	out.Content = slices.Clone(node.Content)
	for i := 0; i+1 < len(out.Content); i += 2 {
		if slices.Contains(wordless, out.Content[i].Value) && isEmpty(follow(out.Content[i+1])) {
			out.Content[i+1] = noMore(out.Content[i])
		}
	}
	return &out
}

// checkTestStep finds out what the step does, and reports one that does nothing, or two things.
func (d *decoder) checkTestStep(node *yaml.Node, step *TestStep) {
	if node.Kind != yaml.MappingNode {
		return
	}
	var written []*yaml.Node
	plan, unknown := planOf(reflect.TypeFor[TestStep]()), false
	for key := range pairs(node) {
		if slices.Contains(actionKeys, key.Value) {
			written = append(written, key)
		}
		_, known := plan.byName[key.Value]
		unknown = unknown || !known // and reported
	}
	switch {
	case len(written) > 1:
		d.problem(written[1], CodeConflict, "make two steps of it", "the step has two actions: %q and %q", written[0].Value,
			written[1].Value)
		return
	case len(written) == 1:
		step.action = actionOf(written[0].Value)
	case !writes(node, "expect") && !unknown:
		d.problem(node, CodeMissingKey, "the actions are "+strings.Join(actionKeys, ", "), "the step has neither an action nor an `expect`")
	}
	d.checkTimes(step)
	d.checkTyped(node)
}

// typed are the values of a step that people type, or that a client sends for them.
var typed = []string{"bank", "username", "password", "session", "challenge_response", "two_step_procedure"}

// checkTyped warns of what a step sends that is not what it looks like.
func (d *decoder) checkTyped(node *yaml.Node) {
	for key, value := range pairs(node) {
		switch value = follow(value); {
		case key.Value == "authenticate" && value.Kind == yaml.MappingNode:
			d.checkTyped(value)
		case slices.Contains(typed, key.Value) && value.Kind == yaml.ScalarNode:
			d.hiddenIn(value, key.Value, false)
		}
	}
}

func actionOf(key string) TestAction {
	switch key {
	case "approve", "decline":
		return TestApproval
	case "advance":
		return TestWaits
	default:
		return TestAction(key)
	}
}

// maxTimes bounds the repetitions of a step.
const maxTimes = 10_000

func (d *decoder) checkTimes(step *TestStep) {
	if step.Times == nil || *step.Times >= 1 && *step.Times <= maxTimes {
		return
	}
	d.report.add(step.value("times"), CodeBadNumber, "", "times must be from 1 to %s", fmt.Sprint(maxTimes))
}

// decodeNoMore reads the value of an action that needs no more words.
func decodeNoMore(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	if node.Kind == yaml.ScalarNode && node.Value == "true" {
		node = noMore(node)
	}
	if node.Kind == yaml.ScalarNode {
		d.problem(node, CodeWrongType, fmt.Sprintf("write `- %s`, or `%s: {}`", what, what), "%s takes no value", what)
		return
	}
	decodeStruct(d, node, into, what)
}

// testDecision is a decision that is written as a mapping.
type testDecision struct {
	Position `yaml:"-"`

	// Decision is approved, declined, or one of the scenario's own.
	Decision string `yaml:"decision" required:"true" example:"declined"`
}

// decodeTestDecision reads a decision, alone or under its key.
func decodeTestDecision(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	word, at := "", node
	if node.Kind == yaml.MappingNode {
		var written testDecision
		decodeStruct(d, node, reflect.ValueOf(&written).Elem(), what)
		if word, at = written.Decision, written.child("decision"); word == "" {
			return // reported
		}
	} else if text, ok := d.scalar(node, what, "a decision, such as approved"); ok {
		word = text
	}
	known := []string{engine.Approved, engine.Declined}
	if !slices.Contains(known, word) && (word == "" || nearest(word, known) != "") {
		d.problem(at, CodeUnknownWord, didYouMean(word, known), "%q is no %s", word, what)
	}
	into.SetString(word)
}

// nextWord stands for the time to the next thing due.
const nextWord = "next"

// decodeTestWait reads a duration, or the word next.
func decodeTestWait(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	wait := into.Addr().Interface().(*TestWait)
	if wait.Next = follow(node).Kind == yaml.ScalarNode && follow(node).Value == nextWord; wait.Next {
		return
	}
	if word := follow(node).Value; nearest(word, []string{nextWord}) != "" && strings.Trim(word, "0123456789.smhd ") != "" {
		d.problem(follow(node), CodeBadDuration, didYouMean(word, []string{nextWord}), "%q is neither a duration nor `next`", word)
		return
	}
	decodeLength(d, node, reflect.ValueOf(&wait.Length).Elem(), what)
}

// decodeTestMoment reads a moment, or a day.
func decodeTestMoment(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	const want = "write a day as 2026-12-24, or a moment as 2026-12-24T23:00:00+01:00"
	text, ok := d.scalar(node, what, "a moment, or a day")
	if !ok {
		return
	}
	at, _, ok := engine.ParseMoment(text, time.UTC)
	if !ok {
		d.problem(follow(node), CodeBadTime, want, "%q is neither a moment nor a day", text)
	}
	into.Set(reflect.ValueOf(TestMoment{at}))
}

// testCode says which one-time code is meant.
type testCode struct {
	Position `yaml:"-"`

	// TOTP is the one-time code.
	TOTP TOTP `yaml:"totp" required:"true" example:"{secret: GEZDGNBVGY3TQOJQ}"`
}

// decodeTestSecret reads a text, or which one-time code is meant.
func decodeTestSecret(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	secret := into.Addr().Interface().(*TestSecret)
	*secret = TestSecret{Position: Position{file: d.file, node: node}}
	if node.Kind != yaml.MappingNode {
		if text, ok := d.scalar(node, what, "a text, or {totp: {secret: …}}"); ok {
			secret.Text = text
		}
		return
	}
	var code testCode
	decodeStruct(d, node, reflect.ValueOf(&code).Elem(), what)
	if code.has("totp") {
		secret.TOTP = d.totp(&code.TOTP)
	}
}

// decodeTestAnswer reads a text, an answer to each field, or which one-time code is meant.
func decodeTestAnswer(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	answer := into.Addr().Interface().(*TestAnswer)
	*answer = TestAnswer{Position: Position{file: d.file, node: node}}
	if node.Kind != yaml.MappingNode {
		if text, ok := d.scalar(node, what, "a text, or an answer to each field"); ok {
			answer.Text = text
		}
		return
	}
	if key, value := lookUp(node, "totp"); key != nil && len(node.Content) == 2 {
		var written TOTP
		decodeStruct(d, value, reflect.ValueOf(&written).Elem(), "totp")
		answer.TOTP = d.totp(&written)
		return
	}
	decodeMap(reflect.TypeFor[map[string]string]())(d, node, reflect.ValueOf(&answer.Fields).Elem(), what)
}
