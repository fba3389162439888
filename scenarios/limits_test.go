package scenarios

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// writeFile writes a file into a new folder and returns its path.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// bankText is a configuration whose only scenario has this name.
func bankText(name string) string {
	return "version: 1\nbanks: [{slug: MockBank}]\nscenarios:\n  - {name: " + name + ", authentication: AUTHENTICATED}\n"
}

// sandbox is a folder of a test.
type sandbox struct {
	t      *testing.T
	folder string
}

func (s *sandbox) path(name string) string { return filepath.Join(s.folder, name) }

func (s *sandbox) write(name, text string) {
	s.t.Helper()
	s.do(os.WriteFile(s.path(name), []byte(text), 0o600))
}

func (s *sandbox) do(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestHostileFilesGetAPlainProblemSoon(t *testing.T) {
	t.Parallel()
	head := "banks: [{slug: MockBank}]\n"
	for name, test := range map[string]struct {
		text string
		want Code
	}{
		"a hundred megabytes":     {strings.Repeat("# a comment line of forty characters ...\n", 2_500_000), CodeFileTooLarge},
		"millions of values":      {"scenarios: [" + strings.Repeat("a,", 2_000_000) + "]", CodeFileTooLarge},
		"ten thousand lists deep": {strings.Repeat("[", 10_000), CodeSyntax},
		"closed and as deep":      {"scenarios: " + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000), CodeTooDeep},
		"a hundred thousand deep": {strings.Repeat("[", 100_000), CodeTooDeep},
		"deep in blocks":          {strings.Repeat("- ", 20_000) + "x", CodeTooDeep},
		"deep mappings":           {strings.Repeat("{a: ", 9_000), CodeSyntax},
		"a NUL byte":              {head + "scenarios:\n  - {name: \"a\x00b\", authentication: AUTHENTICATED}\n", CodeNotText},
		"UTF-16":                  {"\xff\xfes\x00c\x00", CodeNotText},
		"Latin-1":                 {head + "scenarios: [{name: M\xfcller, authentication: AUTHENTICATED}]\n", CodeNotText},
		"a control character":     {head + "scenarios: [{name: a\x01b, authentication: AUTHENTICATED}]\n", CodeNotText},
		"many anchors":            {"scenarios: &a [x]\n" + strings.Repeat("imports: *a\n", 50_000), CodeDuplicateKey},
		"a key of a megabyte":     {strings.Repeat("k", 1<<20) + ": 1\n", CodeSyntax},
		"a text of ten megabytes": {head + "scenarios: [{name: " + strings.Repeat("n", 10<<20) + ", authentication: AUTHENTICATED}]\n", CodeBadName},
		"many problems":           {head + "scenarios: [" + strings.Repeat("{},", 100_000) + "]", CodeMissingKey},
		"a long expression":       {head + "scenarios: [{name: a, when: {password: {matches: '" + strings.Repeat("(a|b)", 500_000) + "'}}, authentication: AUTHENTICATED}]\n", CodeBadPattern},
		"many question marks":     {strings.Repeat("? ", 20_000), CodeTooDeep},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := writeFile(t, "mockbank.yaml", test.text)
			config, report := Load(t.Context(), path, Options{})
			if config != nil || !has(report, test.want) {
				t.Errorf("reported as %v, want %s", report.Diagnostics[:min(3, len(report.Diagnostics))], test.want)
			}
			text := textOf(t, report)
			if found := foreign.FindString(text); found != "" || len(text) > 100_000 {
				t.Errorf("a report of %d bytes speaks of %q", len(text), found)
			}
		})
	}
}

