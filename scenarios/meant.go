package scenarios

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// What people write who know what they want, and not how it is said here. Its letters are too far off
// for [nearest] to find.

// meantKeys leads from a key that there is not to the one that was meant, where the mapping has it,
// and to how that is written.
var meantKeys = map[string]struct{ key, written string }{
	"goto":     {"then", "then: {goto: …}"},
	"to":       {"then", "then: {goto: …}"},
	"delay":    {"after", "after: 2s"},
	"wait":     {"after", "after: 2s"},
	"tan":      {"challenge_response", `challenge_response: "123456"`},
	"answer":   {"challenge_response", `challenge_response: "123456"`},
	"progress": {"stops_at", "stops_at: 60"},
	"status":   {"outcome", "outcome: FAILED_WITH_ERROR"},
	"duration": {"takes", "takes: 3s"},
	"text":     {"message", "message: …"},
	"login":    {"username", "username: tester"},
	"regex":    {"matches", "matches: '…'"},
	"pattern":  {"matches", "matches: '…'"},
	"port":     {"listen", "listen: 127.0.0.1:8080"},
}

// meantKey returns the key of the plan that an unknown one stands for, and how it is written.
func (p *structPlan) meantKey(unknown string) (key, written string) {
	meant := meantKeys[strings.ToLower(unknown)]
	if _, has := p.byName[meant.key]; !has {
		return "", ""
	}
	return meant.key, meant.written
}

// noBreakSpace is what some editors and pages put where a space is seen; to YAML it is a letter.
const noBreakSpace = '\u00a0'

// keyHint says what was meant by a key that the plan does not know.
func (p *structPlan) keyHint(unknown string) string {
	if strings.ContainsRune(unknown, noBreakSpace) {
		return "type the spaces anew: what looks like one is a no-break space"
	}
	if near := nearest(unknown, p.names); near == "" {
		if _, written := p.meantKey(unknown); written != "" {
			return fmt.Sprintf("did you mean `%s`?", written)
		}
		for i := range p.fields {
			if inner := p.fields[i].inner; inner != nil {
				if _, has := planOf(inner).byName[unknown]; has {
					return fmt.Sprintf("%q belongs under %q", unknown, p.fields[i].name)
				}
			}
		}
	}
	if len(p.names) == 1 {
		return fmt.Sprintf("take it out: %q stands alone", p.names[0])
	}
	return didYouMean(unknown, p.names)
}

// wordHint says what was meant by a word that is none of words. After `then` it may be a step's name.
func wordHint(text string, words []string, what string) string {
	hint := didYouMean(text, words)
	if what == "then" && nearest(text, words) == "" && text != strings.ToUpper(text) {
		return fmt.Sprintf("for the step of that name write `then: {goto: %s}`; a status is %s", text, hint)
	}
	return hint
}

var (
	lengthInWords  = regexp.MustCompile(`^(\d+(?:\.\d+)?)\s*(ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)$`)
	lengthsBetween = regexp.MustCompile(`^(\d[\d.]*(?:ms|s|m|h|d))\s*(?:\.\.|-|–|to)\s*(\d[\d.]*(?:ms|s|m|h|d))$`)
)

// durationHint says how a length of time is written that was written otherwise.
func durationHint(text string) string {
	if found := lengthInWords.FindStringSubmatch(strings.ToLower(text)); found != nil {
		unit := found[2][:1]
		if strings.HasPrefix(found[2], "ms") || strings.HasPrefix(found[2], "milli") {
			unit = "ms"
		}
		return fmt.Sprintf("did you mean %q?", found[1]+unit)
	}
	if found := lengthsBetween.FindStringSubmatch(text); found != nil {
		return fmt.Sprintf("did you mean {between: [%s, %s]}?", found[1], found[2])
	}
	return engine.ErrDurationForm.Error()
}

// percentHint says how a percentage is written that was written otherwise.
func percentHint(text string) string {
	plain := strings.TrimSpace(strings.TrimSuffix(text, "%"))
	if _, err := engine.ParsePercent(plain); err == nil {
		return fmt.Sprintf("did you mean %s?", plain)
	}
	return "a whole number from 0 to 100, without a sign"
}

// shortForms are how a value may be written that somebody has written as one text.
var shortForms = map[string]string{
	"challenge": "write {message: %s}",
	"when":      "write {password: %s}",
}

// shortForm says how a single value becomes the mapping that is wanted, "" where nothing is plain.
func shortForm(node *yaml.Node, what string) string {
	if form, has := shortForms[what]; has && node.Kind == yaml.ScalarNode && len(node.Value) <= 40 {
		return fmt.Sprintf(form, node.Value)
	}
	return ""
}
