package scenarios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a start would refuse is a diagnostic, with its place and without its value.
func TestServerSettingsThatAStartRefuses(t *testing.T) {
	t.Parallel()
	for setting, word := range map[string]string{
		"admin_token: two s3cret":                "white space",
		"tokens: [good, two s3cret]":             "white space",
		"base_path: /admin/x":                    "mockbank's own",
		"base_path: /sessions":                   "mockbank's own",
		"base_path: /a//b":                       "empty",
		"base_path: /ä":                          "letters",
		"public_url: https://bank.test/path":     "scheme and a host",
		"public_url: https://u:s3cret@bank.test": "scheme and a host",
		"webhook_hosts: [\"http://x\"]":          "no host",
		"redirect_hosts: [\"app.test/x\"]":       "no host",
		"database: host=h password=s3cret":       "looks like a PostgreSQL",
		"database: u:s3cret@h/x":                 "looks like a PostgreSQL",
		"database: \"~/mockbank.db\"":            "not replaced",
		"database: postgres://u:p@s3cret@h/x":    "@",
	} {
		path := filepath.Join(t.TempDir(), "mockbank.yaml")
		text := "version: 1\nserver:\n  " + setting + "\nscenarios:\n  - {name: a, when: {username: any}, authentication: AUTHENTICATED}\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		config, report := Load(t.Context(), path, Options{})
		var said []string
		for _, d := range report.Diagnostics {
			said = append(said, d.String())
		}
		all := strings.Join(said, "\n")
		if config != nil || !strings.Contains(all, "mockbank.yaml:3:") || !strings.Contains(all, word) || strings.Contains(all, "s3cret") {
			t.Errorf("%s: %s", setting, all)
		}
	}
}
