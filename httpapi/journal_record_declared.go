package httpapi

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/httpapi/journal"
)

// recordDeclared notes the fields of a request to a declared endpoint by what they are mapped to, not by their
// names, and counts the others.
func (x *exchange) recordDeclared(recorded *journal.Request) {
	d := x.declared
	fields := len(d.request.Query)
	if object, is := d.request.Body.(map[string]any); is {
		fields += len(object)
	}
	if d.response != nil {
		for _, field := range d.response.Recorded {
			value := redacted
			switch field.Input {
			case "bank", "username", "choice", "is_mock_bank", "search", "country", "offset", "limit":
				value = recordedText(d.redactText(field.Value))
			case "redirect_uri":
				value = x.recordedRedirect(field.Value)
			}
			recorded.Body = append(recorded.Body, journal.Field{Name: strings.TrimPrefix(field.Name, "body."), Value: value})
		}
	}
	recorded.Hidden = max(0, fields-len(recorded.Body))
}

// redact returns the body of an answer without what nobody may see, nil where that cannot be told. Reshaped says that
// it is no longer the one that was composed.
func (d *declared) redact(body []byte, shaped bool) []byte {
	if d.response == nil {
		return nil // a repeat, of whose answer nobody knows any more what is secret in it
	}
	if !slices.ContainsFunc(d.response.Secrets, func(secret string) bool { return perhapsIn(body, secret) }) {
		if (shaped || !d.response.Encoded) && !json.Valid(body) {
			return nil
		}
		return body
	}
	var value any
	if json.Unmarshal(body, &value) != nil {
		return nil
	}
	clean, err := json.Marshal(d.redactValue(value))
	if err != nil {
		return nil
	}
	return clean
}

// perhapsIn reports whether a body of JSON may hold a secret; where it does not, it need not be taken apart.
func perhapsIn(body []byte, secret string) bool {
	for i := range len(secret) {
		if c := secret[i]; !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.') {
			return true // it may be escaped there
		}
	}
	return bytes.Contains(body, []byte(secret))
}

// shownPath is the request's path, without the parts of it that nobody may see.
func (x *exchange) shownPath() string {
	path := x.prefix + x.r.URL.Path
	if x.declared != nil {
		for _, part := range x.declared.match.Veiled {
			path = strings.ReplaceAll(path, part, redacted)
		}
	}
	return path
}

// passwords returns what the request's body calls by the names of secrets, though no operation of the bank takes it: an
// answer may repeat it.
func (d *declared) passwords() (texts []string) {
	object, _ := d.request.Body.(map[string]any)
	for name, value := range object {
		if text, is := value.(string); is && text != "" && treatField(name) == secret {
			texts = append(texts, text)
		}
	}
	return texts
}

func (d *declared) redactValue(value any) any {
	switch value := value.(type) {
	case string:
		return d.redactText(value)
	case []any:
		for i := range value {
			value[i] = d.redactValue(value[i])
		}
	case map[string]any:
		for name, member := range value {
			value[name] = d.redactValue(member)
		}
	}
	return value
}

// shortSecret is the length, in bytes, below which a secret is found only where it stands alone: a shorter one
// is part of many a word.
const shortSecret = 4

// redactText returns the text, or the word for what is left out where it holds a secret.
func (d *declared) redactText(text string) string {
	if d.response == nil {
		return text
	}
	for _, secret := range d.response.Secrets {
		if text == secret || len(secret) >= shortSecret &&
			(strings.Contains(text, secret) || strings.Contains(text, url.PathEscape(secret))) {
			return redacted
		}
	}
	return text
}
