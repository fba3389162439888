package scenarios

import (
	"errors"
	"reflect"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"golang.org/x/text/language"
	"gopkg.in/yaml.v3"
)

// decodeWording reads a text, or a text by language.
func decodeWording(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	wording := into.Addr().Interface().(*Wording)
	*wording = Wording{}
	if node.Kind != yaml.MappingNode {
		if text, ok := d.scalar(node, what, "a text, or a text by language such as {en: Yes, de: Ja}"); ok {
			wording.Text = engine.Text(text)
			d.unseenIn(node, what)
		}
		return
	}
	before := d.report.errors
	translations := d.translations(node, what)
	if d.report.errors != before {
		return // what cannot be read counts as not written
	}
	*wording = Wording{Position: Position{file: d.file, node: node}, Text: translations[0].Text}
	if len(translations) > 1 {
		wording.Languages = translations
	}
}

// translations reads a text by language, and reports what is wrong with it.
func (d *decoder) translations(node *yaml.Node, what string) []engine.Translation {
	var all []engine.Translation
	before := d.report.errors
	for key, value := range pairs(node) {
		tag, ok := d.language(key, what)
		if !ok {
			continue
		}
		for i := range all {
			if all[i].Language == tag {
				d.problem(key, CodeBadLanguage, "write each language once", "%s has the language %s twice", what, tag)
			}
		}
		text, ok := d.scalar(value, what+" in "+tag, "a text")
		if ok && text == "" {
			d.problem(value, CodeEmptyValue, "write at least one character, or take the language out", "%s in %s is empty", what, tag)
		}
		d.unseenIn(follow(value), what)
		all = append(all, engine.Translation{Language: tag, Text: engine.Text(text)})
	}
	if len(all) == 0 && d.report.errors == before {
		d.problem(node, CodeNoLanguage, "write a text, or a text by language such as {en: Yes, de: Ja}", "%s is in no language", what)
	}
	return all
}

// maxLanguageTag bounds a tag: longer ones than this nobody has a use for (RFC 5646, section 4.4.1).
const maxLanguageTag = 35

// language reads a key as a language, and returns its tag in the usual spelling.
func (d *decoder) language(key *yaml.Node, what string) (string, bool) {
	if !d.goodKey(key, what) {
		return "", false
	}
	name := follow(key).Value
	const hint = "write a tag such as en, de or pt-BR (BCP 47)"
	if len(name) > maxLanguageTag || strings.Contains(name, "_") {
		d.problem(key, CodeBadLanguage, hint, "%q is no tag of a language", name)
		return "", false
	}
	tag, err := language.Parse(name)
	var unknown language.ValueError
	switch {
	case errors.As(err, &unknown):
		d.problem(key, CodeBadLanguage, hint, "there is no language %q", name)
	case err != nil || tag == language.Und:
		d.problem(key, CodeBadLanguage, hint, "%q is no tag of a language", name)
	default:
		return tag.String(), true
	}
	return "", false
}

// localized returns the text with its languages.
func (w Wording) localized() engine.LocalizedText {
	return engine.LocalizedText{Default: w.Text, Translations: w.Languages}
}

// tags lists the keys of the text's languages as they are spelt in the file.
func (w Wording) tags() []string {
	tags := make([]string, 0, len(w.Languages))
	for key := range pairs(follow(w.node)) {
		tags = append(tags, follow(key).Value)
	}
	return tags
}

// replace returns the text with a word replaced in each language.
func (w Wording) replace(word, by string) Wording {
	w.Text = engine.Text(strings.ReplaceAll(string(w.Text), word, by))
	if w.Languages == nil {
		return w
	}
	all := make([]engine.Translation, len(w.Languages))
	for i, one := range w.Languages {
		all[i] = engine.Translation{Language: one.Language, Text: engine.Text(strings.ReplaceAll(string(one.Text), word, by))}
	}
	w.Languages = all
	return w
}
