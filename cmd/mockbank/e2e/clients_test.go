package e2e

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine/store/pgtest"
)

// clientsInstalled is where the aggregators' own clients are, or why they are not.
var clientsInstalled struct {
	once           sync.Once
	folder, lacks  string
	said           string
	failedToInform error
}

// clientsFolder installs the clients at the versions that the lock file pins, once, into a cache beside other tools',
// and returns the folder with the scripts that play them.
func clientsFolder(t *testing.T) string {
	t.Helper()
	clientsInstalled.once.Do(installClients)
	if clientsInstalled.failedToInform != nil {
		t.Fatal(clientsInstalled.failedToInform)
	}
	if clientsInstalled.lacks != "" {
		t.Log(clientsInstalled.said)
		t.Skip("MISSING: " + clientsInstalled.lacks)
	}
	return clientsInstalled.folder
}

func installClients() {
	in := &clientsInstalled
	if _, err := exec.LookPath("npm"); err != nil {
		in.lacks = "npm, which installs the aggregators' own clients (Debian: nodejs, npm)"
		return
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	lock, err := os.ReadFile("clients/package-lock.json")
	if err != nil {
		in.failedToInform = err
		return
	}
	in.folder = filepath.Join(cache, "mockbank", "clients")
	mark := filepath.Join(in.folder, "installed.json")
	if installed, err := os.ReadFile(mark); err == nil && string(installed) == string(lock) {
		in.failedToInform = copyScripts(in.folder)
		return
	}
	if in.failedToInform = errors.Join(os.RemoveAll(in.folder), os.CopyFS(in.folder, os.DirFS("clients"))); in.failedToInform != nil {
		return
	}
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Minute)
	defer stop()
	npm := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	npm.Dir = in.folder
	if said, err := npm.CombinedOutput(); err != nil {
		in.lacks, in.said = "a package registry that has the aggregators' own clients", "npm ci: "+err.Error()+"\n"+string(said)
		return
	}
	in.failedToInform = os.WriteFile(mark, lock, 0o600)
}

// copyScripts brings the scripts beside clients that are installed already.
func copyScripts(folder string) error {
	scripts, err := filepath.Glob("clients/*.mjs")
	for _, script := range scripts {
		text, failed := os.ReadFile(script)
		if failed == nil {
			failed = os.WriteFile(filepath.Join(folder, filepath.Base(script)), text, 0o600)
		}
		err = errors.Join(err, failed)
	}
	return err
}

// clientsConfig includes the packs that the clients play.
const clientsConfig = `version: 1
server: {listen: "127.0.0.1:0"}
include: ["catalogue:gocardless", "catalogue:plaid", "catalogue:truelayer", "catalogue:finapi", "catalogue:enablebanking", "catalogue:wealthapi"]
banks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]
scenarios: [{name: anything-else, authentication: {status: AUTHENTICATION_FAILED, error: {code: INVALID_CREDENTIALS}}}]
`

// Aggregators' own clients, unchanged, play the packs by the base URL alone, on SQLite and on three nodes with one
// PostgreSQL: link, authentication, accounts, transactions, and failures by the client's own error.
func TestAggregatorsOwnClients(t *testing.T) {
	t.Parallel()
	folder := clientsFolder(t)
	for name, bank := range map[string]func(*testing.T) string{"SQLite": clientsBank, "three nodes": clientsCluster} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := bank(t)
			for _, client := range []string{"gocardless", "plaid", "truelayer", "finapi", "enablebanking", "wealthapi"} {
				t.Run(client, func(t *testing.T) {
					t.Parallel()
					playClient(t, folder, url, "node", client+".mjs")
				})
			}
		})
	}
}

// The client in Go is a module of its own, so that it weighs on nobody else.
func TestAggregatorsOwnClientInGo(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "plaidgo")
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Minute)
	defer stop()
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, ".")
	build.Dir = filepath.Join("clients", "plaidgo")
	if said, err := build.CombinedOutput(); err != nil {
		t.Logf("go build: %v\n%s", err, said)
		t.Skip("MISSING: a module proxy that has plaid-go")
	}
	for name, bank := range map[string]func(*testing.T) string{"SQLite": clientsBank, "three nodes": clientsCluster} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			playClient(t, ".", bank(t), binary)
		})
	}
}

func clientsBank(t *testing.T) string {
	t.Helper()
	return start(t, setup{config: writeConfig(t, clientsConfig)}).url
}

// clientsCluster is three nodes behind one address.
func clientsCluster(t *testing.T) string {
	t.Helper()
	config, database, balancer := writeConfig(t, clientsConfig), pgtest.Start(t).NewDatabase(t), newBalancer(t)
	nodes := make([]*server, 3)
	for i := range nodes {
		nodes[i] = launch(t, setup{binary: shipped, config: config, database: database})
	}
	for i, node := range nodes {
		node.awaitListening(t)
		balancer.use(i, node.url)
	}
	return balancer.URL
}

// playClient runs a client, each case of which is told of in a line.
func playClient(t *testing.T, folder, url, program string, args ...string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	client := exec.CommandContext(ctx, program, append(args, url)...)
	client.Dir = folder
	said, err := client.CombinedOutput()
	if played := strings.Count("\n"+string(said), "\nok - ") + strings.Count("\n"+string(said), "\nnot ok - "); err != nil || played < 6 {
		t.Errorf("%s %v: %v, %d cases\n%s", program, args, err, played, said)
	}
}
