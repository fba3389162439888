package main

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// failing is a file of two tests, of which one fails.
func failing(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "failing_test.yaml")
	text := `tests:
  - name: lets the user in
    steps: [{authenticate: {username: tester, password: success}, expect: {status: AUTHENTICATED}}]
  - name: refuses the user
    steps: [{authenticate: {username: tester, password: success}, expect: {status: AUTHENTICATION_FAILED}}]
`
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestTest(t *testing.T) {
	t.Parallel()
	bad := failing(t)
	test := func(args ...string) outcome {
		return command(t, "", append([]string{"test", "--config", shipped}, args...)...)
	}
	test().wants(t, 0, "tests passed in", "")
	test("--verbose", "--run", "TAN").wants(t, 0, "pass  the right TAN lets the user in", "")
	test("--coverage", "--coverage-min", "100").wants(t, 0, "100.0 % of scenarios and transitions exercised", "")
	test("--run", "TAN", "--coverage-min", "50").wants(t, 2, "passed", "less than the 50 % of --coverage-min")
	test(bad).wants(t, 2, "- expected AUTHENTICATION_FAILED", "")
	test(bad).wants(t, 2, bad+":5", "")
	test(bad, "--run", "^lets").wants(t, 0, "1 test passed", "")
	test(bad, "--run", "nothing").wants(t, 1, "no tests were played", `no test's name matches --run "nothing"`)
	test("no_test.yaml").wants(t, 1, "", "no_test.yaml: error file-not-found")
	test("--run", "(").wants(t, 1, "", "--run")
	test("--format", "html").wants(t, 1, "", "use pretty, json or junit")
	test("--coverage-min", "101").wants(t, 1, "", "from 0 to 100")
	test("--parallel", "-1").wants(t, 1, "", "negative")
	test("--against", "127.0.0.1:8080").wants(t, 1, "", "write http://127.0.0.1:8080")
	test("--against", "http://127.0.0.1:8080", "--coverage").wants(t, 1, "", "GET /admin/v1/coverage")
	command(t, "", "test", "--config", "no.yaml").wants(t, 1, "", "the configuration has errors")
	command(t, "", "test", "--config", starter(t)).wants(t, 1, "", "no tests: write NAME_test.yaml beside")
}

func TestTestReports(t *testing.T) {
	t.Parallel()
	bad, to := failing(t), filepath.Join(t.TempDir(), "report.xml")
	var decoded struct{ Passed, Failed int }
	got := command(t, "", "test", "-c", shipped, bad, "--format", "json")
	if err := json.Unmarshal([]byte(got.stdout), &decoded); err != nil || decoded.Passed != 1 || decoded.Failed != 1 || got.code != 2 {
		t.Errorf("%v: exit %d: %s", err, got.code, got.stdout)
	}
	got = command(t, "", "test", "-c", shipped, bad, "--format", "junit", "--output", to)
	text, err := os.ReadFile(to)
	if err != nil || got.stdout != "" || got.code != 2 {
		t.Fatalf("%v: exit %d: %s", err, got.code, got.stdout)
	}
	var suites struct {
		Failures int `xml:"failures,attr"`
	}
	if err := xml.Unmarshal(text, &suites); err != nil || suites.Failures != 1 {
		t.Errorf("%v: %s", err, text)
	}
	command(t, "", "test", "-c", shipped, "-o", filepath.Join(to, "x")).wants(t, 1, "", "--output")
}

func TestValidateTests(t *testing.T) {
	t.Parallel()
	command(t, "", "validate", failing(t)).wants(t, 0, "failing_test.yaml: 2 tests", "")
	command(t, "", "validate", "../../scenarios/testdata/tests/bad_test.yaml").wants(t, 1, "", `did you mean "authenticate"?`)
}

// spoken is what a command says while it runs.
type spoken struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *spoken) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// await waits until the command has said something n times.
func (s *spoken) await(t *testing.T, what string, n int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		s.mu.Lock()
		said := strings.Count(s.text.String(), what)
		s.mu.Unlock()
		if said >= n {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
	t.Fatalf("it did not say %q %d times, but\n%s", what, n, s.text.String())
}

func TestTestWatches(t *testing.T) {
	t.Parallel()
	bad := failing(t)
	ctx, cancel := context.WithCancel(t.Context())
	said, ended := new(spoken), make(chan int)
	go func() {
		ended <- run(ctx, terminal{
			args: []string{"test", "--config", shipped, "--watch", bad}, lookupEnv: os.LookupEnv,
			stdin: strings.NewReader(""), stdout: said, stderr: said,
		})
	}()
	said.await(t, "1 of 2 tests failed", 1)
	said.await(t, "watching", 1)
	text, err := os.ReadFile(bad)
	if err != nil {
		t.Fatal(err)
	}
	fixed := strings.ReplaceAll(string(text), "AUTHENTICATION_FAILED", "AUTHENTICATED")
	if err := os.WriteFile(bad, []byte(fixed), 0o600); err != nil {
		t.Fatal(err)
	}
	said.await(t, "2 tests passed", 1)
	if err := os.WriteFile(bad, []byte("tests: 3"), 0o600); err != nil {
		t.Fatal(err)
	}
	said.await(t, "tests must be a list", 1)
	cancel()
	if code := <-ended; code != 0 {
		t.Errorf("it ended with %d", code)
	}
}
