package scenarios

import (
	"errors"
	"regexp"
	"time"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

var bareNumber = regexp.MustCompile(`^\d+(\.\d+)?$`)

// length reads a fixed duration, and reports one that is none.
func (d *decoder) length(node *yaml.Node, text, what string) (time.Duration, bool) {
	length, err := engine.ParseDuration(text)
	switch {
	case err == nil:
		return length, true
	case errors.Is(err, engine.ErrDurationRange):
		d.problem(node, CodeBadDuration, "", "%s is too long: %v", what, err)
	case bareNumber.MatchString(text):
		d.problem(node, CodeBadDuration, "did you mean \""+text+"s\"?", "%s has no unit: %q", what, text)
	default:
		d.problem(node, CodeBadDuration, durationHint(text), "%s must be a duration, not %q", what, text)
	}
	return 0, false
}

// between reads {between: [1s, 3s]}.
func (d *decoder) between(node *yaml.Node, to *engine.Duration, what string) {
	var bounds []*yaml.Node
	for key, value := range pairs(node) {
		if key.Value != "between" {
			d.problem(key, CodeUnknownKey, didYouMean(key.Value, []string{"between"}), "a duration has no key %q", key.Value)
			return
		}
		bounds = follow(value).Content
	}
	if len(bounds) != 2 {
		d.problem(node, CodeBadDuration, "write {between: [1s, 3s]}", "%s must be drawn between two durations", what)
		return
	}
	var lengths [2]time.Duration
	for i, bound := range bounds {
		text, ok := d.scalar(bound, what, "a duration such as 2s")
		if !ok {
			return
		}
		if lengths[i], ok = d.length(follow(bound), text, what); !ok {
			return
		}
	}
	if lengths[0] > lengths[1] {
		d.problem(node, CodeBadDuration, "write the shorter duration first", "%s is drawn between a longer and a shorter duration", what)
		return
	}
	*to = engine.Duration{Min: lengths[0], Max: lengths[1]}
}
