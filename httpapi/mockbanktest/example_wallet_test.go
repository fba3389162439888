package mockbanktest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

// wallet stands for the app under test: all that it needs to be told is where its bank is.
type wallet struct{ bank string }

// imported is what the wallet knows of a user's account.
type imported struct {
	Process string `json:"bank_authentication_process_id"`
	ID      string `json:"id"`
	Status  string `json:"status"`
	Error   *struct {
		Code string `json:"code"`
	} `json:"error"`
}

func (w wallet) ask(t *testing.T, method, path string, fields map[string]string) (answer imported) {
	t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, w.bank+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func (w wallet) login(t *testing.T, password string) imported {
	t.Helper()
	return w.ask(t, "POST", "/bank_connections/authenticate", map[string]string{"username": "tester", "password": password})
}

// The bank's scenarios. They could as well be in a file: mockbanktest.ConfigFile("testdata/bank.yaml").
const scenarios = `
banks: [{slug: MockBank}]
scenarios:
  - name: phone
    when: {password: phone}
    authentication:
      status: DECOUPLED_AUTH_REQUIRED
      expires_after: 5m
      next: [{approval: approved, then: AUTHENTICATED}]
  - name: bank-goes-down
    when: {password: down}
    authentication: AUTHENTICATED
    import: {takes: 20m, stops_at: 40, outcome: FAILED_WITH_ERROR, error: INSTITUTION_DOWN}
  - name: anything-else
    authentication: {status: AUTHENTICATION_FAILED, error: INVALID_CREDENTIALS}
`

func TestWallet(t *testing.T) {
	t.Parallel()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	bank := mockbanktest.Start(t, mockbanktest.Config(scenarios))

	t.Run("the user approves on the phone", func(t *testing.T) {
		t.Parallel()
		session := bank.Session(t)
		app := wallet{session.BankURL()}
		waiting := app.login(t, "phone")
		session.Approve(waiting.Process)
		if got := app.ask(t, "GET", "/bank_connections/authenticate/"+waiting.Process, nil); got.Status != "AUTHENTICATED" {
			t.Errorf("status %s after the approval", got.Status)
		}
	})

	t.Run("nobody approves for five minutes", func(t *testing.T) {
		t.Parallel()
		session := bank.Session(t, mockbanktest.Frozen())
		app := wallet{session.BankURL()}
		waiting := app.login(t, "phone")
		session.Advance(5 * time.Minute)
		if got := app.ask(t, "GET", "/bank_connections/authenticate/"+waiting.Process, nil); got.Status != "AUTHENTICATION_FAILED" {
			t.Errorf("status %s when the approval has expired", got.Status)
		}
	})

	t.Run("the bank goes down during the import", func(t *testing.T) {
		t.Parallel()
		session := bank.Session(t, mockbanktest.Frozen())
		app := wallet{session.BankURL()}
		connection := app.ask(t, "POST", "/bank_connections", map[string]string{
			"bank_authentication_process_id": app.login(t, "down").Process,
		})
		session.Advance(20 * time.Minute)
		got := app.ask(t, "GET", "/bank_connections/"+connection.ID, nil)
		if got.Status != "FAILED_WITH_ERROR" || got.Error.Code != "INSTITUTION_DOWN" {
			t.Errorf("the import ends %+v", got)
		}
		for _, exchange := range session.Journal() {
			t.Log(exchange.Request.Method, exchange.Route, exchange.Scenario, exchange.Response.Status)
		}
	})
}
