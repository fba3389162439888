package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/scenarios"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// inSchema lists the problems that a schema can see, whatever the rest of the configuration says.
var inSchema = map[scenarios.Code]bool{
	scenarios.CodeUnknownKey:    true,
	scenarios.CodeUnknownStatus: true,
	scenarios.CodeUnknownWord:   true,
	scenarios.CodeBadVersion:    true,
	scenarios.CodeBadDuration:   true,
	scenarios.CodeBadPercent:    true,
	scenarios.CodeBadRange:      true,
	scenarios.CodeBadNumber:     true,
	scenarios.CodeBadBoolean:    true,
	scenarios.CodeWrongType:     true,
	scenarios.CodeNoEvent:       true,
	scenarios.CodeTwoEvents:     true,
	scenarios.CodeEmptyMatcher:  true,
	scenarios.CodeMissingKey:    true,
	scenarios.CodeBadLanguage:   true,
	scenarios.CodeNoLanguage:    true,
}

// beyond says which of those problems take more than a schema to see: it knows one file, no sums and
// no comparisons, and an editor takes 010 for a number before the schema sees it.
var beyond = regexp.MustCompile(strings.Join([]string{
	`neither a file nor data`,
	`no bank is declared`, `no "default_bank" says`, // banks may stand in another file
	`is too long`, `a longer and a shorter duration`,
	`must be a number or a range, not "\d+ *\.\. *\d+"`, // 3..1
	`must be a whole number, not "[\d_.e+]+"`,           // 1.0 is a whole number to a schema
	`must be at least 1`,                                // attempts and polls share a type
	`must be true or false, not "(?i:true|false)"`,      // True is one to YAML
	`cannot be the name of another one`, `has no value`, // an empty value is null, as the text null is
	`there is no language "zz"`, `has the language de twice`, // a schema knows the form of a tag
	`must be drawn between two`, `JSON has no number`, `a key of body`,
}, "|"))

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(scenarios.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// files lists the YAML files below the folders.
func files(t *testing.T, folders ...string) []string {
	t.Helper()
	var names []string
	for _, folder := range folders {
		if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) && folder != "testdata" {
			continue
		}
		err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && strings.HasPrefix(filepath.Ext(name), ".y") && !strings.Contains(name, "_test.y") {
				names = append(names, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return names
}

// The loader and the schema are to agree on every file there is.
func TestSchemaAgreesWithTheLoader(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	names := files(t, "testdata", "../testdata", "../../mockbank.yaml", "../../examples", "../catalogue")
	hit := map[scenarios.Code]bool{}
	for _, name := range names {
		value, ok := read(t, name)
		if !ok {
			continue // no YAML: neither an editor nor the loader gets as far as the schema
		}
		refusal := schema.Validate(value)
		code, refused := judge(t, name)
		switch {
		case refused && code != "" && refusal == nil:
			t.Errorf("%s: the loader reports %s, the schema takes it", name, code)
		case !refused && refusal != nil:
			t.Errorf("%s: the loader takes it, the schema does not: %v", name, refusal)
		}
		if refusal != nil {
			hit[code] = true
		}
	}
	for code := range inSchema {
		if !hit[code] {
			t.Errorf("no file of the corpus has the problem %s", code)
		}
	}
}

// judge returns whether the loader refuses this very file, and the first problem of it that a schema
// can see.
func judge(t *testing.T, name string) (scenarios.Code, bool) {
	t.Helper()
	_, report := scenarios.Load(t.Context(), name, scenarios.Options{})
	refused := false
	for _, problem := range report.Diagnostics {
		if problem.File != name || problem.Severity != scenarios.SeverityError {
			continue
		}
		refused = true
		if inSchema[problem.Code] && !beyond.MatchString(problem.Message) {
			return problem.Code, true
		}
	}
	return "", refused
}

// read returns a file as an editor shows it to the schema.
func read(t *testing.T, name string) (any, bool) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return parse(text)
}

func parse(text []byte) (any, bool) {
	var document yaml.Node
	if len(text) > 1<<20 || yaml.Unmarshal(text, &document) != nil || len(document.Content) == 0 {
		return nil, false
	}
	budget := 20_000 // of values, aliases expanded: an editor gives up on a bomb too
	value, err := plainValue(document.Content[0], &budget)
	return value, err == nil
}

var decimal = regexp.MustCompile(`^[-+]?\d+$`)

// plainValue turns a node into what JSON knows, by the core schema of YAML 1.2, as editors do.
func plainValue(n *yaml.Node, budget *int) (any, error) {
	if *budget--; *budget < 0 {
		return nil, fs.ErrInvalid
	}
	switch n.Kind {
	case yaml.AliasNode:
		return plainValue(n.Alias, budget)
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			value, err := plainValue(item, budget)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case yaml.MappingNode:
		return plainMapping(n, budget)
	}
	return plainScalar(n), nil
}

func plainMapping(n *yaml.Node, budget *int) (any, error) {
	mapping := map[string]any{}
	for i := 0; i < len(n.Content); i += 2 {
		value, err := plainValue(n.Content[i+1], budget)
		if err != nil {
			return nil, err
		}
		if merged, ok := value.(map[string]any); ok && n.Content[i].Tag == "!!merge" {
			for key, value := range merged {
				if _, own := mapping[key]; !own {
					mapping[key] = value
				}
			}
			continue
		}
		mapping[n.Content[i].Value] = value
	}
	return mapping, nil
}

func plainScalar(n *yaml.Node) any {
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return n.Value
	}
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		if decimal.MatchString(n.Value) {
			number, _ := strconv.ParseFloat(n.Value, 64)
			return number
		}
		var number float64
		if n.Decode(&number) == nil && !strings.Contains(n.Value, "_") {
			return number
		}
	}
	return n.Value
}
