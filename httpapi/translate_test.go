package httpapi

import (
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// bilingual speaks English and German, but for its label and its code.
func bilingual() *engine.Scenario {
	inBoth := func(english, german engine.Text) engine.LocalizedText {
		return engine.LocalizedText{Default: english, Translations: []engine.Translation{{Language: "en", Text: english}, {Language: "de", Text: german}}}
	}
	wrong := engine.Failure{Code: "WRONG", Message: engine.Plain("wrong TAN"), DisplayMessage: inBoth("The TAN is wrong.", "Die TAN ist falsch.")}
	s := scenario("bilingual", engine.Timeline{
		Points: []engine.Point{
			{Message: inBoth("Reading", "Wird gelesen")},
			{After: engine.Fixed(time.Second), Status: engine.Success, Warnings: []engine.Failure{wrong}},
		},
	}, engine.Step{
		Name: "asked", Status: engine.ChallengeResponseRequired,
		Challenge: &engine.Challenge{
			Kind: engine.ChallengeText, Message: inBoth("Enter the code", "Geben Sie den Code ein"), AnswerFieldLabel: engine.Plain("TAN"),
			Procedures: []engine.Procedure{{ID: "sms", Name: inBoth("Text message", "SMS"), ChallengeKind: engine.ChallengeText}},
		},
		Next: []engine.Transition{{Event: engine.Event{Kind: engine.EventChallengeResponse, Value: engine.Literal("1")}, To: 1}},
	}, authenticated)
	s.Flow.Wrong = map[engine.EventKind]engine.Failure{engine.EventChallengeResponse: wrong}
	return s
}

// startBilingual starts a server that plays it.
func startBilingual(t *testing.T) *server {
	t.Helper()
	return start(t).shape(nil, bilingual())
}

func speaking(languages string) request { return header("Accept-Language", languages) }

// wantLanguage fails the test where the answer's header does not say this language; "" is none.
func (a answered) wantLanguage(language string) answered {
	a.t.Helper()
	vary := "Accept-Language"
	if language == "" {
		vary = ""
	}
	if got := a.Header().Get("Content-Language"); got != language || a.Header().Get("Vary") != vary {
		a.t.Errorf("Content-Language %q, Vary %q, want %q and %q: %s", got, a.Header().Get("Vary"), language, vary, a.Body)
	}
	return a
}

// wantText fails the test where a field says something else.
func (a answered) wantText(path, want string) answered {
	a.t.Helper()
	if got := a.text(path); got != want {
		a.t.Errorf("%s is %q, want %q", path, got, want)
	}
	return a
}

func TestTextsAreInTheClientsLanguage(t *testing.T) {
	t.Parallel()
	english := map[string]string{"message": "Enter the code", "method": "Text message", "wrong": "The TAN is wrong.", "import": "Reading"}
	german := map[string]string{"message": "Geben Sie den Code ein", "method": "SMS", "wrong": "Die TAN ist falsch.", "import": "Wird gelesen"}
	for accept, c := range map[string]struct {
		language string
		texts    map[string]string
	}{
		"": {"en", english}, "en": {"en", english}, "de": {"de", german}, "de-CH, en;q=0.5": {"de", german},
		"en;q=0.2, de;q=0.7": {"de", german}, "fr": {"en", english}, "fr, de;q=0.1": {"de", german},
		";;q=x": {"en", english}, strings.Repeat("x", 4000): {"en", english},
	} {
		t.Run(accept[:min(len(accept), 20)], func(t *testing.T) {
			t.Parallel()
			s, in := startBilingual(t), speaking(accept)
			asked := s.send("POST", base+"/bank_connections/authenticate", credentials("bilingual"), in).want(200).wantLanguage(c.language).
				wantText("challenge.message", c.texts["message"]).wantText("challenge.answer_field_label", "TAN").
				wantText("challenge.two_step_procedures.0.name", c.texts["method"])
			id := asked.text("bank_authentication_process_id")
			s.send("POST", base+"/bank_connections/confirm_challenge_response", object("bank_authentication_process_id", id, "challenge_response", "0"), in).
				want(200).wantLanguage(c.language).wantText("error.code", "WRONG").wantText("error.message", "wrong TAN").
				wantText("error.display_message", c.texts["wrong"])
			s.get("/admin/v1/processes/"+id, in, loopback).want(200).wantLanguage(c.language).wantText("challenge.message", c.texts["message"])
			s.send("POST", base+"/bank_connections/confirm_challenge_response", object("bank_authentication_process_id", id, "challenge_response", "1"), in).
				want(200).wantLanguage("") // it says nothing
			connection := s.send("POST", base+"/bank_connections", processField(id), in).want(201).wantLanguage(c.language).
				wantText("import_message", c.texts["import"]).text("id")
			s.get(base+"/bank_connections", in).want(200).wantLanguage(c.language).wantText("bank_connections.0.import_message", c.texts["import"])
			s.clock.advance(time.Second)
			s.get(base+"/bank_connections/"+connection, in).want(200).wantLanguage(c.language).
				wantText("warnings.0.display_message", c.texts["wrong"]).wantText("warnings.0.message", "wrong TAN")
		})
	}
}

func translated(first string, text engine.Text, second string, other engine.Text) engine.LocalizedText {
	return engine.LocalizedText{Default: text, Translations: []engine.Translation{{Language: first, Text: text}, {Language: second, Text: other}}}
}

func TestEachTextHasItsOwnLanguages(t *testing.T) {
	t.Parallel()
	mixed := scenario("mixed", threeSeconds, engine.Step{
		Name: "refused", Status: engine.AuthenticationFailed, Error: &engine.Failure{Code: "X", Message: translated("en", "no", "fr", "non"), DisplayMessage: translated("de", "Nein.", "en", "No.")},
	})
	s := start(t).shape(nil, mixed)
	for accept, want := range map[string][3]string{
		"": {"en, de", "no", "Nein."}, "fr": {"fr, de", "non", "Nein."}, "en": {"en", "no", "No."}, "de": {"en, de", "no", "Nein."},
	} {
		s.send("POST", base+"/bank_connections/authenticate", credentials("mixed"), speaking(accept)).want(200).
			wantLanguage(want[0]).wantText("error.message", want[1]).wantText("error.display_message", want[2])
	}
}

func TestNothingIsSaidOfLanguagesWhereThereIsOne(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.send("POST", base+"/bank_connections/authenticate", credentials("challenge"), speaking("de")).want(200).
		wantLanguage("").wantText("challenge.message", "Enter the TAN")
}

func TestScenariosAreShownInTheirDefaultLanguage(t *testing.T) {
	t.Parallel()
	startBilingual(t).get("/admin/v1/scenarios/bilingual-case", speaking("de"), loopback).want(200).wantLanguage("").
		wantText("flow.steps.0.challenge.message", "Enter the code")
}

func TestRepeatsGetTheFirstAnswerInItsLanguage(t *testing.T) {
	t.Parallel()
	s := startBilingual(t)
	path, body := base+"/bank_connections/authenticate", credentials("bilingual")
	first := s.send("POST", path, body, key("k"), speaking("de")).want(200).wantLanguage("de").wantText("challenge.message", "Geben Sie den Code ein")
	again := s.send("POST", path, body, key("k"), speaking("en")).want(200).wantLanguage("de")
	if first.Body.String() != again.Body.String() {
		t.Errorf("first\n%s\nthen\n%s", first.Body, again.Body)
	}
}

func TestTheJournalHasWhatWasAnswered(t *testing.T) {
	t.Parallel()
	s := startBilingual(t)
	s.send("POST", base+"/bank_connections/authenticate", credentials("bilingual"), speaking("de")).want(200)
	for path, want := range map[string]any{
		"response.body.challenge.message": "Geben Sie den Code ein", "response.headers.Content-Language": "de", "request.headers.Accept-Language": "de",
	} {
		if got := at(s.exchanges("")[0], path); got != want {
			t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
}

func TestRecordsAreInTheDefaultLanguage(t *testing.T) {
	t.Parallel()
	s := startBilingual(t)
	id := s.send("POST", base+"/bank_connections/authenticate", credentials("bilingual"), speaking("de")).want(200).text("bank_authentication_process_id")
	s.send("POST", base+"/bank_connections/confirm_challenge_response", object("bank_authentication_process_id", id, "challenge_response", "1"), speaking("de")).want(200)
	connection := s.send("POST", base+"/bank_connections", processField(id), speaking("de")).want(201).text("id")
	kept, err := s.store.Connection(t.Context(), connection)
	if err != nil || kept.Message != "Reading" {
		t.Errorf("the record says %q, %v", kept.Message, err)
	}
	s.get(base+"/bank_connections/"+connection, speaking("de")).wantText("import_message", "Wird gelesen")
}

func TestAReplacedBodyIsInNoLanguage(t *testing.T) {
	t.Parallel()
	other := bilingual()
	other.Flow.Steps[0].Respond = &engine.Response{Body: text("{}")}
	other.When.Password, other.Name, other.Flow.Scenario = engine.Literal("replaced"), "replaced", "replaced"
	s := start(t).shape(nil, other)
	s.do("POST", base+"/bank_connections/authenticate", credentials("replaced")).want(200).wantLanguage("")
}

// The phone and the page of a login that has ended speak to the user in one language, the page's.
func TestPagesSayTextsInTheirLanguage(t *testing.T) {
	t.Parallel()
	asks := scenario("asks", threeSeconds, engine.Step{
		Name: "asked", Status: engine.DecoupledAuthRequired,
		Challenge: &engine.Challenge{Kind: engine.ChallengeText, Message: translated("en", "Open the app", "de", "App öffnen")},
		Next:      []engine.Transition{{Event: engine.Event{Kind: engine.EventApproval, Value: engine.Literal(engine.Declined)}, To: 1}},
	}, engine.Step{
		Name: "refused", Status: engine.AuthenticationFailed,
		Error: &engine.Failure{Code: "X", DisplayMessage: translated("en", "Declined by you", "de", "Von Ihnen abgelehnt")},
	})
	s := start(t).shape(nil, asks)
	id := s.do("POST", base+"/bank_connections/authenticate", credentials("asks")).want(200).text("bank_authentication_process_id")
	wantPage := func(want, not string) {
		t.Helper()
		if page := s.get("/phone/"+id, german).Body.String(); !strings.Contains(page, want) || strings.Contains(page, not) {
			t.Errorf("the page lacks %q, or has %q: %s", want, not, page)
		}
	}
	wantPage("App öffnen", "Open the app")
	s.send("POST", "/phone/"+id, "decision="+engine.Declined, header("Content-Type", "application/x-www-form-urlencoded")).want(200)
	wantPage("Von Ihnen abgelehnt", "Declined by you")
}
