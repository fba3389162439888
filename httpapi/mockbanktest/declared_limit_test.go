package mockbanktest_test

import (
	"strings"
	"testing"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

// limitedShop is an api with limits, one fault for each account, and answers that say themselves that the bank is down.
func limitedShop(t *testing.T) *shop {
	t.Helper()
	server := mockbanktest.Start(t, mockbanktest.Config(`
banks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]
scenarios:
  - {name: good, when: {password: good}, authentication: AUTHENTICATED, import: {takes: 10s}}
  - {name: other, authentication: {status: AUTHENTICATION_FAILED, error: {code: WRONG}}}
faults:
  - {name: balance, endpoint: "apis.small GET /accounts/{konto}", nth: 2, for: account, http_status: 502, processed: false}
  - {name: shut, endpoint: apis.small, when: {headers: {X-Fail: "1"}}, http_status: 418, body: {own: words}}
apis:
  - name: small
    base: /small
    connects: when_authenticated
    problem: {no: "${problem.status}"}
    ids: {konto: {of: connection, each: "${data.accounts}"}}
    data: {accounts: [{n: 1}, {n: 2}]}
    endpoints:
      POST /logins:
        does: {authenticate: {username: "${body.user}", password: "${body.secret}"}}
        rate_limit: {per: 1h, requests: 2, for: user, headers: {X-Left: "${remaining}"}}
        answers:
          - {when: {process: AUTHENTICATION_FAILED}, status: 503, body: {id: "${process.id}"}}
          - {body: {accounts: {each: "${ids.konto}", is: "${it}"}}}
      GET /accounts/{konto}:
        does: read_connection
        rate_limit: {per: 1h, requests: 2, for: account, headers: {X-Left: "${remaining}"}}
        answer: {body: {n: "${account.n}"}}
`))
	return &shop{client: newClient(t, server.URL+"/small")}
}

// An endpoint's limit counts what no fault refused, and a fault counts each account, refused by the limit or not.
func TestLimitsCountWhatNobodyRefused(t *testing.T) {
	t.Parallel()
	s := limitedShop(t)
	made := s.wants("POST", "/logins", `{"user":"u","secret":"good"}`, 200, "")
	accounts := made["accounts"].([]any)
	first, second := "/accounts/"+accounts[0].(string), "/accounts/"+accounts[1].(string)
	for _, one := range []struct {
		path, left, body string
		status           int
	}{
		{first, "1", `{"n":1}`, 200}, {first, "", `{"no":502}`, 502}, {first, "0", `{"n":1}`, 200}, {first, "0", `{"no":429}`, 429},
		{second, "1", `{"n":2}`, 200}, {second, "", `{"no":502}`, 502}, {first, "0", `{"no":429}`, 429},
	} {
		status, text, header := s.raw("GET", one.path, "")
		if status != one.status || strings.TrimSpace(text) != one.body || header.Get("X-Left") != one.left {
			t.Errorf("%d %s %q left, want %+v", status, text, header.Get("X-Left"), one)
		}
	}
}

// Logins are counted for the user that they name.
func TestLimitsCountUsersOfLogins(t *testing.T) {
	t.Parallel()
	s := limitedShop(t)
	for _, one := range []struct {
		user   string
		status int
	}{{"a", 200}, {"a", 200}, {"a", 429}, {"b", 200}} {
		s.wants("POST", "/logins", `{"user":"`+one.user+`","secret":"good"}`, one.status, "")
	}
}

// An answer that an api declares as a failure is an answer: repeats of its request get it, and faults shape it.
func TestDeclaredFailuresAreAnswers(t *testing.T) {
	t.Parallel()
	s := limitedShop(t)
	s.key = "k-1"
	failed := s.wants("POST", "/logins", `{"user":"u","secret":"bad"}`, 503, "")
	if again := s.wants("POST", "/logins", `{"user":"u","secret":"bad"}`, 503, ""); again["id"] != failed["id"] || failed["id"] == nil {
		t.Errorf("the repeat is answered by %v, not as the first by %v", again, failed)
	}
	s.key, s.fails = "", true
	s.wants("POST", "/logins", `{"user":"u","secret":"bad"}`, 418, `{"own":"words"}`)
}
