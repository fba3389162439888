package surface

import (
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

func TestRoutesAreFound(t *testing.T) {
	t.Parallel()
	api := NewAPI("shop", "/shop/v1")
	for _, route := range []string{"GET /items", "GET /items/{item}", "GET /items/new", "POST /items/{item}/x", "DELETE /items/{item}/", "GET /a%2Fb", "PUT /"} {
		method, path, _ := strings.Cut(route, " ")
		api.Endpoints = append(api.Endpoints, &Endpoint{Method: method, Path: path, Cases: []*Case{{}}})
	}
	deeper := NewAPI("deeper", "/shop/v1/deep")
	deeper.Endpoints = []*Endpoint{{Method: "GET", Path: "/x", Cases: []*Case{{}}}}
	typed := NewAPI("typed", "/api")
	typed.Accept, typed.Endpoints = "application/vnd.api+json", []*Endpoint{{Method: "GET", Path: "/banks", Cases: []*Case{{}}}}
	set, err := NewSet([]*API{api, deeper, typed})
	if err != nil {
		t.Fatal(err)
	}
	for request, want := range map[string]string{
		"GET /shop/v1/items":        "GET /items",
		"GET /shop/v1/items/":       "GET /items",
		"HEAD /shop/v1/items":       "GET /items",
		"GET /shop/v1/items/new":    "GET /items/new",
		"GET /shop/v1/items/7":      "GET /items/{item} 7",
		"GET /shop/v1/items/a%2Fb":  "GET /items/{item} a/b",
		"POST /shop/v1/items/new/x": "POST /items/{item}/x new",
		"DELETE /shop/v1/items/7":   "DELETE /items/{item}/ 7",
		"GET /shop/v1/a%2fb":        "GET /a%2Fb",
		"PUT /shop/v1":              "PUT /",
		"PUT /shop/v1/":             "PUT /",
		"GET /shop/v1/deep/x":       "GET /x",
		"POST /shop/v1/items/new":   string(CodeMethodNotAllowed),
		"PATCH /shop/v1/items":      string(CodeMethodNotAllowed),
		"GET /shop/v1/items//x":     string(CodeUnknownPath),
		"GET /shop/v1/nothing":      string(CodeUnknownPath),
		"GET /shop/v10/items":       "",
		"GET /api/banks":            "",
	} {
		method, path, _ := strings.Cut(request, " ")
		got := ""
		switch m := set.Match(method, path, "*/*"); {
		case m == nil:
		case m.Endpoint == nil:
			got = string(codeOf(m.Refusal))
		default:
			got = m.Endpoint.Method + " " + m.Endpoint.Path
			for _, value := range m.Variables {
				got += " " + value
			}
		}
		if got != want {
			t.Errorf("%s leads to %q, want %q", request, got, want)
		}
	}
	if m := set.Before("GET", "/api/banks", "text/html, Application/vnd.api+json;q=0.9"); m == nil || m.API != typed {
		t.Error("a media type goes before mockbank's own routes")
	}
	if set.Before("GET", "/shop/v1/items", "") != nil || !set.Beneath("/shop/v1/zzz") || set.Beneath("/shopping") {
		t.Error("only an api with a media type, or one that replaces, goes first")
	}
	if (*Set)(nil).Match("GET", "/", "") != nil || (*Set)(nil).Before("GET", "/", "") != nil || (*Set)(nil).Beneath("/") {
		t.Error("no apis match nothing")
	}
	api.Endpoints = append(api.Endpoints, &Endpoint{Method: "GET", Path: "/items/{other}"})
	if _, err := NewSet([]*API{api}); err == nil {
		t.Error("two endpoints of one route are refused")
	}
}

func TestRoutesCollide(t *testing.T) {
	t.Parallel()
	own := OwnRoutes("/api/v3")
	for route, want := range map[string]string{
		"GET /api/v3/banks/x": "GET /api/v3/banks/{slug}", "GET /api/v3/{any}": "GET /api/v3/bank_connections", "POST /api/v3/banks": "",
		"GET /healthz": "GET /healthz", "GET /other": "",
	} {
		method, path, _ := strings.Cut(route, " ")
		if got := Collision(own, method, path); got != want {
			t.Errorf("%s collides with %q, want %q", route, got, want)
		}
	}
	if got := Pattern("/a/{b}/c/"); got != "/a/{}/c" {
		t.Errorf("the pattern is %s", got)
	}
}

func TestBodiesAreDecoded(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1)
	for body, want := range map[string]error{
		`{"a":1}`: nil, "\ufeff{}": nil, "": nil, "  ": nil, `[1]`: nil, `"x"`: nil, `1e999`: nil, `{"a":1,"a":2}`: nil,
		"{\"a\":\"\xff\"}": ErrNotUTF8, `{"a":"\u0000"}`: ErrNUL, `{"\u0000":1}`: ErrNUL, `{}{}`: ErrTwoValues, `{},`: ErrTwoValues, deep: ErrTooDeep,
	} {
		if _, err := DecodeJSON([]byte(body)); !errors.Is(err, want) {
			t.Errorf("%.20q: %v, want %v", body, err, want)
		}
	}
	for _, body := range []string{`{`, `{"a":}`, `nul`, `{'a':1}`} {
		if _, err := DecodeJSON([]byte(body)); err == nil {
			t.Errorf("%s is JSON", body)
		}
	}
	form, err := DecodeForm(url.Values{"a": {"1"}, "b": {"1", "2"}})
	if got := string(appendJSON(nil, form)); err != nil || got != `{"a":"1","b":["1","2"]}` {
		t.Errorf("a form is %s, %v", got, err)
	}
	for _, bad := range []url.Values{{"\xff": {"1"}}, {"a": {"\xff"}}, {"a": {"\x00"}}, {"\x00": {"a"}}} {
		if _, err := DecodeForm(bad); err == nil {
			t.Errorf("%q is a form", bad)
		}
	}
}

