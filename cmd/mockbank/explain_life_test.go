package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const lifeConfiguration = `
banks: [{slug: MockBank}]
scenarios:
  - name: life
    when: {password: x}
    reusable: true
    authentication:
      status: REDIRECT_REQUIRED
      redirect_url: "mybank://auth"
      event: login.shown
      next:
        - {redirect: approved, then: AUTHENTICATED, returns: {query: {code: 7}}}
        - {redirect: declined, then: AUTHENTICATION_FAILED, returns: nowhere}
    import:
      - {after: 3s, progress: 100, status: SUCCESS}
      - {after: 83d, event: consent.expiring, data: {days_left: 7}}
      - {after: 7d, status: FAILED_WITH_ERROR, error: CONSENT_EXPIRED}
    update: {takes: 3s, while_running: queue}
  - name: asks
    when: {password: y}
    authentication: AUTHENTICATED
    import: [{after: 1s, await: confirm}, {after: 1s, status: SUCCESS}]
    update: {takes: 3s, while_running: restart}
    steps:
      confirm:
        status: CHALLENGE_RESPONSE_REQUIRED
        challenge: {message: TAN}
        next: [{challenge_response: "1", then: AUTHENTICATED}, {challenge_response: any, then: AUTHENTICATION_FAILED}]
`

// What belongs to the life after the first link is explained, and drawn.
func TestExplainAndGraphShowTheLifeOfAConnection(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mockbank.yaml")
	if err := os.WriteFile(path, []byte(lifeConfiguration), 0o600); err != nil {
		t.Fatal(err)
	}
	explained := command(t, "", "explain", "--config", path, "--username", "u", "--password", "x")
	for _, want := range []string{
		"tells webhooks of login.shown", `sends the browser to "mybank://auth"`, "the browser returns: {query: {code: 7}}", "the browser returns: nowhere",
		"tells webhooks of consent.expiring", "begins as that ends", "begun again from the same login",
	} {
		explained.wants(t, 0, want, "")
	}
	asking := command(t, "", "explain", "--config", path, "--username", "u", "--password", "y")
	asking.wants(t, 0, "awaits the user, in step confirm", "")
	asking.wants(t, 0, "begins it anew", "")
	for format, wanted := range map[string][]string{
		"mermaid": {"tells consent.expiring", "tells login.shown", "returns: nowhere"},
		"dot":     {"tells consent.expiring", "tells login.shown", "returns: nowhere"},
		"svg":     {"tells consent.expiring", "tells login.shown"},
	} {
		drawn := command(t, "", "graph", "life", "--config", path, "--format", format)
		for _, want := range wanted {
			drawn.wants(t, 0, want, "")
		}
	}
	if drawn := command(t, "", "graph", "asks", "--config", path, "--format", "dot"); !strings.Contains(drawn.stdout, "awaits the user") {
		t.Error(drawn.stdout)
	}
}
