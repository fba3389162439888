package scenariotest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
)

// Server is a running mockbank that tests are played against, over HTTP. Each test has a session of
// its own there, whose clock stands unless the test turns it, so that nobody else who uses the server
// notices.
type Server struct {
	root, api string
	token     string
	client    *http.Client
	// camelCase says that the bank's API names its members in camelCase, once that was asked: tests never do.
	camelCase, asked bool
	asking           sync.Mutex
	// named is held by a test whose scenarios ask for sessions by name: those it cannot choose.
	named sync.Mutex
}

// answerTimeout is how long an answer may take. One that a scenario holds back comes never, since the
// session's clock stands.
const answerTimeout = 15 * time.Second

// basePath is where the bank's API is unless the URL says where.
const basePath = "/api/v3/wealth_api"

// NewServer returns the server at a URL such as http://127.0.0.1:8080. Where the URL has a path, that
// is where the bank's API is. The token is that of the admin API, "" where it wants none.
func NewServer(address, token string) (*Server, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "" {
		return nil, errors.New("this is no address of a server; write http://127.0.0.1:8080")
	}
	s := &Server{root: parsed.Scheme + "://" + parsed.Host, token: token,
		client: &http.Client{Timeout: answerTimeout, CheckRedirect: notAway}}
	path := strings.TrimRight(parsed.Path, "/")
	if path == "" {
		path = basePath
	}
	s.api = s.root + path
	return s, nil
}

// notAway leaves it at the answer that sends a browser back to the app: the app is not there.
func notAway(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Rules returns the hash of the configuration that the server plays. It fails where the server cannot
// be asked.
func (s *Server) Rules(ctx context.Context) (hash string, err error) {
	r, err := s.admin(ctx, http.MethodGet, "/status", nil)
	if err != nil {
		return "", err
	}
	if !r.good() {
		return "", r.unexpected("tell its status")
	}
	hash, _ = r.fields["hash"].(string)
	s.asking.Lock()
	defer s.asking.Unlock()
	s.camelCase, s.asked = r.fields["naming"] == scenarios.NamingCamelCase, true
	return hash, nil
}

// namesInCamelCase reports how the bank's API names its members, which the server is asked once.
func (s *Server) namesInCamelCase(ctx context.Context) (bool, error) {
	s.asking.Lock()
	camelCase, asked := s.camelCase, s.asked
	s.asking.Unlock()
	if asked {
		return camelCase, nil
	}
	if _, err := s.Rules(ctx); err != nil {
		return false, err
	}
	s.asking.Lock()
	defer s.asking.Unlock()
	return s.camelCase, nil
}

// ask sends a request to the bank's API. Its body, if any, has the members and, as they are, the further ones, and
// the answer those that are named, all in snake_case.
func (s *Server) ask(ctx context.Context, method, path string, header http.Header, body, further map[string]any,
	answers engine.Members) (*response, error) {
	camelCase, err := s.namesInCamelCase(ctx)
	if err != nil {
		return nil, err
	}
	var content any
	if body != nil || further != nil {
		named := maps.Clone(further)
		if named == nil {
			named = make(map[string]any, len(body))
		}
		for name, value := range body {
			if camelCase {
				name = engine.CamelCase(name)
			}
			named[name] = value
		}
		content = named
	}
	header.Set("X-Request-Id", rand.Text())
	r, err := s.send(ctx, method, s.api+path, header, content)
	if err == nil && camelCase {
		r.body = copied(r.body)
		answers.SnakeCase(r.fields)
	}
	return r, err
}

// copied returns a copy of the body, of which the fields are renamed and the body is not.
func copied(body any) any {
	text, err := json.Marshal(body)
	if err != nil {
		return body
	}
	var again any
	_ = json.Unmarshal(text, &again) // it was JSON
	return again
}

// found is what the server's journal knows of a request.
type found struct {
	process, connection string
	// broken is how the answer was broken on its way, "" for not at all.
	broken string
}

// poll finds a request to the bank's API in the server's journal, by its id. It returns nil where that has none.
func (s *Server) poll(ctx context.Context, session, id string) (*found, error) {
	r, err := s.admin(ctx, http.MethodGet, "/journal?limit=5&session="+url.QueryEscape(session), nil)
	if err != nil || !r.good() {
		return nil, err
	}
	exchanges, _ := r.fields["exchanges"].([]any)
	for _, one := range slices.Backward(exchanges) {
		exchange, _ := one.(map[string]any)
		if exchange["request_id"] != id {
			continue
		}
		f := &found{}
		f.process, _ = exchange["bank_authentication_process_id"].(string)
		f.connection, _ = exchange["bank_connection_id"].(string)
		answered, _ := exchange["response"].(map[string]any)
		f.broken, _ = answered["wire_fault"].(string)
		return f, nil
	}
	return nil, nil
}

// open begins a test in a session of its own.
func (s *Server) open(ctx context.Context, test *scenarios.Test) (stage, error) {
	var random [8]byte
	if _, err := rand.Read(random[:]); err != nil {
		return nil, err
	}
	own := "mockbank-test-" + hex.EncodeToString(random[:])
	on := &serverStage{server: s, own: own, sessions: make(map[string]time.Time), of: make(map[string]string), startsAt: beginning(test),
		switches: make(map[string]bool)}
	if test.Seed != nil {
		on.seed = uint64(*test.Seed)
	}
	if err := on.enter(ctx, own); err != nil {
		return nil, err
	}
	return on, nil
}

// freeze makes a session whose clock stands, and returns its time.
func (s *Server) freeze(ctx context.Context, session string, startsAt time.Time, seed uint64) (time.Time, error) {
	wanted := map[string]any{"id": session, "frozen": true, "starts_at": startsAt.Format(time.RFC3339Nano)}
	if seed != 0 {
		wanted["seed"] = seed
	}
	r, err := s.admin(ctx, http.MethodPost, "/sessions", wanted)
	if err != nil {
		return time.Time{}, err
	}
	if !r.good() {
		return time.Time{}, r.unexpected("make a session")
	}
	text, _ := r.fields["now"].(string)
	now, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, errors.New("the server does not tell the time of a session: it is no mockbank, or too old a one")
	}
	return now, nil
}

