package engine

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Translation is a text in one language.
type Translation struct {
	// Language is a BCP 47 tag such as "de" or "pt-BR".
	Language string `json:"language"`
	Text     Text   `json:"text"`
}

// LocalizedText is a text that people read, with its languages. In JSON it is what it says in its default language: that is
// what records, histories and webhooks hold; a flow keeps the languages beside its texts (see [Flow.Encode]).
type LocalizedText struct {
	// Default is what is said in the first language.
	Default Text
	// Translations are all languages, the first one too; nil where there is one.
	Translations []Translation
}

// Plain returns a text in one language.
func Plain(text Text) LocalizedText { return LocalizedText{Default: text} }

// IsZero reports whether nothing is said.
func (t LocalizedText) IsZero() bool { return t.Default == "" && t.Translations == nil }

// String returns what is said in the default language.
func (t LocalizedText) String() string { return string(t.Default) }

// Languages lists the text's languages, the default first; nil where it has one.
func (t LocalizedText) Languages() []string {
	var languages []string
	for i := range t.Translations {
		languages = append(languages, t.Translations[i].Language)
	}
	return languages
}

// In returns the text in a language, and in the default one where it lacks that.
func (t LocalizedText) In(language string) string {
	for i := range t.Translations {
		if t.Translations[i].Language == language {
			return string(t.Translations[i].Text)
		}
	}
	return string(t.Default)
}

// Names lists the groups that the text refers to, in every language.
func (t LocalizedText) Names() []string {
	names := t.Default.Names()
	for i := range t.Translations {
		names = append(names, t.Translations[i].Text.Names()...)
	}
	return names
}

// Expand completes the text, in each language, with what the login's named groups captured.
func (t LocalizedText) Expand(captures Captures) LocalizedText {
	out := LocalizedText{Default: Text(t.Default.Expand(captures)), Translations: t.Translations}
	if !slices.ContainsFunc(t.Translations, func(one Translation) bool { return strings.Contains(string(one.Text), "${") }) {
		return out
	}
	out.Translations = make([]Translation, len(t.Translations))
	for i, one := range t.Translations {
		out.Translations[i] = Translation{one.Language, Text(one.Text.Expand(captures))}
	}
	return out
}

// MarshalJSON implements [json.Marshaler].
func (t LocalizedText) MarshalJSON() ([]byte, error) { return json.Marshal(t.Default) }

// UnmarshalJSON implements [json.Unmarshaler].
func (t *LocalizedText) UnmarshalJSON(body []byte) error {
	*t = LocalizedText{}
	return json.Unmarshal(body, &t.Default)
}

// encodedFlow is a flow as it is stored.
type encodedFlow struct {
	*Flow
	// Phrases are the languages of texts by what these say in the default one, as flows have always been stored: a flow that
	// has not changed keeps its hash. Apart are those of texts for which that would not be right, by their positions: where two
	// say the same in one language and differ in another.
	Phrases map[Text][]Translation   `json:"phrases,omitempty"`
	Apart   map[string][]Translation `json:"texts_apart,omitempty"`
}

// encode returns the flow as JSON.
func (f *Flow) encode() ([]byte, error) {
	stored := encodedFlow{Flow: f}
	f.eachText(func(_ string, text *LocalizedText) {
		if _, taken := stored.Phrases[text.Default]; taken || text.Translations == nil {
			return
		}
		if stored.Phrases == nil {
			stored.Phrases = make(map[Text][]Translation)
		}
		stored.Phrases[text.Default] = text.Translations
	})
	f.eachText(func(position string, text *LocalizedText) {
		if slices.Equal(stored.Phrases[text.Default], text.Translations) {
			return
		}
		if stored.Apart == nil {
			stored.Apart = make(map[string][]Translation)
		}
		stored.Apart[position] = text.Translations
	})
	return json.Marshal(stored)
}

// decodeFlow reads what encode wrote, in this version or one before.
func decodeFlow(body []byte) (*Flow, error) {
	stored := encodedFlow{Flow: new(Flow)}
	if err := json.Unmarshal(body, &stored); err != nil {
		return nil, fmt.Errorf("decode flow: %w", err)
	}
	for text, translations := range stored.Phrases {
		if len(translations) == 0 || translations[0].Text != text {
			return nil, fmt.Errorf("decode flow: the text %q does not begin with what it says in its default language", text)
		}
	}
	stored.eachText(func(position string, text *LocalizedText) {
		apart, found := stored.Apart[position]
		if !found {
			apart = stored.Phrases[text.Default]
		}
		text.Translations = apart
	})
	return stored.Flow, nil
}

// eachText visits the texts of the flow that people read, always in the same order, each with its position. What visit makes
// of a text stays only where nobody else has the flow.
func (f *Flow) eachText(visit func(position string, text *LocalizedText)) {
	for i := range f.Steps {
		f.Steps[i].eachText("steps."+strconv.Itoa(i), visit)
	}
	f.Import.eachText("import", visit)
	for i := range f.Update {
		f.Update[i].Import.eachText("update."+strconv.Itoa(i), visit)
	}
	kinds := make([]EventKind, 0, len(f.Wrong))
	for kind := range f.Wrong {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		failure := f.Wrong[kind]
		before := failure
		failure.eachText("wrong."+string(kind), visit)
		if !slices.Equal(before.Message.Translations, failure.Message.Translations) ||
			!slices.Equal(before.DisplayMessage.Translations, failure.DisplayMessage.Translations) {
			f.Wrong[kind] = failure
		}
	}
}

func (s *Step) eachText(position string, visit func(position string, text *LocalizedText)) {
	if c := s.Challenge; c != nil {
		visit(position+".message", &c.Message)
		visit(position+".answer_field_label", &c.AnswerFieldLabel)
		for i := range c.Procedures {
			visit(position+".procedures."+strconv.Itoa(i), &c.Procedures[i].Name)
		}
		for i := range c.Fields {
			visit(position+".fields."+strconv.Itoa(i), &c.Fields[i].Label)
		}
	}
	for i := range s.Decisions {
		visit(position+".decisions."+strconv.Itoa(i), &s.Decisions[i].Name)
	}
	s.Error.eachText(position+".error", visit)
}

func (t *Timeline) eachText(position string, visit func(position string, text *LocalizedText)) {
	visit(position+".message", &t.Message)
	t.Error.eachText(position+".error", visit)
	for i := range t.Warnings {
		t.Warnings[i].eachText(position+".warnings."+strconv.Itoa(i), visit)
	}
	for i := range t.Points {
		point, at := &t.Points[i], position+".points."+strconv.Itoa(i)
		visit(at+".message", &point.Message)
		point.Error.eachText(at+".error", visit)
		for j := range point.Warnings {
			point.Warnings[j].eachText(at+".warnings."+strconv.Itoa(j), visit)
		}
	}
}

func (f *Failure) eachText(position string, visit func(position string, text *LocalizedText)) {
	if f != nil {
		visit(position+".message", &f.Message)
		visit(position+".display_message", &f.DisplayMessage)
	}
}

// refers reports whether something stands in the text that is to be completed, be it by a plain `${`.
func (t Text) refers() bool { return strings.Contains(string(t), "${") }

// refers reports whether something is to be completed in some language.
func (t LocalizedText) refers() bool {
	return t.Default.refers() || slices.ContainsFunc(t.Translations, func(one Translation) bool { return one.Text.refers() })
}
