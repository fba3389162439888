package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mockbank/mockbank/cmd/app"
	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

// What BenchmarkConsole fills the bank with.
const (
	consoleScenarios   = 10_000
	consoleSessions    = 200
	consoleConnections = 100_000
)

// BenchmarkConsole is what a page of the console costs while the bank has 10,000 scenarios, each of which is an
// institution of a declared api, 200 sessions, and 100,000 connections with a webhook's delivery each; wire-B is how many
// bytes of it a browser gets, compressed. Run it by -benchtime 20x.
func BenchmarkConsole(b *testing.B) {
	var yaml strings.Builder
	yaml.WriteString("include: [catalogue:gocardless]\nbanks: [{slug: MockBank, is_mock_bank: true}]\nwebhooks: [{name: hook, url: 'http://127.0.0.1:9'}]\nscenarios:\n")
	for i := range consoleScenarios {
		fmt.Fprintf(&yaml, "  - {name: case-%d, when: {password: case-%d}, authentication: AUTHENTICATED, import: {takes: 90d}}\n", i, i)
	}
	url := startFilled(b, yaml.String())
	for i := range consoleSessions {
		post(b, url+"/admin/v1/sessions", fmt.Sprintf(`{"id": "s-%d"}`, i), 201)
	}
	bank := url + "/api/v3/wealth_api"
	process := post(b, bank+"/bank_connections/authenticate", `{"username": "u", "password": "case-7"}`, 200)
	connection := post(b, bank+"/bank_connections", fmt.Sprintf(`{"bank_authentication_process_id": %q}`, process), 201)
	for range 2000 {
		post(b, bank+"/bank_connections/authenticate", `{"username": "u", "password": "none of them"}`, 200)
	}
	for _, path := range []string{
		"live", "live/rows", "live?outcome=fallen&id=01", "live?exchange=1000", "bar", "scenarios", "scenarios?search=case-9999", "scenarios?after=9950", "scenarios/case-5000",
		"connections", "connections?status=SUCCESS", "endpoints", "endpoints?search=9999", "sessions", "sessions/s-100", "webhooks", "webhooks?state=delivered", "editor",
		"processes/" + process, "connections/" + connection,
	} {
		b.Run(strings.SplitN(strings.ReplaceAll(path, "?", "/"), "-8", 2)[0], func(b *testing.B) {
			for b.Loop() {
				b.ReportMetric(float64(get(b, url+"/console/"+path)), "wire-B")
			}
		})
	}
}

// BenchmarkConsoleIdle is what ten tabs cost that follow a bank in which nothing happens: cpu-% is of one core, over a
// second for each round, of the whole process, the readers of the streams included. Run it by -benchtime 10x.
func BenchmarkConsoleIdle(b *testing.B) {
	for _, tabs := range []int{0, 1, 10} {
		b.Run(fmt.Sprint(tabs, "-streams"), func(b *testing.B) {
			url := startFilled(b, "")
			follow(b, url, tabs)
			second := time.NewTicker(time.Second)
			defer second.Stop()
			before, began := cpuTime(b), time.Now()
			for b.Loop() {
				<-second.C
			}
			b.ReportMetric(100*(cpuTime(b)-before).Seconds()/time.Since(began).Seconds(), "cpu-%")
		})
	}
}

// BenchmarkConsoleLogin is a login while the console is off, there, and followed by ten tabs that are told of each.
func BenchmarkConsoleLogin(b *testing.B) {
	for name, c := range map[string]struct {
		console string
		tabs    int
	}{"off": {"off", 0}, "on": {"on", 0}, "followed": {"on", 10}} {
		b.Run(name, func(b *testing.B) {
			url := startFilled(b, "server: {console: "+c.console+"}\nbanks: [{slug: MockBank, is_mock_bank: true}]\n"+
				"scenarios: [{name: a, when: {password: a}, authentication: AUTHENTICATED}]\n")
			follow(b, url, c.tabs)
			for b.Loop() {
				post(b, url+"/api/v3/wealth_api/bank_connections/authenticate", `{"username": "u", "password": "a"}`, 200)
			}
		})
	}
}

// startFilled starts a bank with the configuration, the repository's where it is "", else with the connections.
func startFilled(b *testing.B, yaml string) (url string) {
	b.Helper()
	folder := b.TempDir()
	config, database := filepath.Join(folder, "mockbank.yaml"), filepath.Join(folder, "mockbank.db")
	if yaml == "" {
		text, err := os.ReadFile("../../mockbank.yaml")
		if err != nil {
			b.Fatal(err)
		}
		yaml = string(text)
	} else if strings.Contains(yaml, "webhooks") {
		fill(b, database)
	}
	if err := os.WriteFile(config, []byte(yaml), 0o600); err != nil {
		b.Fatal(err)
	}
	started, err := app.Start(b.Context(), app.Options{Config: config, Listen: "127.0.0.1:0", Database: database, LogFormat: "json", Build: app.Build{Version: "bench"}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := started.Stop(); err != nil {
			b.Error(err)
		}
	})
	return started.URL()
}

// fill writes the connections and the deliveries by the store, which takes seconds where a client takes minutes.
func fill(b *testing.B, database string) {
	b.Helper()
	s, err := store.Open(b.Context(), database, store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	flow := storetest.Flow(b, "one")
	past := storetest.Start.Add(time.Minute)
	for from := 0; from < consoleConnections; from += 1000 {
		err := s.Update(b.Context(), func(tx engine.Tx) error {
			for i := range 1000 {
				c := storetest.Connection(flow)
				c.Status, c.EndStatus, c.EndsAt, c.FinishedAt = engine.Success, engine.Success, &past, &past
				if err := tx.InsertConnection(c, flow, past.Add(1e5*time.Hour)); err != nil {
					return err
				}
				d := engine.Delivery{
					ID: storetest.NewID(), Session: engine.DefaultSession, Webhook: "hook", Stream: c.ID, Event: "import.finished", Key: fmt.Sprint(from + i),
					Payload: []byte(`{"type": "import.finished"}`), State: engine.DeliveryDelivered, NextAt: past, CreatedAt: past,
				}
				if err := tx.InsertDelivery(d); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// follow opens streams of the console's news, and reads them until the benchmark ends.
func follow(b *testing.B, url string, streams int) {
	b.Helper()
	for range streams {
		request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url+"/console/events", http.NoBody)
		if err != nil {
			b.Fatal(err)
		}
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil || response.StatusCode != http.StatusOK {
			b.Fatalf("%v, %v", response, err)
		}
		go func() { _, _ = io.Copy(io.Discard, response.Body) }() // it ends with the server
		b.Cleanup(func() { _ = response.Body.Close() })
	}
}

// cpuTime is what the process has used, of all cores.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// post returns the ID of what was made.
func post(b *testing.B, url, body string, want int) string {
	response, err := http.Post(url, "application/json", strings.NewReader(body)) //nolint:noctx // ends with the benchmark
	if err != nil {
		b.Error(err)
		return ""
	}
	defer response.Body.Close() //nolint:errcheck // only read from
	var made struct {
		ID      string `json:"id"`
		Process string `json:"bank_authentication_process_id"`
	}
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != want || json.Unmarshal(bytes.TrimSpace(text), &made) != nil {
		b.Errorf("%s: %d %s, %v", url, response.StatusCode, text, err)
	}
	if made.ID != "" {
		return made.ID
	}
	return made.Process
}

// get returns how many bytes a page has on the wire.
func get(b *testing.B, url string) int {
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // only read from
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		b.Fatalf("%s: %d, %v", url, response.StatusCode, err)
	}
	return len(text)
}
