package httpapi

import (
	"bytes"
	"encoding/json"
)

// member is a field of a JSON object, its value as it was sent.
type member struct {
	name  string
	value []byte
}

// members are an object's fields. Of two that have one name, the later counts.
type members []member

// get returns a field's value, nil where there is none.
func (m members) get(name string) []byte {
	for i := range m {
		if m[i].name == name {
			return m[i].value
		}
	}
	return nil
}

// set adds a field, or replaces one of its name.
func (m members) set(name string, value []byte) members {
	for i := range m {
		if m[i].name == name {
			m[i].value = value
			return m
		}
	}
	return append(m, member{name, value})
}

// maxPlain is how many fields an object may have that [plainMembers] reads.
const maxPlain = 16

// plainMembers reads an object as nearly all clients send it: a few fields that are texts without an
// escape, true, false or null. It adds them to m. Of anything else, be it valid or not, it reports
// false; then it is for encoding/json to say what it is. The body is valid UTF-8.
func (m members) plainMembers(body []byte) (members, bool) {
	rest, ok := expect(body, '{')
	if !ok {
		return m, false
	}
	for len(m) < maxPlain {
		name, after := plainText(rest)
		if name == nil {
			return m, false
		}
		if rest, ok = expect(after, ':'); !ok {
			return m, false
		}
		value, after := plainValue(rest)
		if value == nil {
			return m, false
		}
		m = m.set(fieldName(name[1:len(name)-1]), value)
		rest = blank(after)
		if len(rest) == 0 {
			return m, false
		}
		switch rest[0] {
		case ',':
			rest = blank(rest[1:])
		case '}':
			return m, len(blank(rest[1:])) == 0
		default:
			return m, false
		}
	}
	return m, false
}

// fieldName is a name as text, without a copy for those that endpoints ask for.
func fieldName(name []byte) string {
	switch string(name) {
	case "username":
		return "username"
	case "password":
		return "password"
	case "bank_slug":
		return "bank_slug"
	case "bank_authentication_process_id":
		return "bank_authentication_process_id"
	case "challenge_response":
		return "challenge_response"
	default:
		return string(name)
	}
}

// expect returns what follows the character and the blanks around it.
func expect(text []byte, c byte) (rest []byte, ok bool) {
	text = blank(text)
	if len(text) == 0 || text[0] != c {
		return text, false
	}
	return blank(text[1:]), true
}

// blank returns the text without the blanks that it begins with.
func blank(text []byte) []byte {
	for len(text) > 0 && (text[0] == ' ' || text[0] == '\n' || text[0] == '\t' || text[0] == '\r') {
		text = text[1:]
	}
	return text
}

// plainText returns the text that begins here, with its quotes, and what follows it. It returns nil
// where there is none, or it has an escape.
func plainText(text []byte) (quoted, rest []byte) {
	if len(text) == 0 || text[0] != '"' {
		return nil, text
	}
	for i, c := range text[1:] {
		switch {
		case c == '"':
			return text[:i+2], text[i+2:]
		case c == '\\' || c < ' ':
			return nil, text
		}
	}
	return nil, text
}

var plainWords = [...][]byte{[]byte("null"), []byte("true"), []byte("false")}

// plainValue is as plainText, for a text or one of the words.
func plainValue(text []byte) (value, rest []byte) {
	for _, word := range plainWords {
		if bytes.HasPrefix(text, word) {
			return text[:len(word)], text[len(word):]
		}
	}
	return plainText(text)
}

// anyMembers reads any object, as encoding/json does.
func anyMembers(body []byte) (members, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(body, &object); err != nil {
		return nil, err
	}
	m := make(members, 0, len(object))
	for name, value := range object {
		m = append(m, member{name, value})
	}
	return m, nil
}
