package scenarios

import (
	"reflect"
	"strconv"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// decodeNumber reads a number that may have a fraction.
func decodeNumber(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	if number, ok := d.number(node, what, "a number from 0 on, such as 0.5", CodeBadNumber); ok {
		into.SetFloat(number)
	}
}

// maxNumber bounds numbers with a fraction: more is hardly meant.
const maxNumber = 1_000_000

// number reads a decimal number that is not negative.
func (d *decoder) number(node *yaml.Node, what, want string, code Code) (float64, bool) {
	text, ok := d.scalar(node, what, want)
	if !ok {
		return 0, false
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil || !bareNumber.MatchString(text) || number > maxNumber {
		d.problem(follow(node), code, want, "%s must be %s, not %q", what, "a number", text)
		return 0, false
	}
	return number, true
}

func decodeProbability(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	const want = "a number from 0 to 1, such as 0.1"
	number, ok := d.number(node, what, want, CodeBadProbability)
	switch {
	case !ok:
	case number > 1:
		d.problem(follow(node), CodeBadProbability, want, "%s must be from 0 to 1, not %q", what, follow(node).Value)
	default:
		into.SetFloat(number)
	}
}

// decodeDelay reads a duration, or a log-normal distribution of them.
func decodeDelay(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	to := into.Addr().Interface().(*engine.Delay)
	if node.Kind != yaml.MappingNode || meansBetween(node) {
		decodeDuration(d, node, reflect.ValueOf(&to.Duration).Elem(), what)
		return
	}
	var drawn engine.Duration
	d.logNormal(node, &drawn)
	to.Median, to.Sigma = drawn.Median, drawn.Sigma
}

// logNormal reads a log-normal distribution of durations.
func (d *decoder) logNormal(node *yaml.Node, to *engine.Duration) {
	var drawn LogNormal
	decodeStruct(d, node, reflect.ValueOf(&drawn).Elem(), "a delay")
	to.Median, to.Sigma = drawn.Median, drawn.Sigma
	if drawn.has("median") && drawn.Median == 0 && planOf(reflect.TypeFor[LogNormal]()).complete(node) {
		d.report.add(drawn.value("median"), CodeBadDuration, "take it out where there is to be none", "median must be at least 1ms")
	}
}

// complete reports whether a mapping has every key that it needs, and no other.
func (p *structPlan) complete(node *yaml.Node) bool {
	for i := range p.fields {
		if p.fields[i].required && !writes(node, p.fields[i].name) {
			return false
		}
	}
	return true
}

// meansBetween reports whether the keys of a mapping are those of two bounds.
func meansBetween(node *yaml.Node) bool {
	for key := range pairs(node) {
		if nearest(key.Value, []string{"between", "median", "sigma"}) == "between" {
			return true
		}
	}
	return false
}

func decodeEndpoints(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	items := []*yaml.Node{node}
	if node.Kind == yaml.SequenceNode {
		items = node.Content
	}
	if len(items) == 0 {
		d.problem(node, CodeEmptyMatcher, "name at least one", "%s names no endpoint", what)
		return
	}
	endpoints := make(Endpoints, len(items))
	decode := decodeWord(texts(engine.Endpoints()))
	for i, item := range items {
		if one := follow(item); one.Kind == yaml.ScalarNode && namesAPI(one.Value) {
			endpoints[i] = engine.Endpoint(one.Value)
			continue
		}
		decode(d, item, reflect.ValueOf(&endpoints[i]).Elem(), what)
	}
	into.Set(reflect.ValueOf(endpoints))
}
