package mockbanktest_test

import (
	"testing"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

// A token that was issued for one user opens nothing of another's.
func TestTokensOpenTheirHoldersRecords(t *testing.T) {
	t.Parallel()
	server := mockbanktest.Start(t, mockbanktest.Config(`
banks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]
scenarios:
  - {name: good, when: {password: good}, authentication: AUTHENTICATED, import: {takes: 10s}}
apis:
  - name: small
    base: /small
    connects: when_authenticated
    tokens: {expires_after: 1h, form: jwt}
    problem: {kind: "${problem.code}"}
    ids: {account: {of: connection, each: "${data.accounts}"}}
    data: {accounts: [{n: 1}]}
    endpoints:
      POST /token:
        does: {authenticate: {username: "${body.user}", password: "${body.secret}"}}
        answer: {body: {token: "${tokens.access}", accounts: "${ids.account}", id: "${process.id}"}}
      POST /app: {answer: {body: {token: "${tokens.access}"}}}
      GET /mine: {does: read_connection, answer: {body: {user: "${connection.username}"}}}
      GET /logins/{process}: {does: read, answer: {body: {user: "${process.username}"}}}
      GET /accounts/{account}: {does: read_connection, answer: {body: {user: "${connection.username}"}}}
`))
	s := &shop{client: newClient(t, server.URL+"/small")}
	login := func(user string) (token, account, process string) {
		made := s.wants("POST", "/token", `{"user":"`+user+`","secret":"good"}`, 200, "")
		return made["token"].(string), made["accounts"].([]any)[0].(string), made["id"].(string)
	}
	janes, janesAccount, janesLogin := login("jane")
	again, _, _ := login("jane")
	joes, joesAccount, joesLogin := login("joe")
	apps := s.wants("POST", "/app", "", 200, "")["token"].(string)
	for _, one := range []struct {
		token, path, body string
		status            int
	}{
		{janes, "/mine", `{"user":"jane"}`, 200}, {joes, "/mine", `{"user":"joe"}`, 200}, {apps, "/mine", `{"kind":"unknown_id"}`, 404},
		{janes, "/accounts/" + janesAccount, `{"user":"jane"}`, 200}, {again, "/accounts/" + janesAccount, `{"user":"jane"}`, 200},
		{janes, "/accounts/" + joesAccount, `{"kind":"unknown_id"}`, 404}, {joes, "/logins/" + janesLogin, `{"kind":"unknown_id"}`, 404},
		{joes, "/logins/" + joesLogin, `{"user":"joe"}`, 200}, {apps, "/accounts/" + joesAccount, `{"user":"joe"}`, 200},
		{"", "/mine", `{"kind":"unauthorized"}`, 401},
	} {
		s.token = one.token
		s.wants("GET", one.path, "", one.status, one.body)
	}
}
