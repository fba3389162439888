package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/scenarios/edit"
)

// outcome is what a command line came to.
type outcome struct {
	code           int
	stdout, stderr string
}

// command runs a command line, as main does.
func command(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), terminal{
		args: args, lookupEnv: func(string) (string, bool) { return "", false },
		stdin: strings.NewReader(stdin), stdout: &stdout, stderr: &stderr,
	})
	return outcome{code, stdout.String(), stderr.String()}
}

// wants checks the exit code and what was said.
func (o outcome) wants(t *testing.T, code int, stdout, stderr string) {
	t.Helper()
	if o.code != code || !strings.Contains(o.stdout, stdout) || !strings.Contains(o.stderr, stderr) {
		t.Errorf("exit %d, stdout:\n%s\nstderr:\n%s\nwant exit %d, %q and %q", o.code, o.stdout, o.stderr, code, stdout, stderr)
	}
}

const shipped = "../../mockbank.yaml"

func starter(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "mockbank.yaml")
	command(t, "", "init", name).wants(t, 0, "mockbank serve --config "+name, "")
	return name
}

func TestExplain(t *testing.T) {
	t.Parallel()
	explain := func(args ...string) outcome {
		return command(t, "", append([]string{"explain", "--config", shipped}, args...)...)
	}
	explain("--username", "tester", "--password", "challengeRequired").wants(t, 0, "challenge-required answers this login", "")
	explain("--username", "tester", "--password", "challengeRequired").wants(t, 0, "challenge_response: \"123456\"\n      -> AUTHENTICATED", "")
	explain("--username", "tester", "--password", "chalengeRequired").wants(t, 0, "- password: needs \"challengeRequired\" (edit distance 1)", "")
	explain("--username", "somebody", "--password", "success").wants(t, 0, "- username: needs \"tester\", was \"somebody\"", "")
	explain("--username", "tester", "--password", "bankConnectionError").wants(t, 0, "2s    60 %  FAILED_WITH_ERROR BANK_SERVER_REJECTION", "")
	explain("--scenario", "success").wants(t, 0, "success answers, since the request asks for it by name", "")
	explain("--scenario", "sucess").wants(t, 1, "", "success")
	explain("--bank", "NoBank").wants(t, 1, "", "NoBank")
	explain("--header", "nothing").wants(t, 1, "", "NAME=VALUE")
	explain("--attempt", "0").wants(t, 1, "", "the first attempt is 1")
	explain("--format", "xml").wants(t, 1, "", "use text or json")
	command(t, "", "explain", "--config", "no.yaml").wants(t, 1, "", "no.yaml")
}

func TestExplainNothingThatIsSecret(t *testing.T) {
	t.Parallel()
	got := command(t, "", "explain", "--config", shipped, "--username", "tester", "--password", "hunter2-secret", "--header", "Authorization=Bearer-xyz")
	if strings.Contains(got.stdout+got.stderr, "hunter2") || strings.Contains(got.stdout+got.stderr, "xyz") {
		t.Errorf("a secret is shown:\n%s", got.stdout)
	}
}

func TestExplainFactsAndHeaders(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "facts.yaml")
	text := `banks: [{slug: A}]
scenarios:
  - {name: third, when: {password: lock, attempt: 3..}, authentication: AUTHENTICATION_FAILED}
  - {name: phone, when: {headers: {X-Device: phone}}, authentication: AUTHENTICATED, import: {outcome: never}}
`
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, "", "explain", "-c", name, "--password", "lock", "--attempt", "3").wants(t, 0, "third answers", "")
	command(t, "", "explain", "-c", name, "--password", "lock").wants(t, 0, "- attempt: needs", "")
	command(t, "", "explain", "-c", name, "--password", "lock").wants(t, 0, "No scenario answers this login: it gets AUTHENTICATION_FAILED, NO_SCENARIO", "")
	command(t, "", "explain", "-c", name, "--header", "x-device=phone").wants(t, 0, "and never ends", "")
}

func TestExplainAsJSON(t *testing.T) {
	t.Parallel()
	got := command(t, "", "explain", "--config", shipped, "--username", "tester", "--password", "success", "--format", "json")
	var explained struct {
		Match struct{ Name string }
		Flow  struct{ Import []any }
	}
	if err := json.Unmarshal([]byte(got.stdout), &explained); err != nil || explained.Match.Name != "success" || len(explained.Flow.Import) != 2 {
		t.Errorf("%v: %s", err, got.stdout)
	}
}

func TestGraph(t *testing.T) {
	t.Parallel()
	graph := func(args ...string) outcome {
		return command(t, "", append([]string{"graph", "--config", shipped}, args...)...)
	}
	var image struct {
		XMLName xml.Name `xml:"svg"`
		Texts   []struct {
			Text []string `xml:"text"`
		} `xml:"g"`
	}
	got := graph("challenge-required")
	if err := xml.Unmarshal([]byte(got.stdout), &image); err != nil || len(image.Texts) != 9 {
		t.Errorf("no image of 5 boxes and 4 lines: %v %q %s", err, image.Texts, got.stderr)
	}
	graph("challenge-required", "--format", "mermaid").wants(t, 0, "flowchart TD", "")
	graph("challenge-required", "--format", "dot").wants(t, 0, "digraph \"challenge-required\"", "")
	graph("challenge-required", "--format", "png").wants(t, 1, "", "use svg, mermaid or dot")
	graph("chalenge-required").wants(t, 1, "", "did you mean challenge-required?")
}

