package scenarios

import (
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// say checks a text that people read, in each of its languages, and returns it. A failure's text may repeat its code,
// whose mistakes are reported where the code is written.
func (f *flowCompiler) say(in Position, key string, written Wording, code engine.Text) engine.LocalizedText {
	if written.Languages == nil {
		f.text(in, key, without(written.Text, code))
		return written.localized()
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
	return written.localized()
}

// builtIn reports whether a text comes with mockbank.
func (f *flowCompiler) builtIn(written Wording) bool {
	return written.file == f.compiler.failures.builtIn.file
}

// without takes the code out of a text that repeats it, so that a mistake in it is reported once.
func without(text, code engine.Text) engine.Text {
	if code == "" || !strings.Contains(string(text), "${") {
		return text
	}
	return engine.Text(strings.ReplaceAll(string(text), string(code), ""))
}
