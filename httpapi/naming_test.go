package httpapi

import (
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/mockbank/mockbank/engine"
)

// membersOf are the members of a body's type, as [engine.Members] has them.
func membersOf(body reflect.Type) engine.Members {
	for body.Kind() == reflect.Pointer || body.Kind() == reflect.Slice {
		body = body.Elem()
	}
	if body.Kind() != reflect.Struct {
		return nil
	}
	members := engine.Members{}
	for i := range body.NumField() {
		field := body.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if inner := membersOf(field.Type); len(inner) > 0 || strings.Contains(name, "_") {
			members[name] = inner
		}
	}
	return members
}

func sameMembers(a, b engine.Members) bool {
	return maps.EqualFunc(a, b, sameMembers)
}

func TestAllMembersAreRenamed(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]any{
		"process": processBody{}, "connection": connectionBody{}, "connections": connectionsBody{}, "banks": banksBody{}, "bank": bankBody{},
	} {
		if want := membersOf(reflect.TypeOf(body)); !sameMembers(want, answerMembers[name]) {
			t.Errorf("%s has %v, renamed are %v", name, want, answerMembers[name])
		}
	}
}

// camelDoc is the description of an API in camelCase, made strict.
func camelDoc(t *testing.T) *openapi3.T {
	t.Helper()
	text, err := describeInCamelCase(documentAsJSON)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
	for _, schema := range doc.Components.Schemas {
		forbidOthers(schema)
	}
	return doc
}

func TestCamelCase(t *testing.T) {
	t.Parallel()
	doc := camelDoc(t)
	s := start(t, func(c *Config) { c.CamelCase = true })
	send := func(method, path, body string, changes ...request) answered {
		t.Helper()
		got, r := s.answer(method, path, body, changes...)
		checkDescribedBy(t, doc, r, got.ResponseRecorder)
		return got
	}
	login := func(password string) string {
		t.Helper()
		return send("POST", base+"/bank_connections/authenticate", object("bankSlug", "MockBank", "username", "tester", "password", password),
			header("X-Mockbank-Explain", "1")).want(200).text("bankAuthenticationProcessId")
	}
	id := login("challenge")
	for _, name := range []string{"wrong", "123456"} {
		got := send("POST", base+"/bank_connections/confirm_challenge_response",
			object("bankAuthenticationProcessId", id, "challengeResponse", name), header("Idempotency-Key", name)).want(200)
		if name == "wrong" && (got.field("challenge.attemptsLeft") != 2.0 || got.field("challenge.answerFieldLabel") != "TAN") {
			t.Errorf("%s", got.Body)
		}
		again := send("POST", base+"/bank_connections/confirm_challenge_response",
			object("bankAuthenticationProcessId", id, "challengeResponse", name), header("Idempotency-Key", name)).want(200)
		if again.Body.String() != got.Body.String() {
			t.Errorf("a repeat got %s, the first %s", again.Body, got.Body)
		}
	}
	connection := send("POST", base+"/bank_connections", "bankAuthenticationProcessId="+id, header("Content-Type", "application/x-www-form-urlencoded")).want(201).text("id")
	if got := send("GET", base+"/bank_connections/"+connection, "").want(200); got.field("importProgress") == nil {
		t.Errorf("%s", got.Body)
	}
	if got := send("GET", base+"/bank_connections?bankSlug=MockBank", ""); got.text("bankConnections.0.bankSlug") != "MockBank" {
		t.Errorf("%s", got.Body)
	}
	if got := send("GET", base+"/banks?isMockBank=true&multibankingProvider=", ""); got.field("banks.0.isMockBank") != true {
		t.Errorf("%s", got.Body)
	}
	send("GET", "/api/v1/banks?is_mock_bank=true", "").want(200)

	for _, miss := range []struct{ method, path, body, want string }{
		{"POST", "/bank_connections/authenticate", object("bank_slug", "MockBank", "username", "tester", "password", "x"), `{"pointer":"/bank_slug","detail":"is not known; did you mean bankSlug?"}`},
		{"POST", "/bank_connections", object("bank_authentication_process_id", id), `[{"pointer":"/bank_authentication_process_id","detail":"is not known; did you mean bankAuthenticationProcessId?"}]`},
		{"POST", "/bank_connections", "{}", `[{"pointer":"/bankAuthenticationProcessId","detail":"is required"}]`},
		{"GET", "/bank_connections?bank_slug=x", "", `[{"parameter":"bank_slug","detail":"is not known; did you mean bankSlug?"}]`},
		{"GET", "/banks?isMockBank=maybe", "", `[{"parameter":"isMockBank","detail":"must be one of false, true, any"}]`},
		{"GET", "/banks?zip=1", "", "is not known; there are limit, cursor, search, isMockBank, multibankingProvider"},
	} {
		if got := send(miss.method, base+miss.path, miss.body).want(422); !strings.Contains(got.Body.String(), miss.want) {
			t.Errorf("%s %s: %s", miss.method, miss.path, got.Body)
		}
	}
	form := send("POST", base+"/bank_connections/confirm_challenge_response", "bankAuthenticationProcessId="+login("challenge")+"&challenge_response[q1]=x",
		header("Content-Type", "application/x-www-form-urlencoded")).want(422)
	if !strings.Contains(form.Body.String(), "did you mean challengeResponse?") {
		t.Errorf("%s", form.Body)
	}
	checkCamelJournal(t, s)
	s.press("/console/scenarios/challenge-case/try", url.Values{}).want(http.StatusSeeOther)
	s.press("/console/exchanges/"+s.lastExchange()+"/replay", url.Values{}).want(http.StatusSeeOther)
	if got := s.plain("GET", "/admin/v1/processes/"+id, "", loopback); got.text("bank_authentication_process_id") != id {
		t.Errorf("the admin API is in camelCase: %s", got.Body)
	}
	if got := s.plain("GET", "/admin/v1/status", "", loopback); got.text("naming") != "camel_case" {
		t.Errorf("%s", got.Body)
	}
	for _, path := range []string{"/openapi.json", "/openapi.yaml"} {
		if got := s.plain("GET", path, ""); !strings.Contains(got.Body.String(), `"importProgress"`) {
			t.Errorf("%s is not in camelCase", path)
		}
	}
}

