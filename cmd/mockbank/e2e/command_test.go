package e2e

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mockbank runs a command to its end, and returns what it said and its exit code.
func mockbank(t *testing.T, args ...string) (said string, code int) {
	t.Helper()
	cmd := exec.Command(checked, args...)
	cmd.Env = environment()
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func TestValidate(t *testing.T) {
	t.Parallel()
	good := defaultConfig(t)
	bad := writeConfig(t, "version: 1\nscenarios:\n  - name: a\n    wehn: {}\n    authentication: AUTHENTICATE\n")
	for name, test := range map[string]struct {
		files []string
		code  int
		says  []string
	}{
		"good":              {[]string{good}, 0, []string{"mockbank.yaml: 8 scenarios in 1 file, 0 warnings"}},
		"bad, all at once":  {[]string{bad}, 1, []string{"mockbank.yaml:4:5: error", `"wehn"`, "mockbank.yaml:5:21: error", `"AUTHENTICATE"`, "3 errors"}},
		"one good, one bad": {[]string{good, bad}, 1, []string{"8 scenarios", "3 errors"}},
		"missing":           {[]string{good + "x"}, 1, []string{"mockbank.yamlx"}},
		"none named":        {nil, 1, []string{"mockbank: "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said, code := mockbank(t, append([]string{"validate"}, test.files...)...)
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			for _, words := range test.says {
				if !strings.Contains(said, words) {
					t.Errorf("it said %q, want %q in it", said, words)
				}
			}
			if leak := goWords.FindString(said); leak != "" {
				t.Errorf("it said %q, which is Go's business (%s)", said, leak)
			}
		})
	}
}

// The report at a bad start is the one that validate prints.
func TestValidateAndServeReportAlike(t *testing.T) {
	t.Parallel()
	bad := writeConfig(t, "version: 1\nscenarios:\n  - {name: a, when: {password: x}, authentication: NO}\n")
	validated, _ := mockbank(t, "validate", bad)
	served, _ := begin(t, setup{config: bad}, nil)
	if !strings.HasPrefix(served, strings.TrimSpace(validated)) {
		t.Errorf("serve said:\n%s\nvalidate said:\n%s", served, validated)
	}
}

func TestSettingsFromTheEnvironment(t *testing.T) {
	t.Parallel()
	s := prepared(t, setup{})
	elsewhere := filepath.Join(t.TempDir(), "elsewhere.db")
	s.cmd.Args = []string{s.binary, "serve", "--listen", "127.0.0.1:0"}
	s.cmd.Env = append(environment(), "MOCKBANK_CONFIG="+s.config, "MOCKBANK_DATABASE="+elsewhere,
		"MOCKBANK_LOG_FORMAT=json", "MOCKBANK_LISTEN=nowhere") // a flag is stronger
	s.database = elsewhere
	s.run(t)
	t.Cleanup(func() { s.end(t) })
	s.awaitListening(t)
	s.login(t, "success")
	if count := s.sqlite(t, "SELECT count(*) FROM bank_authentication_processes"); count != "1" {
		t.Errorf("the database that the environment names has %s processes, want 1", count)
	}
}

// --config may name a folder: all of its files together are the configuration.
func TestConfigurationFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "10-banks.yaml"), "version: 1\nbanks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]\ndefault_bank: MockBank\n")
	write(t, filepath.Join(folder, "20-own.yaml"), "version: 1\nscenarios:\n  - {name: own, when: {password: own}, authentication: AUTHENTICATED}\n")
	write(t, filepath.Join(folder, "30-rest.yaml"), "version: 1\n"+"scenarios:\n"+rest)
	write(t, filepath.Join(folder, "notes.txt"), "no YAML: {")
	s := start(t, setup{config: folder})
	if got := s.login(t, "own"); got.Status != authenticated {
		t.Errorf("status %s, want %s", got.Status, authenticated)
	}
	write(t, filepath.Join(folder, "25-later.yaml"), "version: 1\nscenarios:\n  - {name: later, when: {password: later}, authentication: AUTHENTICATED}\n")
	eventually(t, patience, "a file added to the folder is live", func() bool { return s.login(t, "later").Status == authenticated })
}
