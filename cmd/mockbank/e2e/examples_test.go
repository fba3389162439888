package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

// examplePatience is how long an example may take: the Go compiler, npm or a browser may have to begin from nothing.
const examplePatience = 5 * time.Minute

// examples is a copy of the folder examples, as somebody has it who took it home.
type examples struct {
	t      *testing.T
	folder string
	env    []string
}

func copyExamples(t *testing.T) examples {
	t.Helper()
	e := examples{t: t, folder: t.TempDir()}
	if err := os.CopyFS(e.folder, os.DirFS(repositoryFolder(t, "examples"))); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(e.folder, "browser", "node_modules")); err != nil {
		t.Fatal(err)
	}
	e.env = append(environment(), asShipped, "GOWORK=off", "PATH="+filepath.Dir(shipped)+":"+os.Getenv("PATH"))
	return e
}

// repositoryFolder is the path of a folder of the repository.
func repositoryFolder(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// run runs a script in a folder of the examples and returns what it said, and whether it failed.
func (e examples) run(folder, script string) (said string, err error) {
	e.t.Helper()
	ctx, stop := context.WithTimeout(e.t.Context(), examplePatience)
	defer stop()
	cmd := exec.CommandContext(ctx, "bash", "-e", "-o", "pipefail", "-c", script)
	cmd.Dir, cmd.Env, cmd.WaitDelay = filepath.Join(e.folder, folder), e.env, patience
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// passes runs a script that must succeed and say something.
func (e examples) passes(folder, script, says string) {
	e.t.Helper()
	said, err := e.run(folder, script)
	if err != nil || !regexp.MustCompile(says).MatchString(said) {
		e.t.Fatalf("%s: %v; it was to say %q, but said:\n%s", script, err, says, said)
	}
}

// needs skips the test where a program is missing.
func needs(t *testing.T, program, from string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("MISSING: %s (Debian: %s)", program, from)
	}
}

func TestExampleScenarios(t *testing.T) {
	t.Parallel()
	copyExamples(t).passes("bank", "mockbank validate mockbank.yaml && mockbank test", `(?s) 0 warnings.*\d tests passed`)
}

func TestExampleInGo(t *testing.T) {
	t.Parallel()
	e := copyExamples(t)
	e.passes("go", "go mod edit -replace github.com/mockbank/mockbank='"+repositoryFolder(t, ".")+"' && go test -v ./...",
		`(?s)PASS: TestWallet/the_bank_is_busy_twice.*\nok`)
}

func TestExampleInNode(t *testing.T) {
	t.Parallel()
	needs(t, "npm", "npm")
	e := copyExamples(t)
	e.passes("node", "npm test -- --test-reporter=tap", `(?m)^# pass 9$`)
	// The negative: an app that the bank does not understand fails.
	e.change("bank/mockbank.yaml", `"4711"`, `"4712"`)
	if said, err := e.run("node", "npm test -- --test-reporter=tap"); err == nil || !strings.Contains(said, "not ok 3 - sends the right TAN") {
		t.Errorf("with another TAN: %v\n%s", err, said)
	}
}

func TestExampleInPython(t *testing.T) {
	t.Parallel()
	needs(t, "python3", "python3")
	copyExamples(t).passes("python", "python3 -W error -m unittest", `(?s)Ran 9 tests.*\nOK\n`)
}

func TestExampleInABrowser(t *testing.T) {
	t.Parallel()
	needs(t, "npm", "npm")
	program := findBrowser()
	if program == "" {
		t.Skip("MISSING: Chromium (Debian: chromium)")
	}
	e := copyExamples(t)
	if said, err := e.run("browser", "npm ci --no-audit --no-fund --ignore-scripts"); err != nil {
		t.Logf("npm ci: %v\n%s", err, said)
		t.Skip("MISSING: a package registry that has playwright-core")
	}
	e.env = append(e.env, "CHROMIUM="+program)
	e.passes("browser", "npm test -- --test-reporter=tap", `(?m)^# pass 3$`)
}

// What cannot be run here can be read by the machine that would run it.
func TestExamplesThatOnlyReadWell(t *testing.T) {
	t.Parallel()
	needs(t, "node", "nodejs")
	e := copyExamples(t)
	e.passes(".", "cp k6/load.js k6/load.mjs && node --check k6/load.mjs && node --check testcontainers/wallet.test.mjs", "")
	if _, err := exec.LookPath("k6"); err == nil {
		s := start(t, setup{config: filepath.Join(e.folder, "bank", "mockbank.yaml")})
		e.passes("k6", "k6 run --no-usage-report --duration 2s --vus 2 -e BANK="+s.url+basePath+" load.js", "imports")
	}
}

// change replaces a text in a file of the copy.
func (e examples) change(name, old, text string) {
	e.t.Helper()
	path := filepath.Join(e.folder, filepath.FromSlash(name))
	content, err := os.ReadFile(path)
	if err != nil || strings.Count(string(content), old) != 1 {
		e.t.Fatalf("%s does not say %q once (%v)", name, old, err)
	}
	write(e.t, path, strings.Replace(string(content), old, text, 1))
}

// workflow is what the test knows of GitHub's and GitLab's files.
type workflow struct {
	Jobs struct {
		Test struct {
			Steps []struct {
				Run    string `yaml:"run"`
				Folder string `yaml:"working-directory"`
			} `yaml:"steps"`
		} `yaml:"test"`
	} `yaml:"jobs"`
}

// asRepository lays the examples out as the workflows expect them, beside a clone of mockbank.
func asRepository(t *testing.T) examples {
	t.Helper()
	for _, program := range []string{"npm", "python3"} {
		needs(t, program, program)
	}
	e := copyExamples(t)
	if err := os.Symlink(repositoryFolder(t, "."), filepath.Join(e.folder, "mockbank")); err != nil {
		t.Fatal(err)
	}
	return e
}

// The commands of the workflow for GitHub Actions do what they say, in their order.
func TestExampleForGitHub(t *testing.T) {
	t.Parallel()
	e := asRepository(t)
	var file workflow
	read(t, filepath.Join(e.folder, "ci", "github-actions.yml"), &file)
	e.env = append(e.env, runnerOf(t)...)
	if ran := file.run(e); ran < 5 {
		t.Errorf("only %d steps are commands", ran)
	}
}

// run runs the workflow's steps that are commands, and returns how many there are.
func (w *workflow) run(e examples) (ran int) {
	e.t.Helper()
	for _, step := range w.Jobs.Test.Steps {
		if step.Run != "" {
			ran++
			e.passes(step.Folder, `PATH="$(paste -sd: "$GITHUB_PATH"):$PATH"`+"\n"+step.Run, "")
		}
	}
	return ran
}

// runnerOf is what the environment of GitHub's runner has: a path that a step adds is there for those after it.
func runnerOf(t *testing.T) []string {
	t.Helper()
	folder := t.TempDir()
	path := filepath.Join(folder, "github-path")
	write(t, path, "")
	return []string{"RUNNER_TEMP=" + folder, "GITHUB_PATH=" + path, "PATH=" + os.Getenv("PATH")}
}

// So do those of the jobs for GitLab CI.
func TestExampleForGitLab(t *testing.T) {
	t.Parallel()
	e := asRepository(t)
	e.env = append(e.env, "PATH="+os.Getenv("PATH"))
	var file map[string]yaml.Node
	read(t, filepath.Join(e.folder, "ci", "gitlab-ci.yml"), &file)
	for _, name := range []string{"mockbank", "scenarios", "wallet in go", "wallet in node", "wallet in python"} {
		var job struct{ Script []string }
		if node := file[name]; node.Decode(&job) != nil || len(job.Script) == 0 {
			t.Errorf("the job %q has no script", name)
		}
		script := strings.Join(job.Script, "\n")
		e.passes(".", strings.ReplaceAll(script, `git clone --depth 1 "$MOCKBANK" mockbank`, "test -d mockbank"), "")
	}
}

func read(t *testing.T, path string, into any) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(content, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// Every example is in the table of its README.
func TestEveryExampleIsListed(t *testing.T) {
	t.Parallel()
	folder := repositoryFolder(t, "examples")
	page, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.IsDir() && entry.Name() != "bank" && !strings.Contains(string(page), "\n| ["+entry.Name()+"](") {
			t.Errorf("examples/README.md lists no %s", entry.Name())
		}
	}
}
