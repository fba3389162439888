package scenarios

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine/surface"
)

// Each text has its one problem, or none; what is told stands behind it.
func TestWhatIsToldOfAText(t *testing.T) {
	t.Parallel()
	scenario := func(keys string) string {
		return "scenarios:\n  - {name: all, authentication: AUTHENTICATED" + keys + "}\n"
	}
	for name, c := range map[string]struct{ text, want string }{
		"a window's zone": {"scenarios:\n  - {name: all, authentication: {status: AUTHENTICATED, " +
			"respond: {rate_limit: {requests: 3, window: day, zone: Mars/Phobos}}}}\n", `no time zone is called "Mars/Phobos"`},
		"the end of a range of time": {scenario(`, when: {session_age: "1m..${late}"}`), "nothing gives a scenario its ${late}"},
		"a place within defaults": {
			"defaults:\n  when: {session_age: \"${late}..\"}\nscenarios:\n  - {name: all, when: {username: u}, authentication: AUTHENTICATED}\n",
			"mockbank.yaml:2:",
		},
		"a key of another place, without a value": {scenario(", message: "), "message: …"},
		"a merge key in quotes":                   {"scenarios:\n  - {name: all, authentication: AUTHENTICATED, \"<<\": {tags: [a]}}\n", `"<<"`},
		"something behind quotes, outside of brackets": {"scenarios:\n  - name: \"all\", x\n    authentication: AUTHENTICATED\n",
			"the text in quotes ends here, and something follows it"},
		"a comma behind quotes, outside of brackets": {"scenarios:\n  - name: \"all\",\n    authentication: AUTHENTICATED\n",
			"the text in quotes ends here, and something follows it"},
		"quotes that another text's quote ends": {"scenarios:\n  - name: \"all\n    description: \"the first\"\n    authentication: AUTHENTICATED\n",
			"is not closed"},
		"a number with a decimal comma":            {scenario(", import: {takes: 2,5s}"), "2.5s"},
		"an update by its number before any other": {scenario(", update: [{when: {runs: 2}, outcome: FAILED_WITH_ERROR}, {outcome: SUCCESS}]"), ""},
		"an update before another":                 {scenario(", update: [{outcome: FAILED_WITH_ERROR}, {outcome: SUCCESS}]"), "never-played"},
		"the same mistake in each combination": {"scenarios:\n  - {name: base, authentication: AUTHENTICATED}\n" +
			"  - {for: {n: [1, 2]}, name: \"n${n}\", like: base, when: {password: \"${n}\"}, authentication: \"A${n}\"}\n", `"A1"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, report := loadText(t, c.text)
			problems := 0
			for _, one := range report.Diagnostics {
				if one.Severity == SeverityError {
					problems++
				}
			}
			if text := textOf(t, report); problems > 1 || c.want == "" && text != "" || !strings.Contains(text, c.want) {
				t.Errorf("%d problems, it says\n%s\nwant %q", problems, text, c.want)
			}
		})
	}
}

func TestTwelveNamesAreFewEnoughToList(t *testing.T) {
	t.Parallel()
	names := strings.Fields("a1 b2 c3 d4 e5 f6 g7 h8 i9 j10 k11 l12 m13")
	if got := didYouMean("something", names[:12]); got != "one of "+strings.Join(names[:12], ", ") {
		t.Errorf("of twelve: %q", got)
	}
	if got := didYouMean("something", names); got != "" {
		t.Errorf("of thirteen: %q", got)
	}
}

func TestPatternsThatAreWrittenAsTexts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"*abc*": "{contains: abc}", "*abc": "{suffix: abc}", "abc*": "{prefix: abc}"} {
		if got := literalPattern(text, true, false); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// Sentences that people read may have signs in them that would be a pattern's elsewhere.
func TestTextsForPeopleAreNoPatterns(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"message", "display_message", "detail", "body", "import_message", "name", "answer_field_label", "data",
		"optical_data", "redirect_url", "mime_type", "location"} {
		if !freeTexts[name] {
			t.Error(name)
		}
	}
}

func TestNodesAreReadAsYAMLOneTwo(t *testing.T) {
	t.Parallel()
	node, err := ParseNode("{a: ?b}")
	if err != nil || node.Content[0].Content[1].Value != "?b" {
		t.Errorf("%+v, %v", node, err)
	}
	if _, err := ParseNode("{a: "); err == nil {
		t.Error("half a mapping is read")
	}
}

// What may have been meant as a secret's key is not shown; short words that are near one by chance are.
func TestKeysThatMayHoldSecrets(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{"admin-token": true, "tokn": true, "toke": true, "tken": true, "tok": false, "name": false, "scenario": false} {
		if isSecretKey(key) != want {
			t.Errorf("%s: %t", key, !want)
		}
	}
}

func TestOriginsAreThoseOfBrowsers(t *testing.T) {
	t.Parallel()
	for origin, want := range map[string]bool{
		"https://shop.example": true, "http://localhost:3000": true, "shop.example": false, "https://": false, "/app": false, "": false,
		"https://me@shop.example": false, "https://shop.example/app": false, "https://*.shop.example": false,
	} {
		if goodOrigin(origin) != want {
			t.Errorf("%q: %t", origin, !want)
		}
	}
}

// An alias stands for what it names, also where a value has several forms.
func TestAliasesStandForWhatTheyName(t *testing.T) {
	t.Parallel()
	config, report := loadText(t, `
x-list: &list
  - name: first
    when: {password: a}
    authentication: {status: CHALLENGE_RESPONSE_REQUIRED, next: [{approval: approved, then: &there {goto: done}}, {approval: declined, then: *there}]}
    steps: {done: {status: AUTHENTICATED}}
scenarios: *list
`)
	if config == nil {
		t.Fatal(textOf(t, report))
	}
	next := config.Rules.Scenarios[0].Flow.Steps[0].Next
	if len(next) != 2 || next[0].To != next[1].To || next[0].To == 0 {
		t.Errorf("%+v", next)
	}
}

// Texts and nulls that are written empty are answered as they are written.
func TestMembersOfAnErrorThatAreEmpty(t *testing.T) {
	t.Parallel()
	config, report := loadText(t, bankText("all")+
		"  - {name: bad, when: {password: b}, authentication: {status: AUTHENTICATION_FAILED, error: {code: INVALID_CREDENTIALS, message: \"\", display_message: null}}}\n")
	if config == nil {
		t.Fatal(textOf(t, report))
	}
	for _, scenario := range config.Rules.Scenarios {
		if scenario.Name != "bad" {
			continue
		}
		if got := scenario.Flow.Steps[0].Error.Verbatim; got["message"] != `""` || got["display_message"] != "null" {
			t.Errorf("%v", got)
		}
	}
}

func TestDaysOfTheWeek(t *testing.T) {
	t.Parallel()
	config, report := loadText(t, "scenarios: [{name: all, when: {time: {days: [mon, sun, mon]}}, authentication: AUTHENTICATED}]\n")
	if config == nil {
		t.Fatal(textOf(t, report))
	}
	if got := config.Rules.Scenarios[0].When.Facts.Time.Days; !slices.Equal(got, []time.Weekday{time.Monday, time.Sunday}) {
		t.Errorf("%v", got)
	}
}

// The catalogue says what a scenario asks for beside the password: each thing once.
func TestThePackSaysWhatAScenarioAsksFor(t *testing.T) {
	t.Parallel()
	for when, want := range map[string]string{
		`{attempt: 3..}`: "any, attempt 3..", `{session_age: 1m..}`: "any, session_age 1m..", `{password: x}`: "x",
		`{time: {days: [mon]}}`: "any, time on mon",
	} {
		pack, err := packOf("one", "scenarios: [{name: all, when: "+when+", authentication: AUTHENTICATED}]\n")
		if err != nil {
			t.Fatal(err)
		}
		if got := pack.Scenarios[0].Trigger(); got != want {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
	}
}

// A refusal of a declared api may be a list of answers, the first of which whose condition holds is sent.
func TestARefusalIsAListOfAnswers(t *testing.T) {
	t.Parallel()
	api := "apis: [{name: my, base: /my, problem: [{when: {error: NOT_FOUND}, body: {gone: true}}, {body: {wrong: \"${problem.detail}\"}}],\n" +
		"  endpoints: {GET /a: {answer: {status: 204}}}}]\n"
	config, report := loadText(t, bankText("all")+api)
	if config == nil {
		t.Fatal(textOf(t, report))
	}
	if problems := config.Rules.Surfaces.(*surface.Set).APIs[0].Problems; len(problems) != 2 || problems[0].When == nil || problems[1].When != nil {
		t.Errorf("%+v", problems)
	}
}

// What an api counts and draws, it does for the logins that its condition may be about, and each place by itself.
func TestConditionsOfAnAPIAskOfTheirOwn(t *testing.T) {
	t.Parallel()
	api := "apis: [{name: my, base: /my, endpoints: {\"GET /a/{process}\": {answers: [{when: {bank: MockBank, username: u, scenario: all, attempt: 3..}, status: 429},\n" +
		"  {when: {attempt: 5..}, status: 503}, {status: 204}]}}}]\n"
	config, report := loadText(t, bankText("all")+api)
	if config == nil {
		t.Fatal(textOf(t, report))
	}
	answers := config.Rules.Surfaces.(*surface.Set).APIs[0].Endpoints[0].Cases[0].Answers
	first, second := answers[0].When, answers[1].When
	if f := first.Facts; f.Bank.String() != `"MockBank"` || f.Username.String() != `"u"` || f.Scenario.String() != `"all"` {
		t.Errorf("counted are those of %s, %s, %s", &f.Bank, &f.Username, &f.Scenario)
	}
	if first.Owner != "apis.my GET /a/{process} 1" || second.Owner != "apis.my GET /a/{process} 2" {
		t.Errorf("drawn for %q and %q", first.Owner, second.Owner)
	}
}

// In {takes: 2,5s} the comma splits a number; a key that has a value is a key.
func TestADecimalCommaSplitsANumber(t *testing.T) {
	t.Parallel()
	for takes, want := range map[string]string{"2,5s": "did you mean", "2,5s : 1": `import has no key "5s"`} {
		_, report := loadText(t, "scenarios:\n  - {name: all, authentication: AUTHENTICATED, import: {takes: "+takes+"}}\n")
		if text := textOf(t, report); !strings.Contains(text, want) || strings.Contains(text, `has no key "5s"`) != strings.Contains(want, "has no key") {
			t.Errorf("%s: it says\n%s", takes, text)
		}
	}
}
