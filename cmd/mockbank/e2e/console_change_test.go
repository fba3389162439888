package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// choose chooses an option of a select by its value.
func (b *tab) choose(selector, value string) {
	b.t.Helper()
	b.await(`document.querySelector("` + selector + `") && (document.querySelector("` + selector + `").value = "` + value + `") === "` + value + `"`)
}

// What was played by way of the console alone becomes a test, which passes.
func TestConsoleSavesASessionAsATest(t *testing.T) {
	t.Parallel()
	hooks := newHooks(t)
	config := consoleConfig(t, hooks.url)
	s := start(t, setup{config: config})
	s.frozen(t, "mine")
	b := openTab(t, appearance{})
	complaints := b.complaints()
	b.open(s.url + "/console/scenarios/challenge-required?session=mine")
	b.click(".do form button")
	b.at(s.url + "/console/processes/")
	b.enter("#in-challenge_response", "123456\r")
	b.await(`document.querySelector(".facts .word").textContent === "AUTHENTICATED"`)
	b.open(s.url + "/console/scenarios/decoupled-auth-required?session=mine")
	b.click(".do form button")
	b.at(s.url + "/console/processes/")
	b.click("#bar [value='1m']")
	b.click("#inputs [value=declined]")
	b.await(`document.querySelector(".facts .word").textContent === "AUTHENTICATION_FAILED"`)
	b.open(s.url + "/console/sessions/mine")
	b.click(`#session [name=on][value=slow-bank]`)
	b.click(`#session [name=off][value=slow-bank]`)
	b.await(`document.querySelector("#session [name=on][value=slow-bank]")`)
	b.choose("#f-endpoint", "connect")
	b.click("[value=add]")
	b.sees("console-connect-1")
	if got := s.in("mine").do(t, "POST", basePath+"/bank_connections", fields{"bank_authentication_process_id": s.in("mine").login(t, "success").ID}); got.Status != 503 {
		t.Errorf("the session's fault answers %d", got.Status)
	}
	b.click(`a[href="/console/editor?record=mine"]`)
	b.sees("It passes with the rules as they are")
	b.await(`document.querySelector("#editor") && document.querySelector("#editor").view`)
	b.click("#editor-diff")
	b.click("#editor-save")
	b.at(s.url + "/console/editor?file=mine_test.yaml")
	if said, code := mockbank(t, "test", "--config", config); code != 0 {
		text, _ := os.ReadFile(filepath.Join(filepath.Dir(config), "mine_test.yaml")) // it is shown as far as it is there
		t.Errorf("mockbank test: %d %s\n%s", code, said, text)
	}
	complaints.none(t)
}

// A fault is given to a session, seen there, plays, and ends by the session's clock.
func TestConsoleBreaksASession(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.frozen(t, "storm")
	b := openTab(t, appearance{})
	complaints := b.complaints()
	b.open(s.url + "/console/sessions")
	b.click(`a[href="/console/sessions/storm"]`)
	b.sees("no faults of its own")
	b.choose("#f-effect", "refused_503")
	b.choose("#f-lasts", "30s")
	b.click("[value=add]")
	b.sees("console-authenticate-1")
	login := func() int {
		return s.in("storm").do(t, "POST", basePath+"/bank_connections/authenticate", credentials("success")).Status
	}
	if got := login(); got != http.StatusServiceUnavailable {
		t.Errorf("a login is answered %d", got)
	}
	b.click("#bar [value=next]")
	b.sees("no faults of its own")
	if got := login(); got != http.StatusOK {
		t.Errorf("after the fault a login is answered %d", got)
	}
	b.click("summary")
	b.enter("textarea[name=faults]", "- {endpoint: banks, http_statuss: 500}")
	b.click("[value=write]")
	b.sees("did you mean")
	b.await(`(document.querySelector("textarea[name=faults]").value = "- {name: gone, endpoint: banks, http_status: 410}") !== ""`)
	b.click("[value=write]")
	b.await(`document.querySelector(".faults strong").textContent === "gone"`)
	b.click("[value=end]")
	b.sees("no faults of its own")
	b.click("[value=write]")
	b.await(`document.querySelector(".faults strong").textContent === "gone"`)
	b.await(`(document.querySelector("textarea[name=faults]").value = "") === ""`)
	b.click("[value=write]")
	b.sees("no faults of its own")
	complaints.none(t)
}

