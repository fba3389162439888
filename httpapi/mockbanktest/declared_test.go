package mockbanktest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

// shopAPI is an api that is in no pack.
const shopAPI = `
banks: [{slug: MockBank, name: Mock Bank, countries: DE}, {slug: Other, name: Other Bank, countries: [AT]}]
default_bank: MockBank
scenarios:
  - {name: good, description: All is well, when: {username: tester, password: good}, authentication: AUTHENTICATED, import: {takes: 10s}}
  - name: tan
    when: {password: tan}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: Enter the TAN}
      next: [{challenge_response: "123456", then: AUTHENTICATED}]
  - {name: family, when: {password: {matches: 'fail_(?P<code>[A-Z]+)'}}, authentication: {status: AUTHENTICATION_FAILED, error: {code: "${code}"}}}
  - {name: anything-else, authentication: {status: AUTHENTICATION_FAILED, error: {code: WRONG}}}
apis:
  - name: shop
    base: /shop/v1
    banks: from_scenarios
    tokens: {expires_after: 1h, refresh: 30d}
    words: {login: {AUTHENTICATED: in, CHALLENGE_RESPONSE_REQUIRED: asked, any: out}}
    problem: {error: {kind: "${problem.code | lower}", says: "${problem.detail}", no: "${problem.status}"}}
    ids:
      account: {of: connection, each: "${data.accounts}"}
      code: {of: process, prefix: code-, once: true, expires_after: 5m}
      number: {of: connection}
    data:
      accounts: [{iban: DE1, kind: giro}, {iban: DE2, kind: card}]
      since: "${now - 3d | date}"
    endpoints:
      POST /token: {answer: {body: {access: "${tokens.access}", refresh: "${tokens.refresh}", lasts: "${tokens.expires_in}"}}}
      POST /token/refresh:
        does: {refresh: "${body.refresh}"}
        answer: {body: {access: "${tokens.access}"}}
      GET /banks: {does: {banks: {country: "${query.country}"}}, answer: {body: {each: "${banks}", is: "${slug}"}}}
      POST /logins:
        expects: [user.name, user.secret]
        does: {authenticate: {bank: "${body.bank}", username: "${body.user.name}", password: "${body.user.secret}"}}
        keep: [reference, nested.deep]
        answer: {status: 201, headers: {Location: "${base_url}/logins/${process.id}"}, body: {id: "${process.id}", code: "${ids.code}", state: "${words.login[process.status]}"}}
      GET /logins/{process}:
        does: read
        answers:
          - {when: {process: AUTHENTICATION_FAILED}, status: 403, body: {why: "${error.code}", captured: "${code ?? 'nothing'}"}}
          - {body: {state: "${words.login[process.status]}", ref: "${kept.reference}", deep: "${kept.nested.deep ?? 7}", asks: "${process.challenge.message}", accounts: "${ids.account}"}}
      POST /exchange: {does: read, of: "${body.code}", answer: {body: {login: "${process.id}"}}}
      POST /logins/{process}/tan: {does: {answer: {response: "${body.tan}"}}, answer: {body: {state: "${words.login[process.status]}"}}}
      POST /connections: {does: connect, of: "${body.login}", answer: {body: {id: "${ids.number | number}", accounts: {each: "${data.accounts}", is: {id: "${account.id}", iban: "${iban}", since: "${data.since}"}}}}}
      GET /connections/{number}: {does: read_connection, answer: {body: {progress: "${connection.import_progress}", status: "${connection.status}"}}}
      GET /accounts/{account}: {does: read_connection, answer: {body: {iban: "${account.iban}", whole: "${account}"}}}
      DELETE /connections/{number}: {does: delete}
`

// shop is a client of that api.
type shop struct {
	*client
	token string
	key   string // of repeatable requests
	fails bool   // its requests bear the header that faults ask for
}

// ask sends a request and returns the status and the body.
func (s *shop) ask(method, path, body string) (int, map[string]any) {
	s.t.Helper()
	status, text, _ := s.raw(method, path, body)
	var decoded map[string]any
	if text != "" {
		if err := json.Unmarshal([]byte(text), &decoded); err != nil {
			s.t.Fatalf("%s %s: %s: %v", method, path, text, err)
		}
	}
	return status, decoded
}