func TestHarmlessFormsOfText(t *testing.T) {
	t.Parallel()
	text := "version: 1\nbanks: [{slug: MockBank}]\nscenarios:\n  - {name: Überweisung, authentication: AUTHENTICATED}\n"
	for name, form := range map[string]string{
		"byte order mark":    "\ufeff" + text,
		"CRLF":               strings.ReplaceAll(text, "\n", "\r\n"),
		"document start":     "---\n" + text,
		"document end":       text + "...\n",
		"tabs between words": strings.ReplaceAll(text, "{name: ", "{name:\t"),
		"no last line end":   strings.TrimRight(text, "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, report := Load(t.Context(), writeFile(t, "mockbank.yaml", form), Options{}); len(report.Diagnostics) > 0 {
				t.Errorf("reported as %v", report.Diagnostics)
			}
		})
	}
}

func TestUnreadablePaths(t *testing.T) {
	t.Parallel()
	empty := t.TempDir() // but for a folder that is called like a file
	noFile := filepath.Join(t.TempDir(), "bank.yaml")
	if err := os.Mkdir(filepath.Join(empty, "folder.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		path string
		want Code
	}{
		"no file":                  {noFile, CodeFileNotFound},
		"no file in a folder":      {empty, CodeFileNotFound},
		"a device":                 {os.DevNull, CodeFileUnreadable},
		"a folder that is missing": {filepath.Join(noFile, "mockbank.yaml"), CodeFileNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, report := Load(t.Context(), test.path, Options{})
			if config != nil || report.Errors() != 1 || report.Diagnostics[0].Code != test.want {
				t.Errorf("reported as %v, want %s", report.Diagnostics, test.want)
			}
		})
	}
}

func TestALoadThatIsCalledOffIsRefused(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if config, report := Load(ctx, "../mockbank.yaml", Options{}); config != nil || !has(report, CodeFileUnreadable) {
		t.Errorf("reported as %v", report.Diagnostics)
	}
}

// Wherever a load is, it ends soon after its context: in each stage the breath at which that ended is the
// last one.
func TestALoadHeedsItsContextEverywhere(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("version: 1\nbanks: [{slug: MockBank}]\nscenarios:\n")
	for i := range 100 {
		text.WriteString(largeScenario(4 * i))
	}
	path := writeFile(t, "mockbank.yaml", text.String())
	total := 0
	if config, report := Load(t.Context(), path, Options{Throttle: func() { total++ }}); config == nil {
		t.Fatal(report.Diagnostics)
	}
	for last := 1; last <= total; last += total/20 + 1 {
		ctx, cancel := context.WithCancel(t.Context())
		throttles := 0
		config, report := Load(ctx, path, Options{Throttle: func() {
			if throttles++; throttles == last {
				cancel()
			}
		}})
		cancel()
		if config != nil || throttles != last || !has(report, CodeFileUnreadable) || report.ReadAgain() {
			t.Errorf("called off at breath %d of %d: %d breaths, %v", last, total, throttles, report.Diagnostics)
		}
	}
}

