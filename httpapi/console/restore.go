package console

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// request is an exchange's request as it can be sent again. The journal holds no secret; they are put in from
// the decision: the text of the scenario or of the transition that was taken, a text that its pattern takes,
// or one that nothing takes where a wrong one was sent.
type request struct {
	method, path string
	query        url.Values
	header       []journal.Field
	body         []journal.Field
	// authorized says that it bore a token, which is nobody's to repeat.
	authorized bool
	// missing names the fields for which no value was found.
	missing []string
}

// wrong is sent where a secret was that nothing in the scenario takes.
const wrong = "not-the-right-one"

func restore(e *journal.Entry) *request {
	s := &request{method: e.Request.Method, path: e.Request.Path, query: url.Values{}}
	for _, field := range e.Request.Query {
		s.query.Set(field.Name, field.Value)
	}
	for _, field := range e.Request.Header {
		switch {
		case field.Name == "Authorization":
			s.authorized = true
		case field.Value == journal.Redacted || field.Name == "X-Request-Id" || field.Name == "Idempotency-Key":
			// an id of its own; a repeat of a key would be answered from memory
		case field.Name != "Content-Type":
			s.header = append(s.header, field)
		}
	}
	if e.Session != "" && e.Session != engine.DefaultSession && !strings.HasPrefix(s.path, "/sessions/") && !s.has("X-Mockbank-Session") {
		s.header = append(s.header, journal.Field{Name: "X-Mockbank-Session", Value: e.Session})
	}
	for _, field := range e.Request.Body {
		if field.Value == journal.Redacted {
			value, found := secretOf(e, engine.SnakeCase(field.Name))
			if !found {
				s.missing = append(s.missing, field.Name)
				continue
			}
			field.Value = value
		}
		s.body = append(s.body, field)
	}
	return s
}

func (s *request) has(header string) bool {
	for _, field := range s.header {
		if field.Name == header {
			return true
		}
	}
	return false
}

// secretOf returns what may have been sent in a field that the journal does not hold.
func secretOf(e *journal.Entry, field string) (string, bool) {
	switch {
	case field == "state":
		return "state", true
	case e.Decision != nil && field == "password":
		if e.Decision.Forced || e.Decision.Scenario == nil {
			return wrong, true
		}
		return sampleOf(&e.Decision.Scenario.When.Password)
	}
	for i := range e.Moves {
		if m := &e.Moves[i]; m.Transition >= 0 {
			event := &e.Flow.Steps[m.From].Next[m.Transition].Event
			if door := event.Spec().Door; door != nil && door.Field == field {
				return sampleOf(&event.Value)
			}
		}
	}
	return wrong, true // no step took it
}

func sampleOf(m *engine.Matcher) (string, bool) {
	if m.MatchesAll() {
		return wrong, true
	}
	return m.Sample()
}

// json is the body, nil for none.
func (s *request) json() []byte {
	if len(s.body) == 0 {
		return nil
	}
	var out bytes.Buffer
	out.WriteByte('{')
	for i, field := range s.body {
		if i > 0 {
			out.WriteString(", ")
		}
		out.Write(quoteJSON(field.Name))
		out.WriteString(": ")
		out.Write(quoteJSON(field.Value))
	}
	out.WriteByte('}')
	return out.Bytes()
}

func quoteJSON(text string) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text always can be
	return bytes.TrimRight(out.Bytes(), "\n")
}

func (s *request) target() string {
	if len(s.query) == 0 {
		return s.path
	}
	return s.path + "?" + s.query.Encode()
}

// curl is a command that sends the request.
func (s *request) curl(base string) string {
	var out strings.Builder
	out.WriteString("curl -s")
	body := s.json()
	if s.method != http.MethodGet && (s.method != http.MethodPost || body == nil) {
		out.WriteString(" -X " + s.method)
	}
	out.WriteString(" " + quoteShell(base+s.target()))
	if s.authorized {
		out.WriteString(` -H "Authorization: Bearer $MOCKBANK_TOKEN"`)
	}
	for _, field := range s.header {
		if field.Name != "User-Agent" && field.Name != "Accept" {
			out.WriteString(" -H " + quoteShell(field.Name+": "+field.Value))
		}
	}
	if body != nil {
		out.WriteString(" -H 'Content-Type: application/json' -d " + quoteShell(string(body)))
	}
	return out.String()
}

// quoteShell quotes a text for a POSIX shell.
func quoteShell(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
