package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine"
)

const base = DefaultBasePath

// server is the handler with all that it stands on. Every answer that a test gets from it is held
// against openapi.yaml.
type server struct {
	t             testing.TB
	handler       http.Handler
	bank          *engine.Bank
	store         *engine.Memory
	clock         *clock
	configuration *configuration
	log           *logBuffer
}

func start(t testing.TB, changes ...func(*Config)) *server {
	t.Helper()
	s := &server{t: t, store: engine.NewMemory(), clock: newClock(), configuration: newConfiguration(), log: new(logBuffer)}
	observer := NewObserver()
	s.bank = newBank(t, s.store, s.clock.now, observer.Observe)
	config := Config{
		Bank: s.bank, Requests: s.store, Configuration: s.configuration, Logger: zerolog.New(s.log).Level(zerolog.DebugLevel),
		Observer: observer, Now: s.clock.now, Version: "1.2.3", Commit: "5eed", Date: "2026-11-24T09:00:00Z", Node: "node-1", Database: "memory",
	}
	config.complete() // tests may replace a part
	for _, change := range changes {
		change(&config)
	}
	handler, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	s.handler = handler
	return s
}

// request changes a request before it is sent.
type request func(*http.Request)

func header(name, value string) request {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func from(remote, host string) request {
	return func(r *http.Request) { r.RemoteAddr, r.Host = remote, host }
}

var loopback = from("127.0.0.1:50000", "localhost:8080")

// answered is an answer that a test looks at.
type answered struct {
	*httptest.ResponseRecorder
	t testing.TB
}

// send sends a request with a body, JSON unless a change says otherwise; "" means none.
func (s *server) send(method, path, body string, changes ...request) answered {
	s.t.Helper()
	got, r := s.answer(method, path, body, changes...)
	checkDescribed(s.t, r, got.ResponseRecorder)
	return got
}

func (s *server) answer(method, path, body string, changes ...request) (answered, *http.Request) {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body == "" {
		r.Body, r.ContentLength = http.NoBody, 0
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, change := range changes {
		change(r)
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return answered{w, s.t}, r
}

func (s *server) get(path string, changes ...request) answered {
	s.t.Helper()
	return s.send("GET", path, "", changes...)
}

// login starts a process by password and returns its id.
func (s *server) login(password string) string {
	s.t.Helper()
	return s.send("POST", base+"/bank_connections/authenticate", credentials(password)).want(200).text("bank_authentication_process_id")
}

// connect makes a connection by password and returns its id.
func (s *server) connect(password string) string {
	s.t.Helper()
	return s.send("POST", base+"/bank_connections", processField(s.login(password))).want(201).text("id")
}

func credentials(password string) string {
	return object("username", "tester", "password", password)
}

func processField(id string) string { return object("bank_authentication_process_id", id) }

// object returns a JSON object of names and values in turn.
func object(pairs ...string) string {
	fields := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		fields[pairs[i]] = pairs[i+1]
	}
	encoded, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return string(encoded)
}

// want fails the test at another status.
func (a answered) want(status int) answered {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("status %d, want %d: %s", a.Code, status, a.Body)
	}
	return a
}

// wantProblem fails the test at anything but this problem.
func (a answered) wantProblem(status int, code engine.Code) answered {
	a.t.Helper()
	a.want(status)
	if got := a.Header().Get("Content-Type"); got != "application/problem+json" {
		a.t.Fatalf("content type %q of a problem", got)
	}
	if got := a.text("code"); got != string(code) {
		a.t.Fatalf("code %q, want %q: %s", got, code, a.Body)
	}
	replayed := a.Header().Get("Idempotency-Replayed") != ""
	if !replayed && a.text("request_id") != a.Header().Get("X-Request-Id") {
		a.t.Errorf("request_id %q is not that of the header, %q", a.text("request_id"), a.Header().Get("X-Request-Id"))
	}
	return a
}

func (a answered) object() map[string]any {
	a.t.Helper()
	var fields map[string]any
	if err := json.Unmarshal(a.Body.Bytes(), &fields); err != nil {
		a.t.Fatalf("%v: %s", err, a.Body)
	}
	return fields
}

// field returns a field of the answer; the name may be a path with dots, in which numbers are places in lists.
func (a answered) field(path string) any {
	a.t.Helper()
	var value any = a.object()
	for name := range strings.SplitSeq(path, ".") {
		if list, ok := value.([]any); ok {
			if i, err := strconv.Atoi(name); err == nil && i < len(list) {
				value = list[i]
				continue
			}
		}
		fields, ok := value.(map[string]any)
		if !ok {
			a.t.Fatalf("no field %q in %s", path, a.Body)
		}
		value = fields[name]
	}
	return value
}

func (a answered) text(path string) string {
	a.t.Helper()
	text, _ := a.field(path).(string)
	return text
}

// configuration is a source of rules that tests dictate.
type configuration struct {
	outcome ReloadOutcome
	err     error
}

func newConfiguration() *configuration {
	return &configuration{outcome: ReloadOutcome{Result: ReloadApplied, Trigger: "api", At: newClock().now()}}
}

func (c *configuration) Reload(context.Context) (ReloadOutcome, error) { return c.outcome, c.err }

func (c *configuration) Status() ConfigurationStatus {
	return ConfigurationStatus{Files: []string{"mockbank.yaml"}, LoadedAt: newClock().now(), Last: c.outcome}
}

// logBuffer takes a log from several goroutines.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// emptied returns the buffer without what it holds.
func (b *logBuffer) emptied() *logBuffer {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text.Reset()
	return b
}