// A webhook is sent once more, as it was: the same identifier and body, signed anew; and its attempts are shown.
func TestConsoleSendsAWebhookAgain(t *testing.T) {
	t.Parallel()
	w := newConsoleWorld(t)
	b := openTab(t, appearance{})
	complaints := b.complaints()
	b.open(w.url + "/console/webhooks?session=demo&webhook=importing-app")
	b.await(`document.querySelector(".deliveries details")`)
	b.click(".deliveries li:last-child summary")
	b.sees("webhook-signature")
	before := w.received.count()
	b.click(".deliveries li:last-child form button")
	b.await(`document.querySelectorAll(".deliveries li:last-child .attempts > li").length === 2`)
	b.await(`document.querySelector(".deliveries li:last-child details").open`)
	w.received.Lock()
	defer w.received.Unlock()
	last := len(w.received.bodies) - 1
	if last < before || w.received.bodies[last] != w.received.bodies[0] || w.received.headers[last].Get("webhook-id") != w.received.headers[0].Get("webhook-id") ||
		w.received.headers[last].Get("webhook-signature") == "" {
		t.Errorf("%d before, then %v, %v", before, w.received.headers, w.received.bodies)
	}
	complaints.none(t)
}

// A switch is flipped in the bar, in one session, and plays at once.
func TestConsoleFlipsASwitch(t *testing.T) {
	t.Parallel()
	w := newConsoleWorld(t)
	b := openTab(t, appearance{})
	complaints := b.complaints()
	b.open(w.url + "/console/live?session=other")
	b.click("#bar [name=on][value=bank-down]")
	b.sees("bank-down: on")
	login := func(session string) int {
		return w.in(session).do(t, "POST", basePath+"/bank_connections/authenticate", credentials("success")).Status
	}
	if got := login("other"); got != http.StatusServiceUnavailable {
		t.Errorf("with the switch on a login is answered %d", got)
	}
	if got := login("third"); got != http.StatusOK {
		t.Errorf("in another session a login is answered %d", got)
	}
	b.click("#bar [name=off][value=bank-down]")
	b.sees("bank-down: off")
	if got := login("other"); got != http.StatusOK {
		t.Errorf("with the switch off a login is answered %d", got)
	}
	complaints.none(t)
}

// The button of what comes next turns the clock to it, for a process, its expiry and an import; the page and the API
// agree.
func TestConsoleGoesToWhatIsNext(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, `banks: [{slug: MockBank, is_mock_bank: true}]
scenarios:
  - {name: soon, when: {password: soon}, authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 2s, then: AUTHENTICATED}]}}
  - {name: expires, when: {password: expires}, authentication: {status: DECOUPLED_AUTH_REQUIRED, expires_after: 90s, next: [{approval: approved, then: AUTHENTICATED}]}}
  - {name: import, when: {password: import}, authentication: AUTHENTICATED, import: [{after: 1h, progress: 40}, {after: 1h, status: SUCCESS}]}
`)})
	b := openTab(t, appearance{})
	complaints := b.complaints()
	for _, c := range []struct{ password, shows, status string }{
		{"soon", authenticated, authenticated}, {"expires", failed, failed}, {"import", "IN_PROGRESS", "IN_PROGRESS"},
	} {
		s.frozen(t, c.password)
		in := s.in(c.password)
		id := in.login(t, c.password).ID
		path := "/console/processes/" + id
		if c.password == "import" {
			id = in.connect(t, id).ID
			path = "/console/connections/" + id
		}
		b.open(s.url + path)
		b.await(`document.querySelector("#times [value=to]")`)
		b.click("#bar [value=next]")
		if c.password == "import" {
			b.await(`document.querySelector(".facts").innerText.includes("40 %")`)
			if got := in.connection(t, id); got.Status != c.status || got.ImportProgress != 40 {
				t.Errorf("%s: the API says %+v", c.password, got)
			}
			b.click("#times [value=to]")
			b.await(`document.querySelector(".facts .word").textContent === "SUCCESS"`)
			if got := in.connection(t, id); got.Status != "SUCCESS" {
				t.Errorf("%s: the API says %+v", c.password, got)
			}
			continue
		}
		b.await(`document.querySelector(".facts .word").textContent === "` + c.shows + `"`)
		in.wantStatus(t, id, c.status)
	}
	complaints.none(t)
}

