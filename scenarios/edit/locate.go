package edit

import "strings"

// item stands in a path for an item of a list.
const item = "[]"

// location is where an offset is in a file.
type location struct {
	// path leads to the mapping whose key is written, or to the value.
	path []string
	// siblings are the keys that the mapping has already.
	siblings []string
	// begun is what is written of the key or value up to the offset.
	begun string
	// wantsKey says that a key is written, and mayBeValue that it may be a value as well: the item of a list.
	wantsKey, mayBeValue bool
	// nowhere says that the offset is in a comment or in a text.
	nowhere bool
}

// frame is a key, or an item of a list, that is open at some line.
type frame struct {
	column   int
	name     string
	siblings []string // the keys beside it, in its own mapping, itself included
}

// locator goes through a text line by line.
type locator struct {
	open []frame
	// textColumn is the column of a key whose value is a text of several lines, -1 for none.
	textColumn int
	flow       flow
}

// locate finds out where an offset is. It needs no valid document: what is being written seldom is one.
func locate(text string, offset int) location {
	l := locator{textColumn: -1}
	begin := strings.LastIndexByte(text[:offset], '\n') + 1
	for line := range strings.Lines(text[:begin]) {
		l.pass(strings.TrimRight(line, "\r\n"))
	}
	at := l.within(text[begin:offset])
	at.siblings = append(at.siblings, l.later(text[offset:], at)...)
	return at
}

// pass takes a whole line in.
func (l *locator) pass(line string) {
	if l.flow.open() {
		l.flow.scan(line + "\n")
		return
	}
	content := strings.TrimLeft(line, " ")
	column := len(line) - len(content)
	if content == "" || strings.HasPrefix(content, "#") {
		return
	}
	if l.textColumn >= 0 {
		if column > l.textColumn {
			return
		}
		l.textColumn = -1
	}
	rest := l.enter(content, column)
	switch value := strings.TrimSpace(rest); {
	case strings.HasPrefix(value, "|"), strings.HasPrefix(value, ">"):
		l.textColumn = l.open[len(l.open)-1].column
	case strings.HasPrefix(value, "{"), strings.HasPrefix(value, "["):
		l.flow.scan(rest + "\n")
	}
}

// enter opens what a line begins: items of lists, and a key. It returns the rest of the line.
func (l *locator) enter(content string, column int) string {
	for content == "-" || strings.HasPrefix(content, "- ") {
		l.closeItems(column)
		l.open = append(l.open, frame{column: column, name: item})
		rest := strings.TrimLeft(content[1:], " ")
		column += len(content) - len(rest)
		content = rest
	}
	name, isKey := keyOf(content)
	if !isKey {
		return content
	}
	siblings := l.closeKeys(column)
	l.open = append(l.open, frame{column, name, append(siblings, name)})
	_, rest, _ := strings.Cut(content, ":")
	if quote := content[0]; quote == '"' || quote == '\'' {
		_, rest, _ = strings.Cut(content[1:], string(quote))
		_, rest, _ = strings.Cut(rest, ":")
	}
	return rest
}

// closeItems closes what an item of a list at the column ends: a key at the same column holds the list.
func (l *locator) closeItems(column int) {
	for len(l.open) > 0 {
		last := l.open[len(l.open)-1]
		if last.column < column || last.column == column && last.name != item {
			return
		}
		l.open = l.open[:len(l.open)-1]
	}
}

// closeKeys closes what a key at the column ends, and returns the keys that its mapping has already.
func (l *locator) closeKeys(column int) []string {
	var siblings []string
	for len(l.open) > 0 {
		last := l.open[len(l.open)-1]
		if last.column < column {
			break
		}
		siblings = nil
		if last.column == column {
			siblings = last.siblings
		}
		l.open = l.open[:len(l.open)-1]
	}
	return siblings
}

func (l *locator) path() []string {
	path := make([]string, len(l.open))
	for i := range l.open {
		path[i] = l.open[i].name
	}
	return path
}

// within says where the end of the last line's beginning is.
func (l *locator) within(line string) location {
	if l.flow.open() {
		l.flow.scan(line)
		if l.flow.open() {
			return l.flow.location(l.path())
		}
		return location{nowhere: true}
	}
	content := strings.TrimLeft(line, " ")
	column := len(line) - len(content)
	if strings.HasPrefix(content, "#") || strings.Contains(content, " #") || l.textColumn >= 0 && column > l.textColumn {
		return location{nowhere: true}
	}
	listed := strings.HasPrefix(content, "- ")
	rest := l.enter(content, column)
	if name, isKey := keyOf(strings.TrimLeft(content, "- ")); isKey && name != "" {
		return l.value(rest)
	}
	begun := rest
	if listed || strings.HasPrefix(content, "-") {
		column += len(content) - len(rest)
	}
	if value := strings.TrimSpace(rest); strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[") {
		return l.value(rest)
	}
	if strings.ContainsAny(begun, " \t") {
		return location{nowhere: true}
	}
	siblings := l.closeKeys(column)
	return location{path: l.path(), siblings: siblings, begun: begun, wantsKey: true, mayBeValue: listed}
}

// value says where a value's beginning ends.
func (l *locator) value(rest string) location {
	trimmed := strings.TrimLeft(rest, " ")
	if strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") {
		l.flow.scan(trimmed)
		if l.flow.open() {
			return l.flow.location(l.path())
		}
		return location{nowhere: true}
	}
	if trimmed == rest && rest == "" || strings.HasPrefix(trimmed, "#") {
		return location{nowhere: true} // right behind the colon
	}
	return location{path: l.path(), begun: strings.TrimLeft(trimmed, `"'`)}
}

// later returns the keys that follow in the same mapping of a block.
func (l *locator) later(text string, at location) []string {
	if !at.wantsKey || l.flow.open() {
		return nil
	}
	_, text, _ = strings.Cut(text, "\n")
	column := -1
	var found []string
	for line := range strings.Lines(text) {
		content := strings.TrimLeft(line, " ")
		if strings.TrimSpace(content) == "" || strings.HasPrefix(content, "#") {
			continue
		}
		here := len(line) - len(content)
		if column < 0 {
			column = here
		}
		if here < column || strings.HasPrefix(content, "- ") && here == column {
			break
		}
		if name, isKey := keyOf(content); isKey && here == column && len(found) < 64 {
			found = append(found, name)
		}
	}
	return found
}

// keyOf returns the key that a line's content begins with.
func keyOf(content string) (string, bool) {
	if content == "" {
		return "", false
	}
	if quote := content[0]; quote == '"' || quote == '\'' {
		name, rest, closed := strings.Cut(content[1:], string(quote))
		return name, closed && strings.HasPrefix(strings.TrimLeft(rest, " "), ":")
	}
	if strings.ContainsRune("{[#&*!|>%@`", rune(content[0])) {
		return "", false
	}
	for i := range len(content) {
		if content[i] == ':' && (i+1 == len(content) || strings.IndexByte(" \t\r\n", content[i+1]) >= 0) {
			return strings.TrimSpace(content[:i]), true
		}
		if content[i] == '#' && i > 0 && content[i-1] == ' ' {
			return "", false
		}
	}
	return "", false
}
