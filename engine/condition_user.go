package engine

import (
	"maps"
	"strings"
)

// UsernameRule says which texts name the same user of a bank. The zero rule: only those that are alike.
type UsernameRule struct {
	// IgnoreCase takes capital and small letters for the same.
	IgnoreCase bool
	// Trim leaves out the white space around a username.
	Trim bool
}

// Apply returns the username as all texts that name the same user are written.
func (r UsernameRule) Apply(username string) string {
	if r.Trim {
		username = strings.TrimSpace(username)
	}
	if r.IgnoreCase {
		username = foldCase(username)
	}
	return username
}

// under returns the condition as a bank sees it that reads usernames by the rule.
func (w *Condition) under(rule UsernameRule) *Condition {
	if rule == (UsernameRule{}) {
		return w
	}
	if folded, known := w.folded[rule]; known {
		return folded
	}
	return w.foldUsernames(rule)
}

// prepareFor makes the condition ready for banks that read usernames by one of the rules.
func (w *Condition) prepareFor(rules []UsernameRule) error {
	for _, rule := range rules {
		folded := w.foldUsernames(rule)
		if err := folded.compile(); err != nil {
			return err
		}
		if w.folded == nil {
			w.folded = make(map[UsernameRule]*Condition)
		}
		w.folded[rule] = folded
	}
	return nil
}

// foldUsernames returns a condition of its own whose matchers of the username take the text that the rule
// makes of one.
func (w *Condition) foldUsernames(rule UsernameRule) *Condition {
	folded := *w
	folded.folded = nil
	folded.Username = w.Username.folded(rule)
	folded.Headers, folded.Fields = maps.Clone(w.Headers), maps.Clone(w.Fields)
	folded.AnyOf = nil
	for i := range w.AnyOf {
		folded.AnyOf = append(folded.AnyOf, *w.AnyOf[i].foldUsernames(rule))
	}
	if w.Not != nil {
		folded.Not = w.Not.foldUsernames(rule)
	}
	return &folded
}

// folded returns a matcher of its own that takes what the rule makes of the texts that m takes.
func (m *Matcher) folded(rule UsernameRule) Matcher {
	folded := *m
	folded.pattern = nil
	if m.Equals != nil {
		text := rule.Apply(*m.Equals)
		folded.Equals = &text
	}
	if rule.IgnoreCase {
		folded.Prefix, folded.Suffix, folded.Contains = foldCase(m.Prefix), foldCase(m.Suffix), foldCase(m.Contains)
		folded.IgnoreCase = m.IgnoreCase || m.Matches != ""
	}
	folded.OneOf = nil
	for i := range m.OneOf {
		folded.OneOf = append(folded.OneOf, m.OneOf[i].folded(rule))
	}
	if m.Not != nil {
		not := m.Not.folded(rule)
		folded.Not = &not
	}
	return folded
}
