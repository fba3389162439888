package scenarios

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// foreign are words that are none of ours: of Go's types, and of the YAML parser.
var foreign = regexp.MustCompile(`yaml: (line|unm|unk|did|con|cannot|inv|doc)|unmarshal|!!(map|seq|str|int)|yaml\.|interface \{|map\[|\bstruct\b|reflect|engine\.|scenarios\.|did not find expected|mapping values|could not find expected|found character|0x[0-9a-f]+|%!|<nil>`)

// badFiles lists the files of testdata/bad; those of parts belong to others.
func badFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) < 60 {
		t.Fatalf("%d bad files, %v", len(files), err)
	}
	return files
}

func TestEachBadFileGetsItsReport(t *testing.T) {
	t.Parallel()
	for _, file := range badFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			config, report := Load(t.Context(), file, Options{})
			if warning := strings.HasPrefix(filepath.Base(file), "warning-") || strings.HasSuffix(file, "empty-glob.yaml"); warning != (config != nil) {
				t.Errorf("loaded: %t", config != nil)
			}
			got := textOf(t, report)
			if found := foreign.FindString(got); found != "" {
				t.Errorf("the report speaks of %q:\n%s", found, got)
			}
			compare(t, strings.TrimSuffix(file, ".yaml")+".txt", got)
		})
	}
}

func textOf(t *testing.T, report *Report) string {
	t.Helper()
	var b strings.Builder
	if err := report.WriteText(&b, false); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// compare compares with an expected file, or writes it.
func compare(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != got {
		t.Errorf("the report is\n%swant %s\n%s(%v)", got, path, want, err)
	}
}

// madeByTests are the codes of files that no one would keep in a repository; other tests make them.
var madeByTests = map[Code]bool{
	CodeFileNotFound: true, CodeFileUnreadable: true, CodeFileTooLarge: true, CodeTooMuch: true, CodeNotText: true, CodeDefect: true, CodeStaleSchema: true,
}

func TestEveryCodeIsHitByABadFile(t *testing.T) {
	t.Parallel()
	hit := make(map[Code]bool)
	for _, file := range badFiles(t) {
		_, report := Load(t.Context(), file, Options{})
		for _, problem := range report.Diagnostics {
			hit[problem.Code] = true
		}
	}
	for _, info := range Codes() {
		if !hit[info.Code] && !madeByTests[info.Code] {
			t.Errorf("no bad file is %s", info.Code)
		}
	}
}
