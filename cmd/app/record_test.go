package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/scenariotest"
)

// recorded is the answer of the recorder.
type recorded struct {
	Session, Name, Text string
	// Problem is what came instead.
	Problem string `json:"-"`
	Steps   int
	Passes  bool
	Failure *string
	Gaps    []struct{ Detail string }
	LeftOut map[string]int `json:"left_out"`
}

func recordOf(t *testing.T, server, session string) recorded {
	t.Helper()
	answer, err := http.Get(server + "/admin/v1/sessions/" + session + "/record")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	var r recorded
	if answer.StatusCode == http.StatusOK {
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	} else {
		r.Problem = string(text)
	}
	return r
}

// recorder stands before a server, and records each session before it is removed.
type recorder struct {
	server *httptest.Server
	mu     sync.Mutex
	all    []recorded
}

func recording(t *testing.T, server string) *recorder {
	t.Helper()
	to, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }} // which tells of no other client
	r := &recorder{}
	r.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, asked *http.Request) {
		if session, found := strings.CutPrefix(asked.URL.Path, "/admin/v1/sessions/"); found && asked.Method == http.MethodDelete {
			one := recordOf(t, server, session)
			r.mu.Lock()
			if r.all = append(r.all, one); one.Text == "" {
				r.all = r.all[:len(r.all)-1]
			}
			r.mu.Unlock()
		}
		proxy.ServeHTTP(w, asked)
	}))
	t.Cleanup(r.server.Close)
	return r
}

// inPart reports whether not all that is played of a pack can be recorded: an aggregator's requests have more than the
// journal holds, such as a code from the address that a browser is sent to. Of these all can.
func inPart(t *testing.T, pack string) bool {
	t.Helper()
	text, err := os.ReadFile("../../scenarios/catalogue/" + pack + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(text), "\napis:") && pack != "gocardless" && pack != "plaid" && pack != "enablebanking"
}

