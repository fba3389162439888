package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// What people write who know what they want, and not how it is said here. Its letters are too far off
// for [nearest] to find.

// synonym is a key of the language in another word, and how its value is then written: %s stands for the writer's own.
type synonym struct{ key, form string }

// synonyms lead from a key that there is not to those that may have been meant: the first that the mapping has, or
// that some mapping beneath it has.
var synonyms = map[string][]synonym{}

func init() {
	for key, words := range map[string]string{
		"after": "wait sleep delay duration time in timeout", "wait": "sleep pause advance delay time",
		"delay": "latency sleep pause slow wait",
		"takes": "duration time length lasts lasting delay", "expires_after": "timeout ttl expires expiry expire valid_for",
		"challenge_response":  "tan answer response otp code challenge_answer input",
		"two_step_procedure":  "method procedure choice tan_method",
		"two_step_procedures": "methods procedures options tan_methods", "message": "text question prompt title",
		"answer_field_label": "label field field_label", "attempts": "tries retries max_attempts max_tries",
		"username": "user user_name login login_name account userid user_id", "password": "pass pin pwd passwd secret",
		"bank": "bank_slug bank_id slug bank_name", "headers": "header http_headers", "matches": "regex regexp pattern re match",
		"prefix": "starts_with startswith begins_with start", "suffix": "ends_with endswith end", "contains": "includes include has",
		"equals": "is eq equal value exactly", "ignore_case": "ignorecase case_insensitive", "listen": "address addr bind host",
		"database": "db storage file", "name": "title id scenario label", "slug": "id code", "description": "comment note notes desc doc",
		"when":           "if match matches condition conditions given request matcher",
		"authentication": "auth response reply returns answer login result",
		"next":           "transitions on events then ways", "error": "reason failure err", "outcome": "status result state ends end",
		"status": "state outcome result", "http_status": "code status_code http_code http",
		"authenticate": "login log_in auth signin sign_in",
		"expect":       "assert expected expects should check then", "times": "repeat repetitions count",
		"like": "extends inherits base parent template from",
		"for":  "foreach for_each matrix parameters params each examples", "retry_after": "retry", "warnings": "warning",
		"import_progress": "progress percent", "enabled": "active", "polls": "reads requests count", "stops_at": "stop_at",
		"progress": "percent percentage at", "shows": "content image picture data", "kind": "type", "challenge_kind": "kind type",
		"endpoint": "path url route on request", "steps": "states", "update": "updates refresh", "import": "imports timeline sync",
	} {
		for _, word := range strings.Fields(words) {
			synonyms[word] = append(synonyms[word], synonym{key, "%s"})
		}
	}
	add := func(key, form string, words ...string) {
		for _, word := range words {
			synonyms[word] = append([]synonym{{key, form}}, synonyms[word]...)
		}
	}
	add("then", "{goto: %s}", "goto", "to", "next_step", "step")
	add("stops_at", "%s, outcome: FAILED_WITH_ERROR", "fails_at", "fail_at", "error_at", "breaks_at")
	add("stops_at", "%s", "progress", "percent", "percentage", "until")
	add("listen", `"127.0.0.1:%s"`, "port")
	add("enabled", "false", "disabled", "skip", "off", "inactive")
	for _, words := range synonyms {
		slices.SortStableFunc(words, func(a, b synonym) int { return strings.Compare(order(a), order(b)) })
	}
}

// order keeps the choice among synonyms the same in every run: those with a form of their own first.
func order(s synonym) string {
	if s.form == "%s" {
		return "1" + s.key
	}
	return "0" + s.key
}

var httpStatus = regexp.MustCompile(`^[1-5]\d\d$`)

// isHTTPStatus reports whether a key and its value are most likely the status code of an answer.
func isHTTPStatus(name string, value *yaml.Node) bool {
	return (name == "status" || name == "code") && value != nil && httpStatus.MatchString(follow(value).Value)
}

// synonym says what was meant by a key that the mapping does not know, in the language's own word, and which key of
// the mapping that is; "" where nothing is plain.
func (d *decoder) synonym(plan *structPlan, node *yaml.Node, name string, value *yaml.Node) (hint, stands string) {
	name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	text := valueText(d.file, value)
	if isHTTPStatus(name, value) {
		return d.inOtherWords(plan, node, synonym{"http_status", "%s"}, text)
	}
	for _, one := range synonyms[name] {
		if _, has := plan.byName[one.key]; has {
			return d.inOtherWords(plan, node, one, text)
		}
	}
	for _, one := range synonyms[name] {
		if hint, stands := d.inOtherWords(plan, node, one, text); hint != "" {
			return hint, stands
		}
	}
	return "", ""
}

