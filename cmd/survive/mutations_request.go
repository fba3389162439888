package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// mutated is a request that is nearly right.
type mutated struct {
	method, path string
	header       [][2]string
	body         []byte
}

// String says what is sent, as far as it fits a line.
func (m *mutated) String() string {
	return fmt.Sprintf("%s %.300q %q %.300q", m.method, m.path, m.header, m.body)
}

// endpoint is an operation that may be asked.
type endpoint struct {
	method, path        string
	parameters, members []string
}

// mutator makes requests of what a description names, its operations, parameters and members, and of what nobody would
// write there.
type mutator struct {
	random    *rand.Rand
	endpoints []endpoint
	known     []string // identifiers of records
	// Beside what the description names: bearer tokens that are good, and members and values, as JSON, of bodies.
	bearers, members, values []string
	// accepts are media types that requests may want.
	accepts []string
	// secrets are values of members, by their names, that nothing but those members ever has, and examples are bodies
	// that their paths take.
	secrets  map[string]string
	examples map[string][]string
}

func newMutator(doc *openapi3.T, known []string, random *rand.Rand) *mutator {
	m := &mutator{random: random, known: known}
	for _, path := range doc.Paths.InMatchingOrder() {
		item := doc.Paths.Value(path)
		for method, operation := range item.Operations() {
			if e := (endpoint{method: method, path: path}); e.reads(item, operation) {
				m.endpoints = append(m.endpoints, e)
			}
		}
	}
	slices.SortFunc(m.endpoints, func(a, b endpoint) int { return strings.Compare(a.method+a.path, b.method+b.path) })
	return m
}

// reads takes down what an operation reads. It returns false for a stream, which does not end.
func (e *endpoint) reads(item *openapi3.PathItem, operation *openapi3.Operation) bool {
	if ok := operation.Responses.Status(http.StatusOK); ok != nil && ok.Value.Content["text/event-stream"] != nil {
		return false
	}
	for _, p := range slices.Concat(item.Parameters, operation.Parameters) {
		if p.Value.In == openapi3.ParameterInQuery {
			e.parameters = append(e.parameters, p.Value.Name)
		}
	}
	if operation.RequestBody != nil {
		for _, content := range operation.RequestBody.Value.Content {
			for name := range content.Schema.Value.Properties {
				e.members = append(e.members, name)
			}
		}
	}
	slices.Sort(e.members)
	e.members = slices.Compact(e.members)
	return true
}

func (m *mutator) pick(from ...string) string { return from[m.random.IntN(len(from))] }

// value is something that may stand where a text belongs.
func (m *mutator) value() string {
	return m.pick("", "tester", "success", "MockBank", "success-case", "run-1", "default", "null", "0", "-1", "1", "2s", "-1ms",
		"99999999999999999999", "1e999", "a b", "ü", "\u202e", "\x00", "\xff", "%zz", "%00", "../..", "<script>", "${x}", "${env:HOME}",
		"' OR 1=1 --", strings.Repeat("x", 5000),
		strings.Repeat("[", 3000), "SUCCESS", "true", "application/json", "2026-11-24T09:30:00Z", "mockbank.yaml",
		m.pick(m.known...), m.pick(m.known...))
}

