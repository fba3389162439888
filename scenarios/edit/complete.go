package edit

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Completion is what may be written at a place in a file.
type Completion struct {
	// Label is what is written, and Insert what to put in place of the text from From to To (offsets in bytes).
	Label, Insert string
	From, To      int
	// Kind is "key" or "value", and Detail what it means.
	Kind, Detail string
}

// maxCompletions bounds how many are returned.
const maxCompletions = 200

// Complete returns what may stand at the offset (in bytes) of a configuration file, by the language's own schema:
// the keys of the mapping that the offset is in, but those that it has already, or the values of the key before
// it. What is begun already filters them. A place in a comment, or in a longer text, has none.
func Complete(schema []byte, text string, offset int) ([]Completion, error) {
	root, err := parseSchema(schema)
	if err != nil {
		return nil, err
	}
	offset = max(0, min(offset, len(text)))
	for offset > 0 && offset < len(text) && !utf8.RuneStart(text[offset]) {
		offset--
	}
	at := locate(text, offset)
	if at.nowhere {
		return nil, nil
	}
	found := root.follow(at.path)
	var all []Completion
	add := func(c Completion) {
		c.From, c.To = offset-len(at.begun), offset
		if strings.HasPrefix(strings.ToLower(c.Label), strings.ToLower(at.begun)) && len(all) < maxCompletions {
			all = append(all, c)
		}
	}
	if at.wantsKey {
		for _, key := range found.keys() {
			if !slices.Contains(at.siblings, key.name) {
				add(Completion{Label: key.name, Insert: key.name + ": ", Kind: "key", Detail: key.description})
			}
		}
	}
	if !at.wantsKey || at.mayBeValue {
		for _, value := range found.values() {
			add(Completion{Label: value.name, Insert: value.name, Kind: "value", Detail: value.description})
		}
		for _, name := range namesFor(at.path, text) {
			add(Completion{Label: name, Insert: name, Kind: "value"})
		}
	}
	return all, nil
}

// namesFor returns the names that the text itself gives for the value of a key: steps for goto, imports for import,
// banks for a condition.
func namesFor(path []string, text string) []string {
	if len(path) == 0 {
		return nil
	}
	switch path[len(path)-1] {
	case "goto":
		return keysUnder(text, "steps")
	case "import":
		return keysUnder(text, "imports")
	case "like", "scenario":
		return valuesOf(text, "name")
	case "bank", "default_bank":
		return valuesOf(text, "slug")
	}
	return nil
}

// keysUnder returns the keys of the mappings beneath a key, wherever that stands.
func keysUnder(text, key string) []string {
	var found []string
	inside := -1
	for line := range strings.Lines(text) {
		content := strings.TrimLeft(line, " ")
		column := len(line) - len(content)
		name, isKey := keyOf(content)
		switch {
		case strings.TrimSpace(content) == "" || strings.HasPrefix(content, "#"):
		case isKey && name == key:
			inside = column
		case inside >= 0 && column <= inside:
			inside = -1
		case inside >= 0 && isKey && !slices.Contains(found, name) && (len(found) == 0 || column <= inside+8):
			found = append(found, name)
		}
	}
	return found
}

// valuesOf returns the plain values of a key, wherever it stands.
func valuesOf(text, key string) []string {
	var found []string
	for rest := text; ; {
		_, after, more := strings.Cut(rest, key+":")
		if !more {
			return found
		}
		rest = after
		value := strings.Trim(strings.TrimSpace(untilAny(after, ",}\n#")), `"'`)
		if value != "" && !strings.ContainsAny(value, "{}[]$") && !slices.Contains(found, value) && len(found) < maxCompletions {
			found = append(found, value)
		}
	}
}

func untilAny(text, ends string) string {
	if i := strings.IndexAny(text, ends); i >= 0 {
		return text[:i]
	}
	return text
}
