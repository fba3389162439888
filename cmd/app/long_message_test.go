package app_test

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"testing"
)

// Texts of banks have markup, line ends, letters of all scripts and directions, and no bound that a client could know:
// what is written arrives as a whole, wherever it is told, and is a text on the bank's page.
func TestLongAndOddTextsArriveWhole(t *testing.T) {
	t.Parallel()
	odd := "<b onload=\"x()\">Freigabe</b>\r\n\tZeile 2 & mehr\n\u202eעברית\u202c 👩‍👩‍👧 \"${}\" ${ $ é ß \\ '\u2028 end\n"
	long := strings.Repeat(odd, 200<<10/len(odd)+1)
	if len(long) < 200<<10 {
		t.Fatalf("the message has %d bytes", len(long))
	}
	quoted, err := json.Marshal(strings.ReplaceAll(long, "${", "$${")) // which YAML reads alike; `$${` is the text `${`
	if err != nil {
		t.Fatal(err)
	}
	p := play(t, fmt.Sprintf(`
scenarios:
  - name: asks
    when: {password: asks}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: &long %s, answer_field_label: ""}
      next:
        - {challenge_response: "1", then: AUTHENTICATED}
        - {challenge_response: any, then: {status: AUTHENTICATION_FAILED, error: {code: WRONG, message: *long, display_message: *long}}}
    import: {takes: 10s, message: *long}
apis:
  - name: shop
    base: /shop
    endpoints:
      POST /logins: {does: {authenticate: {username: u, password: asks}}, answer: {body: {id: "${process.id}", message: "${process.challenge.message}"}}}
`, quoted))
	p.login("asks").want(200, "challenge.message", long, "challenge.answer_field_label", "")
	p.poll().want(200, "challenge.message", long)
	p.answer("2").want(200, "error.message", long, "error.display_message", long)
	p.login("asks").want(200)
	p.answer("1").want(200, "status", "AUTHENTICATED")
	p.connect().want(201, "import_message", long)
	p.read().want(200, "import_message", long)

	made := p.do("POST", p.server.URL+"/shop/logins", map[string]any{}).want(200, "message", long)
	page := p.do("GET", p.server.URL+"/login/"+made.JSON.(map[string]any)["id"].(string), nil)
	if page.Status != 200 || strings.Contains(page.Text, "<b onload") || !strings.Contains(html.UnescapeString(page.Text), long) {
		t.Errorf("the page: %d, %d bytes", page.Status, len(page.Text))
	}
}
