package scenarios

import (
	"fmt"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// Other tools know patterns by their looks: /…/, ^…$, *, a|b, !x. Here a text is a text, and a pattern says what it
// is, so a text that looks like one of theirs is hardly meant.
var (
	slashed     = regexp.MustCompile(`^/(.+)/([gimsuxy]*)$`)
	anchored    = regexp.MustCompile(`^\^(.*)\$$|^\^(.*)$`)
	expression  = regexp.MustCompile(`\.[*+]|\\[dwsDWSb]|\[[^\]\s]*-[^\]\s]*\][*+{]?|\(\?[:iP<]|\{\d+,?\d*\}|\([^()\s]+\|[^()\s]+\)`)
	labelled    = regexp.MustCompile(`^(?:regexp?|re|matches|pattern)[:=]\s*(\S.*)$`)
	anythingly  = regexp.MustCompile(`^(?i:\*+|%|any|anything|all|\.\*|\.\+|<any>)$`)
	alternative = regexp.MustCompile(`^[^\s|]+(?:\|[^\s|]+)+$`)
	commaList   = regexp.MustCompile(`^[^\s,]+(?:,\s*[^\s,]+)+$`)
	negated     = regexp.MustCompile(`^(?:!|not\s+)(\w\S*)$`)
	globbed     = regexp.MustCompile(`^([*%]?)([^*%]+)([*%]?)$`)
	middleGlob  = regexp.MustCompile(`^[^\s*]+(?:\*[^\s*]+)+$`)
)

// literalPattern says how a text is written that looks like a pattern of another tool, "" for one that does not.
// free says that it is a text for people, in which only an expression gives itself away.
func literalPattern(text string, plain, free bool) string {
	if !strings.ContainsAny(text, `/*%^$\|!,[({:=<+`) && !anythingly.MatchString(text) && !strings.HasPrefix(text, "not ") {
		return "" // as nearly all are
	}
	if found := slashed.FindStringSubmatch(text); found != nil && (!strings.Contains(found[1], "/") || expression.MatchString(found[1])) {
		if strings.Contains(found[2], "i") {
			return fmt.Sprintf("{matches: %s, ignore_case: true}", single(bare(found[1])))
		}
		return matchesForm(found[1])
	}
	if found := labelled.FindStringSubmatch(text); found != nil {
		return matchesForm(found[1])
	}
	if anythingly.MatchString(text) && text != AnyWord && !(text == "all" || text == "%") {
		return AnyWord
	}
	if expression.MatchString(text) || anchored.MatchString(text) {
		return matchesForm(text)
	}
	if free || strings.Contains(text, " ") && !commaList.MatchString(text) && !negated.MatchString(text) {
		return ""
	}
	switch found := globbed.FindStringSubmatch(text); {
	case found != nil && found[1] != "" && found[3] != "":
		return fmt.Sprintf("{contains: %s}", written(found[2]))
	case found != nil && found[3] != "":
		return fmt.Sprintf("{prefix: %s}", written(found[2]))
	case found != nil && found[1] != "":
		return fmt.Sprintf("{suffix: %s}", written(found[2]))
	case middleGlob.MatchString(text):
		return matchesForm(strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, ".*"))
	case alternative.MatchString(text):
		return "[" + strings.ReplaceAll(text, "|", ", ") + "]"
	case plain && commaList.MatchString(text):
		return "[" + strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }), ", ") + "]"
	}
	if found := negated.FindStringSubmatch(text); found != nil {
		return fmt.Sprintf("{not: %s}", written(found[1]))
	}
	return ""
}

// matchesForm is an expression as a matcher, without the anchors that it needs none of.
func matchesForm(expression string) string {
	return fmt.Sprintf("{matches: %s}", single(bare(expression)))
}

func bare(expression string) string {
	return strings.TrimSuffix(strings.TrimPrefix(expression, "^"), "$")
}

// single puts a text into single quotes.
func single(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

var plainWordForm = regexp.MustCompile(`^[\w.-]+$`)

// written is a text as it may stand in { }.
func written(text string) string {
	if plainWordForm.MatchString(text) {
		return text
	}
	return single(text)
}

// checkLiteral warns of a text to compare with that is hardly what people type.
func (d *decoder) checkLiteral(node *yaml.Node, what string) {
	if d.hiddenIn(node, what, true) {
		return
	}
	if form := literalPattern(node.Value, !quoted(node), freeTexts[what]); form != "" {
		d.problem(node, CodeLiteralPattern, fmt.Sprintf("write `%s`; where the text itself is meant, {equals: %s}", form,
			single(node.Value)),
			"%s is compared with a text, not a pattern: %q", what, node.Value)
	}
}

// freeTexts are the values of an answer that people read.
var freeTexts = map[string]bool{
	"message": true, "display_message": true, "detail": true, "body": true, "import_message": true, "name": true,
	"answer_field_label": true, "data": true, "optical_data": true, "redirect_url": true, "mime_type": true, "location": true,
}
