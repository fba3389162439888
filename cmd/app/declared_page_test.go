package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const declaredPageBank = `
banks: [{slug: MockBank}]
scenarios:
  - name: questions
    when: {password: questions}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: Two questions, fields: [{name: pet, label: Your first pet}, {name: q<2>}]}
      next:
        - {challenge_response: {pet: Rex, "q<2>": any}, then: AUTHENTICATED}
        - {challenge_response: any, then: AUTHENTICATION_FAILED}
  - name: second
    when: {password: second}
    authentication:
      status: DECOUPLED_AUTH_REQUIRED
      next: [{approval: approved, then: AUTHENTICATED}, {password: more, then: AUTHENTICATED}]
  - name: either
    when: {password: either}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      next: [{challenge_response: "1", then: AUTHENTICATED}, {password: more, then: AUTHENTICATED}]
apis:
  - name: shop
    base: /shop
    endpoints:
      POST /logins:
        does: {authenticate: {username: "${body.user}", password: "${body.secret}", redirect_uri: "${body.back}"}}
        answer: {body: {id: "${process.id}"}}
`

// What a declared login's page can ask is what any step can: answers in several fields and additional passwords too.
func TestTheDeclaredPageTakesEveryAnswer(t *testing.T) {
	t.Parallel()
	p := play(t, declaredPageBank)
	for password, test := range map[string]struct {
		shown []string
		sent  url.Values
	}{
		"questions": {[]string{`<label for="answer-0">Your first pet</label>`, `name="challenge_response[pet]"`, `q&lt;2&gt;</label>`},
			url.Values{"challenge_response[pet]": {"Rex"}, "challenge_response[q<2>]": {"x"}}},
		"second": {[]string{`name="additional_password"`, `href="../phone/`}, url.Values{"additional_password": {"more"}}},
		"either": {[]string{`name="challenge_response"`, `name="additional_password"`}, url.Values{"additional_password": {"more"}}},
	} {
		made := p.do("POST", p.server.URL+"/shop/logins", map[string]any{"user": "u", "secret": password, "back": "http://localhost:3000/cb"}).want(200)
		page := p.server.URL + "/login/" + made.JSON.(map[string]any)["id"].(string)
		shown := p.do("GET", page, nil)
		for _, want := range test.shown {
			if shown.Status != http.StatusOK || !strings.Contains(shown.Text, want) {
				t.Errorf("%s: the page has no %s: %d %s", password, want, shown.Status, shown.Text)
			}
		}
		got := p.do("POST", page, test.sent.Encode(), "Content-Type", "application/x-www-form-urlencoded")
		if location := got.Header.Get("Location"); got.Status != http.StatusSeeOther || !strings.HasPrefix(location, "http://localhost:3000/cb") {
			t.Errorf("%s: %d %s", password, got.Status, location)
		}
	}
}

// An api says what comes back of a scenario's own decision, also where the browser comes to the page again; of one that
// it says nothing of, what it says of approved.
func TestWhatAnAPIReturnsOfADecisionOfTheScenariosOwn(t *testing.T) {
	t.Parallel()
	p := play(t, `
banks: [{slug: MockBank}]
scenarios:
  - name: all
    authentication:
      status: REDIRECT_REQUIRED
      decisions: [{id: partly, name: Only some}, {id: other, name: Other}]
      next:
        - {redirect: approved, then: AUTHENTICATED}
        - {redirect: partly, then: AUTHENTICATED}
        - {redirect: other, then: AUTHENTICATED}
apis:
  - name: shop
    base: /shop
    returns: {approved: {query: {ok: all}}, partly: {query: {ok: some}}}
    endpoints:
      POST /logins:
        does: {authenticate: {username: "${body.user}", redirect_uri: "${body.back}"}}
        answer: {body: {id: "${process.id}"}}
`)
	for decision, want := range map[string]string{"approved": "ok=all", "partly": "ok=some", "other": "ok=all"} {
		made := p.do("POST", p.server.URL+"/shop/logins", map[string]any{"user": "u", "back": "http://localhost:3000/cb"}).want(200)
		page := p.server.URL + "/login/" + made.JSON.(map[string]any)["id"].(string)
		decided := p.do("POST", page, "decision="+decision, "Content-Type", "application/x-www-form-urlencoded")
		for _, got := range []said{decided, p.do("GET", page, nil)} {
			if location := got.Header.Get("Location"); got.Status != http.StatusSeeOther || !strings.Contains(location, want) {
				t.Errorf("%s: %d %s, want %s", decision, got.Status, location, want)
			}
		}
	}
}
