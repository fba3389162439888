package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// hostile is what no page may take for its own.
const hostile = `</script><script>window.taken=1</script><img src=x onerror=window.taken=1>'"`

// hostileConfig has hostile texts wherever a configuration may have any.
func hostileConfig(hooks string) string {
	return strings.ReplaceAll(`
default_bank: MockBank
banks: [{slug: MockBank, name: 'HOSTILE', is_mock_bank: true}]
switches: {bad: 'HOSTILE'}
webhooks: [{name: app, url: "`+hooks+`/hooks"}]
faults: [{name: 'f', endpoint: banks, http_status: 500, body: 'HOSTILE'}]
scenarios:
  - name: 'one'
    description: 'HOSTILE'
    tags: ['HOSTILE']
    when: {password: 'one'}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: 'HOSTILE', answer_field_label: 'HOSTILE'}
      next: [{challenge_response: 'HOSTILE', then: AUTHENTICATED}, {challenge_response: any, then: {status: AUTHENTICATION_FAILED, error: {code: X, message: 'HOSTILE'}}}]
    import: [{after: 1s, progress: 40, message: 'HOSTILE'}, {after: 1h, status: SUCCESS}]
  - name: 'two'
    when: {password: 'HOSTILE'}
    authentication: AUTHENTICATED
    import: [{after: 1s, progress: 40, message: 'HOSTILE'}, {after: 1h, status: SUCCESS}]
# HOSTILE
`, "HOSTILE", strings.ReplaceAll(hostile, "'", "''"))
}

// Hostile texts of a configuration and of clients stay texts on every page, in a real browser, which has nothing to complain
// of: neither of the page's policy.
func TestConsoleKeepsHostileTexts(t *testing.T) {
	t.Parallel()
	hooks := newHooks(t)
	config := writeConfig(t, hostileConfig(hooks.url))
	s := start(t, setup{config: config})
	s.frozen(t, "demo")
	in := s.in("demo")
	login := func(username, password string) string {
		return into[process](t, in.do(t, "POST", basePath+"/bank_connections/authenticate", fields{"username": username, "password": password},
			"User-Agent", hostile, "X-Request-Id", "r-1"), 200).ID
	}
	one := login(hostile, "one")
	connection := in.connect(t, login(hostile, hostile)).ID
	s.changeClock(t, "demo", fields{"advance": "2s"})
	login(hostile, "nothing takes this")
	into[map[string]any](t, s.do(t, "PUT", "/admin/v1/sessions/demo/faults", `[{"name": "x", "endpoint": "banks", "http_status": 500, "body": "<img src=x onerror=window.taken=1>"}]`), 200)
	eventually(t, patience, "the webhooks arrive", func() bool { return hooks.count() > 0 })
	b := openTab(t, appearance{})
	complaints := b.complaints()
	b.open(s.url + "/console/live?session=demo")
	for _, path := range []string{
		"live?session=demo", "live?session=demo&exchange=1", "live?session=demo&exchange=4", "exchanges/1", "exchanges/2", "processes/" + one, "connections/" + connection,
		"connections?session=demo", "scenarios", "scenarios/one", "scenarios/two", "endpoints", "webhooks", "sessions", "sessions/demo", "editor",
		"editor?exchange=1", "editor?record=demo", "editor?new=HOSTILE.yaml", "live?id=HOSTILE", "live?scenario=HOSTILE&endpoint=HOSTILE", "scenarios?search=HOSTILE",
		"sessions?search=HOSTILE", "endpoints?search=HOSTILE", "webhooks?session=HOSTILE", "connections?status=HOSTILE", "processes/HOSTILE", "scenarios/HOSTILE",
	} {
		address := s.url + "/console/" + strings.ReplaceAll(path, "HOSTILE", "%3C%2Fscript%3E%3Cimg%20src%3Dx%20onerror%3Dwindow.taken%3D1%3E%27%22")
		b.open(address)
		b.await("true")
		if strings.HasPrefix(path, "webhooks") {
			_, err := evaluate[bool](b, `document.querySelectorAll("details").forEach((d) => { d.open = true; }), true`)
			must(t, err)
		}
		if taken, err := evaluate[bool](b, `window.taken === 1 || !!document.querySelector("img[src=x], [onerror]")`); err != nil || taken {
			t.Errorf("%s: %v: a text became a part of the page", path, err)
		}
	}
	// A refusal repeats what is wrong.
	b.open(s.url + "/console/live?session=demo")
	write(t, config, strings.Replace(hostileConfig(hooks.url), "scenarios:", `"<img src=x onerror=window.taken=1>":`, 1))
	b.await(`document.querySelector("#bar .alert")`)
	if taken, err := evaluate[bool](b, `window.taken === 1 || !!document.querySelector("img[src=x]")`); err != nil || taken {
		t.Errorf("%v: the banner became a part of the page", err)
	}
	complaints.only(t, "404", "409", "422", "beforeunload")
}

// Another site's page, open in the same browser, changes nothing by forms nor by scripts.
func TestConsoleRefusesOtherSites(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprintf(w, `<form method="post" action="%[1]s/console/clock"><input name="session" value="default"><input name="turn" value="freeze"><button id="press">x</button></form>
			<script>const tries = [];
			for (const path of ["/console/clock", "/console/switch", "/console/sessions", "/console/sessions/default/faults", "/console/sign-in"])
				for (const mode of ["no-cors", "cors"])
					tries.push(fetch("%[1]s" + path, {method: "POST", mode, credentials: "include", body: new URLSearchParams({session: "default", turn: "freeze", id: "made", action: "create"})}).then((r) => r.ok, () => false));
			tries.push(fetch("%[1]s/console/files/mockbank.yaml", {method: "PUT", mode: "cors", body: "{}"}).then((r) => r.ok, () => false));
			Promise.all(tries).then((all) => { document.title = all.some((ok) => ok) ? "got through" : "refused"; });</script>`, s.url)
	}))
	t.Cleanup(site.Close)
	b := openTab(t, appearance{})
	// By another name, so that it is another site to the browser, and not only another port.
	b.open(strings.Replace(site.URL, "127.0.0.1", "localhost", 1))
	b.await(`document.title === "refused"`)
	b.click("#press")
	b.at(s.url + "/console/clock")
	b.sees("another site")
	if s.session(t, "default").Frozen {
		t.Error("the clock stands")
	}
	if got := s.do(t, "GET", "/admin/v1/sessions/made", nil); got.Status != 404 {
		t.Errorf("the session that another site asked for: %d", got.Status)
	}
}
