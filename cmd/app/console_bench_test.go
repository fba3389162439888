package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

// What BenchmarkConsole fills the bank with.
const (
	consoleScenarios   = 10_000
	consoleSessions    = 200
	consoleConnections = 100_000
)

// BenchmarkConsole is what a page of the console costs while the bank has 10,000 scenarios, 200 sessions and
// 100,000 connections; wire-B is how many bytes of it a browser gets, compressed. It is to be run by -benchtime 20x.
func BenchmarkConsole(b *testing.B) {
	var yaml strings.Builder
	yaml.WriteString("banks: [{slug: MockBank, is_mock_bank: true}]\nscenarios:\n")
	for i := range consoleScenarios {
		fmt.Fprintf(&yaml, "  - {name: case-%d, when: {password: case-%d}, authentication: AUTHENTICATED, import: {takes: 90d}}\n", i, i)
	}
	server := mockbanktest.Start(b, mockbanktest.Config(yaml.String()))
	for i := range consoleSessions {
		post(b, server.URL+"/admin/v1/sessions", fmt.Sprintf(`{"id": "s-%d"}`, i), 201)
	}
	process, connection := fill(b, server.URL+"/api/v3/wealth_api")
	for _, path := range []string{
		"live", "live/rows", "scenarios", "scenarios?search=case-9999", "scenarios/case-5000", "connections", "sessions", "webhooks", "editor",
		"processes/" + process, "connections/" + connection,
	} {
		b.Run(strings.SplitN(strings.ReplaceAll(path, "?", "/"), "-", 2)[0], func(b *testing.B) {
			for b.Loop() {
				bytes := get(b, server.URL+"/console/"+path)
				b.ReportMetric(float64(bytes), "wire-B")
			}
		})
	}
}

// fill makes the connections, by eight clients, and returns a process and a connection of them.
func fill(b *testing.B, bank string) (process, connection string) {
	b.Helper()
	const clients = 8
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() {
			for i := range consoleConnections / clients {
				login := post(b, bank+"/bank_connections/authenticate", fmt.Sprintf(`{"username": "u%d", "password": "case-%d"}`, client, i%consoleScenarios), 200)
				made := post(b, bank+"/bank_connections", fmt.Sprintf(`{"bank_authentication_process_id": %q}`, login), 201)
				if client == 0 {
					process, connection = login, made
				}
			}
		})
	}
	all.Wait()
	return process, connection
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
