package engine

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// localized builds a text from languages and texts in turn.
func localized(pairs ...string) LocalizedText {
	t := LocalizedText{Default: Text(pairs[1])}
	for i := 0; i < len(pairs); i += 2 {
		t.Translations = append(t.Translations, Translation{pairs[i], Text(pairs[i+1])})
	}
	return t
}

func TestTextIn(t *testing.T) {
	t.Parallel()
	text := localized("en", "Yes", "de", "Ja")
	for language, want := range map[string]string{"en": "Yes", "de": "Ja", "fr": "Yes", "": "Yes"} {
		if got := text.In(language); got != want {
			t.Errorf("in %q: %q, want %q", language, got, want)
		}
	}
	if got := text.Languages(); !slices.Equal(got, []string{"en", "de"}) {
		t.Errorf("languages %v", got)
	}
	if plain := Plain("Yes"); plain.In("de") != "Yes" || plain.Languages() != nil || plain.IsZero() || !Plain("").IsZero() {
		t.Error("a text in one language has others, or says nothing")
	}
}

func TestTextsAreCompletedInEachLanguage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text            LocalizedText
		captures        Captures
		english, german string
	}{
		"no captures":                 {localized("en", "Yes", "de", "Ja"), nil, "Yes", "Ja"},
		"a text without any":          {localized("en", "Yes", "de", "Ja"), Captures{"a": "1"}, "Yes", "Ja"},
		"in each language":            {localized("en", "Error ${a}", "de", "Fehler ${a}"), Captures{"a": "1"}, "Error 1", "Fehler 1"},
		"in the translation only":     {localized("en", "Error", "de", "Fehler ${a}"), Captures{"a": "1"}, "Error", "Fehler 1"},
		"in the default only":         {localized("en", "Error ${a}", "de", "Fehler"), Captures{"a": "1"}, "Error 1", "Fehler"},
		"a plain ${":                  {localized("en", "Pay $${a}", "de", "Zahle $${a}"), nil, "Pay ${a}", "Zahle ${a}"},
		"a capture with a group's ${": {localized("en", "Error ${a}", "de", "Fehler ${a}"), Captures{"a": "${a}"}, "Error ${a}", "Fehler ${a}"},
	} {
		before := slices.Clone(c.text.Translations)
		if got := c.text.Expand(c.captures); got.String() != c.english || got.In("en") != c.english || got.In("de") != c.german {
			t.Errorf("%s: %+v, want %q and %q", name, got, c.english, c.german)
		}
		if !slices.Equal(c.text.Translations, before) {
			t.Errorf("%s: the flow's own text became %v", name, c.text)
		}
	}
	if got := localized("en", "${a}", "de", "${b} und ${c}").Names(); !slices.Equal(got, []string{"a", "a", "b", "c"}) {
		t.Errorf("names %v", got)
	}
}

// asking is a flow that asks.
func asking(t *testing.T, message, reading LocalizedText) *Flow {
	t.Helper()
	asked := step("asked", ChallengeResponseRequired)
	asked.Challenge = &Challenge{Kind: ChallengeText, Message: message}
	flow := steps(asked, yes()).importing(Timeline{Takes: Fixed(time.Second), Outcome: Success, Message: reading})
	flow.Scenario = "of the test"
	if err := flow.Freeze(); err != nil {
		t.Fatal(err)
	}
	return flow
}

func TestStatesKnowTheLanguagesOfTheirTexts(t *testing.T) {
	t.Parallel()
	flow := asking(t, localized("en", "Enter ${what}", "de", "Bitte ${what} eingeben"), localized("en", "Reading", "de", "Wird gelesen"))
	captures := Captures{"what": "TAN"}
	state := flow.State(Process{Captures: captures, EnteredAt: epoch}, epoch)
	if said := state.Challenge.Message; said.String() != "Enter TAN" || said.In("de") != "Bitte TAN eingeben" {
		t.Errorf("the challenge says %+v", said)
	}
	connection := flow.ConnectionState(Connection{Captures: captures, StartedAt: epoch}, nil, epoch)
	if said := connection.ImportMessage; connection.Message != "Reading" || said.In("en") != "Reading" || said.In("de") != "Wird gelesen" {
		t.Errorf("the import says %q, %+v", connection.Message, said)
	}
}

func TestFlowsOfOneLanguageAreAsEver(t *testing.T) {
	t.Parallel()
	flow := asking(t, Plain("Enter ${what}"), Plain("Reading"))
	if bytes.Contains(flow.Encode(), []byte("phrases")) || bytes.Contains(flow.Encode(), []byte("apart")) {
		t.Errorf("the body speaks of languages: %s", flow.Encode())
	}
	const hash = "235829f971eeb77bf4fae621f3e7b57b"
	if flow.Hash() != hash {
		t.Errorf("the hash is %s, and was %s: rows under way name it", flow.Hash(), hash)
	}
}

