package scenarios

import (
	"testing"

	"github.com/mockbank/mockbank/engine"
)

func TestDefaultConfigurationLoadsWithoutAnyProblem(t *testing.T) {
	t.Parallel()
	config, report := Load(t.Context(), "../mockbank.yaml", Options{})
	for _, problem := range report.Diagnostics {
		t.Error(problem)
	}
	if config == nil {
		t.Fatal("no configuration")
	}
	if got := len(config.Rules.Scenarios); got != 8 {
		t.Errorf("%d scenarios, want 8", got)
	}
	failed, _ := config.Rules.Scenario("bank-connection-error")
	line := failed.Flow.Import
	if line.StopsAt.Number != 60 || line.Outcome != engine.FailedWithError || line.Error.Actor != engine.ActorBank {
		t.Errorf("import %+v", line)
	}
	success, _ := config.Rules.Scenario("success")
	if got := success.Flow.Import.Takes.String(); got != "3s" {
		t.Errorf("the import takes %s, want 3s from the defaults", got)
	}
	if config.Server.Listen != "127.0.0.1:8080" || config.Server.JournalBytes != 16<<20 {
		t.Errorf("server %+v", config.Server)
	}
}