func (m *mutator) request() *mutated {
	e := &m.endpoints[m.random.IntN(len(m.endpoints))]
	r := &mutated{method: e.method, path: m.path(e)}
	if m.random.IntN(10) == 0 {
		r.method = m.pick("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "get")
	}
	if r.method != http.MethodGet && r.method != http.MethodHead {
		r.body = m.body(e.members)
		if examples := m.examples[e.path]; examples != nil && m.random.IntN(2) == 0 {
			r.body = m.changed(m.pick(examples...))
		}
		r.header = append(r.header, [2]string{"Content-Type", m.pick("application/json", "application/json", "application/json",
			"application/x-www-form-urlencoded", "text/plain", "application/json; charset=utf-16", "")})
	}
	if len(m.bearers) > 0 && m.random.IntN(5) > 0 {
		r.header = append(r.header, [2]string{"Authorization", "Bearer " + m.pick(m.bearers...)})
	}
	if len(m.accepts) > 0 && m.random.IntN(2) == 0 {
		r.header = append(r.header, [2]string{"Accept", m.pick(m.accepts...)})
	}
	for range m.random.IntN(3) {
		r.header = append(r.header, [2]string{
			m.pick("X-Mockbank-Session", "X-Mockbank-Scenario", "X-Mockbank-Explain", "Idempotency-Key", "Content-Type", "Content-Encoding",
				"Accept-Language", "Authorization", "Origin", "Sec-Fetch-Site", "X-Request-Id", "Accept", "If-Match", "Last-Event-ID",
				"Forwarded"),
			m.pick("run-1", "success-case", "1", "gzip", "br", "text/plain", "application/json", "application/x-www-form-urlencoded",
				"de, en;q=0.1", "Bearer x", "cross-site", "text/html", "*", "ü", strings.Repeat("y", 300)),
		})
	}
	return r
}

// path fills a path's names in, goes wrong in it at times, and adds parameters.
func (m *mutator) path(e *endpoint) string {
	parts := strings.Split(e.path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			parts[i] = url.PathEscape(m.pick(m.value(), m.pick(m.known...), m.pick(m.known...),
				m.pick("MockBank", "success", "run-1", "default", "app", "mockbank.yaml")))
		}
	}
	path := strings.Join(parts, "/")
	switch m.random.IntN(12) {
	case 0:
		path += "/"
	case 1:
		path = "/sessions/" + m.pick("run-1", "bad!", "", "default") + path
	case 2:
		at := m.random.IntN(len(path))
		path = path[:at] + m.pick("/", "x", "_", "%20") + path[at:]
	}
	sign := "?"
	for range m.random.IntN(3) {
		name := m.pick(slices.Concat(e.parameters, []string{"limit", "cursor", "session", "_x", "isMockBank", "x"})...)
		path += sign + name + "=" + url.QueryEscape(m.value())
		sign = m.pick("&", "&", "?", ";")
	}
	return path
}

// body makes members of what the operation reads, and breaks them at times.
func (m *mutator) body(members []string) []byte {
	names := slices.Concat(members, members, m.members, []string{"username", "password", "bankSlug", "id", "x", ""})
	parts := make([]string, m.random.IntN(6))
	for i := range parts {
		text := strings.NewReplacer(`"`, "", `\`, "", "\x00", `\u0000`).Replace(m.value())
		text = `"` + text + `"`
		value := m.pick(slices.Concat(m.values, []string{
			text, text, text, "null", "1", "-0.5", "[]", `["a"]`, "{}", `{"a":{}}`, "true", "1e999",
		})...)
		name := m.pick(names...)
		if secret := m.secrets[name]; secret != "" && m.random.IntN(2) == 0 {
			value = `"` + secret + `"`
		}
		parts[i] = fmt.Sprintf(`"%s":%s`, name, value)
	}
	body := "{" + strings.Join(parts, ",") + "}"
	switch m.random.IntN(10) {
	case 0:
		return nil
	case 9:
		return m.excess(m.pick(names...))
	case 1:
		return []byte(body[:m.random.IntN(len(body))])
	case 2:
		var packed bytes.Buffer
		to := gzip.NewWriter(&packed)
		_, _ = to.Write([]byte(body)) // into memory, which takes it
		_ = to.Close()
		return packed.Bytes()
	case 3:
		form := url.Values{}
		for range 3 {
			form.Set(m.pick(names...), m.value())
		}
		return []byte(form.Encode())
	case 4:
		return []byte(strings.Repeat(body, 1+m.random.IntN(3)))
	}
	return []byte(body)
}

// excess is a body that is more than anybody reads: too deep, too long, or one member very often.
func (m *mutator) excess(name string) []byte {
	switch m.random.IntN(4) {
	case 0:
		depth := 50 << m.random.IntN(6)
		return []byte(strings.Repeat(`{"`+name+`":`, depth) + "1" + strings.Repeat("}", depth))
	case 1:
		return fmt.Appendf(nil, `{"%s":"%s"}`, name, strings.Repeat("x", 1<<(10+m.random.IntN(12))))
	case 2:
		return []byte("{" + strings.Repeat(`"`+name+`":"a",`, 1000) + `"` + name + `":1}`)
	default:
		return []byte(`{"` + name + "\":\"\xff\xc0\"}")
	}
}

// changed is a body that is taken, with at most one member another than it was, or gone.
func (m *mutator) changed(body string) []byte {
	var members map[string]any
	if json.Unmarshal([]byte(body), &members) != nil || len(members) == 0 {
		return []byte(body)
	}
	names := slices.Sorted(maps.Keys(members))
	name := m.pick(names...)
	switch m.random.IntN(4) {
	case 0:
		members[name] = strings.ToValidUTF8(m.value(), "")
	case 1:
		delete(members, name)
	case 2:
		members[name] = []any{nil, map[string]any{name: 1.5}}
	}
	text, err := json.Marshal(members)
	if err != nil {
		return []byte(body) // it was JSON before
	}
	return text
}
