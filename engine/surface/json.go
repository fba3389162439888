package surface

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/mockbank/mockbank/engine"
)

// appendJSON writes a value as JSON.
func appendJSON(out []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(out, "null"...)
	case string:
		return appendText(out, v)
	case json.Number:
		return append(out, v...)
	case bool:
		return strconv.AppendBool(out, v)
	case int:
		return strconv.AppendInt(out, int64(v), 10)
	case int64:
		return strconv.AppendInt(out, v, 10)
	case time.Time:
		out = append(out, '"')
		out = append(out, engine.FormatTime(v)...)
		return append(out, '"')
	case []any:
		return appendList(out, v)
	case *Object:
		return appendObject(out, v)
	case map[string]any:
		return appendMap(out, v)
	case *engine.Institution:
		return appendObject(out, bankObject(v))
	default:
		encoded, err := json.Marshal(v)
		if err != nil {
			return append(out, "null"...) // no value of ours
		}
		return append(out, encoded...)
	}
}

func appendList(out []byte, list []any) []byte {
	out = append(out, '[')
	for i, item := range list {
		if len(out) > maxAnswer {
			break
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = appendJSON(out, item)
	}
	return append(out, ']')
}

func appendObject(out []byte, o *Object) []byte {
	out = append(out, '{')
	for i, name := range o.Names {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendText(out, name), ':')
		out = appendJSON(out, o.Values[i])
	}
	return append(out, '}')
}

func appendMap(out []byte, m map[string]any) []byte {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	out = append(out, '{')
	for i, name := range names {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendText(out, name), ':')
		out = appendJSON(out, m[name])
	}
	return append(out, '}')
}

// appendText writes a text as JSON, without escaping what only HTML would need escaped.
func appendText(out []byte, text string) []byte {
	if plain(text) {
		out = append(out, '"')
		out = append(out, text...)
		return append(out, '"')
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text can always be encoded
	return append(out, buffer.Bytes()[:buffer.Len()-1]...)
}

// plain reports whether a text stands for itself in JSON.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return utf8.ValidString(text) && plainRunes(text)
		}
	}
	return true
}

func plainRunes(text string) bool {
	for _, r := range text {
		if r < ' ' || r == '"' || r == '\\' || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}
