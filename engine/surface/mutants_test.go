package surface

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// These tests hold what cmd/mutate could change without a test noticing (see cmd/mutate/survivors.txt).

func TestUUIDsHaveTheirVersion(t *testing.T) {
	t.Parallel()
	for _, fill := range []byte{0x00, 0xff} {
		sum := make([]byte, 32)
		for i := range sum {
			sum[i] = fill
		}
		want := map[byte]string{0x00: "00000000-0000-4000-8000-000000000000", 0xff: "ffffffff-ffff-4fff-bfff-ffffffffffff"}[fill]
		if got := uuid(sum); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestWhatIsNoUUIDIsNoRecord(t *testing.T) {
	t.Parallel()
	const id = "0190a7c8-52b1-7d3e-8f00-aBcDeF012345"
	for text, want := range map[string]bool{
		id: true, id[1:]: false, "0190a7c8_52b1-7d3e-8f00-aBcDeF012345": false, "0190a7c8-52b1-7d3e-8f00-aBcDeF01234g": false,
		"0190a7c8-52b1-7d3e-8f00-aBcDeF01234:": false, "0190a7c8-52b1-7d3e-8f00-aBcDeF01234/": false,
	} {
		if _, is := canonicalUUID(text); is != want {
			t.Errorf("%s: %t", text, is)
		}
	}
}

func TestMembersThatAreNotThere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"x", "-1", "2", "1x"} {
		if member, is := memberOf([]any{1, 2}, name); is {
			t.Errorf("a list of two has a member %s: %v", name, member)
		}
	}
	if member, is := memberOf([]any{1, 2}, "1"); !is || member != 2 {
		t.Errorf("the second is %v", member)
	}
}

func TestDottedNamesMakeObjects(t *testing.T) {
	t.Parallel()
	object := map[string]any{"a": 1}
	setDotted(object, "a.b", 2)
	setDotted(object, "a.c", 3)
	setDotted(object, "d", 4)
	if want := map[string]any{"a": map[string]any{"b": 2, "c": 3}, "d": 4}; !reflect.DeepEqual(object, want) {
		t.Errorf("%v, want %v", object, want)
	}
}

func TestAnAnswerIsComposedAgainOfTheProcessAsItIs(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	p.bearer = p.wants(200, "POST", "/token", "")["access"].(string)
	path := "/logins/" + p.wants(200, "POST", "/logins", `{"user":"jane","secret":"tan"}`)["id"].(string)
	_, _, r := p.ask("GET", path, "")
	p.wants(200, "POST", path+"/tan", `{"tan":"1"}`)
	if r.Again(t.Context()); !strings.Contains(string(r.Body), `"status":"AUTHENTICATED"`) {
		t.Errorf("by then it is %s", r.Body)
	}
}

// withEndpoint adds an endpoint without a token to the api.
func (p *played) withEndpoint(method, path string, c *Case) *Endpoint {
	p.Helper()
	api := p.set.APIs[0]
	e := &Endpoint{Method: method, Path: path, Cases: []*Case{c}, Open: true}
	api.Endpoints = append(api.Endpoints, e)
	if _, err := NewSet(p.set.APIs); err != nil {
		p.Fatal(err)
	}
	return e
}

func TestAnswersThatRefuseAreFoundBehindOthers(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	p.withEndpoint("GET", "/closed", &Case{Answers: []*Answer{{Status: 204}, {Status: 403, Refuses: true}}})
	p.wants(403, "GET", "/closed", "")
}

func TestWhatIsConnectedIsConnectedOnce(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	p.withEndpoint("POST", "/logins/{process}/connect", &Case{Operation: Operation{Kind: DoesConnect}})
	p.bearer = p.wants(200, "POST", "/token", "")["access"].(string)
	path := "/logins/" + p.wants(200, "POST", "/logins", `{"user":"jane","secret":"tan"}`)["id"].(string)
	p.wants(200, "POST", path+"/tan", `{"tan":"1"}`)
	p.wants(204, "POST", path+"/connect", "")
	p.wants(409, "POST", path+"/connect", "")
	p.set.APIs[0].ConnectsWhenAuthenticated = true
	p.wants(204, "POST", path+"/connect", "")
}