// forget removes a session with all its records. One that is not there is as good.
func (s *Server) forget(ctx context.Context, session string) error {
	r, err := s.admin(ctx, http.MethodDelete, "/sessions/"+session, nil)
	if err == nil && !r.good() && r.status != http.StatusNotFound {
		err = r.unexpected("remove a session")
	}
	return err
}

// advance sets the clock of a session forward.
func (s *Server) advance(ctx context.Context, session string, by string) error {
	r, err := s.admin(ctx, http.MethodPost, "/sessions/"+session+"/clock", map[string]any{"advance": by})
	if err == nil && !r.good() {
		err = r.unexpected("turn the clock of a session")
	}
	return err
}

// flip sets a switch of a session.
func (s *Server) flip(ctx context.Context, session, name string, on bool) error {
	r, err := s.admin(ctx, http.MethodPut, "/sessions/"+session+"/switches/"+url.PathEscape(name), map[string]any{"on": on})
	if err == nil && !r.good() {
		err = r.unexpected("flip a switch")
	}
	return err
}

// setFaults gives a session faults, as they are written.
func (s *Server) setFaults(ctx context.Context, session, text string) error {
	r, err := s.admin(ctx, http.MethodPut, "/sessions/"+session+"/faults", raw(text))
	if err == nil && !r.good() {
		err = r.unexpected("give a session faults")
	}
	return err
}

// due returns how long it is until time brings something in a session, false where nothing is due.
func (s *Server) due(ctx context.Context, session string) (left time.Duration, due bool, err error) {
	r, err := s.admin(ctx, http.MethodGet, "/sessions/"+session+"/clock", nil)
	if err != nil {
		return 0, false, err
	}
	if !r.good() {
		return 0, false, r.unexpected("tell what is due next")
	}
	coming, _ := r.fields["due"].([]any)
	if len(coming) == 0 {
		return 0, false, nil
	}
	first, _ := coming[0].(map[string]any)
	now, err := timeOf(r.fields["now"])
	if err != nil {
		return 0, false, err
	}
	at, err := timeOf(first["at"])
	return at.Sub(now), err == nil, err
}

func timeOf(field any) (time.Time, error) {
	text, _ := field.(string)
	return time.Parse(time.RFC3339, text)
}

// admin sends a request to the admin API.
func (s *Server) admin(ctx context.Context, method, path string, body any) (*response, error) {
	header := http.Header{}
	if s.token != "" {
		header.Set("Authorization", "Bearer "+s.token)
	}
	return s.send(ctx, method, s.root+"/admin/v1"+path, header, body)
}