func (s *shop) raw(method, path, body string) (int, string, http.Header) {
	s.t.Helper()
	request, err := http.NewRequest(method, s.bank+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if s.key != "" {
		request.Header.Set("Idempotency-Key", s.key)
	}
	if s.fails {
		request.Header.Set("X-Fail", "1")
	}
	if s.token != "" {
		request.Header.Set("Authorization", "Bearer "+s.token)
	}
	response, err := s.http.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response.StatusCode, string(text), response.Header
}

// wants fails the test unless an answer is as it should be.
func (s *shop) wants(method, path, body string, status int, want string) map[string]any {
	s.t.Helper()
	got, text, _ := s.raw(method, path, body)
	if got != status || want != "" && strings.TrimSpace(text) != want {
		s.t.Errorf("%s %s %s: %d %s, want %d %s", method, path, body, got, text, status, want)
	}
	var decoded map[string]any
	_ = json.Unmarshal([]byte(text), &decoded) // lists and empty bodies are compared as text
	return decoded
}

func startShop(t *testing.T) (*mockbanktest.Server, *shop) {
	t.Helper()
	server := mockbanktest.Start(t, mockbanktest.Config(shopAPI))
	s := &shop{client: newClient(t, server.URL+"/shop/v1")}
	_, pair := s.ask("POST", "/token", "")
	s.token, _ = pair["access"].(string)
	return server, s
}

func TestDeclaredAPI(t *testing.T) {
	t.Parallel()
	_, s := startShop(t)
	s.wants("GET", "/banks?country=AT", "", 200, `["Other","good","tan","anything-else"]`)
	s.wants("POST", "/logins", `{"user":{"name":"tester"}}`, 422, `{"error":{"kind":"missing_fields","says":"user/secret is required","no":422}}`)
	s.wants("POST", "/logins", `{"user":{"name":"tester","secret":"fail_XY"}}`, 201, "")
	made := s.wants("POST", "/logins", `{"user":{"name":"tester","secret":"good"},"reference":"r-1","nested":{"deep":[1]}}`, 201, "")
	id, code := made["id"].(string), made["code"].(string)
	if made["state"] != "in" || !strings.HasPrefix(code, "code-") {
		t.Errorf("a login was answered by %v", made)
	}
	s.wants("GET", "/logins/"+id+"/", "", 200, `{"state":"in","ref":"r-1","deep":[1],"asks":null,"accounts":[]}`)
	s.wants("POST", "/exchange", `{"code":"`+code+`"}`, 200, `{"login":"`+id+`"}`)
	s.wants("POST", "/exchange", `{"code":"`+code+`"}`, 404, `{"error":{"kind":"id_used","says":"the identifier of the kind \"code\" was used already","no":404}}`)
	s.wants("POST", "/exchange", `{"code":"code-x"}`, 404, `{"error":{"kind":"unknown_id","says":"the api has no such identifier","no":404}}`)
	s.wants("POST", "/exchange", `{}`, 422, `{"error":{"kind":"missing_fields","says":"code is required","no":422}}`)

	connected := s.wants("POST", "/connections", `{"login":"`+id+`"}`, 200, "")
	number, is := connected["id"].(float64)
	accounts, _ := connected["accounts"].([]any)
	if !is || len(accounts) != 2 {
		t.Fatalf("a connection was answered by %v", connected)
	}
	first := accounts[0].(map[string]any)
	path := "/connections/" + json.Number(strings.TrimSpace(string(mustJSON(number)))).String()
	if now := s.wants("GET", path, "", 200, ""); now["status"] != "IN_PROGRESS" || len(now) != 2 || now["progress"].(float64) >= 100 {
		t.Errorf("the connection is %v", now)
	}
	account := first["id"].(string)
	s.wants("GET", "/accounts/"+account, "", 200, `{"iban":"DE1","whole":{"id":"`+account+`","iban":"DE1","kind":"giro"}}`)
	s.wants("DELETE", path, "", 204, "")
	s.wants("GET", path, "", 404, "")
	s.wants("PATCH", "/logins/"+id, "", 405, `{"error":{"kind":"method_not_allowed","says":"the path takes GET, HEAD","no":405}}`)
	s.wants("GET", "/nothing", "", 404, "")
}

func mustJSON(v any) []byte {
	encoded, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return encoded
}

func TestDeclaredScenarioAsBank(t *testing.T) {
	t.Parallel()
	_, s := startShop(t)
	made := s.wants("POST", "/logins", `{"bank":"tan","user":{"name":"x","secret":"y"}}`, 201, "")
	if made["state"] != "asked" {
		t.Fatalf("the scenario that was chosen as a bank: %v", made)
	}
	path := "/logins/" + made["id"].(string)
	s.wants("POST", path+"/tan", `{"tan":"000000"}`, 200, `{"state":"asked"}`)
	s.wants("POST", path+"/tan", `{"tan":"123456"}`, 200, `{"state":"in"}`)
	s.wants("POST", "/logins", `{"bank":"family","user":{"name":"x","secret":"y"}}`, 422, "")
}

func TestDeclaredFailureKnowsCaptures(t *testing.T) {
	t.Parallel()
	_, s := startShop(t)
	made := s.wants("POST", "/logins", `{"user":{"name":"tester","secret":"fail_XY"}}`, 201, "")
	s.wants("GET", "/logins/"+made["id"].(string), "", 403, `{"why":"XY","captured":"XY"}`)
}

func TestDeclaredTokens(t *testing.T) {
	t.Parallel()
	server, s := startShop(t)
	session := server.Session(t)
	s.bank = server.URL + "/sessions/" + session.Name + "/shop/v1"
	_, pair := s.ask("POST", "/token", "")
	s.token = ""
	s.wants("GET", "/banks", "", 401, "")
	s.token = pair["refresh"].(string)
	s.wants("GET", "/banks", "", 401, "")
	s.token = pair["access"].(string)
	s.wants("GET", "/banks", "", 200, "")
	session.Advance(time.Hour)
	s.wants("GET", "/banks", "", 401, `{"error":{"kind":"token_expired","says":"the bearer token has expired; take a new one","no":401}}`)
	_, fresh := s.ask("POST", "/token/refresh", `{"refresh":"`+pair["refresh"].(string)+`"}`)
	s.token, _ = fresh["access"].(string)
	s.wants("GET", "/banks", "", 200, "")
	s.wants("POST", "/token/refresh", `{"refresh":"x"}`, 400, `{"error":{"kind":"invalid_grant","says":"the refresh token is not a valid one","no":400}}`)
}

func TestDeclaredSecretsAreInNoJournal(t *testing.T) {
	t.Parallel()
	server, s := startShop(t)
	made := s.wants("POST", "/logins", `{"user":{"name":"tester","secret":"s3cret-pass"}}`, 201, "")
	s.wants("POST", "/exchange", `{"code":"`+made["code"].(string)+`"}`, 200, "")
	s.key = "repeated"
	first := s.wants("POST", "/logins", `{"user":{"name":"tester","secret":"good"}}`, 201, "")
	again := s.wants("POST", "/logins", `{"user":{"name":"tester","secret":"good"}}`, 201, "")
	if first["code"] != again["code"] {
		t.Errorf("a repeat is answered by %v, the first by %v", again, first)
	}
	response, err := s.http.Get(server.URL + "/admin/v1/journal")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || !strings.Contains(string(text), "apis.shop POST /logins") {
		t.Fatalf("the journal is %s, %v", text, err)
	}
	for _, secret := range []string{"s3cret-pass", made["code"].(string), first["code"].(string), s.token} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the journal holds %q", secret)
		}
	}
}

func TestFaultsOfDeclaredAPIs(t *testing.T) {
	t.Parallel()
	for endpoint, concerns := range map[string][2]bool{ // the list of banks, and a login
		"apis": {true, true}, "apis.shop": {true, true}, "apis.shop GET /banks": {true, false}, "authenticate": {false, true},
	} {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			server := mockbanktest.Start(t, mockbanktest.Config(shopAPI+"faults: [{endpoint: \""+endpoint+"\", when: {headers: {X-Fail: \"1\"}}, http_status: 503}]\n"))
			s := &shop{client: newClient(t, server.URL+"/shop/v1")}
			_, pair := s.ask("POST", "/token", "")
			s.token, s.fails = pair["access"].(string), true
			want := map[bool]int{true: 503}
			want[false] = 200
			s.wants("GET", "/banks", "", want[concerns[0]], "")
			want[false] = 201
			failed := s.wants("POST", "/logins", `{"user":{"name":"tester","secret":"good"}}`, want[concerns[1]], "")
			if _, asDeclared := failed["error"]; concerns[1] && !asDeclared {
				t.Errorf("a fault is told by %v, not as the api's problems", failed)
			}
		})
	}
}
