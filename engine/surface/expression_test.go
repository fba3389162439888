package surface

import (
	"errors"
	"strings"
	"testing"
)

// What a text says, as JSON, of a request that is about no record, and of one that is about both.
func TestExpressions(t *testing.T) {
	t.Parallel()
	const body = `{"a":{"b":[{"c":1.50},null]},"list":["x","y"],"n":"12","big":1e30,"t":true,"at":"2026-03-01","odd name":"o","Case":"C","status":"AUTHENTICATED"}`
	for text, want := range map[string]string{
		"plain":                         `"plain"`,
		"":                              `""`,
		"${body.a.b[0].c}":              `1.50`,
		"${body.a.b.0.c}":               `1.50`,
		"${body.a.b[1]}":                `null`,
		"${body.a.b[2]}":                `null`,
		"${body.a.zz.deep}":             `null`,
		"${body['odd name']}":           `"o"`,
		`${body["odd name"]}`:           `"o"`,
		"${body.list}":                  `["x","y"]`,
		"${body.Case}":                  `"C"`,
		"a${body.none}b":                `"ab"`,
		"${body.none}":                  `null`,
		"${body.none ?? 'x'}":           `"x"`,
		"${body.none ?? ''}":            `""`,
		"${body.none ?? body.n}":        `"12"`,
		"${body.none ?? body.no ?? 7}":  `7`,
		"${body.none ?? -1.5e3}":        `-1.5e3`,
		"${ body.n | number }":          `12`,
		"${body.t | number}":            `1`,
		"${body.list | number}":         `null`,
		"${body.n | number | text}":     `"12"`,
		"${body.Case | lower}":          `"c"`,
		"${body.n}${body.t}":            `"12true"`,
		"v=${body.a}":                   `"v={\"b\":[{\"c\":1.50},null]}"`,
		"${body.big}":                   `1e30`,
		"${body.at | date}":             `"2026-03-01"`,
		"${body.at | unix}":             `1772323200`,
		"${body.at + 1d | date}":        `"2026-03-02"`,
		"${body.n + 1d}":                `null`,
		"${query.q}":                    `"1"`,
		"${query['filter[id]']}":        `"7"`,
		"${query.two}":                  `["a","b"]`,
		"${query.none}":                 `null`,
		"${path.process}":               `"p-1"`,
		"${header.x-thing}":             `"thing"`,
		"${header['X-Thing']}":          `"thing"`,
		"${header.authorization}":       `null`,
		"${now}":                        `"2026-03-01T12:00:00.000Z"`,
		"${now - 3d | date}":            `"2026-02-26"`,
		"${now + 1h30m - 30m | unix}":   `1772370000`,
		"${now | number}":               `1772366400`,
		"${session}":                    `"s"`,
		"${request_id}":                 `"req-1"`,
		"${base_url}/x":                 `"http://bank.test/shop/x"`,
		"${banks[1].slug}":              `"Other"`,
		"${bank}":                       `null`,
		"${process.id}":                 `null`,
		"${connection.status}":          `null`,
		"${kept.reference}":             `null`,
		"${ids.account}":                `[]`,
		"${ids.item}":                   `null`,
		"${ids.code}":                   `null`,
		"${percent}":                    `null`,
		"${problem.code}":               `null`,
		"${error.code}":                 `null`,
		"${keys}":                       `[]`,
		"${data.accounts[1].iban}":      `"DE2"`,
		"${data.accounts[0].n}":         `1.50`,
		"${data.since}":                 `"2026-02-26"`,
		"${words.login.AUTHENTICATED}":  `"in"`,
		"${words.login[body.status]}":   `"in"`,
		"${words.login[body.n]}":        `"out"`,
		"${words.plain[body.n]}":        `"12"`,
		"${words.plain[body.none]}":     `null`,
		"$${not}":                       `"${not}"`,
		"a$${not}${body.n}":             `"a${not}12"`,
		"${tokens.expires_in}":          `3600`,
		"${tokens.refresh_expires_in}":  `2592000`,
		"${body.n ?? 'a}b'}":            `"12"`,
		"${'quoted' | upper}":           `"QUOTED"`,
		"${account}":                    `null`,
		"${account.iban}":               `null`,
		"${process}":                    `null`,
		"${tokens.expires_at | date}":   `"2026-03-01"`,
		"${body['a']['b'][0]['c']}":     `1.50`,
		"${body.list[query.q]}":         `"y"`,
		"${body.status | lower | text}": `"authenticated"`,
	} {
		a := shopAPI(t)
		node := compiled(t, a.Root(), text)
		if got := string(node.append(about(t, a, body), nil)); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func TestExpressionsAboutRecords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"${process.id}":                        `"p-1"`,
		"${process.status}":                    `"AUTHENTICATED"`,
		"${process.page_url}":                  `"http://bank.test/login/p-1"`,
		"${process.redirect_url}":              `null`,
		"${process.phone_url}":                 `null`,
		"${process.challenge.message}":         `null`,
		"${process.authenticated_at | date}":   `"2025-11-30"`,
		"${process.connection_id}":             `"c-1"`,
		"${words.login[process.status]}":       `"in"`,
		"${connection.import_progress}":        `60`,
		"${connection.import_progress | text}": `"60"`,
		"${connection.warnings}":               `[]`,
		"${connection.error.retryable}":        `true`,
		"${error.code}":                        `"DOWNLOAD_FAILED"`,
		"${bank.name}":                         `"Mock Bank"`,
		"${bank.country}":                      `"DE"`,
		"${percent}":                           `"42"`,
		"${percent | number}":                  `42`,
	} {
		a := shopAPI(t)
		node := compiled(t, a.Root(), text)
		if got := string(node.append(about(t, a, "").withRecords(), nil)); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

// Identifiers stay, number elements, and begin as their kind says.
func TestExpressionsOfIdentifiers(t *testing.T) {
	t.Parallel()
	a := shopAPI(t)
	e := about(t, a, "").withRecords()
	say := func(text string) string { return string(compiled(t, a.Root(), text).append(e, nil)) }
	if got := say("${ids.account}"); strings.Count(got, ",") != 1 || got != say("${ids.account}") {
		t.Errorf("ids are %s, then %s", got, say("${ids.account}"))
	}
	if first := say("${ids.account[0]}"); !strings.Contains(say("${ids.account}"), first) || first == say("${ids.account[1]}") {
		t.Errorf("the first is %s", first)
	}
	if got := say("${ids.code}"); !strings.HasPrefix(got, `"code-`) || len(e.secrets) == 0 {
		t.Errorf("a secret code is %s, and %d texts are hidden", got, len(e.secrets))
	}
	if got := say("${ids.account[9]}"); got != "null" {
		t.Errorf("beyond the last is %s", got)
	}
	inner, each := a.Root().Each(compiled(t, a.Root(), "${data.accounts}"))
	each.Is = NewMembers([]string{"id", "iban", "whole", "it"}, []Node{
		compiled(t, inner, "${account.id}"), compiled(t, inner, "${iban}"), compiled(t, inner, "${account}"), compiled(t, inner, "${it.iban}"),
	})
	got := string(each.append(e, nil))
	for _, want := range []string{`"id":` + say("${ids.account[0]}"), `"iban":"DE2"`, `"whole":{"id":`, `"it":"DE1"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
	if evaluated := string(appendJSON(nil, each.Eval(e))); evaluated != got {
		t.Errorf("evaluated it is %s, written %s", evaluated, got)
	}
	e.subject.kind, e.subject.element = "account", 1
	if got := say("${account.iban}"); got != `"DE2"` {
		t.Errorf("the account that the request names is %s", got)
	}
	compiled(t, a.Root(), "${account.id | number}")
	if got := say("${ids.account[1]}"); strings.Trim(got, `"0123456789`) != "" {
		t.Errorf("an id that some answer makes a number is %s", got)
	}
	number := compiled(t, a.Root(), "${ids.item | number}")
	if got := string(number.append(e, nil)); len(got) != 15 || strings.Trim(got, "0123456789") != "" {
		t.Errorf("a number of 15 digits is %s", got)
	}
}

func TestMistakesInExpressions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"${body.a":                {"not closed", "$${"},
		"${}":                     {"names nothing", ""},
		"${bdy.a}":                {`no path "bdy.a"`, `"body"`},
		"${process.stauts}":       {`no "stauts"`, `"status"`},
		"${connection.statsu}":    {`no "statsu"`, `"status"`},
		"${process.error.cod}":    {`no "cod"`, `"code"`},
		"${process.id.x}":         {"beneath a single value", ""},
		"${ids.acount}":           {`no id "acount"`, `"account"`},
		"${ids}":                  {"name one", ""},
		"${words.logn[body.a]}":   {`"logn"`, `"login"`},
		"${words.login}":          {"which word", ""},
		"${words}":                {"name one", ""},
		"${data.acounts}":         {`"acounts"`, `"accounts"`},
		"${data}":                 {"name an entry", ""},
		"${data.accounts[0].ibn}": {`"ibn"`, `"iban"`},
		"${kept.refrence}":        {`"refrence"`, `"reference"`},
		"${tokens.acces}":         {"name what", "access"},
		"${tokens}":               {"name what", ""},
		"${header}":               {"name one header", ""},
		"${header.a.b}":           {"name one header", ""},
		"${body.a | upcase}":      {`no pipe "upcase"`, ""},
		"${body.a |}":             {`no pipe ""`, ""},
		"${body.a ?? }":           {"names nothing", ""},
		"${body.a ?? 'x}":         {"not closed", ""},
		"${now + 3x}":             {"no duration", "now + 90d"},
		"${now + }":               {"no duration", ""},
		"${body.a b}":             {"cannot be read", ""},
		"${body[}":                {"", ""},
		"${body['a}":              {"", ""},
		"${body.}":                {"missing after the dot", ""},
		"${-}":                    {"no number", ""},
		"${problem.titel}":        {`"titel"`, `"title"`},
		"${event.type}":           {`no path "event.type"`, ""},
		"${banks[0].slg}":         {`"slg"`, `"slug"`},
		"${account.ibn}":          {`"ibn"`, `"iban"`},
	} {
		_, err := shopAPI(t).Root().Compile(text)
		var wrong *PathError
		if !errors.As(err, &wrong) {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if !strings.Contains(wrong.Message, want[0]) || !strings.Contains(wrong.Hint, want[1]) {
			t.Errorf("%s: %q, hint %q, want %q", text, wrong.Message, wrong.Hint, want)
		}
	}
}

// What an endpoint or a webhook cannot know is said where it is named.
func TestScopes(t *testing.T) {
	t.Parallel()
	a := shopAPI(t)
	endpoint, webhook := a.Root().Within([]string{"process"}), a.Root().Webhooks()
	if _, err := endpoint.Compile("${path.proces}"); err == nil || !strings.Contains(err.Error(), "{proces}") {
		t.Errorf("a variable that the path lacks: %v", err)
	}
	if _, err := webhook.Compile("${event.type} ${event.data.x}"); err != nil {
		t.Errorf("a webhook knows its event: %v", err)
	}
	for _, text := range []string{"${tokens.access}", "${ids.code}"} {
		if _, err := webhook.Compile(text); err == nil {
			t.Errorf("a webhook may not say %s", text)
		}
	}
	compiled(t, endpoint, "${tokens.access}")
	if !endpoint.Issues() || endpoint.Renews() || a.Root().Issues() {
		t.Error("an endpoint with an access token issues one, and no refresh token")
	}
	compiled(t, endpoint, "${words.plain[process.status]}")
	if warnings := endpoint.Warnings(); len(warnings) != 1 || !strings.Contains(warnings[0], "AUTHENTICATION_FAILED") || len(endpoint.Warnings()) != 0 {
		t.Errorf("a table that lacks statuses warns once, by %v", warnings)
	}
	compiled(t, endpoint, "${data.accounts}${data.since}")
	if named := endpoint.Named(); len(named) != 3 || named[2] != "words plain" || len(endpoint.Named()) != 0 {
		t.Errorf("what is named is %v", named)
	}
	if value := Expand("a ${ x } b", func(path string) any { return path + "!" }); value != "a x! b" {
		t.Errorf("expanded: %v", value)
	}
	if value, ok := Follow(map[string]any{"a": []any{map[string]any{"b": "c"}}}, "a[0].b"); !ok || value != "c" {
		t.Errorf("followed: %v %v", value, ok)
	}
}
