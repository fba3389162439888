package mockbanktest

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"sync/atomic"
	"testing"
	"time"
)

// Session isolates one test from all others on the same server. Its methods fail the test it was made
// for where the server refuses what they ask.
type Session struct {
	// Name of the session, for the header X-Mockbank-Session.
	Name string

	server *Server
	t      testing.TB
}

// SessionOption changes how [Server.Session] makes a session.
type SessionOption func(*sessionSettings)

type sessionSettings struct {
	Name   string `json:"id"`
	Seed   uint64 `json:"seed,omitempty"`
	Frozen bool   `json:"frozen,omitempty"`
	Starts string `json:"starts_at,omitempty"`
}

// Seed sets what the session's random choices are derived from: the same seed and the same calls, the
// same run.
func Seed(seed uint64) SessionOption { return func(s *sessionSettings) { s.Seed = seed } }

// Frozen lets the session's clock stand from the beginning, so that time passes only by
// [Session.Advance].
func Frozen() SessionOption { return func(s *sessionSettings) { s.Frozen = true } }

// StartsAt is what the session's clock shows at first, in place of the wall clock's time.
func StartsAt(at time.Time) SessionOption {
	return func(s *sessionSettings) { s.Starts = at.Format(time.RFC3339Nano) }
}

var (
	sessions     atomic.Int64
	unfitForName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)
)

// Session makes a session for one test, and removes it with all its records when that test ends.
func (s *Server) Session(t testing.TB, options ...SessionOption) *Session {
	t.Helper()
	name := unfitForName.ReplaceAllString(t.Name(), "-")
	chosen := sessionSettings{Name: fmt.Sprintf("%s.%d", name[:min(len(name), 48)], sessions.Add(1))}
	for _, option := range options {
		option(&chosen)
	}
	s.call(t, http.MethodPost, "/admin/v1/sessions", chosen, nil)
	t.Cleanup(func() { s.call(t, http.MethodDelete, "/admin/v1/sessions/"+chosen.Name, nil, nil) })
	return &Session{Name: chosen.Name, server: s, t: t}
}

// BankURL is where the app under test finds the bank in this session. Nothing else needs to be done
// to it: the session is part of the path.
func (s *Session) BankURL() string { return s.server.URL + "/sessions/" + s.Name + basePath }

// clock is a session's clock after a turn.
type clock struct {
	Now     time.Time `json:"now"`
	Written int       `json:"written"`
	Left    bool      `json:"left"`
	Due     []Due     `json:"due"`
}

// Due is something that time brings.
type Due struct {
	// Kind is transition, expiry, import_point, import_end, queued_update, webhook or fault_end.
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
	// ProcessID and ConnectionID are those that it happens to, "" for none, and Status is what follows.
	ProcessID    string `json:"bank_authentication_process_id"`
	ConnectionID string `json:"bank_connection_id"`
	Status       string `json:"status"`
	// Name is that of the webhook, or of the session's fault.
	Name string `json:"name"`
}

func (s *Session) turn(turn map[string]any) time.Time {
	s.t.Helper()
	var after clock
	s.server.call(s.t, http.MethodPost, "/admin/v1/sessions/"+s.Name+"/clock", turn, &after)
	return after.Now
}

// Advance sets the session's clock forward, to the millisecond, and returns its time. When it returns,
// all that has become due by then has happened.
func (s *Session) Advance(d time.Duration) time.Time {
	s.t.Helper()
	return s.turn(map[string]any{"advance": fmt.Sprintf("%dms", d.Milliseconds())})
}

// ToNext sets the session's clock forward exactly to what time brings next, and returns that: nothing where nothing
// is due, and then the clock stays.
func (s *Session) ToNext() []Due {
	s.t.Helper()
	var after clock
	s.server.call(s.t, http.MethodPost, "/admin/v1/sessions/"+s.Name+"/clock", map[string]any{"to_next": true}, &after)
	return after.Due
}

// Switch flips a switch that the configuration declares.
func (s *Session) Switch(name string, on bool) {
	s.t.Helper()
	s.server.call(s.t, http.MethodPut, "/admin/v1/sessions/"+s.Name+"/switches/"+url.PathEscape(name), map[string]any{"on": on}, nil)
}

// Fault is a fault as the configuration has it under `faults`, by its keys; `lasts` beside them says how long it does.
type Fault = map[string]any

// SetFaults gives the session these faults in place of those that it had, none for no faults.
func (s *Session) SetFaults(faults ...Fault) {
	s.t.Helper()
	s.server.call(s.t, http.MethodPut, "/admin/v1/sessions/"+s.Name+"/faults", append([]Fault{}, faults...), nil)
}

// Freeze lets the session's clock stand, and returns its time.
func (s *Session) Freeze() time.Time {
	s.t.Helper()
	return s.turn(map[string]any{"freeze": true})
}

// Resume lets the session's clock run on, and returns its time.
func (s *Session) Resume() time.Time {
	s.t.Helper()
	return s.turn(map[string]any{"resume": true})
}

// Now is the session's time.
func (s *Session) Now() time.Time {
	s.t.Helper()
	var now clock
	s.server.call(s.t, http.MethodGet, "/admin/v1/sessions/"+s.Name, nil, &now)
	return now.Now
}

// Reset forgets the session's records, counters and journal. Its clock and seed stay.
func (s *Session) Reset() {
	s.t.Helper()
	s.server.call(s.t, http.MethodPost, "/admin/v1/reset", map[string]any{"session": s.Name}, nil)
}

// Approve is the user's approval on the phone, for the bank authentication process of this identifier.
func (s *Session) Approve(process string) { s.t.Helper(); s.decide(process, "approve") }

// Decline is the user's refusal on the phone.
func (s *Session) Decline(process string) { s.t.Helper(); s.decide(process, "decline") }

func (s *Session) decide(process, decision string) {
	s.t.Helper()
	s.server.call(s.t, http.MethodPost, "/admin/v1/processes/"+url.PathEscape(process)+"/"+decision, nil, nil)
}
