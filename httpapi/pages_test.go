package httpapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

var german = header("Accept-Language", "de-AT, en;q=0.5")

// Every page is in German for who prefers that, and says that it is.
func TestPagesInGerman(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, away := s.goAway("redirect_uri", "http://localhost:3000/")
	decided, over := s.goAway()
	s.decide(over, "declined").want(200)
	for path, part := range map[string]string{
		"/":                              "Eine Bank für Tests",
		"/phone":                         "<h1>Die App der Bank</h1>",
		"/phone?process=x":               "keine Kennung",
		away:                             "Zugriff auf Ihre Konten erlauben?",
		over:                             "Diese Anmeldung ist beendet",
		"/phone/" + decided:              "Diese Anmeldung ist beendet",
		"/phone/" + s.login("phone"):     "Anmeldung freigeben?",
		"/login/" + s.login("phone"):     "App der Bank öffnen",
		"/phone/" + unknownID:            "Nicht gefunden",
		"/admin/v1/coverage?format=html": "Abdeckung",
	} {
		got := s.get(path, german, loopback)
		if !strings.Contains(got.Body.String(), part) || !strings.Contains(got.Body.String(), `<html lang="de">`) {
			t.Errorf("%s lacks %q: %s", path, part, got.Body)
		}
		if got.Header().Get("Vary") != "Accept-Language" || got.Header().Get("Content-Language") != "de" {
			t.Errorf("%s: %v", path, got.Header())
		}
	}
	for decision, part := range map[string]string{"approved": "Sie haben den Zugriff freigegeben", "": "nichts entschieden"} {
		if got := s.decide("/phone/"+s.login("phone"), decision, german); !strings.Contains(got.Body.String(), part) {
			t.Errorf("%q lacks %q: %s", decision, part, got.Body)
		}
	}
}

// Names that come from outside stay texts, wherever they are shown.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	const hostile = `"><script>alert(1)</script><img src=x onerror=y>`
	s := start(t)
	rules, err := engine.NewRuleSet(engine.RuleSetConfig{
		Hash: "5eed5eed5eed5eed", DefaultBank: "MockBank",
		Banks: []engine.Institution{{Slug: "MockBank", Name: hostile}}, Scenarios: hostileScenarios(hostile),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.bank.Use(rules)
	for name, scenario := range map[string]string{"/login/": "away-case", "/phone/": "asks-case", "/login/ ": "asks-case", "/phone/ ": "over-case"} {
		body := object("username", hostile, "password", "x", "redirect_uri", "http://localhost/?a=%22%3E<script>&b='\"")
		got := s.send("POST", base+"/bank_connections/authenticate", body, header("X-Mockbank-Scenario", scenario)).want(200)
		page := s.get(strings.TrimSpace(name) + got.text("bank_authentication_process_id")).Body.String()
		if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img") || strings.Contains(page, `a=%22%3E<script>`) {
			t.Errorf("%s of %s: %s", name, scenario, page)
		}
		if !strings.Contains(page, "&lt;script&gt;alert(1)") {
			t.Errorf("%s of %s does not show the name: %s", name, scenario, page)
		}
	}
}

func hostileScenarios(text string) []*engine.Scenario {
	step := func(status engine.Status, kind engine.EventKind) engine.Step {
		return engine.Step{
			Name: "asks", Status: status, Challenge: &engine.Challenge{Kind: engine.ChallengeText, Message: engine.Plain(engine.Text(text))},
			Next: []engine.Transition{{Event: engine.Event{Kind: kind, Value: engine.Literal(engine.Approved)}, To: 1}},
		}
	}
	refused := engine.Step{Name: "over", Status: engine.AuthenticationFailed, Error: &engine.Failure{Code: "X", DisplayMessage: engine.Plain(engine.Text(text))}}
	return []*engine.Scenario{
		scenario("away", threeSeconds, step(engine.RedirectRequired, engine.EventRedirect), authenticated),
		scenario("asks", threeSeconds, step(engine.DecoupledAuthRequired, engine.EventApproval), authenticated),
		scenario("over", threeSeconds, refused),
	}
}

// What a login form holds has no name, so that no browser sends it; the decision has.
func TestLoginFormSendsNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	_, page := s.goAway()
	form := between(t, s.get(page).want(200).Body.String(), `<article id="login">`, "</article>")
	if strings.Contains(form, "name=") || !strings.Contains(form, `type="password"`) || strings.Contains(form, `method="post"`) {
		t.Errorf("%s", form)
	}
}

// Where the user goes away to is where the decision would lead, if the configuration allows it.
func TestGoingAway(t *testing.T) {
	t.Parallel()
	s := start(t)
	id, page := s.goAway("redirect_uri", "http://localhost:3000/back?a=1", "state", "s")
	link := fmt.Sprintf(`href="http://localhost:3000/back?a=1&amp;bank_authentication_process_id=%s&amp;state=s"`, id)
	if got := s.get(page).want(200).Body.String(); strings.Count(got, link) != 2 {
		t.Errorf("no way back from both steps: %s", got)
	}
	stricter, err := New(Config{Bank: s.bank, Requests: s.store, Configuration: newConfiguration(), RedirectHosts: []string{"app.test"}})
	if err != nil {
		t.Fatal(err)
	}
	s.handler = stricter
	if got := s.get(page).want(200).Body.String(); strings.Contains(got, `href="http`) {
		t.Errorf("a link to where nobody may be sent: %s", got)
	}
}
