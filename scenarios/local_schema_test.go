package scenarios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestASchemaOfAnotherVersionIsReported(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	config := write("mockbank.yaml", "# yaml-language-server: $schema=./schema.json\nbanks: [{slug: A}]\nscenarios:\n  - {name: all, authentication: AUTHENTICATED}\n")
	tests := write("mockbank_test.yaml", "# words\n# yaml-language-server: $schema=schema-tests.json\ntests:\n  - {name: a, steps: [{authenticate: {}}]}\n")
	stale := func() []Diagnostic {
		_, report := Load(t.Context(), config, Options{})
		_, of := LoadTests(t.Context(), []string{tests})
		return append(report.Diagnostics, of.Diagnostics...)
	}
	if got := stale(); len(got) != 0 {
		t.Errorf("without schemas: %v", got)
	}
	write("schema.json", strings.ReplaceAll(string(Schema()), "\n", "\r\n"))
	write("schema-tests.json", string(TestSchema()))
	if got := stale(); len(got) != 0 {
		t.Errorf("with the schemas: %v", got)
	}
	write("schema.json", `{"title": "mockbank configuration"}`)
	write("schema-tests.json", `{"title": "mockbank tests"}`)
	got := stale()
	if len(got) != 2 || got[0].Code != CodeStaleSchema || got[0].Line != 1 || got[0].Column != 33 || got[1].Line != 2 || got[1].Hint != "mockbank schema --tests > schema-tests.json" {
		t.Errorf("with others: %v", got)
	}
	write("schema.json", `{"title": "of somebody else"}`)
	write("schema-tests.json", "no JSON")
	if got := stale(); len(got) != 0 {
		t.Errorf("with foreign ones: %v", got)
	}
}