func TestAnInputMayBeAsLongAsItMayBe(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	p.bearer = p.wants(200, "POST", "/token", "")["access"].(string)
	p.wants(200, "POST", "/logins", `{"user":"`+strings.Repeat("u", maxName)+`","secret":"tan"}`)
}

func TestPathsThatHoldSecretsAreVeiled(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	scope := p.set.APIs[0].Root()
	e := p.withEndpoint("POST", "/logins/{process}/{tan}", &Case{Operation: Operation{
		Kind: DoesAnswer, Inputs: map[string]Node{"response": NewMembers([]string{"a"}, []Node{compiled(t, scope, "${path.tan}")})},
	}})
	if !reflect.DeepEqual(e.veiled, []string{"tan"}) {
		t.Errorf("what nobody may see is in %v", e.veiled)
	}
}

func TestConditionsAreExplained(t *testing.T) {
	t.Parallel()
	bank := engine.Literal("x")
	if got := (&Condition{Not: &Condition{Bank: &bank}}).explain(); got != `{not: {bank: "x"}}` {
		t.Errorf("it is %s", got)
	}
}

// What works once is made anew where it is used, and where it has expired.
func TestWhatWorksOnceIsMadeAnew(t *testing.T) {
	t.Parallel()
	for name, spend := range map[string]func(e *Env){
		"used":    func(e *Env) { e.ids.known[0].UsedAt = &e.now },
		"expired": func(e *Env) { e.now = e.now.Add(time.Hour) },
	} {
		e := about(t, shopAPI(t), "{}").withRecords()
		kind := e.api.ids["code"]
		first := e.identifier(kind, 0)
		if spend(e); e.identifier(kind, 0) == first {
			t.Errorf("%s: it is still %v", name, first)
		}
	}
}

func TestListsAreWritten(t *testing.T) {
	t.Parallel()
	if got := string((Items{NewLiteral("a"), NewLiteral("b")}).append(nil, nil)); got != `["a","b"]` {
		t.Errorf("it is %s", got)
	}
}

// The document has every operation, with what is expected of its body: the endpoint's own before that of its only case.
func TestTheDocumentSaysWhatIsExpected(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	fields := func(name string) *Expects { return &Expects{Fields: []string{name}} }
	p.withEndpoint("POST", "/own", &Case{Expects: fields("case")}).Expects = fields("own")
	p.withEndpoint("POST", "/one", &Case{Expects: fields("case")})
	two := p.withEndpoint("POST", "/two", &Case{Expects: fields("first")})
	two.Cases = append(two.Cases, &Case{Expects: fields("second")})
	for path, want := range map[string]string{"/shop/own": `"required":["own"]`, "/shop/one": `"required":["case"]`, "/shop/two": `"schema":{"type":"object"}`} {
		item, _ := p.set.OpenAPI().Member(path)
		operation, _ := item.(*Object).Member("post")
		if got := string(appendJSON(nil, operation)); !strings.Contains(got, want) {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

func TestWhatIsNoRefusalIsAFaultOfTheBank(t *testing.T) {
	t.Parallel()
	if got := Describe(errors.New("x")); got.Status != 500 || got.Title == "" {
		t.Errorf("it is %+v", got)
	}
}

func TestListsThatIdentifiersNumberAreReadForAll(t *testing.T) {
	t.Parallel()
	a := shopAPI(t)
	a.SetEach("account", compiled(t, a.Root(), "${connection.warnings}"))
	if got := a.reads(); !got.connection {
		t.Errorf("it reads %+v", got)
	}
}

func TestPathsIntoARequest(t *testing.T) {
	t.Parallel()
	r := about(t, shopAPI(t), `{"a":{"b":1}}`).request
	for path, want := range map[string]string{
		"body.a.b": "1", "body.a.c": "", "query.q": "1", "path.process": "p-1", "header.X-Thing": "thing", "header": "", "header.X-Thing.x": "", "other.a": "",
	} {
		value, is := r.at(strings.Split(path, "."))
		if is != (want != "") || Text(value) != want {
			t.Errorf("%s is %v, %t", path, value, is)
		}
	}
}
