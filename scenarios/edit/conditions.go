package edit

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// Conditions are what a scenario asks for beside bank, username and password, each as a scenario writes it; what is
// empty is not asked.
type Conditions struct {
	// PasswordMatches is a regular expression in place of a password, whose named groups become ${name}.
	PasswordMatches string
	// Fields and Headers are NAME=TEXT.
	Fields, Headers []string
	// Attempt is which login of the user this is, and Counters NAME=COUNT: a number or a range, such as 4.., and
	// after it, where it is to forget, `within` and a time: "3.. within 24h".
	Attempt  string
	Counters []string
	// Between is a time of day, FROM-TO such as 23:30-05:00, on the Days, by the clocks of the Zone.
	Between string
	Days    []string
	Zone    string
	// SessionAge and LastAuthenticated are ranges of durations, such as 0s..10m.
	SessionAge, LastAuthenticated string
	// Probability is from 0 to 1.
	Probability string
	// Switches are NAME, which is to be on, or NAME=on and NAME=off.
	Switches []string
}

// any reports whether something is asked.
func (c *Conditions) any() bool {
	return c.PasswordMatches+c.Attempt+c.Between+c.SessionAge+c.LastAuthenticated+c.Probability != "" ||
		len(c.Fields)+len(c.Headers)+len(c.Counters)+len(c.Switches) > 0
}

// put adds the conditions to a `when`.
func (c *Conditions) put(when *yaml.Node) error {
	if c.PasswordMatches != "" {
		put(when, "password", mappingNode(true, "matches", textNode(c.PasswordMatches)))
	}
	for _, one := range []struct {
		key, flag string
		pairs     []string
		value     func(text string) *yaml.Node
	}{
		{"fields", "a field is NAME=TEXT", c.Fields, literalNode}, {"headers", "a header is NAME=TEXT", c.Headers, literalNode},
		{"counters", "a counter is NAME=COUNT, such as wrong=3..", c.Counters, countNode},
		{"switches", "a switch is NAME, NAME=on or NAME=off", withDefault(c.Switches, "on"), plainNode},
	} {
		named, err := namedNode(one.pairs, one.flag, one.value)
		if err != nil {
			return err
		}
		if named != nil {
			put(when, one.key, named)
		}
	}
	for _, one := range []struct{ key, value string }{
		{"session_age", c.SessionAge}, {"last_authenticated", c.LastAuthenticated}, {"probability", c.Probability},
	} {
		if one.value != "" {
			put(when, one.key, plainNode(one.value))
		}
	}
	if c.Attempt != "" {
		put(when, "attempt", countNode(c.Attempt))
	}
	return c.putTime(when)
}

// putTime adds the time of day.
func (c *Conditions) putTime(when *yaml.Node) error {
	if c.Between == "" && len(c.Days) == 0 {
		if c.Zone != "" {
			return fmt.Errorf("a zone goes with a time of day: between %s, say, or days", "23:30-05:00")
		}
		return nil
	}
	window := mappingNode(true)
	if c.Between != "" {
		from, to, both := strings.Cut(c.Between, "-")
		if !both {
			return fmt.Errorf("a time of day is FROM-TO, such as 23:30-05:00, not %q", c.Between)
		}
		put(window, "between", listNode(true, quotedNode(strings.TrimSpace(from)), quotedNode(strings.TrimSpace(to))))
	}
	if len(c.Days) > 0 {
		days := listNode(true)
		for _, day := range c.Days {
			days.Content = append(days.Content, textNode(day))
		}
		put(window, "days", days)
	}
	if c.Zone != "" {
		put(window, "zone", textNode(c.Zone))
	}
	put(when, "time", window)
	return nil
}

// namedNode returns a mapping of what is written as NAME=VALUE, nil for nothing.
func namedNode(pairs []string, form string, value func(text string) *yaml.Node) (*yaml.Node, error) {
	if len(pairs) == 0 {
		return nil, nil
	}
	mapping := mappingNode(true)
	for _, pair := range pairs {
		name, text, both := strings.Cut(pair, "=")
		if !both || name == "" {
			return nil, fmt.Errorf("%s, not %q", form, pair)
		}
		put(mapping, name, value(text))
	}
	return mapping, nil
}

// withDefault completes what is written without a value.
func withDefault(pairs []string, value string) []string {
	all := make([]string, len(pairs))
	for i, pair := range pairs {
		if all[i] = pair; !strings.Contains(pair, "=") {
			all[i] = pair + "=" + value
		}
	}
	return all
}

// countNode returns a count: a number or a range, and how long it is remembered where that is written.
func countNode(text string) *yaml.Node {
	count, within, forgets := strings.Cut(text, " within ")
	if !forgets {
		return plainNode(text)
	}
	return mappingNode(true, "count", plainNode(strings.TrimSpace(count)), "within", plainNode(strings.TrimSpace(within)))
}

func quotedNode(text string) *yaml.Node {
	node := textNode(text)
	node.Style = yaml.DoubleQuotedStyle
	return node
}
