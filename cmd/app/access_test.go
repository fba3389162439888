package app

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/httpapi"
)

// asks returns the status of a GET with a bearer token.
func (a *App) asks(t *testing.T, path, token string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.URL()+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode
}

// Tokens that a file outside holds are read again at a reload, and hold from then on.
func TestTokensAreReadAgain(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	save := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save("admin", "admin-1\n")
	save("bank", "bank-1\n")
	save("bank.yaml", "server: {listen: \"127.0.0.1:0\", database: \":memory:\", tokens: [\"${file:bank}\"], admin_token: \"${file:admin}\"}\n"+
		"banks: [{slug: MockBank}]\nscenarios: [{name: all, authentication: AUTHENTICATED}]\n")
	a, err := Start(t.Context(), Options{Config: filepath.Join(folder, "bank.yaml"), Log: zerolog.NewTestWriter(t), LogFormat: "json"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(); err != nil {
			t.Error(err)
		}
	})
	const banks, status = "/api/v3/wealth_api/banks", "/admin/v1/status"
	check := func(token string, want int) {
		t.Helper()
		if got := a.asks(t, banks, "bank-"+token); got != want {
			t.Errorf("the bank's API answers %d to bank-%s, want %d", got, token, want)
		}
		if got := a.asks(t, status, "admin-"+token); got != want {
			t.Errorf("the admin API answers %d to admin-%s, want %d", got, token, want)
		}
	}
	check("1", 200)
	check("2", 401)
	save("admin", "admin-2\n")
	save("bank", "bank-2\n")
	if outcome, err := a.configuration.Reload(t.Context()); err != nil || outcome.Result != httpapi.ReloadApplied {
		t.Fatalf("%+v, %v", outcome, err)
	}
	check("1", 401)
	check("2", 200)
	save("bank", "")
	if outcome, err := a.configuration.Reload(t.Context()); err != nil || outcome.Result != httpapi.ReloadRefused {
		t.Errorf("an empty token: %+v, %v", outcome, err)
	}
	check("2", 200)
}
