package e2e

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver, registered as pgx

	"github.com/mockbank/mockbank/engine/store/pgtest"
)

// clusterConfig tells a receiver of everything. Its imports take a second.
const clusterConfig = `version: 1
banks: [{slug: MockBank, is_mock_bank: true}]
webhooks:
  - {name: app, url: "%s/hooks", secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, pause: 200ms, attempts: 20}
scenarios:
  - name: success
    when: {password: success}
    authentication: AUTHENTICATED
    import: {takes: 1s}
  - name: soon
    when: {password: soon}
    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 1s, then: AUTHENTICATED}]}
  - name: anything-else
    when: {bank: any, username: any, password: any}
    authentication: AUTHENTICATION_FAILED
`

// cluster is some nodes on one PostgreSQL, behind a load balancer.
type cluster struct {
	// server has the balancer's address: what it is asked, any node answers.
	server
	nodes    []*server
	balancer *balancer
	receiver *receiver
	database string // as the test itself reaches it
}

// newCluster starts nodes that reach the database at this address.
func newCluster(t *testing.T, nodes int, database, asNodesSee string) *cluster {
	t.Helper()
	c := &cluster{receiver: newReceiver(t), balancer: newBalancer(t), database: database, nodes: make([]*server, nodes)}
	c.url, c.client = c.balancer.URL, c.balancer.Client()
	c.client.Timeout = patience
	config := filepath.Join(t.TempDir(), "mockbank.yaml")
	write(t, config, fmt.Sprintf(clusterConfig, c.receiver.URL))
	for i := range c.nodes {
		c.nodes[i] = launch(t, setup{binary: shipped, config: config, database: asNodesSee})
	}
	for i, node := range c.nodes {
		node.awaitListening(t)
		c.balancer.use(i, node.url)
	}
	return c
}

// query returns the only value of a query.
func (c *cluster) query(t *testing.T, query string) string {
	t.Helper()
	db, err := sql.Open("pgx", c.database)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var value string
	if err := db.QueryRow(query).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}

// connectOnce makes a connection, or reports that it was not acknowledged.
func (c *cluster) connectOnce() (process, connection string) {
	begun, err := c.send("POST", basePath+"/bank_connections/authenticate", credentials("success"))
	if err != nil || begun.Status != 200 {
		return "", ""
	}
	process = field(begun.Body, "bank_authentication_process_id")
	made, err := c.send("POST", basePath+"/bank_connections", fields{"bank_authentication_process_id": process})
	if err != nil || made.Status != 201 {
		return process, ""
	}
	return process, field(made.Body, "id")
}

// load makes connections until the returned function is called, which returns what was acknowledged.
func (c *cluster) load(clients int) (stop func() acknowledged) {
	var mu sync.Mutex
	var all sync.WaitGroup
	var promised acknowledged
	done := make(chan struct{})
	for range clients {
		all.Go(func() {
			tick := time.NewTicker(20 * time.Millisecond) // an app, not a load test
			defer tick.Stop()
			for {
				select {
				case <-done:
					return
				case <-tick.C:
				}
				process, connection := c.connectOnce()
				mu.Lock()
				if process != "" {
					promised.processes = append(promised.processes, process)
				}
				if connection != "" {
					promised.connections = append(promised.connections, connection)
				}
				mu.Unlock()
			}
		})
	}
	return func() acknowledged {
		close(done)
		all.Wait()
		return promised
	}
}

// pass lets real time pass.
func pass(length time.Duration) { <-time.After(length) }

