package engine

import (
	"cmp"
	"slices"
)

// An anchor is a text that one field of a login must have, as a whole, at its start or at its end,
// for a pattern to match. Patterns are found by their anchors' hash, so that only those that may
// match are tried.
type anchor struct {
	position anchorPosition
	text     string
}

// anchorPosition says where the texts of an anchor table stand. Length is 0 where they are whole values.
type anchorPosition struct {
	field  field
	side   side
	length int
}

type field int

const (
	fieldBank field = iota
	fieldUsername
	fieldPassword
)

type side int

const (
	sideWhole side = iota
	sideStart
	sideEnd
)

// maxAnchorTables bounds the look-ups that a login costs. Where the anchors have more places than
// that, the patterns of the rarest are tried one by one.
const maxAnchorTables = 16

// anchorTable finds patterns by the text at one place.
type anchorTable struct {
	position anchorPosition
	chain    map[string]chain
}

// anchorsOf returns the anchors of a condition, one of which each login that fulfils it has; none
// where there is nothing to hold on to. The password tells scenarios apart best.
func (w *Condition) anchorsOf() []anchor {
	for _, at := range []field{fieldPassword, fieldUsername, fieldBank} {
		matcher := []*Matcher{&w.Bank, &w.Username, &w.Password}[at]
		if whole, ok := matcher.Literals(); ok && len(whole) <= maxAlternatives {
			var all []anchor
			for _, text := range whole {
				all = append(all, anchor{anchorPosition{field: at}, text})
			}
			return all
		}
		start, end := matcher.ends()
		if start != "" && len(start) >= len(end) {
			return []anchor{{anchorPosition{at, sideStart, len(start)}, start}}
		}
		if end != "" {
			return []anchor{{anchorPosition{at, sideEnd, len(end)}, end}}
		}
	}
	return nil
}

// ends returns the texts that all values of the matcher start and end with.
func (m *Matcher) ends() (start, end string) {
	if m.IgnoreCase {
		return "", ""
	}
	if m.pattern == nil {
		return m.Prefix, m.Suffix
	}
	return longest(m.Prefix, m.pattern.literals.prefix), longest(m.Suffix, m.pattern.literals.suffix)
}

// of returns the text that a login has at the place.
func (p *anchorPosition) of(login *Login) (string, bool) {
	value := login.Password
	switch p.field {
	case fieldBank:
		value = login.Bank
	case fieldUsername:
		value = login.Username
	}
	switch {
	case p.side == sideWhole:
		return value, true
	case len(value) < p.length:
		return "", false
	case p.side == sideStart:
		return value[:p.length], true
	default:
		return value[len(value)-p.length:], true
	}
}

// addPatterns puts the patterns under their anchors, or among those that are always tried.
func (x *index) addPatterns(scenarios []*Scenario, patterns []int32) {
	used := map[anchorPosition]int{}
	anchors := make([][]anchor, len(patterns))
	for i, pattern := range patterns {
		anchors[i] = scenarios[pattern].When.under(x.rule).anchorsOf()
		for _, a := range anchors[i] {
			used[a.position]++
		}
	}
	tables := x.anchorTables(used)
	for i, pattern := range patterns {
		kept := keptAnchors(anchors[i], tables)
		for _, a := range kept {
			chains := x.anchors[tables[a.position]].chain
			known, ok := chains[a.text]
			chains[a.text] = x.link(known, ok, pattern)
		}
		if len(kept) == 0 {
			x.patterns = append(x.patterns, pattern)
		}
	}
}

// anchorTables makes a table for each place in use, those with the most patterns first.
func (x *index) anchorTables(used map[anchorPosition]int) map[anchorPosition]int {
	places := make([]anchorPosition, 0, len(used))
	for position := range used {
		places = append(places, position)
	}
	slices.SortFunc(places, func(a, b anchorPosition) int {
		return cmp.Or(used[b]-used[a], int(a.field-b.field), int(a.side-b.side), a.length-b.length)
	})
	tables := map[anchorPosition]int{}
	for i, position := range places[:min(len(places), maxAnchorTables)] {
		tables[position] = i
		x.anchors = append(x.anchors, anchorTable{position, map[string]chain{}})
	}
	return tables
}

// keptAnchors returns the anchors as far as there are tables for them: all, or none.
func keptAnchors(anchors []anchor, tables map[anchorPosition]int) []anchor {
	kept := make([]anchor, 0, len(anchors))
	for _, a := range anchors {
		a, ok := a.shortened(tables)
		if !ok {
			return nil
		}
		kept = append(kept, a)
	}
	return kept
}

// shortened returns the longest part of the anchor that has a table.
func (a anchor) shortened(tables map[anchorPosition]int) (anchor, bool) {
	for {
		if _, ok := tables[a.position]; ok {
			return a, true
		}
		if a.position.length <= 1 {
			return anchor{}, false
		}
		a.position.length--
		if a.position.side == sideStart {
			a.text = a.text[:a.position.length]
		} else {
			a.text = a.text[1:]
		}
	}
}
