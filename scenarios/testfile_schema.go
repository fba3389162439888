package scenarios

import (
	_ "embed"
	"slices"
)

//go:embed schema-tests.json
var testSchema []byte

// TestSchema returns the JSON Schema (draft-07) of a file of tests, for editors. It takes all that [LoadTests] takes.
func TestSchema() []byte { return testSchema }

// ExpectedKey is a field of an answer, as a schema needs to know it.
type ExpectedKey struct {
	Name string
	Form ExpectedForm
	// Words are all the texts there are, where they are few.
	Words []string
	// Keys are those of an object, or of each item of a list; Short is the one that a single value stands for.
	Keys  []ExpectedKey
	Short string
	// Free says that it may be anything.
	Free bool
}

// ExpectedAnswer tells what can be expected of an answer.
func ExpectedAnswer() ExpectedKey {
	return expectedKey(objectField("expect", "status", answerFields))
}

func expectedKey(field answerField) ExpectedKey {
	key := ExpectedKey{Name: field.name, Form: field.form, Words: slices.Compact(slices.Clone(field.words)), Short: field.short,
		Free: field.free}
	for _, inner := range field.fields {
		key.Keys = append(key.Keys, expectedKey(inner))
	}
	return key
}

// TestActions lists the keys that say what a step of a test does.
func TestActions() []string { return slices.Clone(actionKeys) }

// WordlessActions lists the actions that may be a step alone.
func WordlessActions() []string { return slices.Clone(wordless) }
