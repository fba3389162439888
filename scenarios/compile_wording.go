package scenarios

import (
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// say checks a text that people read, and keeps its languages for the flow. It returns what is said in
// the first. A failure's text may repeat its code, whose mistakes are told where the code is written.
func (f *flowCompiler) say(in Position, key string, written Wording, code engine.Text) engine.Text {
	if written.Languages == nil {
		f.text(in, key, without(written.Text, code))
		return written.Text
	}
	builtIn := f.builtIn(written)
	for i, tag := range written.tags() {
		text := without(written.Languages[i].Text, code)
		if builtIn {
			f.text(in, key, text)
		} else {
			f.text(written.Position, tag, text)
		}
	}
	f.keep(written)
	return written.Text
}

// keep adds a text in several languages to those of the flow. Where two say the same in their first
// language, a client could not tell which is meant: they must agree in all others. What is built in gives
// way.
func (f *flowCompiler) keep(written Wording) {
	before, known := f.phrases[written.Text]
	switch {
	case !known || f.builtIn(before):
		if f.phrases == nil {
			f.phrases = make(map[engine.Text]Wording)
		}
		f.phrases[written.Text] = written
	case f.builtIn(written) || slices.Equal(before.Languages, written.Languages):
	default:
		f.report.add(written.at(), CodeTwoTranslations, "let both say the same in each language, or differ in the first one",
			"%q is written in other languages too, and differently (line %d)", written.Text, before.at().line)
	}
}

// builtIn reports whether a text comes with mockbank.
func (f *flowCompiler) builtIn(written Wording) bool {
	return written.file == f.compiler.failures.builtIn.file
}

// phrasesOf returns the texts in several languages, for the rules.
func (f *flowCompiler) phrasesOf() engine.Phrases {
	var all []Wording
	for _, one := range f.phrases {
		all = append(all, one)
	}
	return phrasesOf(all...)
}

func phrasesOf(texts ...Wording) engine.Phrases {
	var phrases engine.Phrases
	for _, one := range texts {
		if one.Languages == nil {
			continue
		}
		if phrases == nil {
			phrases = make(engine.Phrases)
		}
		phrases[one.Text] = one.Languages
	}
	return phrases
}

// without takes the code out of a text that repeats it, so that a mistake in it is told once.
func without(text, code engine.Text) engine.Text {
	if code == "" || !strings.Contains(string(text), "${") {
		return text
	}
	return engine.Text(strings.ReplaceAll(string(text), string(code), ""))
}
