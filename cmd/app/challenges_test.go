package app_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

const challengingBank = `
scenarios:
  - name: gif
    when: {password: gif}
    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {kind: PHOTO, image: {mime_type: image/gif, data: R0lGODlhAQABAAAAACw=}}, expires_after: 1h}
  - name: broken
    when: {password: broken}
    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {image: {mime_type: "", data: "not base64 <!"}, images: [{data: R0lGODlhAQABAAAAACw=}, {mime_type: null, data: null}]}, expires_after: 1h}
  - {name: none, when: {password: none}, authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {images: [], fields: []}, expires_after: 1h}}
  - name: questions
    when: {password: questions}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: Who are you, fields: [{name: pet, label: First pet}, {name: city, label: ""}, {name: code}]}
      next: [{challenge_response: {pet: {equals: rex, ignore_case: true}, city: any, code: [a, b]}, then: AUTHENTICATED}]
  - name: totp
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: Code}
      next: [{challenge_response: {totp: {secret: GEZDGNBVGY3TQOJQ}}, then: AUTHENTICATED}]
`

func TestPicturesOfChallenges(t *testing.T) {
	t.Parallel()
	p := play(t, challengingBank)
	const gif = "R0lGODlhAQABAAAAACw="
	p.login("gif").want(200, "challenge.image.mime_type", "image/gif", "challenge.image.data", gif, "challenge.images", nil, "challenge.fields", nil)
	p.login("broken").want(200, "challenge.image.mime_type", "", "challenge.image.data", "not base64 <!",
		"challenge.images.0.mime_type", "image/gif", "challenge.images.0.data", gif, "challenge.images.1.mime_type", nil, "challenge.images.1.data", nil)
	p.login("none").want(200, "challenge.image", nil, "challenge.images", []any{}, "challenge.fields", []any{})
	journal := p.do("GET", p.server.URL+"/admin/v1/journal?session="+p.Name, nil)
	if strings.Contains(journal.Text, gif) || !strings.Contains(journal.Text, "[20 characters]") {
		t.Error("the journal shows pictures")
	}
}

func TestPicturesOfFilesAreFrozenAndFollowed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("tan.gif", "GIF89a one")
	write("mockbank.yaml", `
banks: [{slug: MockBank}]
scenarios:
  - {name: all, authentication: {status: CHALLENGE_RESPONSE_REQUIRED, challenge: {image: {file: tan.gif}}, expires_after: 1h}}
`)
	server := mockbanktest.Start(t, mockbanktest.ConfigFile(filepath.Join(folder, "mockbank.yaml")))
	p := &played{t: t, server: server, Session: server.Session(t, mockbanktest.Frozen()), client: noRedirects()}
	before := p.login("x").want(200, "challenge.image.mime_type", "image/gif").at("challenge.image.data")
	old := p.process
	write("tan.gif", "GIF89a two")
	p.do("POST", server.URL+"/admin/v1/reload", nil)
	if after := p.login("x").at("challenge.image.data"); after == before || after == nil {
		t.Errorf("a saved picture is still %v", after)
	}
	p.process = old
	p.poll().want(200, "challenge.image.data", before)
}

func TestAnswersInFields(t *testing.T) {
	t.Parallel()
	p := play(t, challengingBank)
	p.login("questions").want(200, "challenge.fields.0.name", "pet", "challenge.fields.0.label", "First pet",
		"challenge.fields.1.label", "", "challenge.fields.2.label", nil)
	const wrong = "INVALID_CHALLENGE_RESPONSE"
	for _, answer := range []any{"rex", map[string]any{"pet": "rex", "code": "c"}, map[string]any{"code": "a"}, map[string]any{}} {
		p.answer(answer).want(200, "status", "CHALLENGE_RESPONSE_REQUIRED", "error.code", wrong)
	}
	p.answer(map[string]any{"pet": 7}).want(422, "errors.0.pointer", "/challenge_response/pet")
	p.answer(map[string]any{"pet": "Rex", "code": "b"}).want(200, "status", "AUTHENTICATED", "error", nil)
	p.answer(map[string]any{"pet": "Rex"}).want(409, "code", "no_challenge_open")

	p.login("questions")
	form := url.Values{"bank_authentication_process_id": {p.process}, "challenge_response[pet]": {"REX"}, "challenge_response[code]": {"a"}}
	p.do("POST", p.BankURL()+"/bank_connections/confirm_challenge_response", form.Encode(), "Content-Type", "application/x-www-form-urlencoded").
		want(200, "status", "AUTHENTICATED")
	p.login("gif")
	p.answer(map[string]any{"pet": "Rex"}).want(422, "code", "invalid_fields")
	if journal := p.do("GET", p.server.URL+"/admin/v1/journal?session="+p.Name, nil); strings.Contains(journal.Text, `Rex`) || strings.Contains(journal.Text, `REX`) {
		t.Error("the journal shows answers")
	}
}

func TestOneTimeCodesGoByTheSessionsClock(t *testing.T) {
	t.Parallel()
	p := play(t, challengingBank)
	code := engine.TOTP{Secret: "GEZDGNBVGY3TQOJQ", Digits: 6, Period: 30 * time.Second}
	p.Advance(36 * time.Hour)
	p.login("x")
	p.answer(code.Code(p.Now().Add(-time.Minute))).want(200, "status", "CHALLENGE_RESPONSE_REQUIRED", "error.code", "INVALID_CHALLENGE_RESPONSE")
	p.answer(code.Code(p.Now())).want(200, "status", "AUTHENTICATED")
}