// Nodes that are killed, one every few seconds, lose nothing that was acknowledged: imports end, and
// every webhook arrives, in order.
func TestNodesAreKilled(t *testing.T) {
	database := pgtest.Start(t).NewDatabase(t)
	c := newCluster(t, 3, database, database)
	stop := c.load(4)
	for i := range c.nodes {
		pass(3 * time.Second)
		c.nodes[i].kill(t)
		c.nodes[i] = c.nodes[i].again(t)
		c.balancer.use(i, c.nodes[i].url)
	}
	pass(time.Second)
	promised := stop()
	if len(promised.connections) < 100 {
		t.Fatalf("only %d connections were made: nothing was shown", len(promised.connections))
	}
	t.Logf("%d processes and %d connections were acknowledged", len(promised.processes), len(promised.connections))

	eventually(t, 30*time.Second, "all imports end, and all webhooks are delivered", func() bool {
		return c.query(t, "SELECT count(*) FROM bank_connections WHERE status = 'IN_PROGRESS'") == "0" &&
			c.query(t, "SELECT count(*) FROM webhook_deliveries WHERE state <> 'delivered'") == "0"
	})
	for _, id := range promised.processes {
		into[process](t, c.do(t, "GET", processPath(id), nil), 200)
	}
	stories := c.receiver.stories()
	for _, id := range promised.connections {
		made := into[connection](t, c.do(t, "GET", connectionPath(id), nil), 200)
		want := []string{"process.resolved", "import.step", "import.finished"}
		if got := stories[made.ProcessID]; made.Status != success || !slices.Equal(slices.Compact(got), want) {
			t.Errorf("the connection %s is %s, and the app was told %v", id, made.Status, got)
		}
	}
}

// Ten nodes that start at once on an empty database make one schema, without an error.
func TestTenNodesStartAtOnce(t *testing.T) {
	t.Parallel()
	database := pgtest.Start(t).NewDatabase(t)
	c := newCluster(t, 10, database, database)
	type status struct {
		Hash  string
		Nodes []struct {
			Node, Hash string
			Behind     bool
		}
	}
	eventually(t, patience, "every node knows of all", func() bool {
		seen := into[status](t, c.do(t, "GET", "/admin/v1/status", nil), 200)
		for _, n := range seen.Nodes {
			if n.Hash != seen.Hash || n.Behind {
				t.Fatalf("the nodes play different rules: %+v", seen)
			}
		}
		return len(seen.Nodes) == 10
	})
	if id, made := c.connectOnce(); id == "" || made == "" {
		t.Error("no connection could be made")
	}
	for i, node := range c.nodes {
		for line := range strings.Lines(node.log.String()) {
			// On a busy machine the first one takes its time over the schema, and the others say that they wait for it.
			waits := strings.Contains(line, "the start waits: ")
			if !waits && (strings.Contains(line, `"level":"error"`) || strings.Contains(line, `"level":"warn"`)) {
				t.Errorf("node %d complains: %s", i, line)
			}
		}
	}
	c.nodes[0].kill(t)
	eventually(t, patience, "the others notice that one is gone", func() bool {
		c.balancer.use(0, c.nodes[1].url)
		return len(into[status](t, c.do(t, "GET", "/admin/v1/status", nil), 200).Nodes) == 9
	})
}

// A node whose files are not those of the others is seen, on each of them.
func TestRolloutIsSeen(t *testing.T) {
	t.Parallel()
	database := pgtest.Start(t).NewDatabase(t)
	c := newCluster(t, 1, database, database)
	text, err := os.ReadFile(c.nodes[0].config)
	if err != nil {
		t.Fatal(err)
	}
	other := start(t, setup{binary: shipped, config: writeConfig(t, string(text)+"# another\n"), database: database})
	hashes := func(s *server) int {
		seen := into[struct{ Nodes []struct{ Hash string } }](t, s.do(t, "GET", "/admin/v1/status", nil), 200)
		different := map[string]bool{}
		for _, n := range seen.Nodes {
			different[n.Hash] = true
		}
		return len(different)
	}
	for _, s := range []*server{c.nodes[0], other} {
		eventually(t, patience, "both hashes are shown", func() bool { return hashes(s) == 2 })
	}
	write(t, other.config, string(text))
	for _, s := range []*server{c.nodes[0], other} {
		eventually(t, patience, "both play the same again", func() bool { return hashes(s) == 1 })
	}
}