func TestExpectations(t *testing.T) {
	t.Parallel()
	schema := &Expects{Schema: &Schema{
		Types: []string{"object"}, Required: []string{"id"}, Properties: map[string]*Schema{
			"id": {Types: []string{"string"}, Pattern: regexp.MustCompile("^x")}, "n": {Types: []string{"integer"}}, "k": {Enum: []string{`"a"`, `1`}},
			"list": {Types: []string{"array"}, Items: &Schema{Types: []string{"number", "null"}}}, "t": {Types: []string{"boolean"}}, "z": {Types: []string{"null"}},
		},
	}}
	fields := &Expects{Fields: []string{"a", "user.name", "deep.er.est"}}
	for _, one := range []struct {
		expects *Expects
		body    string
		code    engine.Code
		want    string
	}{
		{nil, `{}`, "", ""},
		{fields, `{"a":0,"user":{"name":""},"deep.er.est":1}`, "", ""},
		{fields, `{"a":null,"user":"x"}`, CodeMissingFields, "a is required; user/name is required; deep/er/est is required"},
		{fields, ``, CodeMissingFields, "a is required"},
		{fields, `[1]`, CodeMissingFields, "a is required"},
		{schema, `{"id":"x","n":3,"k":1,"list":[1,null],"t":true,"z":null,"more":1}`, "", ""},
		{schema, `{}`, CodeMissingFields, "id is required"},
		{schema, ``, CodeMissingFields, "id is required"},
		{schema, `{"n":1.5}`, CodeMissingFields, "n must be an integer"},
		{schema, `{"id":"y","k":"b","list":[1,"a"],"t":"x","z":1}`, CodeInvalidFields,
			`id must match ^x; k must be one of "a", 1; list/1 must be a number or null; t must be a boolean; z must be null`},
		{schema, `[]`, CodeInvalidFields, "must be an object"},
		{schema, `{"id":1}`, CodeInvalidFields, "id must be a string"},
	} {
		body, err := DecodeJSON([]byte(one.body))
		if err != nil {
			t.Fatal(err)
		}
		err = one.expects.check(&Request{Body: body})
		var refused *Refusal
		if errors.As(err, &refused) != (one.code != "") || refused != nil && (refused.Code != one.code || !strings.Contains(refused.Detail, one.want)) {
			t.Errorf("%s: %v, want %s %s", one.body, err, one.code, one.want)
		}
	}
	long, err := DecodeJSON([]byte(`{"id":"x","list":[` + strings.TrimSuffix(strings.Repeat(`"a",`, 5000), ",") + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	var refused *Refusal
	if !errors.As(schema.check(&Request{Body: long}), &refused) || len(refused.Errors) > maxFaults {
		t.Errorf("%d faults are told of", len(refused.Errors))
	}
}

func TestConditionsOfAnswers(t *testing.T) {
	t.Parallel()
	is := func(text string) *engine.Matcher { m := engine.Literal(text); return &m }
	aged := func(age time.Duration) *Condition { c := &Condition{}; c.SetOlderThan(age); return c }
	some := &engine.Matcher{Any: true}
	for _, one := range []struct {
		when        *Condition
		none, about bool // for a request about no record, and about records
	}{
		{nil, true, true},
		{&Condition{}, true, true},
		{&Condition{Process: is("AUTHENTICATED")}, false, true},
		{&Condition{Process: some}, false, true},
		{&Condition{Connection: is("FAILED_WITH_ERROR")}, false, true},
		{&Condition{Connection: some}, false, true},
		{&Condition{Not: &Condition{Connection: some}}, true, false},
		{&Condition{Error: is("DOWNLOAD_FAILED")}, false, true},
		{&Condition{Bank: is("MockBank"), Username: is("jane"), Scenario: is("tan"), Session: is("s")}, false, true},
		{&Condition{Session: is("s")}, true, true},
		{&Condition{Session: is("other")}, false, false},
		{aged(91 * 24 * time.Hour), false, true},
		{aged(92 * 24 * time.Hour), false, false},
		{aged(0), false, true},
		{&Condition{Headers: map[string]engine.Matcher{"X-Thing": engine.Literal("thing")}}, true, true},
		{&Condition{Headers: map[string]engine.Matcher{"X-None": engine.Literal("")}}, true, true},
		{&Condition{Fields: map[string]engine.Matcher{"a.b": engine.Literal("1"), "q": engine.Literal("1"), "none": engine.Literal("")}}, true, true},
		{&Condition{Fields: map[string]engine.Matcher{"a.b": engine.Literal("2")}}, false, false},
		{&Condition{Fields: map[string]engine.Matcher{"process": engine.Literal("p-1")}}, true, true},
		{&Condition{AnyOf: []*Condition{{Session: is("x")}, {Process: some}}}, false, true},
		{&Condition{AnyOf: []*Condition{}}, false, false},
		{&Condition{Session: is("s"), AnyOf: []*Condition{{Session: is("s")}}, Not: &Condition{Process: is("x")}}, true, true},
	} {
		if one.when != nil {
			if err := one.when.Compile(); err != nil {
				t.Fatal(err)
			}
		}
		a := shopAPI(t)
		if got := one.when.holds(about(t, a, `{"a":{"b":1}}`)); got != one.none {
			t.Errorf("%s holds for no record: %v", one.when.explain(), got)
		}
		if got := one.when.holds(about(t, a, `{"a":{"b":1}}`).withRecords()); got != one.about {
			t.Errorf("%s holds for records: %v", one.when.explain(), got)
		}
	}
	bad := &Condition{AnyOf: []*Condition{{Not: &Condition{Fields: map[string]engine.Matcher{"a": {Matches: "("}}}}}}
	if bad.Compile() == nil {
		t.Error("a pattern that is none is refused wherever it stands")
	}
	problem := about(t, shopAPI(t), "").withRecords()
	problem.problem = &Problem{Code: CodeUnknownID}
	if (&Condition{Error: is("DOWNLOAD_FAILED")}).holds(problem) || !(&Condition{Error: is("unknown_id")}).holds(problem) {
		t.Error("in a refusal the error is the refusal's")
	}
}

func TestAnswersAreChanged(t *testing.T) {
	t.Parallel()
	a := shopAPI(t)
	e := about(t, a, `{"n":1}`)
	object := func(text string) Node {
		value, err := DecodeJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return nodeOf(value)
	}
	for _, one := range []struct {
		body, set, want string
		remove          []string
	}{
		{`{"a":1,"b":{"c":2,"d":3}}`, `{"b":{"c":null,"e":4},"f":[]}`, `{"a":1,"b":{"c":null,"d":3,"e":4},"f":[]}`, nil},
		{`{"a":1,"b":{"c":2,"d":3}}`, `{}`, `{"b":{"d":3}}`, []string{"a", "b.c", "x", "b.x.y", "a.z"}},
		{`{"a":{"b":1}}`, `{"a":2}`, `{"a":2}`, nil},
		{`{"a":2}`, `{"a":{"b":1}}`, `{"a":{"b":1}}`, nil},
		{`[1]`, `{"a":1}`, `[1]`, nil},
	} {
		answer := &Answer{Body: object(one.body), Set: object(one.set), Remove: one.remove}
		if got := string(appendJSON(nil, answer.changed(e))); got != one.want {
			t.Errorf("%s under %s without %v is %s, want %s", one.body, one.set, one.remove, got, one.want)
		}
	}
	if got := string(appendJSON(nil, (&Answer{Set: object(`{"a":1}`)}).changed(e))); got != `{"a":1}` {
		t.Errorf("an answer of `set` alone is %s", got)
	}
}

// nodeOf is the node that the loader makes of a value without any `${…}`.
func nodeOf(value any) Node {
	switch value := value.(type) {
	case map[string]any:
		var nodes []Node
		for _, name := range sortedNames(value) {
			nodes = append(nodes, nodeOf(value[name]))
		}
		return NewMembers(sortedNames(value), nodes)
	case []any:
		items := make(Items, len(value))
		for i := range value {
			items[i] = nodeOf(value[i])
		}
		return items
	default:
		return NewLiteral(value)
	}
}

func TestScalarsAreWhatTheySay(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"012": `"012"`, "12": "12", "-1.5e3": "-1.5e3", "1.50": "1.50", "true": "true", "false": "false", "null": "null", "~": "null", "": "null",
		"yes": `"yes"`, "0x1": `"0x1"`, "+1": `"+1"`, "1_000": `"1_000"`, ".5": `".5"`, "Infinity": `"Infinity"`,
	} {
		if got := string(Scalar(text, false).append(nil, nil)); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
		if got := string(Scalar(text, true).append(nil, nil)); got != string(appendText(nil, text)) {
			t.Errorf("quoted, %s is %s", text, got)
		}
	}
}

// Whatever text there is, it is written as JSON that says the same.
func FuzzTextsAreJSON(f *testing.F) {
	for _, text := range []string{"", "plain", "\"\\", "\u2028", "\x00\x1f", "ü€😀", "\xff", "<&>"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		written := appendText(nil, text)
		var read string
		if err := json.Unmarshal(written, &read); err != nil || read != strings.ToValidUTF8(text, "\ufffd") && read != text && !strings.Contains(read, "\ufffd") {
			t.Errorf("%q is written %s, read %q: %v", text, written, read, err)
		}
	})
}

