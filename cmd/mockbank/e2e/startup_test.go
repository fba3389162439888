package e2e

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// begin runs serve where it cannot start, and returns what it said and its exit code.
func begin(t *testing.T, with setup, prepare func(*server)) (string, int) {
	t.Helper()
	s := prepared(t, with)
	if prepare != nil {
		prepare(s)
	}
	s.run(t)
	code := s.wait(t)
	return strings.TrimSpace(s.log.String()), code
}

func TestBadStarts(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() }) // no one uses it
	address := taken.Addr().String()
	bad := writeConfig(t, "version: 1\nscenarios:\n  - name: success\n    wehn: {password: success}\n    authentication: AUTHENTICATED\n")
	truncated := writeConfig(t, "version: 1\nscenarios:\n  - {name: success, when: {password: succ")
	absent := filepath.Join(t.TempDir(), "absent.yaml")
	for name, test := range map[string]struct {
		with setup
		says []string
	}{
		"bad YAML":        {setup{config: bad}, []string{"mockbank.yaml:4:5: error", `"wehn"`, `"when"`, "nothing was started"}},
		"truncated YAML":  {setup{config: truncated}, []string{"mockbank.yaml:3:27: error", "not closed"}},
		"empty file":      {setup{config: writeConfig(t, "")}, []string{"mockbank.yaml", "empty"}},
		"missing file":    {setup{config: absent}, []string{"absent.yaml"}},
		"busy port":       {setup{flags: []string{"--listen", address}}, []string{address, "in use"}},
		"no such address": {setup{flags: []string{"--listen", "nowhere"}}, []string{"nowhere"}},
		"bad level":       {setup{flags: []string{"--log-level", "loud"}}, []string{"loud", "debug, info, warn"}},
		"unknown flag":    {setup{flags: []string{"--lisen", "x"}}, []string{"--lisen"}},
		"missing folder":  {setup{database: filepath.Join(t.TempDir(), "none", "mockbank.db")}, []string{filepath.Join("none", "mockbank.db")}},
		"not a database":  {setup{database: writeConfig(t, strings.Repeat("no database, but text; ", 100))}, []string{"mockbank.yaml", "not an SQLite database"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said, code := begin(t, test.with, nil)
			checkRefusedStart(t, said, code, test.says)
		})
	}
}

func TestReadOnlyDatabaseFolder(t *testing.T) {
	t.Parallel()
	own := t.TempDir()
	if err := os.Chmod(filepath.Dir(own), 0o755); err != nil { // for the user nobody, below
		t.Fatal(err)
	}
	folder := filepath.Join(own, "data")
	if err := os.Mkdir(folder, 0o555); err != nil {
		t.Fatal(err)
	}
	said, code := begin(t, setup{database: filepath.Join(folder, "mockbank.db")}, func(s *server) {
		if os.Getuid() == 0 { // whom no mode keeps from writing
			const nobody = 65534
			s.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		}
	})
	checkRefusedStart(t, said, code, []string{filepath.Join("data", "mockbank.db")})
}

var goWords = regexp.MustCompile(`goroutine \d|\.go:\d|panic|runtime error|0x[0-9a-f]{6,}|DATA RACE|\*[a-z]+\.[A-Z]`)

// checkRefusedStart wants one clear message: it is said once, at the end, on a line of its own.
func checkRefusedStart(t *testing.T, said string, code int, words []string) {
	t.Helper()
	if code == 0 {
		t.Error("the exit code is 0")
	}
	for _, word := range words {
		if !strings.Contains(said, word) {
			t.Errorf("it said %q, want %q in it", said, word)
		}
	}
	if leak := goWords.FindString(said); leak != "" {
		t.Errorf("it said %q, which is Go's business (%s)", said, leak)
	}
	if lines := strings.Split(said, "\n"); !strings.HasPrefix(lines[len(lines)-1], "mockbank: ") {
		t.Errorf("the last line is %q, want one that begins with mockbank:", lines[len(lines)-1])
	}
	if strings.Count(said, "mockbank: ") > 1 || len(said) > 1500 {
		t.Errorf("it said more than one message: %q", said)
	}
}

// TestRuntimeSettings: a bank sets Go's runtime up for itself, and takes what the environment says instead.
func TestRuntimeSettings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ environment, want []string }{
		"its own": {
			nil, []string{"go_gc_gogc_percent 200", `go_sched_gomaxprocs_threads ([7-9]|\d\d+)`}, // six more than processors
		},
		"the environment's": {
			[]string{"GOGC=70", "GOMAXPROCS=3"}, []string{"go_gc_gogc_percent 70", "go_sched_gomaxprocs_threads 3"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := prepared(t, setup{})
			s.cmd.Env = append(slices.DeleteFunc(s.cmd.Env, func(variable string) bool {
				return strings.HasPrefix(variable, "GOGC=") || strings.HasPrefix(variable, "GOMAXPROCS=")
			}), test.environment...)
			s.run(t)
			t.Cleanup(func() { s.end(t) })
			s.awaitListening(t)
			metrics := string(s.do(t, "GET", "/metrics", nil).Body)
			for _, line := range test.want {
				if !regexp.MustCompile("(?m)^" + line + "$").MatchString(metrics) {
					t.Errorf("the metrics have no line %q", line)
				}
			}
		})
	}
}