// inOtherWords writes a key in the language's word, where the mapping or one beneath it has it.
func (d *decoder) inOtherWords(plan *structPlan, node *yaml.Node, to synonym, text string) (hint, stands string) {
	if to.key == "stops_at" || to.key == "progress" {
		text = strings.TrimSuffix(text, "%")
	}
	if to.key == "outcome" {
		text = outcomeSynonym(text)
	}
	value := to.form
	if strings.Contains(to.form, "%s") {
		value = fmt.Sprintf(to.form, text)
	}
	if _, has := plan.byName[to.key]; has {
		return fmt.Sprintf("did you mean `%s: %s`?", to.key, value), to.key
	}
	home, ok := plan.beneath(to.key)
	if !ok || home.list {
		return "", ""
	}
	return d.belongs(plan, node, home, to.key, value), home.path[0]
}

// otherWords are words that people write for statuses and outcomes.
var otherWords = map[string][]string{
	"AUTHENTICATED": {"SUCCESS", "OK", "SUCCEEDED", "SUCCESSFUL", "DONE", "COMPLETED", "LOGGED_IN", "APPROVED", "AUTHORIZED",
		"AUTHENTICATION_SUCCEEDED", "VALID"},
	"AUTHENTICATION_FAILED": {"FAILED", "FAIL", "FAILURE", "ERROR", "DENIED", "REJECTED", "REFUSED", "DECLINED", "INVALID",
		"UNAUTHORIZED", "FAILED_WITH_ERROR", "LOCKED", "EXPIRED"},
	"CHALLENGE_RESPONSE_REQUIRED": {"TAN", "TAN_REQUIRED", "CHALLENGE", "CHALLENGE_REQUIRED", "OTP", "OTP_REQUIRED", "SMS", "MFA",
		"MFA_REQUIRED", "SCA_REQUIRED", "2FA", "PHOTOTAN"},
	"TWO_STEP_PROCEDURE_REQUIRED": {"CHOICE", "METHOD", "SELECT_METHOD", "PROCEDURE_REQUIRED", "METHOD_REQUIRED"},
	"DECOUPLED_AUTH_REQUIRED":     {"DECOUPLED", "DECOUPLED_REQUIRED", "APP", "PUSH", "PUSHTAN", "APPROVAL_REQUIRED", "APP_APPROVAL"},
	"DECOUPLED_AUTH_IN_PROGRESS":  {"PENDING", "IN_PROGRESS", "WAITING", "PROCESSING"},
	"REDIRECT_REQUIRED":           {"REDIRECT", "REDIRECTED", "OAUTH", "WEBFORM", "WEB_FORM"},
	"SUCCESS":                     {"OK", "SUCCEEDED", "SUCCESSFUL", "DONE", "COMPLETED", "COMPLETE", "FINISHED", "AUTHENTICATED"},
	"FAILED_WITH_ERROR":           {"FAILED", "FAIL", "FAILURE", "ERROR", "AUTHENTICATION_FAILED", "REJECTED", "REFUSED"},
	"IN_PROGRESS":                 {"RUNNING", "PENDING", "WAITING", "PROCESSING"},
	"never":                       {"FOREVER", "FOR_EVER", "HANGS", "ENDLESS", "IN_PROGRESS", "NONE"},
	"approved":                    {"APPROVE", "ACCEPTED", "ACCEPT", "YES", "CONFIRMED", "TRUE", "OK"},
	"declined":                    {"DECLINE", "DENIED", "REJECTED", "REJECT", "NO", "CANCELLED", "CANCELED", "REFUSED", "FALSE"},
	"exhausted":                   {"USED_UP", "EXCEEDED", "NONE", "0"},
}

// wordSynonym returns the word that another one stands for among those that there are, "" for none.
func wordSynonym(text string, words []string) string {
	folded := strings.ToUpper(foldWord(text))
	for _, word := range words {
		if strings.ToUpper(word) == folded {
			return word
		}
	}
	for _, word := range words {
		if slices.Contains(otherWords[word], folded) {
			return word
		}
	}
	return ""
}

