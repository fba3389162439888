package httpapi

import (
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/locale"
)

// translator says an answer's texts in the languages that its client prefers.
type translator struct {
	x *exchange
	// spoken are the languages that were chosen.
	spoken []string
}

// process puts the texts of a process into the answer's body. Where each has one language, it does nothing.
func (t *translator) process(body *processBody, state *engine.ProcessState) {
	if challenge := body.Challenge; challenge != nil {
		t.text(&challenge.Message, state.Challenge.Message)
		t.text(&challenge.AnswerFieldLabel, state.Challenge.AnswerFieldLabel)
		for i := range challenge.Procedures {
			challenge.Procedures[i].Name = t.say(state.Challenge.Procedures[i].Name)
		}
		for i := range challenge.Fields {
			t.text(&challenge.Fields[i].Label, state.Challenge.Fields[i].Label)
		}
	}
	t.failure(body.Error, state.Error)
}

// connection puts the texts of a connection into the answer's body. Where each has one language, it does nothing.
func (t *translator) connection(body *connectionBody, state *engine.ConnectionState) {
	t.text(&body.ImportMessage, state.ImportMessage)
	t.failure(body.Error, state.Error)
	for i, warning := range body.Warnings {
		t.failure(warning, &state.Warnings[i])
	}
}

func (t *translator) failure(body *failureBody, failure *engine.Failure) {
	if body != nil {
		t.text(&body.Message, failure.Message)
		t.text(&body.DisplayMessage, failure.DisplayMessage)
	}
}

// text puts a text into an answer, but where that says nothing.
func (t *translator) text(at **string, text engine.LocalizedText) {
	if *at != nil && text.Translations != nil {
		said := t.say(text)
		*at = &said
	}
}

// say returns a text in the language that the client prefers of those that the text has.
func (t *translator) say(text engine.LocalizedText) string {
	if text.Translations == nil {
		return text.String()
	}
	language := locale.Choose(strings.Join(t.x.r.Header["Accept-Language"], ","), text.Languages()...)
	if !slices.Contains(t.spoken, language) {
		t.spoken = append(t.spoken, language)
	}
	return text.In(language)
}

// dropLanguages takes out what was announced: the answer says something else.
func (a *answer) dropLanguages() {
	a.Header = slices.DeleteFunc(a.Header, func(f headerField) bool { return f.Name == "Content-Language" || f.Name == "Vary" })
}

// announce says in the composed answer's header which languages were chosen, and by what.
func (t *translator) announce() {
	if len(t.spoken) > 0 {
		t.x.answer.Header = append(t.x.answer.Header,
			headerField{"Content-Language", strings.Join(t.spoken, ", ")}, headerField{"Vary", "Accept-Language"})
	}
}
