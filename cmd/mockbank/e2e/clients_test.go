package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine/store/pgtest"
)

// clientsConfig plays every aggregator's api.
const clientsConfig = `version: 1
include: [catalogue:gocardless, catalogue:plaid]
banks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]
scenarios:
  - {name: anything-else, authentication: {status: AUTHENTICATION_FAILED, error: {code: INVALID_CREDENTIALS}}}
`

// Fetching the clients may take a while; playing them may not.
const (
	fetchTimeout = 5 * time.Minute
	playTimeout  = 2 * time.Minute
)

// npmClients fetches the clients that package.json pins, once, and returns where they are.
var npmClients = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "clients")
	if err != nil {
		return "", err
	}
	if err := os.CopyFS(folder, os.DirFS("clients")); err != nil {
		return folder, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	install := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	install.Dir = folder
	return folder, install.Run()
})

// play runs a client against a bank, and fails with what it says went wrong.
func play(t *testing.T, folder, url string, command ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), playTimeout)
	defer cancel()
	run := exec.CommandContext(ctx, command[0], append(command[1:], url)...)
	run.Dir = folder
	if out, err := run.CombinedOutput(); err != nil {
		t.Errorf("%v: %v\n%s", command, err, out)
	}
}

// Real clients, unchanged, are pointed at the bank by their base URL alone.
func playClients(t *testing.T, url string) {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("MISSING: " + program)
		}
	}
	folder, err := npmClients()
	if err != nil {
		t.Skip("MISSING: the clients cannot be fetched: " + err.Error())
	}
	play(t, folder, url, "node", "gocardless.mjs")
	play(t, folder, url, "node", "plaid.mjs")
}

func TestClientsOfAggregatorsOnSQLite(t *testing.T) {
	config := filepath.Join(t.TempDir(), "mockbank.yaml")
	write(t, config, clientsConfig)
	playClients(t, start(t, setup{config: config}).url)
}

func TestClientsOfAggregatorsOnThreeNodes(t *testing.T) {
	config := filepath.Join(t.TempDir(), "mockbank.yaml")
	write(t, config, clientsConfig)
	database, balancer := pgtest.Start(t).NewDatabase(t), newBalancer(t)
	nodes := make([]*server, 3)
	for i := range nodes {
		nodes[i] = launch(t, setup{binary: shipped, config: config, database: database})
	}
	for i, node := range nodes {
		node.awaitListening(t)
		balancer.use(i, node.url)
	}
	playClients(t, balancer.URL)
}

func TestClientInGo(t *testing.T) {
	config := filepath.Join(t.TempDir(), "mockbank.yaml")
	write(t, config, clientsConfig)
	binary := filepath.Join(t.TempDir(), "plaidgo")
	ctx, cancel := context.WithTimeout(t.Context(), fetchTimeout)
	defer cancel()
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, ".")
	build.Dir = filepath.Join("clients", "plaidgo")
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("MISSING: the client cannot be built: %v %s", err, out)
	}
	play(t, ".", start(t, setup{config: config}).url, binary)
}
