package app_test

import (
	"testing"
	"time"
)

// A text that is written as "" is sent as "", and null as null, by the bank's own API and by declared ones.
func TestEmptyTextsAreSentAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	p := play(t, `
banks: [{slug: MockBank, name: ""}, {slug: Unnamed}]
default_bank: MockBank
scenarios:
  - {name: line, when: {password: line}, authentication: AUTHENTICATED, import: {takes: 10s, message: ""}}
  - {name: none, when: {password: none}, authentication: AUTHENTICATED, import: {takes: 10s, message: null}}
  - name: points
    when: {password: points}
    authentication: AUTHENTICATED
    import: [{after: 0s, message: Reads}, {after: 1s, progress: 10, message: ""}, {after: 1s, progress: 20}, {after: 1s, message: null}, {after: 1s, status: SUCCESS}]
  - name: asks
    when: {password: asks}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: "", fields: [{name: q, label: ""}, {name: r}], image: {mime_type: null, data: ""}}
apis:
  - name: shop
    base: /shop
    endpoints:
      GET /logins/{process}: {does: read, answer: {body: {challenge: "${process.challenge}", first: "${process.challenge.fields[0].label}"}}}
      GET /items/{connection}: {does: read_connection, answer: {body: {message: "${connection.import_message}"}}}
`)
	p.do("GET", p.server.URL+"/api/v3/wealth_api/banks?is_mock_bank=any", nil).want(200, "banks.0.name", "", "banks.1.name", "Unnamed")
	both := func(want any) {
		t.Helper()
		p.read().want(200, "import_message", want)
		p.do("GET", p.server.URL+"/shop/items/"+p.connection, nil).want(200, "message", want)
	}
	p.login("line").want(200)
	p.connect().want(201, "import_message", "")
	both("")
	p.login("none").want(200)
	p.connect().want(201)
	both(nil)
	p.login("points").want(200)
	p.connect().want(201)
	both("Reads")
	for _, want := range []any{"", "", nil} {
		p.Advance(time.Second)
		both(want)
	}
	p.login("asks").want(200, "challenge.message", "", "challenge.fields.0.label", "")
	p.do("GET", p.server.URL+"/shop/logins/"+p.process, nil).want(200, "first", "", "challenge.message", "", "challenge.fields.1.name", "r",
		"challenge.fields.1.label", nil, "challenge.image.data", "", "challenge.image.mime_type", nil)
}

// A header that is null is taken away, one that every answer has too.
func TestHeadersAreTakenAway(t *testing.T) {
	t.Parallel()
	p := play(t, `
scenarios:
  - {name: bare, when: {password: bare}, authentication: {status: AUTHENTICATED, respond: {headers: {content-type: null, Date: ~, X-Mockbank-Scenario: null, X-Own: "null"}}}}
  - {name: whole, when: {password: whole}, authentication: AUTHENTICATED}
faults: [{endpoint: connect, headers: {Location: null, Content-Type: null}}]
apis:
  - {name: shop, base: /shop, endpoints: {GET /a: {answer: {headers: {X-None: null, X-Own: "${query.own}"}, body: {}}}}}
`)
	for password, sent := range map[string]bool{"bare": false, "whole": true} {
		got := p.login(password).want(200)
		for _, name := range []string{"Content-Type", "Date", "X-Mockbank-Scenario"} {
			if _, has := got.Header[name]; has != sent {
				t.Errorf("%s: %s: %q", password, name, got.Header[name])
			}
		}
		if own := got.Header.Get("X-Own"); own != "null" && !sent {
			t.Errorf("X-Own is %q", own)
		}
	}
	if got := p.connect().want(201); got.Header["Location"] != nil || got.Header["Content-Type"] != nil {
		t.Errorf("what the fault takes away is there: %v", got.Header)
	}
	if got := p.do("GET", p.server.URL+"/shop/a?own=1", nil); got.Header["X-None"] != nil || got.Header.Get("X-Own") != "1" {
		t.Errorf("the declared answer has %v", got.Header)
	}
}