// outcomeSynonym is the outcome of an import that was written as something else, or the text itself.
func outcomeSynonym(text string) string {
	if word := wordSynonym(text, []string{string(engine.Success), string(engine.FailedWithError), never}); word != "" {
		return word
	}
	return text
}

// wordHint says what was meant by a word that is none of words. After `then` it may be a step's name.
func (d *decoder) wordHint(text string, words []string, what string) string {
	if word := wordSynonym(text, words); word != "" {
		return fmt.Sprintf("did you mean %q?", word)
	}
	status := slices.Contains(words, string(engine.AuthenticationFailed))
	if status && isBuiltInCode(text) {
		return fmt.Sprintf("%s is the code of an error: write `{status: %s, error: %s}`", text, engine.AuthenticationFailed, text)
	}
	hint := didYouMean(text, words)
	if status && nearest(text, words) == "" && text != strings.ToUpper(text) {
		if what == "then" {
			return fmt.Sprintf("for the step of that name write `then: {goto: %s}`; a status is %s", text, hint)
		}
		return fmt.Sprintf("for the step of that name write `{goto: %s}`; a status is %s", text, hint)
	}
	return hint
}

var (
	lengthInWords = regexp.MustCompile(
		`^(\d+(?:\.\d+)?)\s*(ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)$`)
	lengthsBetween = regexp.MustCompile(`^(\d[\d.]*(?:ms|s|m|h|d))\s*(?:\.\.|-|–|to)\s*(\d[\d.]*(?:ms|s|m|h|d))$`)
	weeks          = regexp.MustCompile(`^(\d+)\s*w(?:eeks?)?$`)
	commaLength    = regexp.MustCompile(`^(\d+),(\d+\s*[a-z]*)$`)
)

// durationHint says how a length of time is written that was written otherwise.
func durationHint(text string) string {
	lower := strings.ToLower(strings.TrimSpace(text))
	if found := commaLength.FindStringSubmatch(lower); found != nil {
		lower = found[1] + "." + found[2]
		if _, err := engine.ParseDuration(lower); err == nil {
			return fmt.Sprintf("did you mean %s? A decimal has a point", lower)
		}
	}
	if found := lengthInWords.FindStringSubmatch(lower); found != nil {
		unit := found[2][:1]
		if strings.HasPrefix(found[2], "ms") || strings.HasPrefix(found[2], "milli") {
			unit = "ms"
		}
		return fmt.Sprintf("did you mean %q?", found[1]+unit)
	}
	if found := weeks.FindStringSubmatch(lower); found != nil {
		return fmt.Sprintf("days are the greatest unit: %s weeks are 7 times as many days", found[1])
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

var comparison = regexp.MustCompile(
	`^\s*(>=|>|<=|<|=|==)\s*(\d{1,6})\s*$|^\s*(\d{1,6})\s*(?:-|–|to|bis)\s*(\d{1,6})\s*$|^\s*(\d{1,6})\s*\+\s*$`)

// rangeHint says how a range is written that was written otherwise.
func rangeHint(text string) string {
	const forms = "write 3, 1..2 or 3.."
	found := comparison.FindStringSubmatch(text)
	if found == nil {
		return forms
	}
	number := 0
	_, _ = fmt.Sscan(found[2], &number) // digits
	switch {
	case found[3] != "":
		return fmt.Sprintf(`did you mean "%s..%s"?`, found[3], found[4])
	case found[5] != "":
		return fmt.Sprintf(`did you mean "%s.."?`, found[5])
	case found[1] == ">=":
		return fmt.Sprintf(`did you mean "%d.."?`, number)
	case found[1] == ">":
		return fmt.Sprintf(`did you mean "%d.."?`, number+1)
	case found[1] == "<=":
		return fmt.Sprintf(`did you mean "0..%d"?`, number)
	case found[1] == "<" && number > 0:
		return fmt.Sprintf(`did you mean "0..%d"?`, number-1)
	case strings.HasPrefix(found[1], "="):
		return fmt.Sprintf(`did you mean "%d"?`, number)
	}
	return forms
}

// booleanHint says which truth another word stands for.
func booleanHint(text string) string {
	switch strings.ToLower(text) {
	case "yes", "y", "on", "1", "true", "t", "ja":
		return "write `true`"
	case "no", "n", "off", "0", "false", "f", "nein":
		return "write `false`"
	}
	return "write true or false"
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
