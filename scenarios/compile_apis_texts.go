package scenarios

import (
	"strings"

	"github.com/mockbank/mockbank/engine/surface"
)

// declaredTexts compiles data, words, and what identifiers number. They may name each other, but none itself: what
// leads back to itself would never come to an end.
func (a *apiCompiler) declaredTexts() {
	w, named := a.written, make(map[string][]string)
	recorded := func(what string) {
		named[what] = append(named[what], a.root.Named()...)
	}
	a.root.Named()
	for name, value := range w.Data {
		a.api.SetData(name, a.value(a.root, value.node))
		recorded("data " + name)
	}
	for name, table := range w.Words {
		words := &surface.Words{Entries: make(map[string]surface.Node, len(table))}
		for word, value := range table {
			node := a.value(a.root, value.node)
			if word == AnyWord {
				words.Any = node
				continue
			}
			words.Entries[word] = node
		}
		a.api.DefineWords(name, words)
		recorded("words " + name)
	}
	for name, id := range w.IDs {
		if id != nil && id.Each != nil {
			a.api.SetEach(name, a.value(a.root, id.Each.node))
			recorded("ids " + name)
		}
	}
	for what := range named {
		if reaches(named, what, what, make(map[string]bool)) {
			a.circle(what)
		}
	}
}

// circle reports something declared that leads back to itself.
func (a *apiCompiler) circle(what string) {
	key, name, _ := strings.Cut(what, " ")
	at := Position{file: a.written.file, node: a.written.child(key)}.value(name)
	a.report.add(at, CodeDataCircle, "write it once, and name it from elsewhere", "the %s %q names itself", circleNouns[key], name)
}

// circleNouns are what messages call the things that may name each other, by their keys.
var circleNouns = map[string]string{"data": "data", "words": "table of words", "ids": "id"}

func reaches(named map[string][]string, from, to string, seen map[string]bool) bool {
	for _, next := range named[from] {
		if next == to {
			return true
		}
		if !seen[next] {
			seen[next] = true
			if reaches(named, next, to, seen) {
				return true
			}
		}
	}
	return false
}

// wordsOf returns a table with its words, of which nobody knows yet what stands for them.
func wordsOf(table map[string]Value) *surface.Words {
	words := &surface.Words{Entries: make(map[string]surface.Node, len(table))}
	for word := range table {
		if word == AnyWord {
			words.Any = surface.NewLiteral(nil)
			continue
		}
		words.Entries[word] = surface.NewLiteral(nil)
	}
	return words
}
