package mockbanktest

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/cmd/app"
)

// basePath is where the bank's endpoints are, unless the configuration says otherwise.
const basePath = "/api/v3/wealth_api"

// Server is a bank that runs until the test that started it ends.
type Server struct {
	// URL is the root of the server, such as http://127.0.0.1:34567.
	URL string

	app    *app.App
	config string
	client *http.Client
}

// Option changes how [Start] starts a server.
type Option func(*settings)

type settings struct {
	yaml, file string
	log        bool
}

// Config lets the server play this YAML, instead of the specification's scenarios.
func Config(yaml string) Option { return func(s *settings) { s.yaml = yaml } }

// ConfigFile lets the server play the configuration of a file or a folder. It is followed: a save
// while the server runs is live at once.
func ConfigFile(path string) Option { return func(s *settings) { s.file = path } }

// Log writes the server's log to the test's, as lines of JSON.
func Log() Option { return func(s *settings) { s.log = true } }

// Start runs a bank on a free port of the loopback address until t and its subtests end. A
// configuration with mistakes fails the test with the report of them.
func Start(t testing.TB, options ...Option) *Server {
	t.Helper()
	s := settings{yaml: specification}
	for _, option := range options {
		option(&s)
	}
	server := &Server{config: s.file, client: &http.Client{Transport: &http.Transport{}}}
	if server.config == "" {
		server.config = filepath.Join(t.TempDir(), "mockbank.yaml")
		server.write(t, s.yaml)
	}
	server.start(t, s)
	return server
}

func (s *Server) start(t testing.TB, chosen settings) {
	t.Helper()
	options := app.Options{
		Config: s.config, Listen: "127.0.0.1:0", Database: ":memory:", LogFormat: "json", Build: app.Build{Version: "test"},
	}
	if chosen.log {
		options.Log = t.Output()
	}
	started, err := app.Start(t.Context(), options)
	var refused *app.ConfigurationError
	if errors.As(err, &refused) {
		var report strings.Builder
		_ = refused.Report.WriteText(&report, false) // a Builder takes everything
		t.Fatalf("mockbanktest: %v\n%s", err, report.String())
	}
	if err != nil {
		t.Fatalf("mockbanktest: %v", err)
	}
	s.app, s.URL = started, started.URL()
	t.Cleanup(func() {
		s.client.CloseIdleConnections()
		if err := started.Stop(); err != nil {
			t.Errorf("mockbanktest: stop: %v", err)
		}
	})
}

// BankURL is where the app under test finds the bank, in the session `default`.
func (s *Server) BankURL() string { return s.URL + basePath }

// Save replaces the configuration that [Start] wrote, and returns once it is live. One with mistakes
// fails the test. A server that was started with [ConfigFile] follows that file instead.
func (s *Server) Save(t testing.TB, yaml string) {
	t.Helper()
	s.write(t, yaml)
	s.call(t, http.MethodPost, "/admin/v1/reload", nil, nil)
}

func (s *Server) write(t testing.TB, yaml string) {
	t.Helper()
	if err := os.WriteFile(s.config, []byte(yaml), 0o600); err != nil {
		t.Fatalf("mockbanktest: %v", err)
	}
}