// Declared apis and what they make of the scenarios stand beside the bank's own endpoints and institutions.
func TestConsoleShowsDeclaredAPIs(t *testing.T) {
	t.Parallel()
	w := newConsoleWorld(t)
	b := openTab(t, appearance{})
	complaints := b.complaints()
	w.do(t, "POST", "/gocardless/api/v2/token/new/", fields{"secret_id": "a", "secret_key": "b"})
	b.open(w.url + "/console/endpoints")
	b.sees("/gocardless/api/v2/institutions/")
	b.sees("gocardless-half-synced")
	b.sees("/api/v3/wealth_api/bank_connections/authenticate")
	b.click(`a[href*="token%2fnew%2f"], a[href*="token/new/"]`)
	b.at(w.url + "/console/live?endpoint=")
	b.await(`document.querySelectorAll("#rows tbody tr").length === 1`)
	b.click("#rows a[data-choose]")
	b.await(`document.querySelector("#detail .exchange") && document.querySelector("#detail").innerText.includes("token/new")`)
	if body, err := evaluate[string](b, `document.body.innerText`); err != nil || strings.Contains(body, "secret_key: b") {
		t.Errorf("%v: the api's secret is shown", err)
	}
	complaints.none(t)
}

// A challenge with several fields and pictures is shown, and answered field by field.
func TestConsoleAnswersAChallengeOfFields(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, `banks: [{slug: MockBank, is_mock_bank: true}]
scenarios:
  - name: fields
    when: {password: fields}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {kind: PHOTO, message: Your pet and your street, shows: "4711", fields: [{name: pet, label: Pet}, {name: street}]}
      next: [{challenge_response: {pet: Rex, street: any}, then: AUTHENTICATED}, {challenge_response: any, then: AUTHENTICATION_FAILED}]
`)})
	id := s.login(t, "fields").ID
	b := openTab(t, appearance{})
	complaints := b.complaints()
	b.open(s.url + "/console/processes/" + id)
	b.await(`document.querySelector("img.challenge") && document.querySelector("img.challenge").naturalWidth > 0`)
	b.enter("#part-pet", "Rex")
	b.enter("#part-street", "High Street\r")
	b.await(`document.querySelector(".facts .word").textContent === "AUTHENTICATED"`)
	s.wantStatus(t, id, authenticated)
	complaints.none(t)
}

// Completions are the loader's own, and take what was begun.
func TestConsoleEditorCompletes(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	b := openTab(t, appearance{})
	complaints := b.complaints()
	b.open(s.url + "/console/editor")
	b.await(`document.querySelector(".cm-content")`)
	b.typeBefore("- name: success", "- name: mine\n    \n  ")
	b.typeBefore("\n  - name: success", "authen")
	b.chord(" ", "Space", 32)
	b.await(`[...document.querySelectorAll(".cm-tooltip-autocomplete li")].some((row) => row.textContent.includes("authentication"))`)
	b.await(`document.querySelector(".cm-tooltip-autocomplete li[aria-selected]")`)
	// The editor takes no key for a choice in the first moment, in which it may be meant for the text.
	_, err := evaluate[bool](b, `new Promise((done) => setTimeout(() => done(true), 200))`)
	must(t, err)
	b.press("\r")
	b.await(`document.querySelector("#editor").view.state.doc.toString().includes("- name: mine\n    authentication")`)
	complaints.none(t)
}
