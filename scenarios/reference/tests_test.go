package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/scenarios"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func compiledTests(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(scenarios.TestSchema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema-tests.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema-tests.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// Every file of tests that the loader takes, the schema takes; what it refuses for a key, a word or a form, the schema does.
func TestSchemaOfTestsAgreesWithTheLoader(t *testing.T) {
	t.Parallel()
	schema := compiledTests(t)
	var names []string
	for _, pattern := range []string{"../../mockbank_test.yaml", "../../examples/*/*_test.yaml", "../catalogue/*_test.yaml", "../scenariotest/testdata/*_test.yaml", "../catalogue/testdata/*_test.yaml"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, found...)
	}
	if len(names) < 4 {
		t.Errorf("only %d files", len(names))
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		_, report := scenarios.LoadTests(t.Context(), []string{name})
		value, ok := parse(text)
		if !ok || report.HasErrors() {
			continue
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: the loader takes it, the schema does not: %v", name, err)
		}
	}
	for _, bad := range []string{
		"- login: {password: x}", "- {wait: 2}", "- {connect: {}, wait: 1s}",
		"- {expect: {import_progress: half}}", "- conect", "- {approval: aproved}", "- {authenticate: {pasword: x}}",
	} {
		text := "tests:\n  - name: a\n    steps:\n      " + bad + "\n"
		value, ok := parse([]byte(text))
		if !ok {
			t.Fatal(text)
		}
		if schema.Validate(value) == nil {
			t.Errorf("the schema takes %s", strings.TrimSpace(bad))
		}
	}
}
