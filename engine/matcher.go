package engine

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Matcher is a condition on one text. All of what is written must hold; where nothing is, every text
// fulfils it, as with `any`.
type Matcher struct {
	Any        bool      `json:"any,omitempty"`
	IgnoreCase bool      `json:"ignore_case,omitempty"`
	Equals     *string   `json:"equals,omitempty"`
	OneOf      []Matcher `json:"one_of,omitzero"`
	Prefix     string    `json:"prefix,omitempty"`
	Suffix     string    `json:"suffix,omitempty"`
	Contains   string    `json:"contains,omitempty"`
	Matches    string    `json:"matches,omitempty"` // RE2, of the whole value
	Not        *Matcher  `json:"not,omitempty"`
	// TOTP is a one-time code. Which one it is, the moment of the login, the request or the input that is matched says.
	TOTP *TOTP `json:"totp,omitempty"`

	pattern *pattern
}

// pattern is a compiled regular expression with the texts that spare running it.
type pattern struct {
	*regexp.Regexp
	literals literals // none where case does not count
}

func (p *pattern) match(value string) bool {
	return strings.Contains(value, p.literals.inner) && p.MatchString(value)
}

// Literal returns a Matcher of exactly this text.
func Literal(value string) Matcher { return Matcher{Equals: &value} }

// Captures holds what named groups of a login's matchers took from it, by the groups' names.
type Captures map[string]string

// Compile prepares the matcher's patterns, and lets IgnoreCase hold for all that is within. It fails
// where Matches is no RE2 expression.
func (m *Matcher) Compile() error {
	if m.TOTP != nil {
		if err := m.TOTP.Check(); err != nil {
			return fmt.Errorf("totp: %w", err)
		}
	}
	if m.Matches != "" {
		// Alone first: "a)|(b" would be one only within the brackets.
		if _, err := syntax.Parse(m.Matches, syntax.Perl); err != nil {
			return fmt.Errorf("regular expression %q: %w", m.Matches, err)
		}
		expression := "(?s)^(?:" + m.Matches + ")$"
		if m.IgnoreCase {
			expression = "(?i)" + expression
		}
		compiled, err := regexp.Compile(expression)
		if err != nil {
			return fmt.Errorf("regular expression %q: %w", m.Matches, err)
		}
		m.pattern = &pattern{Regexp: compiled}
		if !m.IgnoreCase {
			m.pattern.literals = literalsOf(m.Matches)
		}
	}
	for i := range m.OneOf {
		m.OneOf[i].IgnoreCase = m.OneOf[i].IgnoreCase || m.IgnoreCase
		if err := m.OneOf[i].Compile(); err != nil {
			return err
		}
	}
	if m.Not != nil {
		m.Not.IgnoreCase = m.Not.IgnoreCase || m.IgnoreCase
		return m.Not.Compile()
	}
	return nil
}

// MatchesAll reports whether the matcher lets every value pass.
func (m *Matcher) MatchesAll() bool {
	return m.Equals == nil && m.OneOf == nil && m.Prefix == "" && m.Suffix == "" &&
		m.Contains == "" && m.Matches == "" && m.Not == nil && m.TOTP == nil
}

// beyondLiterals reports whether more decides than Equals and OneOf.
func (m *Matcher) beyondLiterals() bool {
	return m.IgnoreCase || m.Prefix != "" || m.Suffix != "" || m.Contains != "" || m.Matches != "" || m.Not != nil || m.TOTP != nil
}

// Literal returns the only text that the matcher takes, and false where it is not a plain text.
func (m *Matcher) Literal() (string, bool) {
	if m.Equals == nil || m.OneOf != nil || m.beyondLiterals() {
		return "", false
	}
	return *m.Equals, true
}

// Literals returns the finite set of texts that the matcher takes, and false where it is not a
// plain text or list of plain texts.
func (m *Matcher) Literals() ([]string, bool) {
	if text, ok := m.Literal(); ok {
		return []string{text}, true
	}
	if m.Equals != nil || len(m.OneOf) == 0 || m.beyondLiterals() {
		return nil, false
	}
	var all []string
	for i := range m.OneOf {
		values, ok := m.OneOf[i].Literals()
		if !ok {
			return nil, false
		}
		all = append(all, values...)
	}
	return all, true
}

// Covers reports whether every text that b matches is matched by m too, where that can be told.
func (m *Matcher) Covers(b *Matcher) bool {
	if m.MatchesAll() {
		return true
	}
	if b.MatchesAll() || m.HasTOTP() || b.HasTOTP() {
		return false
	}
	if literals, ok := b.Literals(); ok {
		return !slices.ContainsFunc(literals, func(text string) bool { return !m.Match(text) })
	}
	return m.String() == b.String()
}

// Match reports whether value fulfils the matcher. No text is a one-time code: nobody has said when.
func (m *Matcher) Match(value string) bool { return m.MatchAt(value, time.Time{}) }

