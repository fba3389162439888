package console

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

func TestLibrariesAreAsPublished(t *testing.T) {
	t.Parallel()
	sources, err := assetFiles.ReadFile("assets/SOURCES.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("`([a-z.]+\\.js)` \\| npm package .*SHA-256 `([0-9a-f]{64})`").FindAllStringSubmatch(string(sources), -1)
	if len(rows) == 0 {
		t.Fatal("SOURCES.md names no library")
	}
	for _, row := range rows {
		content, err := assetFiles.ReadFile("assets/" + row[1])
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != row[2] {
			t.Errorf("%s is not the file that SOURCES.md names", row[1])
		}
	}
}

// editor/build.sh says in the bundle from what it was made.
func TestTheEditorIsMadeFromItsSource(t *testing.T) {
	t.Parallel()
	made := sha256.New()
	for _, name := range []string{"editor/editor.js", "editor/package-lock.json"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		made.Write(text)
	}
	bundle, err := assetFiles.ReadFile("assets/editor.js")
	if err != nil {
		t.Fatal(err)
	}
	if sum := hex.EncodeToString(made.Sum(nil))[:32]; !strings.HasPrefix(string(bundle), "/* made by editor/build.sh from "+sum) {
		t.Error("assets/editor.js is not made from editor/editor.js as it is now; run editor/build.sh")
	}
}

func templateTexts(t *testing.T) string {
	t.Helper()
	names, err := fs.Glob(templateFiles, "*.html")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range names {
		text, err := templateFiles.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func TestLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	verbs := regexp.MustCompile(`%[a-z]`)
	for _, l := range languages[1:] {
		for _, name := range slices.Sorted(maps.Keys(english)) {
			said, found := l.Texts[name]
			if !found || said == "" {
				t.Errorf("%s: no text %q", l.Tag, name)
			}
			if want, got := verbs.FindAllString(english[name], -1), verbs.FindAllString(said, -1); !slices.Equal(want, got) {
				t.Errorf("%s: %q has the verbs %v, want %v", l.Tag, name, got, want)
			}
		}
		for name := range l.Texts {
			if _, found := english[name]; !found {
				t.Errorf("%s: %q is said in no other language", l.Tag, name)
			}
		}
	}
	for _, use := range regexp.MustCompile(`\bt "([^"]+)"`).FindAllStringSubmatch(templateTexts(t), -1) {
		if _, found := english[use[1]]; !found {
			t.Errorf("a template says %q, which is no text", use[1])
		}
	}
}

// A policy without unsafe-inline lets no style and no handler in a template work.
func TestTemplatesHoldNoScriptAndNoStyle(t *testing.T) {
	t.Parallel()
	found := regexp.MustCompile(`(?i)\s(style|on[a-z]+)=|<style|<script>|hx-on|hx-vals='js|javascript:`).FindAllString(templateTexts(t), -1)
	if len(found) > 0 {
		t.Errorf("%q", found)
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	f := filter{Session: "a b", Outcome: "4xx"}
	if got := f.Query(7); got != "exchange=7&outcome=4xx&session=a+b" {
		t.Error(got)
	}
	if got := f.With("fallen"); got != "outcome=fallen&session=a+b" {
		t.Error(got)
	}
}

func TestWhereTheReaderGoesOn(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]string{
		"": "/console/live", "/console/connections?session=x": "/console/connections?session=x",
		"//evil.example/": "/console/live", "/console/\\evil": "/console/live", "https://evil.example/console/": "/console/live",
		"/console/sign-out": "/console/live", "/admin/v1/status": "/console/live",
	} {
		if got := pageAfter(to); got != want {
			t.Errorf("%q leads to %q, want %q", to, got, want)
		}
	}
}

func exchangeOf(password string, matcher engine.Matcher) *journal.Entry {
	return &journal.Entry{
		Session: "s1", Route: "authenticate", Decision: &journal.Decision{Scenario: &engine.Scenario{When: engine.Condition{Password: matcher}}},
		Request: journal.Request{
			Method: "POST", Path: "/api/v3/wealth_api/bank_connections/authenticate",
			Header: []journal.Field{{Name: "Authorization", Value: journal.Redacted}, {Name: "Idempotency-Key", Value: "k"}, {Name: "Content-Type", Value: "x"}},
			Body:   []journal.Field{{Name: "username", Value: "it's"}, {Name: "password", Value: password}},
		},
	}
}

func TestCurl(t *testing.T) {
	t.Parallel()
	literal := "challengeRequired"
	got := restore(exchangeOf(journal.Redacted, engine.Matcher{Equals: &literal})).curl("http://bank.test")
	want := `curl -s 'http://bank.test/api/v3/wealth_api/bank_connections/authenticate' -H "Authorization: Bearer $MOCKBANK_TOKEN" ` +
		`-H 'X-Mockbank-Session: s1' -H 'Content-Type: application/json' -d '{"username": "it'\''s", "password": "challengeRequired"}'`
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if s := restore(exchangeOf(journal.Redacted, engine.Matcher{Any: true})); !strings.Contains(s.curl(""), wrong) || len(s.missing) > 0 {
		t.Errorf("%+v", s)
	}
	never := engine.Matcher{Equals: &literal, Not: &engine.Matcher{Equals: &literal}}
	if s := restore(exchangeOf(journal.Redacted, never)); len(s.missing) != 1 || s.missing[0] != "password" {
		t.Errorf("%+v", s)
	}
}

func TestSecretOfAStep(t *testing.T) {
	t.Parallel()
	tan := "123456"
	flow := &engine.Flow{Steps: []engine.Step{{Next: []engine.Transition{{Event: engine.Event{Kind: "challenge_response", Value: engine.Matcher{Equals: &tan}}}}}}}
	e := &journal.Entry{Flow: flow, Moves: []engine.Move{{Event: "challenge_response"}}}
	if got, found := secretOf(e, "challenge_response"); got != tan || !found {
		t.Errorf("%q, %v", got, found)
	}
	if got, _ := secretOf(&journal.Entry{}, "challenge_response"); got != wrong {
		t.Errorf("%q: a wrong answer is a wrong one again", got)
	}
}

func TestGate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	gate := NewGate("s3cret", func() time.Time { return now })
	if NewGate("", time.Now) != nil {
		t.Error("a gate without a token")
	}
	until := "1795860000" // more than now
	for value, want := range map[string]bool{
		until + "." + gate.sign(until): true,
		until + "." + gate.sign("1"):   false,
		"1." + gate.sign("1"):          false,
		until:                          false,
		"":                             false,
		until + "." + NewGate("other", nil).sign(until): false,
		"1795869999." + gate.sign(until):                false,
		" " + until + "." + gate.sign(" "+until):        false,
	} {
		r := requestWith(value)
		if got := gate.Admits(r); got != want {
			t.Errorf("%q admits %v", value, got)
		}
	}
	now = now.Add(20 * 24 * time.Hour)
	if gate.Admits(requestWith(until + "." + gate.sign(until))) {
		t.Error("it lasts for ever")
	}
}

func requestWith(value string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/console/live", nil)
	r.Header.Set("Cookie", cookieName+"="+value)
	return r
}

// Whatever the engine says by a word has a text in every language.
func TestWordsOfTheEngineHaveTexts(t *testing.T) {
	t.Parallel()
	for _, l := range languages {
		for _, known := range engine.Hints() {
			said, err := hint(l, strings.ReplaceAll(known, "%d", "2"))
			if err != nil || said == "" || strings.Contains(said, "%") || l.Tag == "de" && said == strings.ReplaceAll(known, "%d", "2") {
				t.Errorf("%s: %q is said as %q, %v", l.Tag, known, said, err)
			}
		}
		var names []string
		for _, kind := range engine.EventKinds() {
			if door := kind.Spec().Door; door != nil && door.Field != "" {
				names = append(names, "input."+string(kind))
			}
		}
		for _, state := range engine.DeliveryStates() {
			names = append(names, "delivery."+string(state))
		}
		for _, name := range faultEffects() {
			names = append(names, "effect."+name)
		}
		for _, name := range names {
			if l.Texts[name] == "" {
				t.Errorf("%s: no text %q", l.Tag, name)
			}
		}
	}
	if len(hintTexts) != len(engine.Hints()) {
		t.Errorf("%d texts for %d hints", len(hintTexts), len(engine.Hints()))
	}
	if said, err := hint(languages[0], "something new"); said != "something new" || err != nil {
		t.Errorf("%q, %v", said, err)
	}
}

// Only pictures are shown, whatever a scenario says that its data is.
func TestPicturesOfChallenges(t *testing.T) {
	t.Parallel()
	var f flowPage
	p := &page{Console: &Console{config: Config{CamelCase: true}}}
	p.answered(&f, []byte(`{"challenge": {"message": "Read it", "answer_field_label": null, "image": {"mime_type": "image/PNG", "data": "aGk="},
		"images": [{"mime_type": "text/html", "data": "aGk="}, {"mime_type": "image/png", "data": "<script>"}, {"mime_type": null, "data": null}],
		"fields": [{"name": "pet", "label": "Pet"}]}}`))
	if len(f.Inputs.Pictures) != 1 || f.Inputs.Pictures[0] != "data:image/png;base64,aGk=" || f.Inputs.Message != "Read it" || len(f.Inputs.Parts) != 1 {
		t.Errorf("%+v", f.Inputs)
	}
	before := f.Inputs.Message
	if !strings.Contains(f.Answer, "answerFieldLabel") {
		t.Errorf("clients of this server get camelCase: %s", f.Answer)
	}
	p.answered(&f, []byte(`{"challenge": "something else"}`))
	p.answered(&f, []byte(`[1]`))
	if f.Inputs.Message != before {
		t.Errorf("%+v", f.Inputs)
	}
}

func TestFieldsOfAnAnswer(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("kind=challenge_response&field.pet=Rex&field.age=7"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	_ = r.PostFormValue("kind")
	if got := fieldsOf(r); !maps.Equal(got, map[string]string{"pet": "Rex", "age": "7"}) {
		t.Errorf("%v", got)
	}
	if fieldsOf(httptest.NewRequest(http.MethodPost, "/", nil)) != nil {
		t.Error("fields without a form")
	}
}
