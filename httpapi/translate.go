package httpapi

import (
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/locale"
)

// translator says an answer's texts in the languages that its client prefers.
type translator struct {
	x       *exchange
	phrases engine.Phrases
	// spoken are the languages that were chosen.
	spoken []string
}

// process translates the texts of a process. Where each has one language, it does nothing.
func (t *translator) process(body *processBody, phrases engine.Phrases) {
	if phrases == nil {
		return
	}
	t.phrases = phrases
	if challenge := body.Challenge; challenge != nil {
		t.text(&challenge.Message)
		t.text(&challenge.AnswerFieldLabel)
		for i := range challenge.Procedures {
			name := &challenge.Procedures[i].Name
			*name = t.say(*name)
		}
	}
	t.failure(body.Error)
}

// connection translates the texts of a connection. Where each has one language, it does nothing.
func (t *translator) connection(body *connectionBody, phrases engine.Phrases) {
	if phrases == nil {
		return
	}
	t.phrases = phrases
	t.text(&body.ImportMessage)
	t.failure(body.Error)
	for _, warning := range body.Warnings {
		t.failure(warning)
	}
}

func (t *translator) failure(body *failureBody) {
	if body != nil {
		t.text(&body.Message)
		t.text(&body.DisplayMessage)
	}
}

// text puts another text in place of one; that itself may belong to a state, and stays as it is.
func (t *translator) text(at **string) {
	if *at != nil {
		said := t.say(**at)
		*at = &said
	}
}

// say returns a text in the language that the client prefers of those that the text has.
func (t *translator) say(text string) string {
	phrase := t.phrases.Of(text)
	if phrase == nil {
		return text
	}
	language := locale.Choose(strings.Join(t.x.r.Header["Accept-Language"], ","), phrase.Languages()...)
	if !slices.Contains(t.spoken, language) {
		t.spoken = append(t.spoken, language)
	}
	return phrase.In(language)
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
