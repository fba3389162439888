package app_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

// benchedBank answers one login, by its own API and by a declared one that says the same.
const benchedBank = `banks: [{slug: MockBank, is_mock_bank: true}]
scenarios:
  - {name: success, when: {password: success}, authentication: AUTHENTICATED, import: {takes: 90d}}
apis:
  - name: bench
    base: /bench
    endpoints:
      POST /logins:
        does: {authenticate: {username: "${body.username}", password: "${body.password}"}}
        answer: {body: &process {bank_authentication_process_id: "${process.id}", bank_slug: "${process.bank_slug}", status: "${process.status}", challenge: "${process.challenge}", redirect_url: "${process.redirect_url}", error: "${process.error}", created_at: "${process.created_at}", updated_at: "${process.updated_at}", expires_at: "${process.expires_at}"}}
      GET /logins/{process}: {does: read, answer: {body: *process}}
      GET /connections/{connection}:
        does: read_connection
        answer: {body: {id: "${connection.id}", bank_slug: "${connection.bank_slug}", bank_authentication_process_id: "${connection.process_id}", status: "${connection.status}", import_progress: "${connection.import_progress}", import_message: "${connection.import_message}", error: "${connection.error}", warnings: "${connection.warnings}", authentication_status: "${connection.authentication_status}", created_at: "${connection.created_at}", updated_at: "${connection.updated_at}", finished_at: "${connection.finished_at}"}}
`

// allPacks includes every pack that declares an api.
const allPacks = "include: [%s]\ndefault_bank: MockBank\n"

// BenchmarkDeclared is what an answer of a declared endpoint takes over HTTP and SQLite, beside the coded one of the
// same fields: alone, and while all packs of the catalogue that declare apis are included. Each round asks all four, so
// that what else the machine does falls on each alike; what is reported are medians, and their ratios to the coded one alone.
func BenchmarkDeclared(b *testing.B) {
	servers := []benched{benchedServer(b, ""), benchedServer(b, fmt.Sprintf(allPacks, `"catalogue:gocardless", "catalogue:plaid",
		"catalogue:truelayer", "catalogue:finapi", "catalogue:enablebanking", "catalogue:wealthapi"`))}
	const login = `{"username": "u", "password": "success"}`
	for _, one := range []struct {
		name, body      string
		coded, declared func(s benched) string
	}{
		{"login", login, func(s benched) string { return s.bank + "/authenticate" }, func(s benched) string { return s.declared + "/logins" }},
		{"process", "", func(s benched) string { return s.bank + "/authenticate/" + s.process },
			func(s benched) string { return s.declared + "/logins/" + s.process }},
		{"connection", "", func(s benched) string { return s.bank + "/" + s.connection },
			func(s benched) string { return s.declared + "/connections/" + s.connection }},
	} {
		b.Run(one.name, func(b *testing.B) {
			var urls []string
			for _, s := range servers {
				urls = append(urls, one.coded(s), one.declared(s))
			}
			compared(b, urls, one.body)
		})
	}
}

// benched is a server whose answers are compared.
type benched struct{ bank, declared, process, connection string }

func benchedServer(b *testing.B, included string) benched {
	server := mockbanktest.Start(b, mockbanktest.Config(included+benchedBank))
	bank := server.URL + "/api/v3/wealth_api/bank_connections"
	process := post(b, bank+"/authenticate", `{"username": "u", "password": "success"}`, 200)
	connection := post(b, bank, fmt.Sprintf(`{"bank_authentication_process_id": %q}`, process), 201)
	return benched{bank, server.URL + "/bench", process, connection}
}

// compared asks the URLs in turn: the coded and the declared one, alone and with packs.
func compared(b *testing.B, urls []string, body string) {
	took := make([][]time.Duration, len(urls))
	for b.Loop() {
		for i, url := range urls {
			begun := time.Now()
			exchanged(b, url, body)
			took[i] = append(took[i], time.Since(begun))
		}
	}
	median := func(i int) float64 {
		slices.Sort(took[i])
		return float64(took[i][len(took[i])/2].Nanoseconds()) / 1e3
	}
	coded := median(0)
	b.ReportMetric(coded, "µs-coded")
	for i, name := range []string{"declared", "coded-with-packs", "declared-with-packs"} {
		b.ReportMetric(median(i+1)/coded, name+"/coded")
	}
	b.ReportMetric(0, "ns/op")
}

// exchanged sends a request, by POST where it has a body, and reads its answer.
func exchanged(b *testing.B, url, body string) {
	var response *http.Response
	var err error
	if body == "" {
		response, err = http.Get(url) //nolint:noctx // ends with the benchmark
	} else {
		response, err = http.Post(url, "application/json", strings.NewReader(body)) //nolint:noctx // as above
	}
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // only read from
	if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
		b.Fatalf("%s: %d, %v", url, response.StatusCode, err)
	}
}
