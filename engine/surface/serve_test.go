package surface

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// played is an api over a bank in memory.
type played struct {
	testing.TB
	set  *Set
	host func() *Host
	now  *time.Time
	// bearer is sent with each request, "" for none.
	bearer string
}

// answerOf is an answer of one body.
func answerOf(t testing.TB, scope *Scope, status int, body string) *Answer {
	t.Helper()
	value, err := DecodeJSON([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return &Answer{Status: status, Body: textNode(t, scope, value)}
}

// textNode compiles the texts of a value.
func textNode(t testing.TB, scope *Scope, value any) Node {
	switch value := value.(type) {
	case string:
		return compiled(t, scope, value)
	case map[string]any:
		var nodes []Node
		for _, name := range sortedNames(value) {
			nodes = append(nodes, textNode(t, scope, value[name]))
		}
		return NewMembers(sortedNames(value), nodes)
	default:
		return nodeOf(value)
	}
}

// playShop is an api with tokens, a login whose code works once, its answer, its import and its item.
func playShop(t testing.TB) *played {
	t.Helper()
	a := shopAPI(t)
	endpoint := func(route string, of string, op Operation, keep []Kept, answers ...string) {
		method, path, _ := strings.Cut(route, " ")
		scope := a.Root().Within(Variables(path))
		c := &Case{Operation: op, Keep: keep}
		if of != "" {
			c.Of = compiled(t, scope, of)
		}
		for _, answer := range answers {
			c.Answers = append(c.Answers, answerOf(t, scope, 0, answer))
		}
		c.Issues, c.Renews = scope.Issues(), scope.Renews()
		a.Endpoints = append(a.Endpoints, &Endpoint{Method: method, Path: path, Cases: []*Case{c}})
	}
	input := func(pairs ...string) map[string]Node {
		inputs := make(map[string]Node)
		for i := 0; i < len(pairs); i += 2 {
			inputs[pairs[i]] = compiled(t, a.Root(), pairs[i+1])
		}
		return inputs
	}
	endpoint("POST /token", "", Operation{}, nil, `{"access":"${tokens.access}","refresh":"${tokens.refresh}"}`)
	endpoint("POST /refresh", "", Operation{Kind: DoesRefresh, Inputs: input("refresh", "${body.refresh}")}, nil, `{"access":"${tokens.access}","refresh":"${tokens.refresh}"}`)
	endpoint("POST /logins", "", Operation{
		Kind: DoesAuthenticate, Inputs: input("username", "${body.user}", "password", "${body.secret}", "bank", "${body.bank}", "redirect_uri", "${body.back}"),
	}, []Kept{{Name: "reference"}}, `{"id":"${process.id}","code":"${ids.code}","status":"${process.status}"}`)
	endpoint("GET /logins/{process}", "", Operation{Kind: DoesRead}, nil, `{"status":"${process.status}","kept":"${kept.reference}","accounts":"${ids.account}"}`)
	endpoint("POST /logins/{process}/tan", "", Operation{Kind: DoesAnswer, Inputs: input("response", "${body.tan}")}, nil, `{"status":"${process.status}"}`)
	endpoint("POST /exchange", "${body.code}", Operation{Kind: DoesConnect}, nil, `{"item":"${ids.item}","accounts":"${ids.account}"}`)
	endpoint("GET /items/{item}", "", Operation{Kind: DoesReadConnection}, nil, `{"progress":"${connection.import_progress}"}`)
	endpoint("GET /accounts/{account}", "", Operation{Kind: DoesReadConnection}, nil, `{"iban":"${account.iban}","id":"${account.id}"}`)
	endpoint("POST /items/{item}/update", "", Operation{Kind: DoesUpdate}, nil, `{"run":"${connection.run}"}`)
	endpoint("DELETE /items/{item}", "", Operation{Kind: DoesDelete}, nil)
	endpoint("GET /banks", "", Operation{Kind: DoesBanks, Inputs: input("country", "${query.country}", "search", "${query.search}", "is_mock_bank", "${query.mock}")}, nil)
	endpoint("GET /pages", "", Operation{Kind: DoesBanks, Inputs: input("offset", "${query.from}", "limit", "${query.most}")}, nil,
		`{"list":"${banks}","shown":"${banks | count}","all":"${banks_total}"}`)
	endpoint("GET /keys", "", Operation{Kind: DoesKeys}, nil)
	b, rules, now := bank(t, a)
	return &played{TB: t, set: Of(rules), now: now, host: func() *Host {
		return &Host{Bank: b, APIs: b.APIs(), Rules: rules, Key: []byte("key"), BaseURL: "http://bank.test"}
	}}
}

// ask sends a request and returns the status and the body.
func (p *played) ask(method, path, body string) (int, map[string]any, *Response) {
	p.Helper()
	path, query, _ := strings.Cut(path, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		p.Fatal(err)
	}
	value, err := DecodeJSON([]byte(body))
	if err != nil {
		p.Fatal(err)
	}
	header := func(name string) string {
		if name == "Authorization" && p.bearer != "" {
			return "Bearer " + p.bearer
		}
		return ""
	}
	r := p.set.Match(method, "/shop"+path, "").Serve(p.Context(), p.host(), &Request{
		Method: method, Path: "/shop" + path, Query: values, Header: header, Body: value, Session: engine.DefaultSession, ID: "req",
	})
	var decoded map[string]any
	_ = json.Unmarshal(r.Body, &decoded) // a list, or nothing
	return r.Status, decoded, r
}

// wants fails the test unless the status is that one, and returns the body.
func (p *played) wants(status int, method, path, body string) map[string]any {
	p.Helper()
	got, said, r := p.ask(method, path, body)
	if got != status {
		p.Fatalf("%s %s %s: %d %s, want %d", method, path, body, got, r.Body, status)
	}
	return said
}

// A page of the banks is what offset and limit say, and how many there are is known beside it.
func TestBanksComeInPages(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	p.bearer = p.wants(200, "POST", "/token", "")["access"].(string)
	for query, want := range map[string]string{
		"": "[MockBank Other] 2 2", "?from=1": "[Other] 1 2", "?most=1": "[MockBank] 1 2", "?from=5&most=5": "[] 0 2", "?most=0": "[] 0 2",
	} {
		said := p.wants(200, "GET", "/pages"+query, "")
		slugs := []any{}
		for _, one := range said["list"].([]any) {
			slugs = append(slugs, one.(map[string]any)["slug"])
		}
		if got := fmt.Sprint(slugs, said["shown"], said["all"]); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for _, query := range []string{"?from=-1", "?most=x", "?from=99999999999999999999"} {
		p.wants(422, "GET", "/pages"+query, "")
	}
}

// What is wrong with an input is told by the name that the request has for it.
func TestARefusedInputHasTheRequestsName(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	p.bearer = p.wants(200, "POST", "/token", "")["access"].(string)
	host := p.host
	p.host = func() *Host {
		h := host()
		h.CheckRedirect = func(string) error { return errors.New("leads nowhere") }
		return h
	}
	for body, want := range map[string][2]string{
		`{"user":"jane","secret":"ok","back":"http://x"}`:                            {"back leads nowhere", "/back"},
		`{"user":"jane","secret":"` + strings.Repeat("x", 5000) + `","back":"http"}`: {"secret must have at most 4096 bytes", "/secret"},
	} {
		said := p.wants(422, "POST", "/logins", body)
		if fault := said["errors"].([]any)[0].(map[string]any); said["detail"] != want[0] || fault["pointer"] != want[1] {
			t.Errorf("%.60s: %v", body, said)
		}
	}
}

// What an api keeps nothing of has its name in the process's row, and no row besides: a login costs one row.
func TestWhatKeepsNothingHasNoRowOfItsOwn(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	p.bearer = p.wants(200, "POST", "/token", "")["access"].(string)
	for body, kept := range map[string]bool{`{"user":"jane","secret":"ok"}`: false, `{"user":"jane","secret":"ok","reference":"r"}`: true} {
		id := p.wants(200, "POST", "/logins", body)["id"].(string)
		state, err := p.host().Bank.Process(t.Context(), id)
		if err != nil || state.API != "shop" {
			t.Errorf("%s: the process was begun by %q, %v", body, state.API, err)
		}
		if _, err := p.host().APIs.Records(t.Context()).Kept(id); (err == nil) != kept {
			t.Errorf("%s: what is kept: %v", body, err)
		}
	}
}

func TestAnAPIIsPlayed(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	p.wants(401, "GET", "/banks", "")
	pair := p.wants(200, "POST", "/token", "")
	p.bearer = pair["access"].(string)
	login := p.wants(200, "POST", "/logins", `{"user":"jane","secret":"tan","reference":{"a":[1]}}`)
	path := "/logins/" + login["id"].(string)
	if got := p.wants(200, "GET", path, ""); got["status"] != "CHALLENGE_RESPONSE_REQUIRED" || len(got["accounts"].([]any)) != 0 || got["kept"] == nil {
		t.Errorf("a login that waits is %v", got)
	}
	code := `{"code":"` + login["code"].(string) + `"}`
	p.wants(409, "POST", "/exchange", code)
	if got := p.wants(200, "POST", path+"/tan", `{"tan":"1"}`); got["status"] != "AUTHENTICATED" {
		t.Errorf("the right TAN leads to %v", got)
	}
	made := p.wants(200, "POST", "/exchange", code)
	if got := p.wants(404, "POST", "/exchange", code); got["code"] != string(CodeIDUsed) {
		t.Errorf("a used code is %v", got)
	}
	item, accounts := made["item"].(string), made["accounts"].([]any)
	if got := p.wants(200, "GET", "/accounts/"+accounts[1].(string), ""); got["iban"] != "DE2" || got["id"] != accounts[1] {
		t.Errorf("the second account is %v", got)
	}
	*p.now = p.now.Add(5 * time.Second)
	if got := p.wants(200, "GET", "/items/"+item, ""); got["progress"] == 0.0 {
		t.Errorf("after half the time the import is %v", got)
	}
	p.wants(423, "POST", "/items/"+item+"/update", "")
	*p.now = p.now.Add(5 * time.Second)
	if got := p.wants(200, "POST", "/items/"+item+"/update", ""); got["run"] != 2.0 {
		t.Errorf("an update is %v", got)
	}
	p.wants(204, "DELETE", "/items/"+item, "")
	p.wants(404, "GET", "/items/"+item, "")
	p.wants(404, "GET", "/accounts/"+accounts[1].(string), "")
}

func TestRequestsAreRefused(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	p.bearer = p.wants(200, "POST", "/token", "")["access"].(string)
	made := p.wants(200, "POST", "/logins", `{"user":"jane","secret":"tan"}`)
	for request, want := range map[string]engine.Code{
		"GET /nothing":                                                    CodeUnknownPath,
		"PUT /logins":                                                     CodeMethodNotAllowed,
		"GET /logins/x":                                                   CodeUnknownID,
		"GET /items/" + made["id"].(string):                               CodeUnknownID,
		"GET /accounts/" + made["code"].(string):                          CodeUnknownID,
		"GET /logins/" + strings.Repeat("x", 600):                         CodeUnknownID,
		"GET /logins/%ff":                                                 CodeUnknownID,
		"GET /logins/01900000-0000-7000-8000-000000000009":                engine.CodeNotFound,
		"POST /exchange":                                                  CodeMissingFields,
		`POST /exchange {"code":"zz"}`:                                    CodeUnknownID,
		`POST /logins {"bank":"nope"}`:                                    engine.CodeUnknownBank,
		`POST /logins {"bank":"tan"}`:                                     engine.CodeUnknownBank, // a scenario, which is no bank of this api
		`POST /logins {"user":"` + strings.Repeat("u", 1025) + `"}`:       CodeInvalidFields,
		`POST /logins {"secret":"` + strings.Repeat("u", 4097) + `"}`:     CodeInvalidFields,
		`POST /logins {"reference":"` + strings.Repeat("u", 70000) + `"}`: CodeInvalidFields,
		`POST /refresh {"refresh":"zz"}`:                                  CodeInvalidGrant,
		"POST /refresh":                                                   CodeInvalidGrant,
	} {
		method, rest, _ := strings.Cut(request, " ")
		path, body, _ := strings.Cut(rest, " ")
		status, _, r := p.ask(method, path, body)
		if r.Code != want || status >= 500 {
			t.Errorf("%.60s: %d %s, want %q", request, status, r.Body, want)
		}
	}
}

// Tokens last as the api says, a refresh token works once where a new one is issued, and nobody sees either.
func TestTokens(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	first := p.wants(200, "POST", "/token", "")
	p.bearer = first["refresh"].(string)
	p.wants(401, "GET", "/banks", "")
	p.bearer = first["access"].(string)
	p.wants(200, "GET", "/banks", "")
	*p.now = p.now.Add(time.Hour)
	if got := p.wants(401, "GET", "/banks", ""); got["code"] != string(CodeTokenExpired) {
		t.Errorf("a token of an hour ago is %v", got)
	}
	refresh := func(token any) (int, map[string]any) {
		status, said, r := p.ask("POST", "/refresh", `{"refresh":"`+token.(string)+`"}`)
		for _, secret := range []any{token, said["access"], said["refresh"]} {
			if text, is := secret.(string); is && !contains(r.Secrets, text) {
				t.Errorf("%q may be seen", text)
			}
		}
		return status, said
	}
	_, second := refresh(first["refresh"])
	if status, _ := refresh(first["refresh"]); status != 400 {
		t.Errorf("a refresh token that was used is taken: %d", status)
	}
	if status, _ := refresh(second["access"]); status != 400 {
		t.Errorf("an access token is taken for a refresh token: %d", status)
	}
	p.bearer = second["access"].(string)
	p.wants(200, "GET", "/banks", "")
	if ok, err := p.set.Admits(t.Context(), p.host(), p.bearer); err != nil || !ok {
		t.Errorf("the bank's own API takes it: %v %v", ok, err)
	}
	*p.now = p.now.Add(30 * 24 * time.Hour)
	if status, _ := refresh(second["refresh"]); status != 400 {
		t.Errorf("a refresh token that has run out is taken: %d", status)
	}
	longest := strings.Repeat("x", maxIdentifier)
	if err := p.host().APIs.Change(t.Context(), func(tx engine.Tx) error {
		return tx.SaveIdentifier(engine.Identifier{API: "shop", Kind: accessToken, Session: engine.DefaultSession, Lookup: lookup(longest, true)})
	}); err != nil {
		t.Fatal(err)
	}
	if ok, err := p.set.Admits(t.Context(), p.host(), longest); err != nil || !ok {
		t.Errorf("a token may have %d bytes: %v %v", maxIdentifier, ok, err)
	}
	for _, token := range []string{p.bearer, "", "x", strings.Repeat("x", 600), second["refresh"].(string)} {
		if ok, err := p.set.Admits(t.Context(), p.host(), token); err != nil || ok {
			t.Errorf("%.8s opens the bank's own API: %v", token, err)
		}
	}
}

func contains(all []string, one string) bool {
	for _, text := range all {
		if text == one {
			return true
		}
	}
	return false
}

// What a code of five minutes names is found for five minutes; then there is a new one.
func TestIdentifiersExpire(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	p.bearer = p.wants(200, "POST", "/token", "")["access"].(string)
	login := p.wants(200, "POST", "/logins", `{"user":"jane","secret":"tan"}`)
	*p.now = p.now.Add(5 * time.Minute)
	if got := p.wants(404, "POST", "/exchange", `{"code":"`+login["code"].(string)+`"}`); got["code"] != string(CodeIDExpired) {
		t.Errorf("an expired code is %v", got)
	}
}

func TestListsWithoutAnswers(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	p.bearer = p.wants(200, "POST", "/token", "")["access"].(string)
	for query, want := range map[string]string{
		"": `"MockBank","Other"`, "?country=de": `"MockBank","Other"`, "?country=FR": `"Other"`, "?search=MOCK": `"MockBank"`, "?mock=false": `"Other"`, "?mock=x": `"MockBank","Other"`,
	} {
		_, _, r := p.ask("GET", "/banks"+query, "")
		var banks []struct{ Slug string }
		if err := json.Unmarshal(r.Body, &banks); err != nil {
			t.Fatalf("%s: %v", r.Body, err)
		}
		var slugs []string
		for _, bank := range banks {
			slugs = append(slugs, `"`+bank.Slug+`"`)
		}
		if got := strings.Join(slugs, ","); got != want {
			t.Errorf("%s lists %s, want %s", query, got, want)
		}
	}
	if _, _, r := p.ask("GET", "/keys", ""); strings.TrimSpace(string(r.Body)) != `{"keys":[]}` {
		t.Errorf("without a key there are %s", r.Body)
	}
}

// An endpoint says of itself what it is asked for, and whose login a request is.
func TestEndpointsAreExplained(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	x, err := p.set.Match("POST", "/shop/logins", "").Explain()
	if err != nil {
		t.Fatal(err)
	}
	if c := x.Cases[0]; !x.Token || c.Does != "authenticate" || c.Inputs["password"] != "${body.secret}" || c.Keep[0] != "reference" || c.Answers[0].Status != 200 {
		t.Errorf("%+v", x)
	}
	if x.Faults[0] != engine.EndpointAuthenticate || x.Faults[3] != "apis.shop POST /logins" {
		t.Errorf("faults call it %v", x.Faults)
	}
	if _, err := p.set.Match("POST", "/shop/zzz", "").Explain(); codeOf(err) != CodeUnknownPath {
		t.Errorf("what is not there: %v", err)
	}
	login, err := p.set.Match("POST", "/shop/logins", "").Login(t.Context(), p.host(), &Request{Body: map[string]any{"user": "jane", "secret": "tan"}}, noon)
	if err != nil || login.Username != "jane" || login.Password != "tan" || login.Bank != "MockBank" {
		t.Errorf("the login is %+v, %v", login, err)
	}
	if login, err := p.set.Match("GET", "/shop/banks", "").Login(t.Context(), p.host(), &Request{}, noon); login != nil || err != nil {
		t.Errorf("a list is no login: %v %v", login, err)
	}
}

// Tokens that clients read hold when they were issued, and when they end.
func TestJSONWebTokens(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	p.set.APIs[0].Tokens.Form = JSONWebTokens
	pair := p.wants(200, "POST", "/token", "")
	p.bearer = pair["access"].(string)
	parts := strings.Split(p.bearer, ".")
	if len(parts) != 3 || strings.Contains(pair["refresh"].(string), ".") {
		t.Fatalf("the pair is %v", pair)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims struct {
		Issuer string `json:"iss"`
		ID     string `json:"jti"`
		At     int64  `json:"iat"`
		End    int64  `json:"exp"`
	}
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	if claims.Issuer != "http://bank.test/shop" || claims.ID == "" || claims.At != noon.Unix() || claims.End != noon.Add(time.Hour).Unix() {
		t.Errorf("the claims are %s", text)
	}
	p.wants(200, "GET", "/banks", "")
	p.bearer += "x"
	p.wants(401, "GET", "/banks", "")
	*p.now = p.now.Add(time.Hour)
	p.bearer = pair["access"].(string)
	p.wants(401, "GET", "/banks", "")
}

// An endpoint may be open though the api issues tokens.
func TestOpenEndpoints(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	for _, e := range p.set.APIs[0].Endpoints {
		e.Open = e.Path == "/banks"
	}
	if _, err := NewSet(p.set.APIs); err != nil {
		t.Fatal(err)
	}
	p.wants(200, "GET", "/banks", "")
	p.wants(401, "POST", "/logins", `{}`)
}

// A token that was issued before there was any login names the newest that was begun with it, and so does the pair that
// it is renewed to.
func TestTokensFollowLogins(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	api := p.set.APIs[0]
	scope := api.Root().Within(nil)
	api.Endpoints = append(api.Endpoints, &Endpoint{Method: "GET", Path: "/mine", Cases: []*Case{
		{Operation: Operation{Kind: DoesRead}, Answers: []*Answer{answerOf(t, scope, 0, `{"user":"${process.username}"}`)}},
	}})
	if _, err := NewSet(p.set.APIs); err != nil {
		t.Fatal(err)
	}
	pair := p.wants(200, "POST", "/token", "")
	p.bearer = pair["access"].(string)
	p.wants(404, "GET", "/mine", "")
	first := p.wants(200, "POST", "/logins", `{"user":"jane","secret":"tan"}`)
	p.wants(200, "POST", "/logins", `{"user":"joe","secret":"tan"}`)
	if got := p.wants(200, "GET", "/mine", ""); got["user"] != "joe" {
		t.Errorf("the newest is %v", got)
	}
	p.wants(200, "GET", "/logins/"+first["id"].(string), "")
	p.bearer = p.wants(200, "POST", "/refresh", `{"refresh":"`+pair["refresh"].(string)+`"}`)["access"].(string)
	if got := p.wants(200, "GET", "/mine", ""); got["user"] != "joe" {
		t.Errorf("after a refresh the newest is %v", got)
	}
	p.wants(200, "POST", "/logins", `{"user":"jim","secret":"tan"}`)
	if got := p.wants(200, "GET", "/mine", ""); got["user"] != "jim" {
		t.Errorf("the renewed token names %v", got)
	}
}

// Several connections are read at once, in the order in which they are named; what there is not is left out.
func TestConnectionsAreListed(t *testing.T) {
	t.Parallel()
	p := playShop(t)
	api := p.set.APIs[0]
	api.Tokens = nil
	for _, e := range api.Endpoints {
		for _, c := range e.Cases {
			c.Issues, c.Renews = false, false
		}
	}
	scope := api.Root().Within(nil)
	inner, each := scope.Each(compiled(t, scope, "${connections}"))
	each.Is = NewMembers([]string{"user", "bank"}, []Node{compiled(t, inner, "${username}"), compiled(t, inner, "${bank_name}")})
	api.Endpoints = append(api.Endpoints[2:], &Endpoint{Method: "POST", Path: "/list", Cases: []*Case{{
		Operation: Operation{Kind: DoesReadConnections, Inputs: map[string]Node{"ids": compiled(t, scope, "${body.ids}")}},
		Answers:   []*Answer{{Body: each}},
	}}})
	if _, err := NewSet(p.set.APIs); err != nil {
		t.Fatal(err)
	}
	item := func(user string) string {
		login := p.wants(200, "POST", "/logins", `{"user":"`+user+`","secret":"tan"}`)
		p.wants(200, "POST", "/logins/"+login["id"].(string)+"/tan", `{"tan":"1"}`)
		return p.wants(200, "POST", "/exchange", `{"code":"`+login["code"].(string)+`"}`)["item"].(string)
	}
	jane, joe := item("jane"), item("joe")
	for ids, want := range map[string]string{
		`"` + joe + `, ` + jane + `"`:                                      `[{"user":"joe","bank":"Mock Bank"},{"user":"jane","bank":"Mock Bank"}]`,
		`["` + jane + `","x",null,"01900000-0000-7000-8000-000000000009"]`: `[{"user":"jane","bank":"Mock Bank"}]`,
		`null`: `[]`, `""`: `[]`,
	} {
		if _, _, r := p.ask("POST", "/list", `{"ids":`+ids+`}`); strings.TrimSpace(string(r.Body)) != want {
			t.Errorf("%s: %s, want %s", ids, r.Body, want)
		}
	}
	if status, _, r := p.ask("POST", "/list", `{"ids":"`+strings.Repeat("x,", 200)+`"}`); status != 422 {
		t.Errorf("200 ids: %d %s", status, r.Body)
	}
}
