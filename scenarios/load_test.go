package scenarios

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
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

// TestALoadCanPause: in none of its stages does a load of many scenarios go on for long without a pause.
func TestALoadCanPause(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("version: 1\nbanks: [{slug: MockBank}]\nscenarios:\n")
	const scenarios = 500
	for i := range scenarios {
		text.WriteString(largeScenario(4 * i))
	}
	path := filepath.Join(t.TempDir(), "mockbank.yaml")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	from := make(map[string]int) // throttles, by the function that works
	config, report := Load(t.Context(), path, Options{Throttle: func() {
		var callers [6]uintptr
		frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers[:])])
		for frame, more := frames.Next(); more; frame, more = frames.Next() {
			name := frame.Function[strings.LastIndex(frame.Function, ".")+1:]
			if name != "throttle" && name != "pause" {
				from[name]++
				return
			}
		}
	}})
	if config == nil {
		t.Fatal(report.Diagnostics)
	}
	for stage, least := range map[string]int{
		"Read": len(text.String()) / 4096, "visit": 5, "decodeScenario": scenarios, "compile": scenarios, "NewRuleSet": scenarios, "lint": scenarios,
	} {
		if from[stage] < least {
			t.Errorf("%s pauses %d times, want %d at least: %v", stage, from[stage], least, from)
		}
	}
}
