package app_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

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
// same fields; and the coded ones while all packs of the catalogue that declare apis are included.
func BenchmarkDeclared(b *testing.B) {
	for _, included := range []string{"", fmt.Sprintf(allPacks, `"catalogue:gocardless", "catalogue:plaid", "catalogue:truelayer", "catalogue:finapi", "catalogue:enablebanking", "catalogue:wealthapi"`)} {
		server := mockbanktest.Start(b, mockbanktest.Config(included+benchedBank))
		bank := server.URL + "/api/v3/wealth_api/bank_connections"
		const login = `{"username": "u", "password": "success"}`
		process := post(b, bank+"/authenticate", login, 200)
		connection := post(b, bank, fmt.Sprintf(`{"bank_authentication_process_id": %q}`, process), 201)
		with := "alone"
		if included != "" {
			with = "with-packs"
		}
		for _, one := range []struct{ name, url, body string }{
			{"login/coded", bank + "/authenticate", login}, {"login/declared", server.URL + "/bench/logins", login},
			{"process/coded", bank + "/authenticate/" + process, ""}, {"process/declared", server.URL + "/bench/logins/" + process, ""},
			{"connection/coded", bank + "/" + connection, ""}, {"connection/declared", server.URL + "/bench/connections/" + connection, ""},
		} {
			b.Run(one.name+"/"+with, func(b *testing.B) {
				for b.Loop() {
					exchanged(b, one.url, one.body)
				}
			})
		}
	}
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
