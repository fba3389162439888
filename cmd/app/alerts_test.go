package app

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// What the alerts, the dashboard and operations.md name is among the metrics of a bank that has just started.
func TestAlertsNameMetricsThatThereAre(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "bank.yaml")
	if err := os.WriteFile(file, []byte(scenariosNamed("a")), 0o644); err != nil {
		t.Fatal(err)
	}
	a, err := Start(t.Context(), Options{Config: file})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Stop() }()
	answer, err := http.Get(a.URL() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	served, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`mockbank_[a-z_]+[a-z]`)
	for _, name := range []string{"deploy/prometheus/mockbank.rules.yaml", "deploy/grafana/mockbank.json", "docs/operations.md"} {
		text, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, metric := range named.FindAllString(string(text), -1) {
			if !regexp.MustCompile(`(?m)^` + metric + `(_bucket|_count)?[{ ]`).Match(served) {
				t.Errorf("%s names %s, which a new bank does not have", name, metric)
			}
		}
	}
	for _, metric := range []string{"go_goroutines", "process_resident_memory_bytes", `mockbank_config_reloads_total{result="refused"} 0`,
		"mockbank_imports_in_progress 0", "mockbank_processes_waiting 0", "mockbank_sessions_limit 10000", `mockbank_store_duration_seconds_count{kind="change"}`} {
		if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(metric)).Match(served) {
			t.Errorf("no %s", metric)
		}
	}
}
