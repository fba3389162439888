package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// withCatalogue writes the repository's mockbank.yaml with every pack included, as its own comment shows.
func withCatalogue(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "mockbank.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	included := strings.NewReplacer("# include:\n", "include:\n", "#   - catalogue:", "  - catalogue:").Replace(string(text))
	if packs := strings.Count(included, "\n  - catalogue:"); packs != 6 {
		t.Fatalf("mockbank.yaml shows how to include %d packs, want all 6", packs)
	}
	return writeConfig(t, included)
}

// customer is a client in a session of its own, whose clock stands until the test turns it.
type customer struct {
	*server
	session string
}

var customers atomic.Int64

func newCustomer(t *testing.T, s *server) *customer {
	t.Helper()
	c := &customer{s, fmt.Sprintf("customer-%d", customers.Add(1))}
	c.changeClock(t, fields{"freeze": true})
	return c
}

func (c *customer) changeClock(t *testing.T, how fields) {
	t.Helper()
	if got := c.server.do(t, "POST", "/admin/v1/sessions/"+c.session+"/clock", how); got.Status != 200 {
		t.Fatalf("the clock of %s: %d %s", c.session, got.Status, got.Body)
	}
}

// wait lets the session's time pass.
func (c *customer) wait(t *testing.T, length string) {
	t.Helper()
	c.changeClock(t, fields{"advance": length})
}

// post asks the bank for something, in the customer's session.
func (c *customer) post(t *testing.T, path string, body fields) answer {
	t.Helper()
	return c.do(t, "POST", "/sessions/"+c.session+basePath+path, body)
}

func (c *customer) authenticate(t *testing.T, password string) process {
	t.Helper()
	return into[process](t, c.post(t, "/bank_connections/authenticate", credentials(password)), 200)
}

// respond answers a process's challenge.
func (c *customer) respond(t *testing.T, id, response string) process {
	t.Helper()
	return into[process](t, c.confirm(t, id, response), 200)
}

func (c *customer) choose(t *testing.T, id, method string) process {
	t.Helper()
	body := fields{"bank_authentication_process_id": id, "two_step_procedure_id": method}
	return into[process](t, c.post(t, "/bank_connections/confirm_challenge_response", body), 200)
}

func (c *customer) update(t *testing.T, id string) answer {
	t.Helper()
	return c.post(t, "/bank_connections/"+id+"/update", fields{})
}

// decide approves or declines as the phone does.
func (c *customer) decide(t *testing.T, id, decision string) {
	t.Helper()
	if got := c.do(t, "POST", "/admin/v1/processes/"+id+"/"+decision, nil); got.Status != 200 {
		t.Fatalf("%s: %d %s", decision, got.Status, got.Body)
	}
}

// is checks the status of a process and the code of its error, "" for none.
func (p process) is(t *testing.T, status, code string) process {
	t.Helper()
	if p.Status != status || p.Error.code() != code {
		t.Errorf("the process is %s, %s; want %s, %q", p.Status, p.Error, status, code)
	}
	return p
}

// is checks the status of a connection, its progress and the code of its error, "" for none.
func (c connection) is(t *testing.T, status string, progress int, code string) connection {
	t.Helper()
	if c.Status != status || c.ImportProgress != progress || c.Error.code() != code {
		t.Errorf("the connection is %s at %d %%, %s; want %s at %d %%, %q", c.Status, c.ImportProgress, c.Error, status, progress, code)
	}
	return c
}