// checkCamelJournal finds what clients sent in the journal, as they sent it, and no secret.
func checkCamelJournal(t *testing.T, s *server) {
	t.Helper()
	var names []string
	for _, one := range s.plain("GET", "/admin/v1/journal?limit=100", "", loopback).field("exchanges").([]any) {
		body, _ := one.(map[string]any)["request"].(map[string]any)["body"].(map[string]any)
		names = append(names, slices.Sorted(maps.Keys(body))...)
		if said, sent := body["challengeResponse"]; sent && said != redacted {
			t.Errorf("the journal holds %v", said)
		}
	}
	for _, name := range []string{"bankSlug", "bankAuthenticationProcessId", "challengeResponse", "password"} {
		if !slices.Contains(names, name) {
			t.Errorf("the journal lacks %s: %v", name, names)
		}
	}
}

// plain is [server.answer] without the request.
func (s *server) plain(method, path, body string, changes ...request) answered {
	got, _ := s.answer(method, path, body, changes...)
	return got
}

func TestOnlyOwnMembersAreRenamed(t *testing.T) {
	t.Parallel()
	body := `{"bank_slug":"a_b","extra":{"bank_slug":1},"challenge":{"attempts_left":3,"x_y":{"answer_field_label":2}},"error":{"display_message":"x_y"},
		"my_member":1,"redirectUrl":"mine","redirect_url":null}`
	want := `{"bankSlug":"a_b","extra":{"bank_slug":1},"challenge":{"attemptsLeft":3,"x_y":{"answer_field_label":2}},"error":{"displayMessage":"x_y"},` +
		`"my_member":1,"redirectUrl":"mine"}`
	if got := string(engine.ProcessMembers.CamelCase([]byte(body))); got != want {
		t.Errorf("%s", got)
	}
	for _, other := range []string{"", "[1]", `{"bank_slug":`, "null"} {
		if got := string(engine.ProcessMembers.CamelCase([]byte(other))); got != other {
			t.Errorf("%q became %q", other, got)
		}
	}
	for _, name := range []string{"bank_slug", "bank_authentication_process_id", "id"} {
		if got := engine.SnakeCase(engine.CamelCase(name)); got != name {
			t.Errorf("%s came back as %s", name, got)
		}
	}
}