// MatchAt is as Match at a moment, that whose one-time codes count.
func (m *Matcher) MatchAt(value string, at time.Time) bool {
	if m.MatchesAll() {
		return true
	}
	if m.TOTP != nil && (at.IsZero() || value == "" || value != m.TOTP.Code(at)) {
		return false
	}
	folded := m.fold(value)
	if m.Equals != nil && folded != m.fold(*m.Equals) {
		return false
	}
	if !strings.HasPrefix(folded, m.fold(m.Prefix)) || !strings.HasSuffix(folded, m.fold(m.Suffix)) ||
		!strings.Contains(folded, m.fold(m.Contains)) {
		return false
	}
	if m.pattern != nil && !m.pattern.match(value) {
		return false
	}
	if m.OneOf != nil && !slices.ContainsFunc(m.OneOf, func(one Matcher) bool { return one.MatchAt(value, at) }) {
		return false
	}
	return m.Not == nil || !m.Not.MatchAt(value, at)
}

func (m *Matcher) fold(s string) string {
	if m.IgnoreCase {
		return foldCase(s)
	}
	return s
}

// foldCase makes texts equal that differ in case alone, for every matcher in the same way: as Unicode folds
// single letters, and regular expressions do with (?i). Some letters have more than two forms (k, K and the
// Kelvin sign).
func foldCase(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf }) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			if 'A' <= r && r <= 'Z' {
				r += 'a' - 'A'
			}
			return r
		}
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		if 'A' <= least && least <= 'Z' {
			least += 'a' - 'A'
		}
		return least
	}, s)
}

// GroupNames lists the named groups that a match of this matcher captures. Those beneath `not`
// capture nothing.
func (m *Matcher) GroupNames() []string {
	var names []string
	if m.pattern != nil {
		for _, name := range m.pattern.SubexpNames() {
			if name != "" {
				names = append(names, name)
			}
		}
	}
	for i := range m.OneOf {
		names = append(names, m.OneOf[i].GroupNames()...)
	}
	return names
}

// capture adds the named groups of a value that matched at a moment to captures.
func (m *Matcher) capture(value string, at time.Time, captures Captures) {
	if m.pattern != nil {
		groups := m.pattern.FindStringSubmatch(value)
		for i, name := range m.pattern.SubexpNames() {
			if name != "" && i < len(groups) {
				captures[name] = groups[i]
			}
		}
	}
	for i := range m.OneOf {
		if m.OneOf[i].MatchAt(value, at) {
			m.OneOf[i].capture(value, at, captures)
			return
		}
	}
}

// Texts lists the texts that the matcher compares with, those of lists and of `not` too, expressions aside.
func (m *Matcher) Texts() []string {
	texts := []string{m.Prefix, m.Suffix, m.Contains}
	if m.Equals != nil {
		texts = append(texts, *m.Equals)
	}
	for i := range m.OneOf {
		texts = append(texts, m.OneOf[i].Texts()...)
	}
	if m.Not != nil {
		texts = append(texts, m.Not.Texts()...)
	}
	return texts
}

// Captured reports whether a text that the matcher compares with is completed by captures.
func (m *Matcher) Captured() bool {
	if captured(m.Prefix) || captured(m.Suffix) || captured(m.Contains) || m.Equals != nil && captured(*m.Equals) {
		return true
	}
	for i := range m.OneOf {
		if m.OneOf[i].Captured() {
			return true
		}
	}
	return m.Not != nil && m.Not.Captured()
}

func captured(text string) bool { return strings.Contains(text, "${") && len(Text(text).Names()) > 0 }

// Expand returns a matcher of its own whose texts the captures have completed.
func (m *Matcher) Expand(captures Captures) Matcher {
	full := *m
	expand := func(text string) string { return Text(text).Expand(captures) }
	full.Prefix, full.Suffix, full.Contains = expand(m.Prefix), expand(m.Suffix), expand(m.Contains)
	if m.Equals != nil {
		text := expand(*m.Equals)
		full.Equals = &text
	}
	full.OneOf = nil
	for i := range m.OneOf {
		full.OneOf = append(full.OneOf, m.OneOf[i].Expand(captures))
	}
	if m.Not != nil {
		not := m.Not.Expand(captures)
		full.Not = &not
	}
	return full
}

// String describes the matcher in the scenario language's own words.
func (m *Matcher) String() string {
	var parts []string
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+" "+quoted(value))
		}
	}
	if m.Equals != nil {
		parts = append(parts, quoted(*m.Equals))
	}
	for i := range m.OneOf {
		parts = append(parts, m.OneOf[i].String())
	}
	if len(m.OneOf) > 0 {
		parts = []string{"one of " + strings.Join(parts, ", ")}
	}
	add("starting with", m.Prefix)
	add("ending with", m.Suffix)
	add("containing", m.Contains)
	add("matching", m.Matches)
	if m.Not != nil {
		parts = append(parts, "not "+m.Not.String())
	}
	if m.TOTP != nil {
		parts = append(parts, fmt.Sprintf("the one-time code of %d digits, new every %s", m.TOTP.Digits, FormatDuration(m.TOTP.Period)))
	}
	if len(parts) == 0 {
		return "any"
	}
	text := strings.Join(parts, " and ")
	if m.IgnoreCase {
		text += " (ignoring case)"
	}
	return text
}

// quoted writes a text as people write it in YAML: one with a backslash in single quotes, where it needs no other one.
func quoted(text string) string {
	plain := !strings.ContainsFunc(text, func(r rune) bool { return r == '\'' || !unicode.IsPrint(r) })
	if plain && strings.Contains(text, `\`) {
		return "'" + text + "'"
	}
	return strconv.Quote(text)
}