// Whatever is played of a pack over HTTP, its recording is a test that passes.
func TestRecordingsOfEachPackPass(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../scenarios/catalogue/*_test.yaml")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		pack := strings.TrimSuffix(filepath.Base(file), "_test.yaml")
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			server := mockbanktest.Start(t, mockbanktest.Config(defaultsWith(t, pack)))
			front := recording(t, server.URL)
			tests, report := scenarios.LoadTests(t.Context(), []string{file})
			if len(report.Diagnostics) > 0 {
				t.Fatal(report.Diagnostics)
			}
			for _, file := range tests { // a session's clock that stands never releases an answer that is held back
				file.Tests = slices.DeleteFunc(file.Tests, func(one scenarios.Test) bool {
					return strings.Contains(one.Name, "comes late") || strings.Contains(one.Name, "any delay") || strings.Contains(one.Name, "held back")
				})
			}
			on, err := scenariotest.NewServer(front.server.URL, "")
			if err != nil {
				t.Fatal(err)
			}
			suite := scenariotest.Suite{Server: on, Files: tests, Parallel: 2}
			played := suite.Run(t.Context())
			good := 0
			for _, one := range front.all {
				if whole := one.Failure == nil && len(one.Gaps) == 0; whole {
					good++
				} else if !inPart(t, pack) {
					t.Errorf("%s %v\n%s", textOf(one.Failure), one.Gaps, one.Text)
				}
			}
			if few := len(played.Results) - 2; len(front.all) < few || good == 0 {
				t.Errorf("%d recordings of %d tests, %d whole", len(front.all), len(played.Results), good)
			}
		})
	}
}

func defaultsWith(t *testing.T, pack string) string {
	t.Helper()
	text, err := os.ReadFile("../../mockbank.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s\ninclude: [catalogue:%s]\n", text, pack)
}

const handPlayed = `
banks: [{slug: MockBank}]
switches: {bank-down: The bank does not answer}
defaults: {when: {username: u}, import: {takes: 3s}}
scenarios:
  - {name: down, when: {username: any, switches: {bank-down: on}}, authentication: {status: AUTHENTICATION_FAILED, error: INSTITUTION_DOWN}}
  - name: family
    when: {password: {matches: 'fail_(?P<code>[A-Z_]+)_at_(?P<percent>\d+)'}}
    authentication: AUTHENTICATED
    import: {takes: 10s, stops_at: "${percent}", outcome: FAILED_WITH_ERROR, error: {code: "${code}"}}
  - name: tan
    when: {password: {prefix: tan}}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: Enter the TAN, answer_field_label: TAN, attempts: 3}
      expires_after: 5m
      next:
        - {challenge_response: {matches: '[0-9]{6}'}, then: AUTHENTICATED}
        - {attempts: exhausted, then: {status: AUTHENTICATION_FAILED, error: INVALID_CHALLENGE_RESPONSE}}
  - name: code
    when: {password: code}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: The code of your app}
      next:
        - {challenge_response: {totp: {secret: JBSWY3DPEHPK3PXP}}, then: AUTHENTICATED}
        - {challenge_response: any, then: AUTHENTICATION_FAILED}
  - name: questions
    when: {password: questions, fields: {customer_number: "1"}, headers: {X-Device: {prefix: iPhone}}}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {fields: [{name: pet, label: Your pet}, {name: town, label: Your town}]}
      next: [{challenge_response: {pet: Rex, town: {not: Bonn}}, then: AUTHENTICATED}]
  - name: page
    when: {password: page}
    authentication:
      status: REDIRECT_REQUIRED
      decisions: [{id: partly, name: Only some}]
      next:
        - {redirect: partly, then: {status: DECOUPLED_AUTH_REQUIRED, next: [{polls: 2, then: AUTHENTICATED}]}}
        - {redirect: declined, then: AUTHENTICATION_FAILED, returns: nowhere}
  - {name: drawn, when: {password: drawn}, authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: {between: [1s, 1h]}, then: AUTHENTICATED}]}}
  - {name: consent, when: {password: consent}, authentication: {status: REDIRECT_REQUIRED, next: [{redirect: approved, then: AUTHENTICATED}, {redirect: declined, then: {status: AUTHENTICATION_FAILED, error: CONSENT_DECLINED}, returns: {query: {error: access_denied}}}]}}
  - {name: wrong, when: {password: any}, authentication: {status: AUTHENTICATION_FAILED, error: INVALID_CREDENTIALS}}
`

// A session that is played by hand becomes a test that passes, and fails once the scenario is another one.
func TestASessionPlayedByHandBecomesATest(t *testing.T) {
	t.Parallel()
	server := mockbanktest.Start(t, mockbanktest.Config(handPlayed))
	session := server.Session(t, mockbanktest.Frozen(), mockbanktest.Seed(7))
	p := &played{t: t, server: server, Session: session, client: noRedirects()}

	p.login("tan-of-anna-2026").want(200, "status", "CHALLENGE_RESPONSE_REQUIRED")
	first := p.process
	p.Advance(20 * time.Second)
	p.login("fail_NO_ACCOUNTS_at_35").want(200)
	p.connect().want(201)
	p.process = first
	p.answer("nonsense").want(200, "challenge.attempts_left", 2.0)
	p.Advance(10 * time.Second)
	p.answer("482913").want(200, "status", "AUTHENTICATED")
	p.connect().want(201)
	p.Advance(3 * time.Second)
	p.read().want(200, "status", "SUCCESS")
	p.update().want(200)
	p.update().want(423)
	gone := p.connection
	p.api("DELETE", "/bank_connections/"+gone, nil).want(204)
	p.api("GET", "/bank_connections/"+gone, nil).want(404)

	p.login("code").want(200)
	p.answer("not-it").want(200, "status", "AUTHENTICATION_FAILED")
	p.do("POST", p.BankURL()+"/bank_connections/authenticate", `{"username": "u", "password": "questions", "customer_number": "1"}`, "X-Device", "iPhone 15").
		want(200, "status", "CHALLENGE_RESPONSE_REQUIRED")
	p.answer(map[string]string{"pet": "Fido", "town": "Bonn"}).want(200, "status", "CHALLENGE_RESPONSE_REQUIRED")
	p.answer(map[string]string{"pet": "Rex", "town": "Ulm"}).want(200, "status", "AUTHENTICATED")
	p.login("whatever-nobody-knows").want(200, "error.code", "INVALID_CREDENTIALS")
	p.login("page").want(200, "status", "REDIRECT_REQUIRED")
	p.decide("partly")
	p.poll().want(200, "status", "DECOUPLED_AUTH_REQUIRED")
	p.poll().want(200, "status", "AUTHENTICATED")
	p.api("POST", "/bank_connections/authenticate", map[string]any{"username": "u", "password": "consent", "redirect_uri": "http://localhost:3000/cb"}).want(200)
	p.decide("declined")
	p.login("drawn").want(200)
	p.ToNext()
	p.Switch("bank-down", true)
	p.login("tan-of-anna-2026").want(200, "error.code", "INSTITUTION_DOWN")
	p.Switch("bank-down", false)
	p.faults("PUT", `[{"endpoint": "authenticate", "http_status": 503, "processed": false, "lasts": "30s"}]`).want(200)
	p.login("drawn").want(503)
	p.faults("DELETE", nil).want(204)
	p.api("GET", "/banks", nil).want(200)

	got := recordOf(t, server.URL, session.Name)
	if !got.Passes || len(got.Gaps) > 0 {
		t.Fatalf("%v %v %s\n%s", textOf(got.Failure), got.Gaps, got.Problem, got.Text)
	}
	for _, secret := range []string{"anna-2026", "482913", "not-it", "nonsense", "whatever"} {
		if strings.Contains(got.Text, secret) {
			t.Errorf("the secret %q is in the recording", secret)
		}
	}
	for _, wanted := range []string{
		"password: fail_NO_ACCOUNTS_at_35", "redirect: partly", "error: {code: CONSENT_DECLINED}", "contains: error=access_denied", "wait: 20s", "switch: {bank-down: on}", "seed: 7", "problem: import_running", "password: not-the-right-one",
		"http_status: 503", "faults: [{endpoint: authenticate, http_status: 503, processed: false, lasts: 30s}]", "faults: []", "problem: not_found", "scenario: tan",
	} {
		if !strings.Contains(got.Text, wanted) {
			t.Errorf("the recording lacks %q", wanted)
		}
	}
	if got.LeftOut["banks"] != 1 {
		t.Errorf("left out: %v", got.LeftOut)
	}
	if t.Failed() || os.Getenv("SHOW") != "" {
		t.Log(got.Text)
	}
	file, _ := scenarios.ParseTests("recorded_test.yaml", got.Text)
	over, err := scenariotest.NewServer(server.URL, "")
	if err != nil {
		t.Fatal(err)
	}
	against := scenariotest.Suite{Server: over, Files: []*scenarios.TestFile{file}}
	if report := against.Run(t.Context()); report.Failed() > 0 {
		t.Errorf("against the server: %+v\n%s", report.Results[0].Failure, got.Text)
	}
	for _, change := range [][2]string{
		{"attempts: 3", "attempts: 4"}, {"'[0-9]{6}'", "'[0-9]{5}'"}, {"takes: 3s", "takes: 4s"}, {"expires_after: 5m", "expires_after: 6m"},
		{"Enter the TAN", "Enter the mTAN"}, {"polls: 2", "polls: 3"}, {"INVALID_CREDENTIALS", "INVALID_PIN"}, {"name: tan", "name: mtan"}, {"access_denied", "denied"}, {"error: CONSENT_DECLINED", "error: SCA_DENIED"},
	} {
		changed := strings.Replace(handPlayed, change[0], change[1], 1)
		if changed == handPlayed {
			t.Fatal(change)
		}
		if recordedTestPasses(t, changed, got.Text) {
			t.Errorf("with %q for %q it still passes", change[1], change[0])
		}
	}
}

func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// recordedTestPasses plays a recording with a configuration.
func recordedTestPasses(t *testing.T, configuration, text string) bool {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mockbank.yaml")
	if err := os.WriteFile(path, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	config, report := scenarios.Load(t.Context(), path, scenarios.Options{})
	if config == nil {
		t.Fatal(report.Diagnostics)
	}
	file, problems := scenarios.ParseTests("recorded_test.yaml", text)
	if problems.Errors() > 0 {
		t.Fatal(problems.Diagnostics)
	}
	suite := scenariotest.Suite{Rules: config.Rules, Files: []*scenarios.TestFile{file}}
	return suite.Run(t.Context()).Failed() == 0
}

const shopPlayed = `
banks: [{slug: MockBank}]
scenarios:
  - name: tan
    when: {password: {prefix: tan}}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: TAN, attempts: 3}
      next: [{challenge_response: "123456", then: AUTHENTICATED}, {attempts: exhausted, then: {status: AUTHENTICATION_FAILED, error: INVALID_CHALLENGE_RESPONSE}}]
    import: {takes: 3s}
  - {name: all, authentication: {status: AUTHENTICATION_FAILED, error: INVALID_CREDENTIALS}}
apis:
  - name: shop
    base: /shop/v1
    tokens: {expires_after: 1h}
    endpoints:
      POST /token: {answer: {body: {access: "${tokens.access}"}}}
      POST /logins:
        does: {authenticate: {username: "${body.user.name}", password: "${body.user.pin}"}}
        answer: {status: 201, body: {id: "${process.id}", status: "${process.status}"}}
      POST /logins/{process}/tan: {does: {answer: {response: "${body.tan}"}}, answer: {body: {status: "${process.status}"}}}
      GET /logins/{process}: {does: read, answer: {body: {status: "${process.status}"}}}
      POST /links: {of: "${body.id}", does: connect, answer: {body: {link: "${connection.id}", status: "${connection.status}"}}}
      GET /links/{connection}: {does: read_connection, answer: {body: {status: "${connection.status}", done: true}}}
`

// What an app asked of a declared api is recorded too: tokens and identifiers are taken from the answers that gave them.
func TestRequestsToADeclaredAPIBecomeATest(t *testing.T) {
	t.Parallel()
	server := mockbanktest.Start(t, mockbanktest.Config(shopPlayed))
	session := server.Session(t, mockbanktest.Frozen())
	p := &played{t: t, server: server, Session: session, client: noRedirects()}
	token := ""
	ask := func(method, path, body string) said {
		return p.do(method, server.URL+"/sessions/"+session.Name+"/shop/v1"+path, body, "Authorization", "Bearer "+token)
	}
	token = ask("POST", "/token", "").want(200).at("access").(string)
	login := ask("POST", "/logins", `{"user": {"name": "anna", "pin": "tan-secret"}}`).want(201, "status", "CHALLENGE_RESPONSE_REQUIRED").at("id").(string)
	ask("POST", "/logins/"+login+"/tan", `{"tan": "nonsense"}`).want(200, "status", "CHALLENGE_RESPONSE_REQUIRED")
	p.Advance(10 * time.Second)
	ask("POST", "/logins/"+login+"/tan", `{"tan": "123456"}`).want(200, "status", "AUTHENTICATED")
	ask("GET", "/logins/"+login, "").want(200)
	link := ask("POST", "/links", `{"id": "`+login+`"}`).want(200).at("link").(string)
	p.Advance(3 * time.Second)
	ask("GET", "/links/"+link, "").want(200, "status", "SUCCESS")
	ask("POST", "/logins", `{"user": {"name": "anna", "pin": "wrong"}}`).want(201, "status", "AUTHENTICATION_FAILED")

	got := recordOf(t, server.URL, session.Name)
	if !got.Passes || len(got.Gaps) > 0 {
		t.Fatalf("%v %v %s\n%s", textOf(got.Failure), got.Gaps, got.Problem, got.Text)
	}
	for _, secret := range []string{"tan-secret", "nonsense", token, login, link, "pin: wrong"} {
		if strings.Contains(got.Text, secret) {
			t.Errorf("%q is in the recording", secret)
		}
	}
	if t.Failed() || os.Getenv("SHOW") != "" {
		t.Log(got.Text)
	}
	for _, change := range [][2]string{{`"123456"`, `"654321"`}, {"takes: 3s", "takes: 4s"}, {"status: 201", "status: 200"}} {
		if recordedTestPasses(t, strings.Replace(shopPlayed, change[0], change[1], 1), got.Text) {
			t.Errorf("with %q for %q it still passes", change[1], change[0])
		}
	}
}

// What the journal no longer has is told, and so is a test that does not pass any more; a repeat that was answered from memory,
// and a look at a header, are no steps.
func TestARecordingReportsWhatItLacks(t *testing.T) {
	t.Parallel()
	server := mockbanktest.Start(t, mockbanktest.Config(handPlayed))
	session := server.Session(t, mockbanktest.Frozen())
	p := &played{t: t, server: server, Session: session, client: noRedirects()}
	if got := recordOf(t, server.URL, session.Name); !strings.Contains(got.Problem, "not_found") {
		t.Errorf("of nothing: %+v", got)
	}
	p.login("tan1").want(200)
	gone := p.process
	p.do("DELETE", server.URL+"/admin/v1/journal?session="+session.Name, nil).want(204)
	login := p.BankURL() + "/bank_connections/authenticate"
	for range 3 {
		p.do("POST", login, `{"username": "u", "password": "tan2"}`, "Idempotency-Key", "k1").want(200)
	}
	p.do("POST", login, `{"username": "u"}`).want(422)
	if head, err := http.Head(login + "/" + p.process); err != nil || head.Body.Close() != nil {
		t.Fatal(err)
	}
	p.process = gone
	p.answer("123456").want(200, "status", "AUTHENTICATED")

	got := recordOf(t, server.URL, session.Name)
	var gaps []string
	for _, gap := range got.Gaps {
		gaps = append(gaps, gap.Detail)
	}
	reported := strings.Join(gaps, "\n")
	if len(gaps) != 2 || !strings.Contains(reported, "1 of the session's 2 logins") || !strings.Contains(reported, "does not have the login") || strings.Count(got.Text, "NOT RECORDED") != 2 {
		t.Errorf("gaps %q\n%s", gaps, got.Text)
	}
	if got.Steps != 1 || got.LeftOut["authenticate"] != 1 || got.LeftOut["process"] != 1 {
		t.Errorf("%d steps, left out %v\n%s", got.Steps, got.LeftOut, got.Text)
	}
	server.Save(t, strings.Replace(handPlayed, "Enter the TAN", "Enter the mTAN", 1))
	if got := recordOf(t, server.URL, session.Name); got.Passes || !strings.Contains(textOf(got.Failure), "mTAN") {
		t.Errorf("after the scenario was changed: %v %s", got.Passes, textOf(got.Failure))
	}
}
