package edit_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/edit"
)

const mainText = `version: 1
include: ["parts/*.yaml"]
banks: [{slug: MockBank}]
# the one case
scenarios:
  - {name: a, when: {bank: MockBank, username: any, password: any}, authentication: AUTHENTICATED}
`

// folderOf is a configuration, with a file beside it that is none of its own.
func folderOf(t *testing.T) (string, *edit.Files, []string) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"bank.yaml": mainText, "parts/one.yaml": "version: 1\n", "bank_test.yaml": "tests: []\n", "other.yaml": "a: b\n", "secret.txt": "x",
	} {
		full := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o755), os.WriteFile(full, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	main := filepath.Join(folder, "bank.yaml")
	config, report := scenarios.Load(t.Context(), main, scenarios.Options{})
	if config == nil {
		t.Fatal(report.Diagnostics)
	}
	var loaded []string
	for _, file := range config.Files {
		loaded = append(loaded, file.Name)
	}
	return folder, edit.NewFiles(main, scenarios.Options{}), append(loaded, "catalogue:outages")
}

func TestFilesThatCanBeEdited(t *testing.T) {
	t.Parallel()
	_, files, loaded := folderOf(t)
	found := map[string]edit.FileInfo{}
	for _, info := range files.List(loaded) {
		found[info.Path] = info
	}
	if len(found) != 3 || !found["bank.yaml"].Main || !found["bank_test.yaml"].Test || found["parts/one.yaml"].Bytes == 0 {
		t.Errorf("%+v", found)
	}
	for _, path := range []string{"other.yaml", "secret.txt", "../bank.yaml", "/etc/passwd", "parts", "parts/../bank.yaml", ".hidden.yaml", ""} {
		if _, err := files.Read(path, loaded); !errors.Is(err, edit.ErrNotEditable) {
			t.Errorf("%q: %v", path, err)
		}
	}
	if text, err := files.Read("bank.yaml", loaded); text != mainText || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}

func TestWriteAFile(t *testing.T) {
	t.Parallel()
	folder, files, loaded := folderOf(t)
	changed := strings.Replace(mainText, "name: a", "name: b", 1)
	if _, err := files.Write(t.Context(), "bank.yaml", changed, edit.Tag("older"), loaded); !errors.Is(err, edit.ErrChanged) {
		t.Errorf("%v", err)
	}
	report, err := files.Write(t.Context(), "bank.yaml", strings.Replace(mainText, "AUTHENTICATED", "AUTHENTICATE", 1), edit.Tag(mainText), loaded)
	if err != nil || !report.HasErrors() {
		t.Errorf("%v, %v", report, err)
	}
	if text, _ := files.Read("bank.yaml", loaded); text != mainText {
		t.Errorf("a text with errors was written: %q", text)
	}
	if report, err := files.Write(t.Context(), "bank.yaml", changed, edit.Tag(mainText), loaded); err != nil || report.HasErrors() {
		t.Errorf("%v, %v", report, err)
	}
	before, _ := files.Before("bank.yaml")
	text, err := files.Read("bank.yaml", loaded)
	if text != changed || before != mainText || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	if _, err := files.Write(t.Context(), "other.yaml", "a: c\n", edit.Tag("a: b\n"), loaded); !errors.Is(err, edit.ErrNotEditable) {
		t.Errorf("a file that is none of the configuration's: %v", err)
	}
	for path, want := range map[string]error{
		"parts/two.yaml": nil, "new_test.yaml": nil, "parts/deep/three.yaml": edit.ErrNotEditable, "four.yaml": edit.ErrNotEditable,
		"../five_test.yaml": edit.ErrNotEditable,
	} {
		text := "version: 1\n"
		if scenarios.IsTestFile(path) {
			text = "tests: []\n"
		}
		if _, err := files.Write(t.Context(), path, text, "", loaded); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
		if _, err := os.Stat(filepath.Join(folder, path)); (err == nil) != (want == nil) {
			t.Errorf("%s is there: %v", path, err)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "parts/deep")); err == nil {
		t.Error("the folder of a file that was refused stays behind")
	}
}

func TestWriteStaysInTheFolder(t *testing.T) {
	t.Parallel()
	folder, files, loaded := folderOf(t)
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(folder, "away")); err != nil {
		t.Fatal(err)
	}
	if _, err := files.Write(t.Context(), "away/x_test.yaml", "tests: []\n", "", loaded); err == nil {
		t.Error("a link led out of the folder")
	}
	if entries, _ := os.ReadDir(outside); len(entries) > 0 {
		t.Errorf("%v", entries)
	}
}

func TestDiagnose(t *testing.T) {
	t.Parallel()
	_, files, _ := folderOf(t)
	report := files.Diagnose(t.Context(), "parts/one.yaml", "version: 1\nscenarioz: []\n")
	if len(report.Diagnostics) == 0 || report.Diagnostics[0].Line != 2 {
		t.Errorf("%+v", report.Diagnostics)
	}
	if report := files.Diagnose(t.Context(), "bank_test.yaml", "tests: [{nme: a}]\n"); !report.HasErrors() {
		t.Error("tests with a mistake have none")
	}
}
