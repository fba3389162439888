package httpapi

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/mockbank/mockbank/engine"
)

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*Config)
		want   string
	}{
		"no bank":              {func(c *Config) { c.Bank = nil }, "required"},
		"no configuration":     {func(c *Config) { c.Configuration = nil }, "required"},
		"base path, no slash":  {func(c *Config) { c.BasePath = "api" }, `"api"`},
		"base path, slash end": {func(c *Config) { c.BasePath = "/api/" }, `"/api/"`},
		"base path, pattern":   {func(c *Config) { c.BasePath = "/{x}" }, `"/{x}"`},
		"public URL, no host":  {func(c *Config) { c.PublicURL = "bank.test" }, `"bank.test"`},
		"public URL, a path":   {func(c *Config) { c.PublicURL = "https://bank.test/x" }, `"https://bank.test/x"`},
		"redirect host, a URL": {func(c *Config) { c.RedirectHosts = []string{"http://app.test"} }, `"http://app.test"`},
		"redirect host, all":   {func(c *Config) { c.RedirectHosts = []string{"*"} }, `"*"`},
		"a token with a space": {func(c *Config) { c.Tokens = []string{"a b"} }, "white space"},
		"a short key":          {func(c *Config) { c.FingerprintKey = []byte("short") }, "5 bytes"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := engine.NewMemory()
			config := Config{Bank: newBank(t, store, newClock().now), Requests: store, Configuration: new(configuration)}
			test.change(&config)
			if _, err := New(config); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want something about %s", err, test.want)
			}
		})
	}
}

func TestBasePath(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.BasePath = "/bank" })
	id := s.send("POST", "/bank/bank_connections/authenticate", credentials("success")).want(200).text("bank_authentication_process_id")
	made := s.send("POST", "/bank/bank_connections", processField(id)).want(201)
	s.get(made.Header().Get("Location")).want(200)
	s.get(base+"/banks").wantProblem(404, "unknown_path")
	s.get("/api/v1/banks").want(200)
}

func TestRegistryIsNotShared(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	start(t, func(c *Config) { c.Registry = registry })
	store := engine.NewMemory()
	_, err := New(Config{Bank: newBank(t, store, newClock().now), Requests: store, Configuration: new(configuration), Registry: registry})
	if err == nil {
		t.Error("two handlers count in one registry")
	}
}
