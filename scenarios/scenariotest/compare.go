package scenariotest

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
)

// comparison gathers the differences between an expectation and an answer.
type comparison struct {
	start       time.Time
	unverified  []string
	differences []Difference
}

// judge compares an answer with what is expected of it. A refusal that is not expected is a problem.
func judge(expected *scenarios.Expected, given answer, start time.Time) (problem string, differences []Difference) {
	c := comparison{start: start, unverified: given.unverified}
	asked := false
	if expected != nil {
		for i := range expected.Fields {
			field := &expected.Fields[i]
			asked = asked || field.Name == "problem" || field.Name == "respond"
			c.field(field, given)
		}
	}
	status, _ := given.fields["http_status"].(int)
	switch {
	case status < 400 && given.kind != aboutProblem, expects(expected, "http_status"), asked && given.kind != aboutRequest,
		given.lenient && given.kind != aboutProblem:
	case given.kind == aboutRequest:
		return fmt.Sprintf("the api answered %d: %s", status, c.show(given.fields["body"])), nil
	case given.refusalCode() != "":
		fields, _ := given.fields["problem"].(map[string]any)
		return fmt.Sprintf("the bank refused it: %v: %v", fields["code"], fields["detail"]), nil
	case !expects(expected, "body"):
		return fmt.Sprintf("the bank answered %d: %s", status, c.show(given.fields["body"])), nil
	}
	return "", c.differences
}

// expects reports whether a field is expected to be something.
func expects(expected *scenarios.Expected, name string) bool {
	return expected != nil && slices.ContainsFunc(expected.Fields, func(f scenarios.ExpectedField) bool { return f.Name == name })
}

// field compares a field of the answer itself.
func (c *comparison) field(field *scenarios.ExpectedField, given answer) {
	if slices.Contains(c.unverified, field.Name) {
		return
	}
	actual, found := given.fields[field.Name]
	if !found && field.Name != "problem" && field.Form != scenarios.ExpectNothing {
		c.differ(field.Name, &field.Expected, "not there: "+absence[given.kind])
		return
	}
	c.value(field.Name, &field.Expected, actual)
}

// absence says why an answer lacks a field.
var absence = map[answerKind]string{
	aboutNothing:    "the step has no answer",
	aboutProcess:    "the answer is a process (`connection` reads the connection)",
	aboutConnection: "the answer is a connection (`poll` reads the process)",
	aboutProblem:    "the answer is a problem",
	aboutRequest:    "the answer of a declared api has http_status, headers and body",
}

func (c *comparison) value(path string, e *scenarios.Expected, actual any) {
	switch e.Form {
	case scenarios.ExpectFields:
		c.fields(path, e, actual)
	case scenarios.ExpectItems:
		c.items(path, e, actual)
	default:
		if !c.holds(e, actual) {
			c.differ(path, e, c.show(actual))
		}
	}
}

// holds reports whether a value that is neither an object nor a list is as expected.
func (c *comparison) holds(e *scenarios.Expected, actual any) bool {
	switch e.Form {
	case scenarios.ExpectNothing:
		return nothing(actual)
	case scenarios.ExpectAnything:
		return !nothing(actual)
	case scenarios.ExpectNumber:
		number, found := wholeNumber(actual)
		return found && e.Number.Contains(number)
	case scenarios.ExpectFlag:
		flag, found := actual.(bool)
		return found && flag == e.Flag
	case scenarios.ExpectMoment:
		at, found := c.moment(actual)
		return found && e.Moment.Text == "" && at >= e.Moment.Min && at <= e.Moment.Max
	default:
		text, found := plainText(actual)
		return found && e.Text.Match(text)
	}
}

func (c *comparison) fields(path string, e *scenarios.Expected, actual any) {
	before := len(c.differences)
	inner, found := actual.(map[string]any)
	for i := range e.Fields {
		if name := path + "." + e.Fields[i].Name; !slices.Contains(c.unverified, name) {
			c.value(name, &e.Fields[i].Expected, inner[e.Fields[i].Name])
		}
	}
	if !found && len(c.differences) == before {
		c.differ(path, e, c.show(actual))
	}
}

func (c *comparison) items(path string, e *scenarios.Expected, actual any) {
	items, _ := actual.([]any)
	if len(items) != len(e.Items) {
		c.differ(path, e, counted(len(items), "item")+c.listed(items))
		return
	}
	for i := range items {
		c.value(fmt.Sprintf("%s[%d]", path, i), &e.Items[i], items[i])
	}
}

// listed shows the items of a list that has the wrong length.
func (c *comparison) listed(items []any) string {
	if len(items) == 0 {
		return ""
	}
	return ": " + c.show(items)
}

func (c *comparison) differ(path string, e *scenarios.Expected, actual string) {
	at := e.Source()
	c.differences = append(c.differences, Difference{
		Field: path, Expected: e.String(), Actual: actual, File: at.File, Line: at.Line,
	})
}

// moment returns a time as counted from the start of the test, or a length of time.
func (c *comparison) moment(actual any) (time.Duration, bool) {
	switch value := actual.(type) {
	case time.Duration:
		return value, true
	case time.Time:
		return value.Sub(c.start), true
	case string:
		at, err := time.Parse(time.RFC3339, value)
		return at.Sub(c.start), err == nil
	default:
		return 0, false
	}
}

// maxShown bounds the characters of a value that a difference shows.
const maxShown = 300

// show writes a value as a test would.
func (c *comparison) show(actual any) string {
	switch value := actual.(type) {
	case nil:
		return "null"
	case string:
		return shorten(value)
	case time.Time, time.Duration:
		at, _ := c.moment(value)
		return engine.FormatDuration(at)
	default:
		text, err := json.Marshal(c.plain(value))
		if err != nil {
			return fmt.Sprint(value)
		}
		return shorten(string(text))
	}
}

// plain returns a value with its times as a test would write them, and without what is null.
func (c *comparison) plain(value any) any {
	switch value := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(value))
		for name, inner := range value {
			if inner != nil {
				out[name] = c.plain(inner)
			}
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i := range value {
			out[i] = c.plain(value[i])
		}
		return out
	case time.Time, time.Duration:
		at, _ := c.moment(value)
		return engine.FormatDuration(at)
	default:
		return value
	}
}

func shorten(text string) string {
	if len(text) <= maxShown {
		return text
	}
	return strings.ToValidUTF8(text[:maxShown], "") + "…"
}

func nothing(actual any) bool {
	list, found := actual.([]any)
	return actual == nil || found && len(list) == 0
}

// plainText returns a single value as a text; null is the empty one.
func plainText(actual any) (string, bool) {
	switch value := actual.(type) {
	case nil:
		return "", true
	case string:
		return value, true
	case bool:
		return strconv.FormatBool(value), true
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64), true
	default:
		if number, is := actual.(float64); is && number != math.Trunc(number) {
			return strconv.FormatFloat(number, 'f', -1, 64), true
		}
		number, found := wholeNumber(actual)
		return strconv.Itoa(number), found
	}
}

// wholeNumber returns a number as the bank, or JSON, has it.
func wholeNumber(actual any) (int, bool) {
	switch value := actual.(type) {
	case int:
		return value, true
	case float64:
		return int(value), value == math.Trunc(value)
	default:
		return 0, false
	}
}
