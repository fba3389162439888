package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
)

// consoleWorld is a bank that has something to show on every page of the console: webhooks that arrive and that fail,
// switches, a declared api, and a session with faults of its own.
type consoleWorld struct {
	*server
	config   string
	received *receivedHooks
	// connection is half-way through its import; tan and phone are processes that wait; fallen is the exchange of a login
	// that only the catch-all took.
	connection, tan, phone, fallen string
	// fresh is another bank, to which nobody came yet.
	fresh *server
}

// receivedHooks is a receiver of webhooks.
type receivedHooks struct {
	sync.Mutex
	url     string
	headers []http.Header
	bodies  []string
}

func newHooks(t *testing.T) *receivedHooks {
	t.Helper()
	r := new(receivedHooks)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body) // a request that breaks off is none
		r.Lock()
		defer r.Unlock()
		r.headers, r.bodies = append(r.headers, request.Header.Clone()), append(r.bodies, string(body))
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(receiver.Close)
	r.url = receiver.URL
	return r
}

func (r *receivedHooks) count() int {
	r.Lock()
	defer r.Unlock()
	return len(r.bodies)
}

// consoleConfig is the repository's configuration with more to show.
func consoleConfig(t *testing.T, hooks string) string {
	t.Helper()
	config := defaultConfig(t)
	text, err := os.ReadFile(config)
	must(t, err)
	write(t, config, strings.Replace(string(text), "\ndefault_bank:", `
include: [catalogue:gocardless]
switches: {bank-down: The bank does not answer, slow-bank: Every login takes its time}
faults:
  - {name: bank-down, endpoint: authenticate, when: {switches: {bank-down: on}}, http_status: 503, processed: false}
  - {name: slow-bank, endpoint: authenticate, when: {switches: {slow-bank: on}}, delay: 2s}
webhooks:
  - {name: importing-app, url: "`+hooks+`/hooks", secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw}
  - {name: nobody-there, url: "http://127.0.0.1:9/hooks", attempts: 1, events: [process.resolved]}
default_bank:`, 1))
	return config
}

// newConsoleWorld starts it. The session `+"`demo`"+` stands still.
func newConsoleWorld(t *testing.T) *consoleWorld {
	t.Helper()
	w := &consoleWorld{received: newHooks(t)}
	w.config = consoleConfig(t, w.received.url)
	w.server = start(t, setup{config: w.config})
	w.fresh = start(t, setup{})
	w.frozen(t, "demo")
	demo := w.in("demo")
	w.connection = demo.connect(t, demo.login(t, "success").ID).ID
	w.changeClock(t, "demo", fields{"advance": "1800ms"})
	w.tan, w.phone = demo.login(t, "challengeRequired").ID, demo.login(t, "decoupledAuthRequired").ID
	gone := demo.login(t, "challengeRequired").ID
	demo.confirm(t, gone, "999999")
	demo.process(t, w.tan)
	demo.login(t, "sucess")
	_ = into[map[string]any](t, w.do(t, "PUT", "/admin/v1/sessions/demo/faults",
		`[{"endpoint": "connect", "http_status": 503, "processed": false, "lasts": "30s"}]`), http.StatusOK)
	_ = into[map[string]any](t, w.do(t, "PUT", "/admin/v1/sessions/demo/switches/slow-bank", `{"on": true}`), http.StatusOK)
	all := into[struct {
		Exchanges []struct {
			ID       int64  `json:"id"`
			Scenario string `json:"scenario"`
		} `json:"exchanges"`
	}](t, w.do(t, "GET", "/admin/v1/journal?session=demo&route=authenticate", nil), http.StatusOK).Exchanges
	for _, e := range all {
		if e.Scenario == "anything-else" {
			w.fallen = fmt.Sprint(e.ID)
		}
	}
	if w.fallen == "" {
		t.Fatalf("the journal has no login that fell through: %+v", all)
	}
	eventually(t, patience, "the webhooks arrive", func() bool { return w.received.count() >= 2 })
	return w
}

// pages are the addresses of all pages of the console, by name.
func (w *consoleWorld) pages() map[string]string {
	all := map[string]string{
		"live": "live?session=demo&exchange=" + w.fallen, "empty": "live?session=nobody", "process": "processes/" + w.tan, "phone": "processes/" + w.phone,
		"connection": "connections/" + w.connection, "connections": "connections?session=demo", "scenarios": "scenarios?session=demo",
		"scenario": "scenarios/challenge-required?session=demo", "endpoints": "endpoints", "editor": "editor", "webhooks": "webhooks?session=demo",
		"sessions": "sessions", "session": "sessions/demo", "sign-in": "sign-in", "exchange": "exchanges/" + w.fallen, "gone": "exchanges/999999",
		"make": "editor?exchange=" + w.fallen,
	}
	for name, path := range all {
		all[name] = w.url + "/console/" + path
	}
	all["unknown"] = w.url + "/nowhere"
	all["first"] = w.fresh.url + "/console/live"
	return all
}
