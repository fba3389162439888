package scenarios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

// said writes a phrase as languages and texts.
func said(p engine.Phrase) string {
	var parts []string
	for _, one := range p {
		parts = append(parts, one.Language+" "+string(one.Text))
	}
	return strings.Join(parts, " | ")
}

func TestTextsByLanguage(t *testing.T) {
	t.Parallel()
	flow := find(t, goodConfig(t), "languages").Flow
	want := map[engine.Text]string{
		"Weg für ${code}":                "de Weg für ${code} | en Way for ${code} | pt-BR Via ${code}",
		"TAN":                            "en TAN | de TAN",
		"Text message":                   "en Text message | de SMS",
		"Feil":                           "no Feil | en Wrong",
		"Username or password is wrong.": "en Username or password is wrong. | de Falsch.", // not what is built in
		"Your bank reported an error.":   "en Your bank reported an error. | de Ihre Bank hat einen Fehler gemeldet.",
		"Ask your branch":                "en Ask your branch | de Fragen Sie Ihre Filiale",
		"Reading":                        "en Reading | de Wird gelesen",
		"A warning":                      "en A warning | de Eine Warnung",
		"Again":                          "en Again | de Nochmals",
		"This method is not available. Please choose another one.": "en This method is not available. Please choose another one. | de Dieses Verfahren steht Ihnen nicht zur Verfügung. Bitte wählen Sie ein anderes.",
	}
	for text, phrase := range want {
		if got := said(flow.Phrases.Of(string(text))); got != phrase {
			t.Errorf("%q is %q, want %q", text, got, phrase)
		}
	}
	for text, phrase := range flow.Phrases {
		if _, known := want[text]; !known {
			t.Errorf("a phrase that nobody wrote: %s", said(phrase))
		}
	}
	challenge := flow.Steps[0].Challenge
	if challenge.Message != "Weg für ${code}" || challenge.Procedures[0].Name != "Text message" || challenge.Procedures[1].Name != "App" {
		t.Errorf("the first language is not the default: %+v", challenge)
	}
}

func TestScenariosOfOneLanguageHaveNoPhrases(t *testing.T) {
	t.Parallel()
	if phrases := find(t, goodConfig(t), "merged").Flow.Phrases; phrases != nil {
		t.Errorf("%v", phrases)
	}
}

func TestNoScenarioIsSaidInTheLanguagesOfTheTable(t *testing.T) {
	t.Parallel()
	flow := goodConfig(t).Rules.Fallback.Flow
	if phrase := flow.Phrases.Of(string(flow.Steps[0].Error.DisplayMessage)); said(phrase) == "" || phrase.In("de") == phrase.In("en") {
		t.Errorf("it is said as %q", said(phrase))
	}
}

// Whatever a bank's customer reads of the shipped files, there is in German too.
func TestWhatIsShippedSpeaksGerman(t *testing.T) {
	t.Parallel()
	texts := 0
	check := func(where string, text engine.Text, phrases engine.Phrases) {
		if text == "" || text == "TAN" || text == "Code" || text == "photoTAN" || text == "pushTAN" || text == "QR-TAN" || // the same in both
			where == "numeric-code" || where == "dynamic-linking" { // of which the language is the point
			return
		}
		texts++
		if languages := strings.Join(phrases.Of(string(text)).Languages(), ","); languages != "en,de" {
			t.Errorf("%s: %q is in %q", where, text, languages)
		}
	}
	for name, entry := range builtInErrors().Errors {
		check("errors.yaml, "+name, entry.DisplayMessage.Text, phrasesOf(entry.DisplayMessage))
	}
	for _, scenario := range shipped(t) {
		flow := scenario.Flow
		for i := range flow.Steps {
			if c := flow.Steps[i].Challenge; c != nil {
				check(scenario.Name, c.Message, flow.Phrases)
				check(scenario.Name, c.AnswerFieldLabel, flow.Phrases)
				for _, procedure := range c.Procedures {
					check(scenario.Name, procedure.Name, flow.Phrases)
				}
			}
			if failure := flow.Steps[i].Error; failure != nil {
				check(scenario.Name, failure.DisplayMessage, flow.Phrases)
			}
		}
		check(scenario.Name, flow.Import.Message, flow.Phrases)
		for _, point := range flow.Import.Points {
			check(scenario.Name, point.Message, flow.Phrases)
		}
	}
	if texts < 80 {
		t.Errorf("only %d texts were looked at", texts)
	}
}

// shipped loads mockbank.yaml and every pack.
func shipped(t *testing.T) []*engine.Scenario {
	t.Helper()
	var all []*engine.Scenario
	packs, err := filepath.Glob("catalogue/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(packs, "../mockbank.yaml") {
		if strings.HasSuffix(file, "_test.yaml") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "\nbanks:") {
			text = append(text, "\nbanks: [{slug: MockBank}]\n"...)
		} else if !strings.Contains(string(text), "\ndefault_bank:") {
			text = append(text, "\ndefault_bank: bank-1\n"...)
		}
		copied := filepath.Join(t.TempDir(), filepath.Base(file))
		if err := os.WriteFile(copied, text, 0o600); err != nil {
			t.Fatal(err)
		}
		config, report := Load(t.Context(), copied, Options{})
		if config == nil {
			t.Fatalf("%s: %v", file, report.Diagnostics)
		}
		all = append(all, config.Rules.Scenarios...)
	}
	return all
}
