package scenarios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

// said writes a text as languages and texts.
func said(text engine.LocalizedText) string {
	var parts []string
	for _, one := range text.Translations {
		parts = append(parts, one.Language+" "+string(one.Text))
	}
	return strings.Join(parts, " | ")
}

// localizedTexts lists the texts of a flow that people read, but for those that say nothing.
func localizedTexts(flow *engine.Flow) (all []engine.LocalizedText) {
	add := func(texts ...engine.LocalizedText) {
		for _, text := range texts {
			if !text.IsZero() {
				all = append(all, text)
			}
		}
	}
	failure := func(failures ...engine.Failure) {
		for _, one := range failures {
			add(one.Message, one.DisplayMessage)
		}
	}
	for i := range flow.Steps {
		if c := flow.Steps[i].Challenge; c != nil {
			add(c.Message, c.AnswerFieldLabel)
			for _, procedure := range c.Procedures {
				add(procedure.Name)
			}
		}
		if flow.Steps[i].Error != nil {
			failure(*flow.Steps[i].Error)
		}
	}
	timelines := []*engine.Timeline{&flow.Import}
	for i := range flow.Update {
		timelines = append(timelines, &flow.Update[i].Import)
	}
	for _, timeline := range timelines {
		add(timeline.Message)
		failure(timeline.Warnings...)
		if timeline.Error != nil {
			failure(*timeline.Error)
		}
		for i := range timeline.Points {
			point := &timeline.Points[i]
			add(point.Message)
			failure(point.Warnings...)
			if point.Error != nil {
				failure(*point.Error)
			}
		}
	}
	for _, wrong := range flow.Wrong {
		failure(wrong)
	}
	return all
}

func TestTextsByLanguage(t *testing.T) {
	t.Parallel()
	flow := find(t, goodConfig(t), "languages").Flow
	want := map[engine.Text]string{
		"Weg für ${code}": "de Weg für ${code} | en Way for ${code} | pt-BR Via ${code}",
		"TAN":             "en TAN | de TAN",
		"Text message":    "en Text message | de SMS",
		"Feil":            "no Feil | en Wrong",
		"Username or password is wrong.": "en Username or password is wrong. | de Falsch.; " + // and what is built in, elsewhere
			"en Username or password is wrong. | de Der Benutzername oder das Passwort ist falsch.",
		"Your bank reported an error.": "en Your bank reported an error. | de Ihre Bank hat einen Fehler gemeldet.",
		"Ask your branch":              "en Ask your branch | de Fragen Sie Ihre Filiale",
		"Reading":                      "en Reading | de Wird gelesen",
		"A warning":                    "en A warning | de Eine Warnung",
		"Again":                        "en Again | de Nochmals",
		"This method is not available. Please choose another one.": "en This method is not available. Please choose another one. | de Dieses Verfahren steht Ihnen nicht zur Verfügung. Bitte wählen Sie ein anderes.",
	}
	found := map[engine.Text]string{}
	for _, text := range localizedTexts(flow) {
		if text.Translations != nil && !strings.Contains(found[text.Default], said(text)) {
			found[text.Default] = strings.TrimPrefix(found[text.Default]+"; "+said(text), "; ")
		}
	}
	for text, translations := range want {
		if got := found[text]; got != translations {
			t.Errorf("%q is %q, want %q", text, got, translations)
		}
	}
	for text, translations := range found {
		if _, known := want[text]; !known {
			t.Errorf("a translation that nobody wrote: %s", translations)
		}
	}
	challenge := flow.Steps[0].Challenge
	if challenge.Message.Default != "Weg für ${code}" || challenge.Procedures[0].Name.Default != "Text message" || challenge.Procedures[1].Name.Default != "App" {
		t.Errorf("the first language is not the default: %+v", challenge)
	}
}

// Two texts that are the same in one language may differ in another.
func TestEachTextHasTranslationsOfItsOwn(t *testing.T) {
	t.Parallel()
	config, _ := loadText(t, `
banks: [{slug: MockBank}]
scenarios:
  - name: all
    authentication: {status: AUTHENTICATION_FAILED, error: {code: LOCKED, message: {en: Locked, de: Gesperrt}, display_message: {en: Locked, de: Zu}}}
`)
	failure := find(t, config, "all").Flow.Steps[0].Error
	if failure.Message.In("de") != "Gesperrt" || failure.DisplayMessage.In("de") != "Zu" {
		t.Errorf("%+v", failure)
	}
}

func TestScenariosOfOneLanguageHaveNoTranslations(t *testing.T) {
	t.Parallel()
	for _, text := range localizedTexts(find(t, goodConfig(t), "merged").Flow) {
		if text.Translations != nil {
			t.Errorf("%v", text)
		}
	}
}

func TestNoScenarioIsSaidInTheLanguagesOfTheTable(t *testing.T) {
	t.Parallel()
	text := goodConfig(t).Rules.Fallback.Flow.Steps[0].Error.DisplayMessage
	if said(text) == "" || text.In("de") == text.In("en") {
		t.Errorf("it is said as %q", said(text))
	}
}

// Whatever a bank's customer reads of the shipped files, there is in German too.
func TestWhatIsShippedSpeaksGerman(t *testing.T) {
	t.Parallel()
	texts := 0
	check := func(where string, text engine.LocalizedText) {
		if text := text.Default; text == "" || text == "TAN" || text == "Code" || text == "photoTAN" || text == "pushTAN" || text == "QR-TAN" || // the same in both
			where == "numeric-code" || where == "dynamic-linking" { // of which the language is the point
			return
		}
		texts++
		if languages := strings.Join(text.Languages(), ","); languages != "en,de" {
			t.Errorf("%s: %q is in %q", where, text.Default, languages)
		}
	}
	for name, entry := range builtInErrors().Errors {
		check("errors.yaml, "+name, entry.DisplayMessage.localized())
	}
	for _, scenario := range shipped(t) {
		flow := scenario.Flow
		for i := range flow.Steps {
			if c := flow.Steps[i].Challenge; c != nil {
				check(scenario.Name, c.Message)
				check(scenario.Name, c.AnswerFieldLabel)
				for _, procedure := range c.Procedures {
					check(scenario.Name, procedure.Name)
				}
			}
			if failure := flow.Steps[i].Error; failure != nil {
				check(scenario.Name, failure.DisplayMessage)
			}
		}
		check(scenario.Name, flow.Import.Message)
		for _, point := range flow.Import.Points {
			check(scenario.Name, point.Message)
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
