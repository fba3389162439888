package engine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// jsonMember is a member of a JSON object.
type jsonMember struct {
	name  string
	value any
}

// jsonObject is a JSON object whose members keep their order.
type jsonObject []jsonMember

// position returns where a member stands, -1 where there is none.
func (o jsonObject) position(name string) int {
	for i := range o {
		if o[i].name == name {
			return i
		}
	}
	return -1
}

// parseJSON reads a value: a [jsonObject], []any, string, [json.Number], bool or nil.
func parseJSON(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	value, err := parseValue(decoder)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the value")
	}
	return value, nil
}

func parseValue(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return parseObject(decoder)
	case json.Delim('['):
		list := []any{}
		for decoder.More() {
			item, err := parseValue(decoder)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		_, err := decoder.Token()
		return list, err
	default:
		return token, nil
	}
}

func parseObject(decoder *json.Decoder) (jsonObject, error) {
	object := jsonObject{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		value, err := parseValue(decoder)
		if err != nil {
			return nil, err
		}
		text, _ := name.(string) // the decoder takes no other
		object = append(object, jsonMember{text, value})
	}
	_, err := decoder.Token()
	return object, err
}

// writeJSON writes a value as it was read, members in their order.
func writeJSON(out *bytes.Buffer, value any) {
	switch value := value.(type) {
	case jsonObject:
		out.WriteByte('{')
		for i := range value {
			if i > 0 {
				out.WriteByte(',')
			}
			writeJSON(out, value[i].name)
			out.WriteByte(':')
			writeJSON(out, value[i].value)
		}
		out.WriteByte('}')
	case []any:
		out.WriteByte('[')
		for i := range value {
			if i > 0 {
				out.WriteByte(',')
			}
			writeJSON(out, value[i])
		}
		out.WriteByte(']')
	case json.Number:
		out.WriteString(value.String()) // as it was written
	default:
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(value); err != nil { // it is a text, a number, a truth or null
			panic(fmt.Sprintf("encode JSON: %v", err))
		}
		out.Truncate(out.Len() - 1)
	}
}