// A refusal because of reading may have passed at the next look; one because of content has not.
func TestReadAgain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		make func(s *sandbox)
		want bool
	}{
		"bad content":               {func(s *sandbox) { s.write("mockbank.yaml", "nonsense: 1\n") }, false},
		"the main file, unreadable": {func(s *sandbox) { s.do(os.Symlink("mockbank.yaml", s.path("mockbank.yaml"))) }, true},
		"the main file, missing":    {func(*sandbox) {}, false},
		"an included one": {func(s *sandbox) {
			s.write("mockbank.yaml", "include: a.yaml\n"+bankText("main"))
			s.do(os.Symlink("a.yaml", s.path("a.yaml")))
		}, true},
		"one of a folder": {func(s *sandbox) {
			s.write("mockbank.yaml", "include: parts\n"+bankText("main"))
			s.do(os.Mkdir(s.path("parts"), 0o700))
			s.do(os.Symlink("a.yaml", s.path("parts/a.yaml")))
		}, true},
		"a folder": {func(s *sandbox) {
			s.write("mockbank.yaml", "include: parts\n"+bankText("main"))
			s.do(os.Symlink("parts", s.path("parts")))
		}, true},
		"a folder of a glob": {func(s *sandbox) {
			s.write("mockbank.yaml", "include: \"parts/*.yaml\"\n"+bankText("main"))
			s.do(os.Symlink("parts", s.path("parts")))
		}, true},
		"a folder behind a wildcard": {func(s *sandbox) {
			s.write("mockbank.yaml", "include: \"*/parts/*.yaml\"\n"+bankText("main"))
			s.do(os.Mkdir(s.path("a"), 0o700))
			s.do(os.Symlink("parts", s.path("a/parts")))
		}, true},
		"an included one, missing": {func(s *sandbox) { s.write("mockbank.yaml", "include: a.yaml\n"+bankText("main")) }, false},
		"a pipe": {func(s *sandbox) {
			s.write("mockbank.yaml", "include: parts\n"+bankText("main"))
			s.do(os.Mkdir(s.path("parts"), 0o700))
			s.do(os.Symlink(os.DevNull, s.path("parts/a.yaml")))
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &sandbox{t, t.TempDir()}
			test.make(s)
			config, report := Load(t.Context(), s.path("mockbank.yaml"), Options{})
			if config != nil || report.ReadAgain() != test.want {
				t.Errorf("to be read again: %t, want %t: %v", report.ReadAgain(), test.want, report.Diagnostics)
			}
		})
	}
}

// What was missing is read again once it is there, though nothing else changed.
func TestReadAgainOnceItIsThere(t *testing.T) {
	t.Parallel()
	for _, include := range []string{"a.yaml", "parts/a.yaml"} {
		s := &sandbox{t, t.TempDir()}
		s.write("mockbank.yaml", "include: "+include+"\n"+bankText("main"))
		_, report := Load(t.Context(), s.path("mockbank.yaml"), Options{})
		s.do(os.MkdirAll(filepath.Dir(s.path(include)), 0o700))
		s.write(include, "")
		if !report.ReadAgain() {
			t.Errorf("%s is there now", include)
		}
	}
}

// Time and memory follow a file's size, whatever it is made of.
func TestLargeFilesOfNothing(t *testing.T) {
	t.Parallel()
	head, tail := "version: 1\nbanks: [{slug: MockBank}]\n", "scenarios:\n  - {name: all, authentication: AUTHENTICATED}\n"
	for name, test := range map[string]struct{ text, code string }{
		"empty lines":           {head + strings.Repeat("\n", 15_000_000) + tail, ""},
		"empty lines, of CRLF":  {head + strings.Repeat("\r\n", 7_500_000) + tail, ""},
		"lines of spaces":       {head + strings.Repeat("   \n", 3_000_000) + tail, ""},
		"comments":              {head + strings.Repeat("#- a, b\n", 1_900_000) + tail, ""},
		"one comment":           {head + "# " + strings.Repeat("-", 15_000_000) + "\n" + tail, ""},
		"a problem at the end":  {head + tail + strings.Repeat("\n", 15_000_000) + "nonsense: 1\n", string(CodeUnknownKey)},
		"values behind a quote": {head + "scenarios: [\"\n# \", " + strings.Repeat("a,", 2_000_000) + "]\n", string(CodeFileTooLarge)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, report := Load(t.Context(), writeFile(t, "mockbank.yaml", test.text), Options{})
			if (config != nil) != (test.code == "") || test.code != "" && !has(report, Code(test.code)) {
				t.Errorf("reported as %v, want %q", report.Diagnostics, test.code)
			}
		})
	}
	if starts := len(lineStarts(strings.Repeat("\n", 1_000_000))); starts > 1_000_000/lineStride+1 {
		t.Errorf("%d starts of lines are kept", starts)
	}
}

