package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestREADME does what README.md tells its reader to do, in its order, and compares the answers.
func TestREADME(t *testing.T) {
	t.Parallel()
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("MISSING: curl")
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "README.md"))
	must(t, err)
	if !strings.Contains(string(text), "go run ./cmd/mockbank serve --config mockbank.yaml\n") {
		t.Error("the command that starts the bank is gone")
	}
	if before, _, _ := strings.Cut(string(text), "\n{"); strings.Count(before, "\n") > 30 {
		t.Error("the first answer is not on the first screen")
	}
	s := start(t, setup{})
	r := &reader{server: s, shell: "PATH=" + filepath.Dir(curl) + ":$PATH\n"}
	commands := 0
	for _, block := range codeBlock.FindAllStringSubmatch(string(text), -1) {
		switch kind, content := block[1], block[2]; kind {
		case "yaml":
			r.addScenario(t, content)
		case "console":
			for _, said := range commandLine.FindAllStringSubmatch(content, -1) {
				r.do(t, said[1], strings.TrimSpace(said[2]))
				commands++
			}
		}
	}
	if commands < 20 {
		t.Errorf("only %d commands were found", commands)
	}
}

var (
	codeBlock   = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")
	commandLine = regexp.MustCompile(`(?m)^\$ (.*)\n((?:[^$\n].*\n)*)`)
	assignment  = regexp.MustCompile(`^[a-z]+=\S+$`)
)

// reader follows the page.
type reader struct {
	server *server
	shell  string // what was assigned so far
	known  map[string]string
}

// do runs a command until it answers as the page says: some of it takes seconds.
func (r *reader) do(t *testing.T, command, want string) {
	t.Helper()
	line := strings.ReplaceAll(command, "127.0.0.1:8080", strings.TrimPrefix(r.server.url, "http://"))
	for placeholder, value := range r.known {
		line = strings.ReplaceAll(line, placeholder, value)
	}
	if assignment.MatchString(line) {
		r.shell += line + "\n"
		return
	}
	want = strings.ReplaceAll(want, "127.0.0.1:8080", strings.TrimPrefix(r.server.url, "http://"))
	deadline := time.Now().Add(patience)
	for {
		out, err := exec.Command("bash", "-c", r.shell+line).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", command, err, out)
		}
		if fits(string(out), want) {
			r.learn(out)
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s\nanswered %s\nwant     %s", command, out, want)
		}
	}
}

// learn keeps what later commands put in for their placeholders.
func (r *reader) learn(out []byte) {
	if r.known == nil {
		r.known = map[string]string{}
	}
	for placeholder, name := range map[string]string{
		"PROCESS_ID": "bank_authentication_process_id", "CONNECTION_ID": "id", "REDIRECT_URL": "redirect_url",
	} {
		if value := field(out, name); value != "" {
			r.known[placeholder] = value
		}
	}
}

// fits compares an answer to one in which … stands for anything.
func fits(got, want string) bool {
	pattern := strings.ReplaceAll(regexp.QuoteMeta(want), "…", ".*")
	return regexp.MustCompile(`(?s)^\s*` + pattern + `\s*$`).MatchString(got)
}

// addScenario puts the page's scenario above the catch-all.
func (r *reader) addScenario(t *testing.T, scenario string) {
	t.Helper()
	text, err := os.ReadFile(r.server.config)
	must(t, err)
	const catchAll = "  - name: anything-else\n"
	if strings.Count(string(text), catchAll) != 1 {
		t.Fatalf("no %q in the default configuration", catchAll)
	}
	write(t, r.server.config, strings.Replace(string(text), catchAll, scenario+"\n"+catchAll, 1))
}
