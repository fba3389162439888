package scenarios

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// scalar returns a single value as it is written, so that 0123 and no stay texts.
func (d *decoder) scalar(node *yaml.Node, what, want string) (string, bool) {
	node = follow(node)
	if node.Kind != yaml.ScalarNode || isEmpty(node) {
		d.wrongForm(node, what, want)
		return "", false
	}
	return node.Value, true
}

func decodeText(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	if text, ok := d.scalar(node, what, "a text"); ok {
		into.SetString(text)
	}
}

func decodeInt(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	text, ok := d.scalar(node, what, "a whole number")
	if !ok {
		return
	}
	number, err := strconv.ParseInt(text, 10, 32)
	if err != nil || number < 0 {
		d.problem(node, CodeBadNumber, "a whole number from 0 on, such as 3", "%s must be a whole number, not %q", what, text)
		return
	}
	into.SetInt(number)
}

func decodeBool(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	text, ok := d.scalar(node, what, "true or false")
	switch {
	case !ok:
	case text == "true" || text == "false":
		into.SetBool(text == "true")
	default:
		d.problem(node, CodeBadBoolean, booleanHint(text), "%s must be true or false, not %q", what, text)
	}
}

// decodeWord reads a text that must be one of words.
func decodeWord(words []string) decodeFunc {
	return func(d *decoder, node *yaml.Node, into reflect.Value, what string) {
		text, ok := d.scalar(node, what, "one of "+strings.Join(words, ", "))
		if !ok {
			return
		}
		for _, word := range words {
			if word == text {
				into.SetString(text)
				return
			}
		}
		d.unknownWord(node, text, words, what)
	}
}

func (d *decoder) unknownWord(node *yaml.Node, text string, words []string, what string) {
	code := CodeUnknownWord
	if what == "status" || what == "then" || what == "authentication" {
		code = CodeUnknownStatus
	}
	d.problem(node, code, d.wordHint(text, words, what), "%q is no %s", text, wordKind(what))
}

// wordKind says what a word under a key is.
func wordKind(what string) string {
	switch what {
	case "then", "authentication":
		return "status"
	case "challenge_kind":
		return "challenge kind"
	case "kind":
		return "kind of challenge"
	case "of":
		return "owner of a count"
	default:
		return what
	}
}

func decodeDuration(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	to := into.Addr().Interface().(*engine.Duration)
	if node.Kind == yaml.MappingNode && !meansBetween(node) && (writes(node, "median") || writes(node, "sigma")) {
		d.logNormal(node, to)
		return
	}
	if node.Kind == yaml.MappingNode {
		d.between(node, to, what)
		return
	}
	text, ok := d.scalar(node, what, "a duration such as 2s, or {between: [1s, 3s]}")
	if !ok {
		return
	}
	if len(engine.Text(text).Names()) > 0 {
		*to = engine.Duration{Text: engine.Text(text)}
		return
	}
	if length, ok := d.length(node, text, what); ok {
		*to = engine.Fixed(length)
	}
}

// decodeLength reads a fixed duration into a time.Duration.
func decodeLength(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	if text, ok := d.scalar(node, what, "a duration such as 10s"); ok {
		if length, ok := d.length(follow(node), text, what); ok {
			into.SetInt(int64(length))
		}
	}
}

func decodePercent(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	text, ok := d.scalar(node, what, "a whole number from 0 to 100")
	if !ok {
		return
	}
	if len(engine.Text(text).Names()) > 0 {
		into.Set(reflect.ValueOf(engine.Percent{Text: engine.Text(text)}))
		return
	}
	number, err := engine.ParsePercent(text)
	if err != nil {
		d.problem(node, CodeBadPercent, percentHint(text), "%s must be a whole number from 0 to 100, not %q", what, text)
		return
	}
	into.Set(reflect.ValueOf(engine.Percent{Number: number}))
}

func decodeRange(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	text, ok := d.scalar(node, what, "a number or a range")
	if !ok {
		return
	}
	parsed, ok := parseRange(text)
	if !ok {
		d.problem(node, CodeBadRange, rangeHint(text), "%s must be a number or a range, not %q", what, text)
		return
	}
	into.Set(reflect.ValueOf(parsed))
}

func parseRange(text string) (engine.Range, bool) { return engine.ParseRange(text) }

func decodeWords(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	items := []*yaml.Node{node}
	if node.Kind == yaml.SequenceNode {
		items = node.Content
	}
	words := make(Words, 0, len(items))
	for _, item := range items {
		if text, ok := d.scalar(item, what, "a text or a list of texts"); ok {
			words = append(words, text)
		}
	}
	into.Set(reflect.ValueOf(words))
}
