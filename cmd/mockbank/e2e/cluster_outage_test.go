package e2e

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine/store/pgtest"
)

// proxied is a proxy between the nodes and their database.
type proxied struct{ *toxiproxy.Proxy }

func newWire(t *testing.T, port int) proxied {
	t.Helper()
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(api, "database", "127.0.0.1:0", fmt.Sprintf("127.0.0.1:%d", port))
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	return proxied{proxy}
}

// slow delays each of the database's replies until the returned function is called.
func (w proxied) slow(t *testing.T, milliseconds int) (heal func()) {
	t.Helper()
	toxic := fmt.Sprintf(`{"name": "slow", "type": "latency", "stream": "downstream", "attributes": {"latency": %d}}`, milliseconds)
	if _, err := w.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := w.Toxics.RemoveToxic(context.Background(), "slow"); err != nil {
			t.Error(err)
		}
	}
}

// recovery is how long a job may take to come again that was at work when its database went: River takes it from whoever has
// it 15 s after it began, and looks for such jobs every 30 s.
const recovery = patience + 45*time.Second

// answers counts how requests were answered while the database was ill.
type answers struct {
	mu            sync.Mutex
	good, refused int
	longest       time.Duration
}

// check looks at an answer: it came before the client gave up, and is a good one, or a problem that says when to come again.
func (a *answers) check(t *testing.T, got answer, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	took := got.Received.Sub(got.Sent)
	a.longest = max(a.longest, took)
	switch {
	case err != nil:
		t.Errorf("no answer: %v", err)
	case got.Status == http.StatusOK || got.Status == http.StatusCreated:
		a.good++
	case got.Status == http.StatusServiceUnavailable:
		a.refused++
		after, err := strconv.Atoi(got.Header.Get("Retry-After"))
		if err != nil || after < 1 || got.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("a 503 with Retry-After %q and the type %q", got.Header.Get("Retry-After"), got.Header.Get("Content-Type"))
		}
	default:
		t.Errorf("answered with %d: %s", got.Status, got.Body)
	}
}

// ask lets clients log in and look, until the returned function is called.
func (c *cluster) ask(t *testing.T, known string) (stop func() *answers) {
	t.Helper()
	counted := &answers{}
	var all sync.WaitGroup
	done := make(chan struct{})
	client := func(method, path string, body any) {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
			}
			got, err := c.send(method, path, body)
			counted.check(t, got, err)
		}
	}
	for range 4 {
		all.Go(func() { client("POST", basePath+"/bank_connections/authenticate", credentials("success")) })
		all.Go(func() { client("GET", processPath(known), nil) })
	}
	return func() *answers {
		close(done)
		all.Wait()
		return counted
	}
}

// While PostgreSQL is stopped, cut off or slow, requests are refused in a bearable time; afterwards all
// goes on, without a restart of anything.
func TestDatabaseIsIll(t *testing.T) {
	postgres := pgtest.Start(t)
	database := postgres.NewDatabase(t)
	w := newWire(t, postgres.Port())
	seen := strings.Replace(database, fmt.Sprintf(":%d/", postgres.Port()), w.Listen[strings.LastIndex(w.Listen, ":"):]+"/", 1)
	c := newCluster(t, 2, database, seen)
	known, _ := c.connectOnce()

	for _, illness := range []struct {
		name    string
		refused bool
		suffer  func()
	}{
		{"stopped", true, func() {
			postgres.Stop(t)
			pass(10 * time.Second)
			postgres.Restart(t)
		}},
		{"cut", true, func() {
			w.Stop()
			pass(2 * time.Second)
			if err := w.Start(); err != nil {
				t.Fatal(err)
			}
		}},
		{"slow", false, func() {
			heal := w.slow(t, 500)
			pass(5 * time.Second)
			heal()
		}},
	} {
		begun, made := c.connectOnce() // its import and its webhooks live through it
		if made == "" {
			t.Fatalf("%s: no connection could be made before", illness.name)
		}
		stop := c.ask(t, known)
		illness.suffer()
		got := stop()
		t.Logf("%s: %d good answers, %d refused, the longest took %v", illness.name, got.good, got.refused, got.longest)
		if got.refused == 0 && illness.refused {
			t.Errorf("%s: nothing was refused", illness.name)
		}
		eventually(t, recovery, illness.name+": all goes on", func() bool {
			answered, err := c.send("GET", connectionPath(made), nil)
			return err == nil && answered.Status == 200 && field(answered.Body, "status") == success
		})
		eventually(t, recovery, illness.name+": the record and the webhooks follow", func() bool {
			return c.query(t, "SELECT status FROM bank_connections WHERE id = '"+made+"'") == success &&
				len(c.receiver.stories()[begun]) >= 3
		})
	}
}
