package httpapi

import (
	"strings"
	"testing"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	s := start(t)
	in := inSession("run")
	for _, password := range []string{"success", "success", "challenge"} {
		s.send("POST", base+"/bank_connections/authenticate", credentials(password), in).want(200)
	}
	verify := func(body string, changes ...request) answered {
		t.Helper()
		return s.send("POST", "/admin/v1/verify", body, append(changes, loopback)...)
	}
	for _, body := range []string{
		`{"session":"run","scenarios":{"success-case":"2..","challenge-case":1},"no_fallback":true,"webhooks":"all_delivered"}`,
		`{"session":"run","scenarios":{"success-case":"1..2"}}`, `{"session":"run","scenarios":{"broken-case":"0"},"no_fallback":false}`,
		`{"no_fallback":true}`, `{"session":"fresh","scenarios":{"success-case":0},"webhooks":null}`,
	} {
		if got := verify(body).want(200); got.field("holds") != true || len(got.field("differences").([]any)) != 0 {
			t.Errorf("%s: %s", body, got.Body)
		}
	}
	if got := verify(`{"scenarios":{"success-case":"2"}}`, in).want(200); got.field("holds") != true {
		t.Errorf("the header's session: %s", got.Body)
	}
	s.send("POST", base+"/bank_connections/authenticate", credentials("typo"), in).want(200)
	got := verify(`{"session":"run","scenarios":{"success-case":"3..","challenge-case":"2"},"no_fallback":true}`).want(200)
	for path, want := range map[string]any{
		"holds": false, "differences.0.pointer": "/scenarios/challenge-case", "differences.0.expected": "2", "differences.0.actual": "1",
		"differences.1.pointer": "/scenarios/success-case", "differences.2.pointer": "/no_fallback", "differences.2.detail": "1 login answered by no scenario",
	} {
		if got.field(path) != want {
			t.Errorf("%s is %v, want %v: %s", path, got.field(path), want, got.Body)
		}
	}
	for body, reported := range map[string]string{
		`{"session":"run"}`:                  "expects nothing",
		`{"scenarios":{"success-case":"x"}}`: `must be a number or a range`,
		`{"scenarios":["success-case"]}`:     `must be an object of numbers or ranges by name`,
		`{"scenarios":{"success-case":1.5}}`: `must be a number or a range`,
		`{"scenario":{"success-case":"1"}}`:  "did you mean scenarios",
		`{"no_fallback":"yes"}`:              "must be true or false",
		`{"webhooks":"all"}`:                 "webhooks must be all_delivered",
	} {
		if got := verify(body).wantProblem(422, "invalid_fields"); !strings.Contains(got.text("detail"), reported) {
			t.Errorf("%s: %s", body, got.Body)
		}
	}
	if got := verify(`{"scenarios":{"sucess-case":"1"}}`).wantProblem(422, "unknown_scenario"); !strings.Contains(got.text("detail"), "success-case") {
		t.Errorf("the nearest is not named: %s", got.Body)
	}
	verify(`{"session":"a b","no_fallback":true}`).wantProblem(422, "invalid_parameters")
	s.send("POST", "/admin/v1/verify", `{"no_fallback":true}`, from("10.0.0.1:1", "bank.test")).wantProblem(403, "loopback_only")
}
