package scenarios

import (
	"errors"
	"reflect"
	"regexp"
	"regexp/syntax"
	"time"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// MatcherKeys is a matcher that is written as a mapping: every key must hold.
type MatcherKeys struct {
	Position `yaml:"-"`

	// Equals is the text that the value must be.
	Equals *string `yaml:"equals"`
	// Prefix is how the value must start.
	Prefix string `yaml:"prefix" example:"fail_"`
	// Suffix is how the value must end.
	Suffix string `yaml:"suffix"`
	// Contains is what the value must contain.
	Contains string `yaml:"contains"`
	// Matches is a regular expression (RE2) of the whole value. Its named groups become ${name}.
	Matches string `yaml:"matches" example:"'fail_(?P<code>[A-Z_]+)'"`
	// Not is a matcher that must not hold.
	Not *engine.Matcher `yaml:"not"`
	// TOTP is a one-time code as authenticator apps show it, by the session's clock.
	TOTP *TOTP `yaml:"totp" example:"{secret: GEZDGNBVGY3TQOJQ}"`
	// IgnoreCase takes capital and small letters for the same, in all that the matcher compares with, within
	// a list and a `not` too.
	IgnoreCase bool `yaml:"ignore_case" default:"false"`
}

// TOTP is a one-time code that changes with time (RFC 6238, SHA-1). Only the code of the current period counts.
type TOTP struct {
	Position `yaml:"-"`

	// Secret is the shared key in base32, as authenticator apps take it.
	Secret string `yaml:"secret" required:"true" secret:"true" example:"GEZDGNBVGY3TQOJQ"`
	// Digits of a code, 6 to 8.
	Digits int `yaml:"digits" default:"6"`
	// Period is how long a code holds.
	Period time.Duration `yaml:"period" default:"30s"`
}

// totp reads a one-time code, and reports one that cannot be worked out.
func (d *decoder) totp(written *TOTP) *engine.TOTP {
	fillDefaults(reflect.ValueOf(written).Elem())
	code := &engine.TOTP{Secret: written.Secret, Digits: written.Digits, Period: written.Period}
	if err := code.Check(); err != nil && written.Secret != "" {
		d.report.add(written.at(), CodeBadTOTP, "such as {secret: GEZDGNBVGY3TQOJQ, digits: 6, period: 30s}",
			"the one-time code cannot be worked out: %v", err)
	}
	return code
}

// AnyWord is the literal that matches everything; quoted, it is a plain text.
const AnyWord = "any"

func decodeMatcher(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	to := into.Addr().Interface().(*engine.Matcher)
	*to = engine.Matcher{}
	switch {
	case node.Kind == yaml.ScalarNode && !isEmpty(node):
		*to = literalOrAny(node)
		if !to.Any {
			d.checkLiteral(node, what)
		}
	case node.Kind == yaml.SequenceNode && len(node.Content) > 0:
		to.OneOf = make([]engine.Matcher, len(node.Content))
		for i, item := range node.Content {
			decodeMatcher(d, item, reflect.ValueOf(&to.OneOf[i]).Elem(), what)
		}
	case node.Kind == yaml.MappingNode && len(node.Content) > 0:
		d.matcherKeys(node, to, what)
	case isEmpty(node):
		d.wrongForm(node, what, `a text, "any", a list, or a mapping such as {prefix: abc}`)
	default:
		d.problem(node, CodeEmptyMatcher, "write `any` to take every value", "%s has nothing to compare with", what)
	}
}

func literalOrAny(node *yaml.Node) engine.Matcher {
	quoted := node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0
	if node.Value == AnyWord && !quoted {
		return engine.Matcher{Any: true}
	}
	return engine.Literal(node.Value)
}

func (d *decoder) matcherKeys(node *yaml.Node, to *engine.Matcher, what string) {
	var keys MatcherKeys
	decodeStruct(d, node, reflect.ValueOf(&keys).Elem(), what)
	*to = engine.Matcher{
		Equals: keys.Equals, Prefix: keys.Prefix, Suffix: keys.Suffix, Contains: keys.Contains,
		Matches: keys.Matches, Not: keys.Not, IgnoreCase: keys.IgnoreCase,
	}
	if keys.TOTP != nil {
		to.TOTP = d.totp(keys.TOTP)
	}
	if keys.Matches != "" {
		d.checkPattern(keys.value("matches"), to, what)
	}
	if to.MatchesAll() && keys.has("ignore_case") && len(node.Content) == 2 {
		d.problem(node, CodeEmptyMatcher, "add equals, prefix, suffix, contains or matches", "%s has nothing to compare with", what)
	}
}

// maxPattern bounds a regular expression, in bytes: compiled, it may take a thousand times as much.
const maxPattern = 10_000

func (d *decoder) checkPattern(at span, to *engine.Matcher, what string) {
	if len(to.Matches) > maxPattern {
		d.report.add(at, CodeBadPattern, "a list of values, or of several shorter expressions, does the same",
			"the expression of %s has more than %d bytes", what, maxPattern)
		to.Matches = ""
		return
	}
	err := to.Compile()
	if err == nil {
		if name := twiceNamed(to.Matches); name != "" {
			d.report.add(at, CodeBadPattern, "give each group a name of its own", "the expression of %s has two groups of the name %q",
				what, name)
		}
		return
	}
	reason := "it is no regular expression"
	var parse *syntax.Error
	if errors.As(err, &parse) {
		reason = string(parse.Code)
		if parse.Expr != "" {
			reason += ": " + parse.Expr
		}
	}
	d.report.add(at, CodeBadPattern, "mockbank's expressions are RE2: groups are (?P<name>…), there is no look-around",
		"the expression of %s cannot be read: %s", what, reason)
	to.Matches = ""
}

// twiceNamed returns the name that two groups of an expression have, "" for none.
func twiceNamed(expression string) string {
	compiled, err := regexp.Compile(expression)
	if err != nil {
		return ""
	}
	seen := make(map[string]bool)
	for _, name := range compiled.SubexpNames() {
		if name != "" && seen[name] {
			return name
		}
		seen[name] = true
	}
	return ""
}
