package edit

import "strings"

// flow is a value in { } or [ ] that is open, maybe over several lines.
type flow struct {
	brackets []bracket
	// quote is the one that a text was opened with, 0 outside of texts; comment says that the line is one.
	quote   byte
	comment bool
	before  byte
}

// bracket is one that is open.
type bracket struct {
	list bool
	keys []string
	// key is the one whose value is written, "" where a key is.
	key   string
	begun strings.Builder
}

func (f *flow) open() bool { return len(f.brackets) > 0 }

// scan goes on through a text.
func (f *flow) scan(text string) {
	for i := range len(text) {
		c := text[i]
		f.take(c, i+1 < len(text) && strings.IndexByte(" \t\r\n,}]", text[i+1]) >= 0 || i+1 == len(text))
		f.before = c
	}
}

// take takes a character in; apart says that white space or an end follows it.
func (f *flow) take(c byte, apart bool) {
	switch {
	case f.comment:
		f.comment = c != '\n'
		return
	case f.quote != 0:
		if c == f.quote && f.before != '\\' {
			f.quote = 0
		} else {
			f.write(c)
		}
		return
	case c == '{' || c == '[':
		f.brackets = append(f.brackets, bracket{list: c == '['})
		return
	case !f.open():
		return
	}
	top := &f.brackets[len(f.brackets)-1]
	switch {
	case c == '}' || c == ']':
		f.brackets = f.brackets[:len(f.brackets)-1]
	case c == ',':
		top.key = ""
		top.begun.Reset()
	case c == '#' && strings.IndexByte(" \t\n", f.before) >= 0:
		f.comment = true
	case (c == '"' || c == '\'') && strings.TrimSpace(top.begun.String()) == "":
		f.quote = c
	case c == ':' && top.key == "" && apart:
		top.key = strings.TrimSpace(top.begun.String())
		top.keys = append(top.keys, top.key)
		top.begun.Reset()
	default:
		f.write(c)
	}
}

func (f *flow) write(c byte) {
	if f.open() && f.brackets[len(f.brackets)-1].begun.Len() < 256 {
		f.brackets[len(f.brackets)-1].begun.WriteByte(c)
	}
}

// location says where the end of what was scanned is, beneath a path.
func (f *flow) location(path []string) location {
	if f.comment {
		return location{nowhere: true}
	}
	for i := range f.brackets {
		b := &f.brackets[i]
		if b.list {
			path = append(path, item)
		}
		if b.key != "" {
			path = append(path, b.key)
		}
	}
	top := &f.brackets[len(f.brackets)-1]
	begun := strings.TrimLeft(top.begun.String(), " \t\n")
	at := location{path: path, begun: begun}
	if top.key == "" && f.quote == 0 {
		at.wantsKey, at.mayBeValue, at.siblings = !top.list, top.list, top.keys
	}
	return at
}
