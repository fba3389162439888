package engine

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

// phrase builds one from languages and texts in turn.
func phrase(pairs ...string) Phrase {
	var p Phrase
	for i := 0; i < len(pairs); i += 2 {
		p = append(p, Translation{pairs[i], Text(pairs[i+1])})
	}
	return p
}

func TestPhraseIn(t *testing.T) {
	t.Parallel()
	p := phrase("en", "Yes", "de", "Ja")
	for language, want := range map[string]string{"en": "Yes", "de": "Ja", "fr": "Yes", "": "Yes"} {
		if got := p.In(language); got != want {
			t.Errorf("in %q: %q, want %q", language, got, want)
		}
	}
	if got := p.Languages(); !slices.Equal(got, []string{"en", "de"}) {
		t.Errorf("languages %v", got)
	}
}

func TestPhrasesOf(t *testing.T) {
	t.Parallel()
	phrases := Phrases{"Yes": phrase("en", "Yes", "de", "Ja")}
	if phrases.Of("No") != nil || Phrases(nil).Of("Yes") != nil || phrases.Of("Yes").In("de") != "Ja" {
		t.Error("a text finds another's phrase, or not its own")
	}
}

func TestPhrasesExpand(t *testing.T) {
	t.Parallel()
	plain := phrase("en", "Yes", "de", "Ja")
	for name, c := range map[string]struct {
		phrases  Phrases
		captures Captures
		text     string
		want     string // in German
	}{
		"no captures":                 {Phrases{"Yes": plain}, nil, "Yes", "Ja"},
		"a text without any":          {Phrases{"Yes": plain}, Captures{"a": "1"}, "Yes", "Ja"},
		"in each language":            {Phrases{"Error ${a}": phrase("en", "Error ${a}", "de", "Fehler ${a}")}, Captures{"a": "1"}, "Error 1", "Fehler 1"},
		"in the translation only":     {Phrases{"Error": phrase("en", "Error", "de", "Fehler ${a}")}, Captures{"a": "1"}, "Error", "Fehler 1"},
		"a plain ${":                  {Phrases{"Pay $${a}": phrase("en", "Pay $${a}", "de", "Zahle $${a}")}, nil, "Pay ${a}", "Zahle ${a}"},
		"becomes another's":           {Phrases{"Yes": plain, "${a}": phrase("en", "${a}", "de", "${a}!")}, Captures{"a": "Yes"}, "Yes", "Ja"},
		"two become the same":         {Phrases{"${a}": phrase("en", "${a}", "de", "A"), "${b}": phrase("en", "${b}", "de", "B")}, Captures{"a": "1", "b": "1"}, "1", "A"},
		"a capture with a group's ${": {Phrases{"Error ${a}": phrase("en", "Error ${a}", "de", "Fehler ${a}")}, Captures{"a": "${a}"}, "Error ${a}", "Fehler ${a}"},
	} {
		if got := c.phrases.Expand(c.captures).Of(c.text).In("de"); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for text, p := range (Phrases{"Error ${a}": phrase("en", "Error ${a}", "de", "Fehler ${a}")}).Expand(nil) {
		if text == "Error ${a}" && p[1].Text != "Fehler ${a}" {
			t.Errorf("the flow's own phrase became %v", p)
		}
	}
}

// asking is a flow that asks, in two languages where phrases say so.
func asking(t *testing.T, phrases Phrases) *Flow {
	t.Helper()
	asked := step("asked", ChallengeResponseRequired)
	asked.Challenge = &Challenge{Kind: ChallengeText, Message: "Enter ${what}"}
	flow := steps(asked, yes()).importing(Timeline{Takes: Fixed(time.Second), Outcome: Success, Message: "Reading"})
	flow.Scenario, flow.Phrases = "of the test", phrases
	if err := flow.Freeze(); err != nil {
		t.Fatal(err)
	}
	return flow
}

func TestStatesKnowTheLanguagesOfTheirTexts(t *testing.T) {
	t.Parallel()
	flow := asking(t, Phrases{
		"Enter ${what}": phrase("en", "Enter ${what}", "de", "Bitte ${what} eingeben"),
		"Reading":       phrase("en", "Reading", "de", "Wird gelesen"),
	})
	captures := Captures{"what": "TAN"}
	state := flow.State(Process{Captures: captures, EnteredAt: epoch}, epoch)
	if said := state.Challenge.Message; said != "Enter TAN" || state.Phrases.Of(said).In("de") != "Bitte TAN eingeben" {
		t.Errorf("the challenge says %q, and in German %q", said, state.Phrases.Of(said))
	}
	connection := flow.ConnectionState(Connection{Captures: captures, StartedAt: epoch}, nil, epoch)
	if said := connection.Message; said != "Reading" || connection.Phrases.Of(said).In("de") != "Wird gelesen" {
		t.Errorf("the import says %q, and in German %q", said, connection.Phrases.Of(said))
	}
}

func TestFlowsOfOneLanguageAreAsEver(t *testing.T) {
	t.Parallel()
	flow := asking(t, nil)
	if bytes.Contains(flow.Encode(), []byte("phrases")) {
		t.Errorf("the body speaks of phrases: %s", flow.Encode())
	}
	const hash = "235829f971eeb77bf4fae621f3e7b57b"
	if flow.Hash() != hash {
		t.Errorf("the hash is %s, and was %s: rows under way name it", flow.Hash(), hash)
	}
	if flow.State(Process{EnteredAt: epoch}, epoch).Phrases != nil {
		t.Error("a state has phrases")
	}
}

func TestFlowsKeepTheirPhrases(t *testing.T) {
	t.Parallel()
	flow := asking(t, Phrases{"Reading": phrase("de", "Reading", "en", "Reading, still")})
	again, err := DecodeFlow(flow.Encode())
	if err != nil || again.Hash() != flow.Hash() || !slices.Equal(again.Phrases.Of("Reading"), flow.Phrases.Of("Reading")) {
		t.Errorf("decoded as %+v, %v", again, err)
	}
	for name, phrases := range map[string]Phrases{
		"another text": {"Reading": phrase("en", "Writing")}, "nothing": {"Reading": nil},
	} {
		broken := steps(yes())
		broken.Phrases = phrases
		if err := broken.Freeze(); err == nil || !strings.Contains(err.Error(), `"Reading"`) {
			t.Errorf("a phrase of %s: %v", name, err)
		}
	}
}
