package engine

import (
	"encoding/json"
	"fmt"
	"maps"
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
	f.eachText(func(_ textPosition, text *LocalizedText) {
		if _, taken := stored.Phrases[text.Default]; taken || text.Translations == nil {
			return
		}
		if stored.Phrases == nil {
			stored.Phrases = make(map[Text][]Translation)
		}
		stored.Phrases[text.Default] = text.Translations
	})
	f.eachText(func(position textPosition, text *LocalizedText) {
		if slices.Equal(stored.Phrases[text.Default], text.Translations) {
			return
		}
		if stored.Apart == nil {
			stored.Apart = make(map[string][]Translation)
		}
		stored.Apart[position.String()] = text.Translations
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
	stored.eachText(func(position textPosition, text *LocalizedText) {
		var apart []Translation
		found := false
		if stored.Apart != nil {
			apart, found = stored.Apart[position.String()]
		}
		if !found {
			apart = stored.Phrases[text.Default]
		}
		text.Translations = apart
	})
	return stored.Flow, nil
}

// textPosition is where a text stands in a flow.
type textPosition struct {
	root string
	// index is that of the step or of the case of an update, and point that of a point of a timeline; each from 1, 0 for none.
	index, point int
	part         string
	// item counts what the part has several of, from 1; 0 for one.
	item int
	// of is what it says of a failure, "" for any other text.
	of string
}

// String returns the position as it is stored.
func (p textPosition) String() string {
	var all []string
	add := func(name string, number int) {
		if name != "" {
			all = append(all, name)
		}
		if number > 0 {
			all = append(all, strconv.Itoa(number-1))
		}
	}
	add(p.root, p.index)
	if p.point > 0 {
		add("points", p.point)
	}
	add(p.part, p.item)
	add(p.of, 0)
	return strings.Join(all, ".")
}

// eachText visits the texts of the flow that people read, always in the same order, each with its position. What visit makes
// of a text stays only where nobody else has the flow.
func (f *Flow) eachText(visit func(position textPosition, text *LocalizedText)) {
	for i := range f.Steps {
		f.Steps[i].eachText(textPosition{root: "steps", index: i + 1}, visit)
	}
	f.Import.eachText(textPosition{root: "import"}, visit)
	for i := range f.Update {
		f.Update[i].Import.eachText(textPosition{root: "update", index: i + 1}, visit)
	}
	for _, kind := range slices.Sorted(maps.Keys(f.Wrong)) {
		failure := f.Wrong[kind]
		before := failure
		failure.eachText(textPosition{root: "wrong", part: string(kind)}, visit)
		if !slices.Equal(before.Message.Translations, failure.Message.Translations) ||
			!slices.Equal(before.DisplayMessage.Translations, failure.DisplayMessage.Translations) {
			f.Wrong[kind] = failure
		}
	}
}

func (s *Step) eachText(at textPosition, visit func(position textPosition, text *LocalizedText)) {
	if c := s.Challenge; c != nil {
		visit(at.at("message", 0), &c.Message)
		visit(at.at("answer_field_label", 0), &c.AnswerFieldLabel)
		for i := range c.Procedures {
			visit(at.at("procedures", i+1), &c.Procedures[i].Name)
		}
		for i := range c.Fields {
			visit(at.at("fields", i+1), &c.Fields[i].Label)
		}
	}
	for i := range s.Decisions {
		visit(at.at("decisions", i+1), &s.Decisions[i].Name)
	}
	s.Error.eachText(at.at("error", 0), visit)
}

func (t *Timeline) eachText(at textPosition, visit func(position textPosition, text *LocalizedText)) {
	visit(at.at("message", 0), &t.Message)
	t.Error.eachText(at.at("error", 0), visit)
	for i := range t.Warnings {
		t.Warnings[i].eachText(at.at("warnings", i+1), visit)
	}
	for i := range t.Points {
		point := &t.Points[i]
		at.point = i + 1
		visit(at.at("message", 0), &point.Message)
		point.Error.eachText(at.at("error", 0), visit)
		for j := range point.Warnings {
			point.Warnings[j].eachText(at.at("warnings", j+1), visit)
		}
	}
}

func (f *Failure) eachText(at textPosition, visit func(position textPosition, text *LocalizedText)) {
	if f == nil {
		return
	}
	at.of = "message"
	visit(at, &f.Message)
	at.of = "display_message"
	visit(at, &f.DisplayMessage)
}

func (p textPosition) at(part string, item int) textPosition {
	p.part, p.item = part, item
	return p
}

// refers reports whether something stands in the text that is to be completed, be it by a plain `${`.
func (t Text) refers() bool { return strings.Contains(string(t), "${") }

// refers reports whether something is to be completed in some language.
func (t LocalizedText) refers() bool {
	return t.Default.refers() || slices.ContainsFunc(t.Translations, func(one Translation) bool { return one.Text.refers() })
}