// Rows under way name the hash of a flow, and what is stored of it.
func TestFlowsOfSeveralLanguagesAreAsEver(t *testing.T) {
	t.Parallel()
	flow := asking(t, localized("en", "Enter ${what}", "de", "Bitte ${what} eingeben"), localized("de", "Reading", "en", "Reading, still"))
	const hash = "90d226d511b033bf29864bd0f6fe3268"
	if flow.Hash() != hash {
		t.Errorf("the hash is %s, and was %s:\n%s", flow.Hash(), hash, flow.Encode())
	}
}

func TestFlowsKeepTheLanguagesOfTheirTexts(t *testing.T) {
	t.Parallel()
	three := []LocalizedText{localized("en", "Reading", "de", "Lesen"), localized("en", "Reading", "de", "Wird gelesen"), Plain("Reading")}
	for _, first := range three {
		for _, second := range three {
			flow := asking(t, first, second)
			again, err := DecodeFlow(flow.Encode())
			if err != nil || again.Hash() != flow.Hash() {
				t.Fatalf("%v, then %v: decoded as %+v, %v", first, second, again, err)
			}
			for i, got := range []LocalizedText{again.Steps[0].Challenge.Message, again.Import.Message} {
				if want := []LocalizedText{first, second}[i]; got.Default != want.Default || !slices.Equal(got.Translations, want.Translations) {
					t.Errorf("%v, then %v: text %d is %v again", first, second, i+1, got)
				}
			}
		}
	}
}

// Every text of a flow is found, wherever it stands.
func TestAllTextsKeepTheirLanguages(t *testing.T) {
	t.Parallel()
	texts := 0
	text := func() LocalizedText {
		texts++
		return localized("en", "the same", "de", strings.Repeat("x", texts)) // each is apart but the first
	}
	failure := func() *Failure { return &Failure{Code: "X", Message: text(), DisplayMessage: text()} }
	asked := step("asked", ChallengeResponseRequired)
	asked.Challenge = &Challenge{
		Kind: ChallengeText, Message: text(), AnswerFieldLabel: text(), Procedures: []Procedure{{ID: "a", Name: text()}},
		Fields: []ChallengeField{{Name: "f", Label: text()}},
	}
	asked.Decisions, asked.Error = []Decision{{ID: "d", Name: text()}}, failure()
	flow := steps(asked, yes()).importing(Timeline{
		Message: text(), Error: failure(), Warnings: []Failure{*failure()},
		Points: []Point{{Message: text(), Status: FailedWithError, Error: failure(), Warnings: []Failure{*failure()}}},
	})
	flow.Update = []UpdateCase{{Import: Timeline{Takes: Fixed(time.Second), Outcome: Success, Message: text()}}}
	flow.Wrong = map[EventKind]Failure{EventPassword: *failure(), EventChallengeResponse: *failure()}
	if err := flow.Freeze(); err != nil {
		t.Fatal(err)
	}
	again, err := DecodeFlow(flow.Encode())
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	again.eachText(func(_ textPosition, text *LocalizedText) {
		if text.Translations != nil {
			seen++
		}
	})
	if seen != texts || again.Hash() != flow.Hash() {
		t.Errorf("%d of %d texts have their languages again: %s", seen, texts, flow.Encode())
	}
	if got, want := again.Wrong[EventPassword].Message, flow.Wrong[EventPassword].Message; !slices.Equal(got.Translations, want.Translations) {
		t.Errorf("a failure says %v again, want %v", got, want)
	}
}

// A flow that an older version stored has the languages of a text beside it, wherever it says the same.
func TestOlderFlowsAreRead(t *testing.T) {
	t.Parallel()
	body := string(asking(t, localized("en", "Reading", "de", "Wird gelesen"), localized("en", "Reading", "de", "Wird gelesen")).Encode())
	if !strings.Contains(body, `"phrases":{"Reading":[{"language":"en","text":"Reading"},{"language":"de","text":"Wird gelesen"}]}}`) {
		t.Fatalf("%s", body)
	}
	flow, err := DecodeFlow([]byte(body))
	if err != nil || flow.Import.Message.In("de") != "Wird gelesen" || flow.Steps[0].Challenge.Message.In("de") != "Wird gelesen" {
		t.Errorf("decoded as %+v, %v", flow, err)
	}
	for name, phrases := range map[string]string{"another text": `[{"language":"en","text":"Writing"}]`, "nothing": `[]`} {
		broken := body[:strings.Index(body, `"phrases"`)] + `"phrases":{"Reading":` + phrases + `}}`
		if _, err := DecodeFlow([]byte(broken)); err == nil || !strings.Contains(err.Error(), `"Reading"`) {
			t.Errorf("the languages of %s: %v", name, err)
		}
	}
}

func TestRecordsHoldTheDefaultLanguage(t *testing.T) {
	t.Parallel()
	failure := Failure{Code: "X", Message: localized("en", "no", "de", "nein")}
	body, err := json.Marshal(failure)
	if err != nil || string(body) != `{"code":"X","message":"no"}` {
		t.Errorf("%s, %v", body, err)
	}
	var again Failure
	if err := json.Unmarshal(body, &again); err != nil || again.Message.String() != "no" || again.Message.Translations != nil {
		t.Errorf("%+v, %v", again, err)
	}
}
