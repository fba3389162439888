package scenariotest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Server is a running mockbank that tests are played against, over HTTP. Each test has a session of
// its own there, whose clock stands unless the test turns it, so that nobody else who uses the server
// notices.
type Server struct {
	root, api string
	token     string
	client    *http.Client
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
	s := &Server{root: parsed.Scheme + "://" + parsed.Host, token: token, client: &http.Client{Timeout: answerTimeout, CheckRedirect: notAway}}
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
	return hash, nil
}

// open begins a test in a session of its own.
func (s *Server) open(ctx context.Context) (stage, error) {
	var random [8]byte
	if _, err := rand.Read(random[:]); err != nil {
		return nil, err
	}
	own := "mockbank-test-" + hex.EncodeToString(random[:])
	on := &serverStage{server: s, own: own, sessions: make(map[string]time.Time), of: make(map[string]string)}
	if err := on.enter(ctx, own); err != nil {
		return nil, err
	}
	return on, nil
}

// freeze makes a session whose clock stands, and returns its time.
func (s *Server) freeze(ctx context.Context, session string) (time.Time, error) {
	r, err := s.admin(ctx, http.MethodPost, "/sessions", map[string]any{"id": session, "frozen": true})
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

// admin sends a request to the admin API.
func (s *Server) admin(ctx context.Context, method, path string, body any) (*response, error) {
	header := http.Header{}
	if s.token != "" {
		header.Set("Authorization", "Bearer "+s.token)
	}
	return s.send(ctx, method, s.root+"/admin/v1"+path, header, body)
}
