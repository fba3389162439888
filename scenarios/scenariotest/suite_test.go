package scenariotest

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/scenarios"
)

var update = flag.Bool("update", false, "write the golden reports anew")

// suite loads tests of a configuration.
func suite(t testing.TB, config string, names ...string) *Suite {
	t.Helper()
	loaded, report := scenarios.Load(t.Context(), config, scenarios.Options{})
	if loaded == nil {
		t.Fatal(report.Diagnostics)
	}
	files, report := scenarios.LoadTests(t.Context(), names)
	if report.HasErrors() {
		t.Fatal(report.Diagnostics)
	}
	return &Suite{Rules: loaded.Rules, Files: files}
}

// timeless takes out of a report what differs between two runs.
func timeless(r *Report) *Report {
	r.Took = 0
	for i := range r.Results {
		r.Results[i].Took = 0
	}
	return r
}

func expectPassed(t *testing.T, r *Report) {
	t.Helper()
	if r.Failed() > 0 || len(r.Results) == 0 {
		var b strings.Builder
		if err := WritePretty(&b, r, Style{}); err != nil {
			t.Fatal(err)
		}
		t.Error(b.String())
	}
}

func TestTheLanguage(t *testing.T) {
	t.Parallel()
	expectPassed(t, suite(t, "testdata/bank.yaml", "testdata/bank_test.yaml").Run(t.Context()))
}

func TestTheDefaultConfiguration(t *testing.T) {
	t.Parallel()
	report := suite(t, "../../mockbank.yaml", "../../mockbank_test.yaml").Run(t.Context())
	expectPassed(t, report)
	if covered := report.Coverage(); covered.Overall().Percent() != 100 {
		t.Errorf("its tests exercise %.1f %% of it: %+v", covered.Overall().Percent(), covered.Never())
	}
}

var example = regexp.MustCompile("(?s)```yaml\n(.*?)```")

func TestTheExamplesOfThePage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/testing-scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := example.FindAllSubmatch(page, -1)
	if len(examples) < 3 {
		t.Fatalf("the page has %d examples", len(examples))
	}
	for i, found := range examples {
		name := filepath.Join(t.TempDir(), fmt.Sprintf("example%d_test.yaml", i))
		if err := os.WriteFile(name, found[1], 0o600); err != nil {
			t.Fatal(err)
		}
		expectPassed(t, suite(t, "../../mockbank.yaml", name).Run(t.Context()))
	}
}

func TestTheBanksOfTestsAreTheirOwn(t *testing.T) {
	t.Parallel()
	s := suite(t, "testdata/bank.yaml", "testdata/bank_test.yaml", "testdata/failing_test.yaml")
	var runs []*Report
	for _, parallel := range []int{1, 1, 16} {
		s.Parallel = parallel
		runs = append(runs, timeless(s.Run(t.Context())))
	}
	for i, run := range runs[1:] {
		if !reflect.DeepEqual(run.Results, runs[0].Results) {
			t.Errorf("run %d differs from the first:\n%+v\n%+v", i+1, run.Results, runs[0].Results)
		}
		if !reflect.DeepEqual(run.Coverage(), runs[0].Coverage()) {
			t.Errorf("run %d covers something else", i+1)
		}
	}
}

func TestOnlySomeTests(t *testing.T) {
	t.Parallel()
	s := suite(t, "testdata/bank.yaml", "testdata/bank_test.yaml")
	s.Only = regexp.MustCompile("TAN|expires")
	var reported []Progress
	s.Progress = func(p Progress) { reported = append(reported, p) }
	report := s.Run(t.Context())
	expectPassed(t, report)
	if want := []Progress{{1, 0, 2}, {2, 0, 2}}; len(report.Results) != 2 || !reflect.DeepEqual(reported, want) {
		t.Errorf("%d tests, progress %v, want %v", len(report.Results), reported, want)
	}
}

func TestARunThatIsCalledOff(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := suite(t, "testdata/bank.yaml", "testdata/bank_test.yaml")
	s.Parallel = 1
	s.Progress = func(Progress) { cancel() }
	if report := s.Run(ctx); len(report.Results) != 1 {
		t.Errorf("%d tests are told of, want the one that was played", len(report.Results))
	}
}

func TestReports(t *testing.T) {
	t.Parallel()
	report := timeless(suite(t, "testdata/bank.yaml", "testdata/failing_test.yaml").Run(t.Context()))
	for name, write := range map[string]func(*bytes.Buffer) error{
		"report.txt":  func(b *bytes.Buffer) error { return WritePretty(b, report, Style{Coverage: true, Verbose: true}) },
		"colours.txt": func(b *bytes.Buffer) error { return WritePretty(b, report, Style{Colour: true}) },
		"report.json": func(b *bytes.Buffer) error { return WriteJSON(b, report, Style{Coverage: true}) },
		"report.xml":  func(b *bytes.Buffer) error { return WriteJUnit(b, report) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got bytes.Buffer
			if err := write(&got); err != nil {
				t.Fatal(err)
			}
			expectGolden(t, name, got.Bytes())
		})
	}
}

func expectGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s differs (%v); got\n%s", path, err, got)
	}
}

func TestTerminalsAreNotFooled(t *testing.T) {
	t.Parallel()
	if got := Printable("a\x1b[2J\u202eb\nc"); got != "a\uFFFD[2J\uFFFDb c" {
		t.Errorf("%q", got)
	}
}

// BenchmarkThousandTests plays 1,000 tests with a minute of scenario time each.
func BenchmarkThousandTests(b *testing.B) {
	var text strings.Builder
	text.WriteString("tests:\n")
	for i := range 1000 {
		fmt.Fprintf(&text, "  - name: test %d\n    steps:\n", i)
		text.WriteString(`      - authenticate: {username: tester, password: methods}
      - {two_step_procedure: app, expect: {status: DECOUPLED_AUTH_REQUIRED}}
      - {wait: 30s, expect: {status: DECOUPLED_AUTH_REQUIRED}}
      - {wait: 30s, expect: {status: AUTHENTICATION_FAILED, updated_at: 1m}}
      - authenticate: {username: tester, password: parts, headers: {X-Device: iPhone}}
      - connect
      - {wait: 59s, expect: {import_progress: 40}}
      - {wait: 2s, expect: {import_progress: 80, history: [{progress: 40}, {progress: 80}]}}
`)
	}
	name := filepath.Join(b.TempDir(), "thousand_test.yaml")
	if err := os.WriteFile(name, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s := suite(b, "testdata/bank.yaml", name)
		if report := s.Run(b.Context()); report.Failed() > 0 || len(report.Results) != 1000 {
			b.Fatalf("%d of %d failed", report.Failed(), len(report.Results))
		}
	}
}

func TestTimePassesAfterADelete(t *testing.T) {
	t.Parallel()
	expectPassed(t, suite(t, "../../mockbank.yaml", "testdata/delete_test.yaml").Run(t.Context()))
}
