package scenarios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const hookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// loadWith loads a configuration in a folder of its own, with files beside it and variables.
func loadWith(t *testing.T, text string, files, variables map[string]string) (*Config, *Report) {
	t.Helper()
	folder := t.TempDir()
	files["bank.yaml"] = text
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Load(t.Context(), filepath.Join(folder, "bank.yaml"), Options{LookupEnv: func(name string) (string, bool) {
		value, found := variables[name]
		return value, found
	}})
}

const secretsOutside = `version: 1
server:
  tokens: ["${env:BANK_TOKEN}", plain, "${file:token}"]
  admin_token: ${file:admin}
  database: postgres://u:${env:PASSWORD}@db/x
banks: [{slug: MockBank}]
webhooks: [{name: app, url: "http://127.0.0.1:9000/", secret: "${env:HOOK}"}]
scenarios: [{name: a, when: {username: x}, authentication: AUTHENTICATED}]
`

// Wherever the language has a secret it may stand in the environment or in a file.
func TestSecretsFromOutside(t *testing.T) {
	t.Parallel()
	files := map[string]string{"admin": "adm1n\n", "token": "t0ken2\r\n"}
	variables := map[string]string{"BANK_TOKEN": "t0ken1", "PASSWORD": "pass", "HOOK": hookSecret}
	config, report := loadWith(t, secretsOutside, files, variables)
	if config == nil {
		t.Fatal(textOf(t, report))
	}
	if got := strings.Join(config.Server.Tokens, " "); got != "t0ken1 plain t0ken2" {
		t.Errorf("tokens %q", got)
	}
	if config.Server.AdminToken != "adm1n" || config.Server.Database != "postgres://u:pass@db/x" {
		t.Errorf("admin token %q, database %q", config.Server.AdminToken, config.Server.Database)
	}
	if webhook, _ := config.Rules.Webhook("app"); len(webhook.Secrets) != 1 || len(webhook.Secrets[0]) != 24 {
		t.Errorf("the webhook has %d secrets", len(webhook.Secrets))
	}
	variables["HOOK"] = "whsec_" + strings.Repeat("QUJD", 10)
	again, report := loadWith(t, secretsOutside, files, variables)
	if again == nil || again.Hash == config.Hash {
		t.Errorf("another secret of a webhook is no other configuration: %s", textOf(t, report))
	}
}

// One that is not there, or empty, is a diagnostic at its place, and nothing of the others is shown.
func TestSecretsThatAreMissing(t *testing.T) {
	t.Parallel()
	const good = "s3cret-of-another"
	files := map[string]string{"empty": "\n", "admin": good}
	variables := map[string]string{"BLANK": "  ", "GOOD": good}
	for written, want := range map[string]string{
		"${env:NOT_SET}":       "the environment variable NOT_SET is not set",
		"${env:BLANK}":         "the environment variable BLANK is empty",
		"${env:A-B}":           `"A-B" is no name of an environment variable`,
		"${file:none}":         `the secret's file "none" is not there`,
		"${file:empty}":        `the secret's file "empty" is empty`,
		"${file:.}":            `the secret's file "." is no file`,
		"${file:}":             "needs the path of a file",
		"${GOOD}":              "written ${env:NAME} or ${file:PATH}",
		"${env:GOOD}${env:NO}": "the environment variable NO is not set",
	} {
		for _, position := range []string{"server: {admin_token: %}", "server: {tokens: [%]}", "webhooks: [{name: app, url: \"http://127.0.0.1:9/\", secret: %}]"} {
			text := "version: 1\n" + strings.ReplaceAll(position, "%", `"`+written+`"`) + "\nbanks: [{slug: MockBank}]\n" +
				"scenarios: [{name: a, when: {username: x}, authentication: AUTHENTICATED}]\n"
			config, report := loadWith(t, text, files, variables)
			got := textOf(t, report)
			if config != nil || !strings.Contains(got, want) || !strings.Contains(got, "bank.yaml:2:") || !strings.Contains(got, "bad-secret") {
				t.Errorf("%s in %s: %s", written, position, got)
			}
			if strings.Contains(got, good) {
				t.Errorf("%s in %s shows a secret: %s", written, position, got)
			}
		}
	}
}