// Whatever stands between the braces, it is compiled or refused with a place.
func FuzzExpressions(f *testing.F) {
	for _, text := range []string{"${body.a[0]['x'] ?? 'y' | upper}", "${now + 3d | date}", "$${", "${", "${words.login[process.status]}", "${ids.account}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a := shopAPI(t)
		node, err := a.Root().Compile(text)
		if err != nil {
			if wrong := (*PathError)(nil); !errors.As(err, &wrong) || wrong.Message == "" {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if said := node.append(about(t, a, `{"a":[{"x":1}]}`), nil); !json.Valid(said) {
			t.Errorf("%q says %s", text, said)
		}
	})
}

// Lists of lists, and long texts in lists, end where an answer is as long as one may be.
func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	a := shopAPI(t)
	many, long := strings.Repeat("1,", 1999)+"1", strings.Repeat("x", 1<<20)
	for body, is := range map[string]func(inner *Scope) Node{
		`{"list":[` + many + `]}`: func(inner *Scope) Node {
			within, each := inner.Each(compiled(t, inner, "${body.list}"))
			each.Is = compiled(t, within, "${it}")
			return each
		},
		`{"list":[` + strings.Repeat("1,", 99) + `1],"text":"` + long + `"}`: func(inner *Scope) Node { return compiled(t, inner, "${body.text}") },
	} {
		e := about(t, a, body)
		inner, each := a.Root().Each(compiled(t, a.Root(), "${body.list}"))
		each.Is = is(inner)
		if out := each.append(e, nil); len(out) > maxAnswer+2<<20 || codeOf(e.err) != CodeInvalidFields {
			t.Errorf("%d bytes, %v", len(out), e.err)
		}
		e = about(t, a, body)
		if out := appendJSON(nil, each.Eval(e)); len(out) > maxAnswer+2<<20 {
			t.Errorf("%d bytes at once", len(out))
		}
	}
}

// What was issued before a kind was written otherwise stays, and another is made beside it.
func TestIdentifiersOfAnotherForm(t *testing.T) {
	t.Parallel()
	e := about(t, shopAPI(t), "{}").withRecords()
	kind := e.api.ids["item"]
	first := e.identifier(kind, 0)
	if again := e.identifier(kind, 0); again != first {
		t.Errorf("%v after %v", again, first)
	}
	kind.Prefix = "item-"
	second := e.identifier(kind, 0)
	if again := e.identifier(kind, 0); !strings.HasPrefix(second.(string), "item-") || again != second || len(e.ids.pending) != 2 {
		t.Errorf("%v and %v after %v, of %v", second, again, first, e.ids.pending)
	}
	if e.ids.pending[0].Lookup != first || e.ids.pending[1].Lookup != second {
		t.Errorf("to be stored are %v", e.ids.pending)
	}
}
