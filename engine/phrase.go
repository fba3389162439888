package engine

import (
	"maps"
	"slices"
	"strings"
)

// Translation is a text in one language.
type Translation struct {
	// Language is a BCP 47 tag such as "de" or "pt-BR".
	Language string `json:"language"`
	Text     Text   `json:"text"`
}

// Phrase is a text in several languages. The first is the default: it is what records, histories and
// webhooks hold.
type Phrase []Translation

// Languages lists the phrase's languages, the default first.
func (p Phrase) Languages() []string {
	languages := make([]string, len(p))
	for i := range p {
		languages[i] = p[i].Language
	}
	return languages
}

// In returns the phrase in a language, and in the default one where it lacks that.
func (p Phrase) In(language string) string {
	for i := range p {
		if p[i].Language == language {
			return string(p[i].Text)
		}
	}
	return string(p[0].Text)
}

// Phrases are the texts of a flow that are written in several languages, each by what it says in its
// default one. A text that is not among them has one language.
type Phrases map[Text]Phrase

// Of returns the phrase of a text that a state shows, nil where it has one language.
func (p Phrases) Of(text string) Phrase {
	if len(p) == 0 {
		return nil
	}
	return p[Text(text)]
}

// Expand completes the phrases with what the login's named groups captured, so that a state's own,
// completed texts find theirs. Where no phrase refers to a group, it returns p itself.
func (p Phrases) Expand(captures Captures) Phrases {
	var out Phrases
	for _, text := range p.templates() {
		completed := p[text].expand(captures)
		if out == nil {
			out = maps.Clone(p)
		}
		if _, taken := out[completed[0].Text]; !taken || completed[0].Text == text {
			out[completed[0].Text] = completed
		}
	}
	if out == nil {
		return p
	}
	return out
}

// templates lists the phrases that refer to a group in some language. They are in order: of two that
// captures make the same text, the same one always goes first.
func (p Phrases) templates() []Text {
	var found []Text
	for text, phrase := range p {
		if slices.ContainsFunc(phrase, func(t Translation) bool { return strings.Contains(string(t.Text), "${") }) {
			found = append(found, text)
		}
	}
	slices.Sort(found)
	return found
}

func (p Phrase) expand(captures Captures) Phrase {
	out := make(Phrase, len(p))
	for i := range p {
		out[i] = Translation{p[i].Language, Text(p[i].Text.Expand(captures))}
	}
	return out
}