func TestSchemaIsPrinted(t *testing.T) {
	t.Parallel()
	got := command(t, "", "schema")
	if !json.Valid([]byte(got.stdout)) || !strings.Contains(got.stdout, "draft-07") {
		t.Errorf("no schema: %.200s", got.stdout)
	}
}

func TestCommandReferenceIsUpToDate(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("../../docs/cli.md")
	if err != nil {
		t.Fatal(err)
	}
	if got := command(t, "", "docs"); got.stdout != string(want) {
		t.Errorf("docs/cli.md is out of date; run: go generate ./cmd/mockbank")
	}
}

func TestCompletionOfNames(t *testing.T) {
	t.Parallel()
	command(t, "", "__complete", "graph", "--config", shipped, "dec").wants(t, 0, "decoupled-auth-required\t", "")
	command(t, "", "__complete", "explain", "--config", shipped, "--scenario", "red").wants(t, 0, "redirect-required\t", "")
	command(t, "", "__complete", "new", "scenario", "--status", "").wants(t, 0, "REDIRECT_REQUIRED", "")
	command(t, "", "completion", "bash").wants(t, 0, "__start_mockbank", "")
}

func TestInitLeavesFilesAlone(t *testing.T) {
	t.Parallel()
	name := starter(t)
	if err := os.WriteFile(name, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, "", "init", name).wants(t, 1, "", "is there already")
	if text, err := os.ReadFile(name); err != nil || string(text) != "mine" {
		t.Errorf("the file holds %q", text)
	}
}

func TestFmt(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	name, link := filepath.Join(folder, "a.yaml"), filepath.Join(folder, "link.yaml")
	if err := os.WriteFile(name, []byte("banks:\n- {slug:   A} # one\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("a.yaml", link); err != nil {
		t.Fatal(err)
	}
	command(t, "", "fmt", "--check", name).wants(t, 1, "is not formatted", "")
	command(t, "", "fmt", name).wants(t, 0, "banks:\n  - {slug: A} # one\n", "")
	command(t, "", "fmt", "-w", link).wants(t, 0, "", "")
	command(t, "", "fmt", "--check", name).wants(t, 0, "", "")
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the mode is %v", info.Mode())
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 2 {
		t.Errorf("%d files are left in the folder", len(left))
	}
	command(t, "a:   1", "fmt", "-").wants(t, 0, "a: 1\n", "")
	command(t, "a: [1", "fmt", "-").wants(t, 1, "", "yaml-syntax")
	command(t, "", "fmt", filepath.Join(folder, "no.yaml")).wants(t, 1, "", "no.yaml")
}

func TestNewScenario(t *testing.T) {
	t.Parallel()
	name := starter(t)
	command(t, "", "new", "scenario", "--config", name, "--name", "half-way", "--password", "halfWay", "--import-fails-at", "50").
		wants(t, 0, `added "half-way", before "anything-else"`, "")
	command(t, "", "explain", "--config", name, "--username", "tester", "--password", "halfWay").wants(t, 0, "half-way answers this login", "")
	command(t, "", "fmt", "--check", name).wants(t, 0, "", "")
	command(t, "", "new", "scenario", "--config", name, "--name", "half-way", "--password", "other").wants(t, 1, "", "duplicate-name")
	command(t, "", "new", "scenario", "--config", name).wants(t, 1, "", "give --name and --password")
	command(t, "", "new", "scenario", "--config", filepath.Dir(name), "--name", "a", "--password", "a").wants(t, 1, "", "--file")
}

func TestNewScenarioAsks(t *testing.T) {
	t.Parallel()
	free := func(_ context.Context, a edit.Addition) error {
		if a.Name == "taken" || a.Password == "taken" {
			return errors.New("it is taken")
		}
		return nil
	}
	options := newScenarioOptions{}
	options.Status = "AUTHENTICATED"
	var out bytes.Buffer
	answers := "\ntaken\nasked\ntaken\nsecret\nTAN\n9\n3\nYour TAN?\n4711\nhalf\n50%\nINVALID_CREDENTIAL\nnot a code\nINVALID_CREDENTIAL\n"
	if err := askAddition(t.Context(), strings.NewReader(answers), &out, &options.Addition, free); err != nil {
		t.Fatal(err)
	}
	a := options.Addition
	if a.Name != "asked" || a.Password != "secret" || a.Status != "CHALLENGE_RESPONSE_REQUIRED" || a.Answer != "4711" || a.ImportFailsAt != "50" || a.ErrorCode != "INVALID_CREDENTIAL" {
		t.Errorf("%+v\n%s", a, out.String())
	}
	for _, said := range []string{"it is taken", `"TAN" is no status; did you mean "CHALLENGE_RESPONSE_REQUIRED"?`, "the numbers are 1 to 6", `"half" is no percentage`, "did you mean INVALID_CREDENTIALS?", "no code of an error"} {
		if !strings.Contains(out.String(), said) {
			t.Errorf("it does not say %q:\n%s", said, out.String())
		}
	}
	if err := askAddition(t.Context(), strings.NewReader("only a name\n"), &out, new(edit.Addition), free); err == nil {
		t.Error("an interview that breaks off should be refused")
	}
}
