package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

// goodConfig loads testdata/good/language.yaml.
func goodConfig(t *testing.T) *Config {
	t.Helper()
	config, report := Load(t.Context(), "testdata/good/language.yaml", Options{})
	for _, problem := range report.Diagnostics {
		t.Error(problem)
	}
	if config == nil {
		t.FailNow()
	}
	return config
}

func find(t *testing.T, config *Config, name string) *engine.Scenario {
	t.Helper()
	scenario, ok := config.Rules.Scenario(name)
	if !ok {
		t.Fatalf("no scenario %q", name)
	}
	return scenario
}

func TestScenariosAreInOrder(t *testing.T) {
	t.Parallel()
	var names []string
	for _, scenario := range goodConfig(t).Rules.Scenarios {
		names = append(names, scenario.Name)
	}
	want := []string{"from-a", "from-b", "from-c", "literals", "matchers", "wire", "named", "languages", "merged", "rest"}
	if !slices.Equal(names, want) {
		t.Errorf("scenarios %v, want %v", names, want)
	}
}

func TestScalarsAreTakenAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	literals, _ := find(t, goodConfig(t), "literals").When.Password.Literals()
	if want := []string{"0123", "no", "null", "any", "1.0", "0x1F", "~"}; !slices.Equal(literals, want) {
		t.Errorf("passwords %q, want %q", literals, want)
	}
}

func TestDefaultsAreMergedKeyByKey(t *testing.T) {
	t.Parallel()
	config := goodConfig(t)
	literals := find(t, config, "literals")
	if bank, _ := literals.When.Bank.Literals(); !slices.Equal(bank, []string{"MockBank"}) {
		t.Errorf("bank %v", bank)
	}
	if line := literals.Flow.Import; line.Takes.String() != "1s" || line.StopsAt.Number != 60 {
		t.Errorf("import %+v", line)
	}
	if !slices.Equal(literals.Tags, []string{"all"}) || !slices.Equal(find(t, config, "matchers").Tags, []string{"a", "b"}) {
		t.Errorf("tags %v", literals.Tags)
	}
	if included := find(t, config, "from-a"); !included.When.Bank.MatchesAll() {
		t.Errorf("defaults of another file are merged: %v", included.When.Bank.String())
	}
}

func TestErrorsAreCompletedFieldByField(t *testing.T) {
	t.Parallel()
	config := goodConfig(t)
	shared := find(t, config, "literals").Flow.Import.Error
	want := engine.Failure{Code: "SHARED", Message: engine.Plain("Shared by all"), DisplayMessage: builtInErrors().Other.DisplayMessage.localized(), Actor: engine.ActorBank}
	if shared.DisplayMessage.String() != "Your bank reported an error." || !reflect.DeepEqual(*shared, want) {
		t.Errorf("%+v, want %+v", *shared, want)
	}
	family := find(t, config, "matchers").Flow.Import.Error
	if family.Code != "${code}" || family.Message.Default != "The bank answered with ${code}." {
		t.Errorf("%+v", *family)
	}
	last := find(t, config, "rest").Flow.Steps[0].Error
	if last == nil || last.Code != "AUTHENTICATION_FAILED" {
		t.Errorf("a failure without an error has %v", last)
	}
}

func TestStepsBecomeAFlow(t *testing.T) {
	t.Parallel()
	flow := find(t, goodConfig(t), "matchers").Flow
	var names []string
	for _, step := range flow.Steps {
		names = append(names, step.Name)
	}
	want := []string{
		"authentication", "authentication.next[0]", "methods", "methods.next[0]", "methods.next[1]", "methods.next[2]",
		"methods.next[3]", "methods.next[4]", "shared", "authentication.next[3]", "authentication.expired",
	}
	if !slices.Equal(names, want) {
		t.Errorf("steps %v\nwant  %v", names, want)
	}
	first := flow.Steps[0]
	if first.ExpiresTo != 10 || flow.Steps[10].Error.Code != "PROCESS_EXPIRED" || flow.Steps[10].Status != engine.AuthenticationFailed {
		t.Errorf("expires to %+v", flow.Steps[first.ExpiresTo])
	}
	if first.Challenge.Kind != engine.ChallengeText || first.Challenge.Attempts != 3 || flow.Steps[2].Challenge.Kind != engine.ChallengeChoice {
		t.Errorf("challenges %+v, %+v", first.Challenge, flow.Steps[2].Challenge)
	}
	var wrong []string
	for kind, failure := range flow.Wrong {
		wrong = append(wrong, fmt.Sprintf("%s: %s", kind, failure.Code))
	}
	slices.Sort(wrong)
	if got := strings.Join(wrong, ", "); got != "challenge_response: INVALID_CHALLENGE_RESPONSE, password: INVALID_CREDENTIALS, two_step_procedure: INVALID_TWO_STEP_PROCEDURE" {
		t.Errorf("wrong answers: %s", got)
	}
}

func TestImportsAndUpdates(t *testing.T) {
	t.Parallel()
	config := goodConfig(t)
	points := find(t, config, "named").Flow.Import.Points
	if len(points) != 3 || points[2].Status != engine.Success || points[2].Progress.Number != 100 || points[1].Warnings[0].Code != "DOWNLOAD_FAILED" {
		t.Errorf("points %+v", points)
	}
	if update := find(t, config, "named").Flow.Update; len(update) != 1 || len(update[0].Import.Points) != 3 {
		t.Errorf("update %+v", update)
	}
	cases := find(t, config, "matchers").Flow.Update
	if len(cases) != 3 || cases[0].OlderThan.String() != "90d" || cases[0].Import.Error.Code != "CONSENT_EXPIRED" ||
		len(cases[1].Import.Points) != 3 || cases[2].Import.Takes.String() != "2s" || cases[2].Import.StopsAt.Number != 100 {
		t.Errorf("cases %+v", cases)
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	when := find(t, goodConfig(t), "matchers").When
	header := when.Headers["X-Device"]
	if !header.Match("iPhone 17") || header.Match("Pixel") {
		t.Errorf("header %s", header.String())
	}
	if !when.Username.Match("TESTER") || when.Username.Match("toaster") {
		t.Errorf("username %s", when.Username.String())
	}
	facts := when.Facts
	if facts.Attempt.String() != "1..2" || facts.Connections.String() != "0" || facts.OpenProcesses.String() != "0.." || facts.Counters["burnt"].To != 0 {
		t.Errorf("facts %+v", facts)
	}
}

func TestServerSettings(t *testing.T) {
	t.Parallel()
	server := goodConfig(t).Server
	if server.Listen != ":8080" || server.ShutdownTimeout.String() != "1m0s" || !slices.Equal(server.Tokens, Words{"a", "b"}) ||
		server.Database != "mockbank.db" || server.LogFormat != "auto" {
		t.Errorf("%+v", server)
	}
}
