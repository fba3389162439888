package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/cmd/app"
	"github.com/mockbank/mockbank/engine/store/pgtest"
)

const chancyBank = `
banks: [{slug: MockBank}]
server: {shutdown_timeout: 2s}
scenarios:
  - {name: unlucky, when: {password: x, probability: 0.3}, authentication: {status: AUTHENTICATION_FAILED}}
  - name: lucky
    authentication: AUTHENTICATED
    import: {takes: {median: 20s, sigma: 1}}
    update: [{when: {probability: 0.4}, takes: {between: [1s, 9s]}, outcome: FAILED_WITH_ERROR, error: {code: RETRY_LATER}}, {takes: 1s}]
faults:
  - {name: f, endpoint: [authenticate, update], when: {probability: 0.2}, http_status: 503, processed: false}
  - {name: reads, endpoint: connection, when: {probability: 0.2}, http_status: 500}
`

// nightOf plays a session, each request at the next of the nodes, and returns what was answered.
func nightOf(t *testing.T, nodes []string, session string) string {
	t.Helper()
	p := &played{t: t, client: noRedirects()}
	var reported strings.Builder
	turn := 0
	ask := func(method, path string, body any) said {
		node := nodes[turn%len(nodes)]
		turn++
		got := p.do(method, node+path, body, "X-Mockbank-Session", session)
		code, _ := got.at("error.code").(string)
		fmt.Fprint(&reported, got.Status, got.at("status"), code, " ")
		return got
	}
	p.do("POST", nodes[0]+"/admin/v1/sessions", map[string]any{"id": session, "frozen": true, "seed": 7, "starts_at": "2026-03-01T22:00:00Z"}).want(201)
	const base = "/api/v3/wealth_api/bank_connections"
	for range 25 {
		got := ask("POST", base+"/authenticate", map[string]any{"username": "u", "password": "x"})
		if got.at("status") != "AUTHENTICATED" {
			continue
		}
		ask("POST", base, map[string]any{"bank_authentication_process_id": p.process}).want(201)
		connection := p.connection
		for range 4 {
			due := p.do("POST", nodes[turn%len(nodes)]+"/admin/v1/sessions/"+session+"/clock", map[string]any{"to_next": true}).want(200)
			fmt.Fprint(&reported, due.at("now"), " ")
			ask("GET", base+"/"+connection, nil)
			ask("POST", base+"/"+connection+"/update", nil)
		}
	}
	return reported.String()
}

// The same seed and the same calls at the same times give the same night: on SQLite, on three nodes of which any may
// answer, and again.
func TestTheSameNightOnThreeNodes(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "mockbank.yaml")
	if err := os.WriteFile(config, []byte(chancyBank), 0o600); err != nil {
		t.Fatal(err)
	}
	begin := func(database string) string {
		a, err := app.Start(t.Context(), app.Options{Config: config, Listen: "127.0.0.1:0", Database: database})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = a.Stop() })
		return a.URL()
	}
	one := []string{begin(filepath.Join(t.TempDir(), "bank.db"))}
	shared := pgtest.Start(t).NewDatabase(t)
	three := []string{begin(shared), begin(shared), begin(shared)}
	first := nightOf(t, one, "first")
	if strings.Count(first, "503") < 3 || strings.Count(first, "AUTHENTICATION_FAILED") < 3 || !strings.Contains(first, "RETRY_LATER") || !strings.Contains(first, "500") {
		t.Fatalf("it is no night: %s", first)
	}
	for name, got := range map[string]string{"again": nightOf(t, one, "second"), "three nodes": nightOf(t, three, "first"), "three nodes, again": nightOf(t, three, "third")} {
		if got != first {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, first)
		}
	}
}