func TestLinksOutOfTheFolderAreRefused(t *testing.T) {
	t.Parallel()
	outside := writeFile(t, "outside.yaml", "scenarios: []\n")
	folder := t.TempDir()
	l := &sandbox{t, folder}
	l.do(os.Symlink(outside, l.path("link.yaml")))
	l.write("mockbank.yaml", "include: link.yaml\n"+bankText("main"))
	if config, report := Load(t.Context(), l.path("mockbank.yaml"), Options{}); config != nil || !has(report, CodeIncludeOutside) {
		t.Errorf("reported as %v", report.Diagnostics)
	}
	l.write("plain.yaml", bankText("main"))
	named := t.TempDir()
	l.do(os.Symlink(l.path("plain.yaml"), filepath.Join(named, "mockbank.yaml")))
	if config, report := Load(t.Context(), filepath.Join(named, "mockbank.yaml"), Options{}); config == nil {
		t.Errorf("the file that the user names may be a link: %v", report.Diagnostics)
	}
}

func TestFolders(t *testing.T) {
	t.Parallel()
	scenario := func(name string) string {
		return "scenarios: [{name: " + name + ", when: {password: " + name + "}, authentication: AUTHENTICATED}]\n"
	}
	l := &sandbox{t, t.TempDir()}
	l.write("z.yaml", scenario("z"))
	l.write("a.yml", scenario("a"))
	l.write("a_test.yaml", "tests: []\n")
	l.write(".hidden.yaml", "nonsense")
	l.write("mockbank.yaml", "server: {listen: \":1\"}\n"+bankText("main"))
	config, report := Load(t.Context(), l.folder, Options{})
	if config == nil {
		t.Fatal(report.Diagnostics)
	}
	if got := config.Rules.Scenarios; len(got) != 3 || got[0].Name != "a" || got[1].Name != "z" || got[2].Name != "main" {
		t.Errorf("%d scenarios, the last %s", len(got), got[len(got)-1].Name)
	}
	l.do(os.Rename(l.path("mockbank.yaml"), l.path("bank.yaml")))
	if config, report := Load(t.Context(), l.folder, Options{}); config == nil || config.Server.Listen != ":1" {
		t.Errorf("a folder without a mockbank.yaml: %v", report.Diagnostics)
	}
	l.write("z.yaml", "server: {listen: \":2\"}\n"+scenario("z"))
	if config, report := Load(t.Context(), l.folder, Options{}); config != nil || !has(report, CodeMainFileOnly) {
		t.Errorf("two servers: %v", report.Diagnostics)
	}
}

func TestPacks(t *testing.T) {
	t.Parallel()
	catalogue := fstest.MapFS{
		"outages.yaml":      {Data: []byte("scenarios: [{name: down, when: {password: down}, authentication: AUTHENTICATION_FAILED}]\n")},
		"outages_test.yaml": {Data: []byte("tests: []\n")},
	}
	load := func(include string) (*Config, *Report) {
		path := writeFile(t, "mockbank.yaml", "include: "+include+"\n"+bankText("main"))
		return Load(t.Context(), path, Options{Catalogue: catalogue})
	}
	config, report := load("catalogue:outages")
	if config == nil || len(config.Rules.Scenarios) != 2 || config.Files[0].Name != "catalogue:outages" {
		t.Errorf("%v", report.Diagnostics)
	}
	_, report = load("catalogue:outage")
	if !has(report, CodeUnknownPack) || report.Diagnostics[0].Hint != `did you mean "outages"?` {
		t.Errorf("%v", report.Diagnostics)
	}
}

func TestHashIsThatOfTheContent(t *testing.T) {
	t.Parallel()
	load := func(text string) string {
		_, report := Load(t.Context(), writeFile(t, "mockbank.yaml", text), Options{})
		return report.Hash
	}
	if a, b := load(bankText("a")), load(bankText("a")); a != b || len(a) != 16 {
		t.Errorf("the same content has the hashes %s and %s", a, b)
	}
	if a, b := load(bankText("a")), load(bankText("a")+"# more\n"); a == b {
		t.Error("different content has the same hash")
	}
}
