package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	t.Parallel()
	files, err := generate("..")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 3 {
		t.Fatalf("%d generated files, want both schemas and the page", len(files))
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is out of date; run: go generate ./scenarios", name)
		}
	}
}

func TestWriteFillsTheFolder(t *testing.T) {
	t.Parallel()
	if err := write(t.TempDir()); err == nil {
		t.Error("a folder without Go files should be refused")
	}
}

func TestCommentsForPeople(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, key, comment, want string }{
		{"Takes", "takes", "Takes is the time\nto the end.", "The time to the end."},
		{"ExpiresAfter", "expires_after", "ExpiresAfter ends the step.", "`expires_after` ends the step."},
		{"Tags", "tags", "Tags group scenarios.", "Tags group scenarios."},
		{"Enabled", "enabled", "Enabled takes it out.", "`enabled` takes it out."},
		{"ID", "id", "ID is what is sent.", "What is sent."},
		{"Success", "SUCCESS", "Success: the import is complete.", "The import is complete."},
		{"Other", "", "Something else.", "Something else."},
	} {
		if got := plain(c.name, c.key, c.comment); got != c.want {
			t.Errorf("plain(%q) = %q, want %q", c.comment, got, c.want)
		}
	}
}
