package httpapi

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/mockbank/mockbank/engine"
)

// clock is a time that tests turn by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newBank(t testing.TB, store engine.Store, now func() time.Time, observer ...engine.Observer) *engine.Bank {
	t.Helper()
	config := engine.BankConfig{
		Store: store, Now: now, NewID: func() string { return uuid.Must(uuid.NewV7()).String() },
	}
	for _, o := range observer {
		config.Observer = o
	}
	bank := engine.NewBank(config)
	bank.Use(newRules(t))
	return bank
}

// newRules returns a rule set with a scenario for each thing that the handlers must tell apart.
func newRules(t testing.TB) *engine.RuleSet {
	t.Helper()
	rules, err := engine.NewRuleSet(engine.RuleSetConfig{
		Hash: "5eed5eed5eed5eed", DefaultBank: "MockBank", Banks: testBanks(), Scenarios: testScenarios(),
		NoScenario: engine.Failure{Code: "NO_SCENARIO", Message: engine.Plain("no scenario answers to the login"), Actor: engine.ActorProvider},
	})
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func testBanks() []engine.Institution {
	return []engine.Institution{
		{Slug: "MockBank", Name: "Mock Bank", IsMockBank: true},
		{Slug: "SampleBank", Name: "Sample Bank", MultibankingAPIProvider: "finapi"},
		{Slug: "OtherBank", Name: "Other Bank", MultibankingAPIProvider: "gocardless"},
	}
}

var (
	authenticated = engine.Step{Name: "done", Status: engine.Authenticated}
	failed        = engine.Step{
		Name: "refused", Status: engine.AuthenticationFailed,
		Error: &engine.Failure{Code: "INVALID_CREDENTIALS", Message: engine.Plain("refused"), DisplayMessage: engine.Plain("Check your password."), Actor: engine.ActorUser},
	}
	threeSeconds = engine.Timeline{Takes: engine.Fixed(3 * time.Second), StopsAt: engine.Percent{Number: 100}, Outcome: engine.Success}
)

func testScenarios() []*engine.Scenario {
	on := func(kind engine.EventKind, value engine.Matcher, to int) engine.Transition {
		return engine.Transition{Event: engine.Event{Kind: kind, Value: value}, To: to}
	}
	approved, declined := engine.Literal(engine.Approved), engine.Literal(engine.Declined)
	return []*engine.Scenario{
		scenario("success", threeSeconds, authenticated),
		scenario("challenge", threeSeconds,
			engine.Step{
				Name: "asked", Status: engine.ChallengeResponseRequired, ExpiresAfter: engine.Fixed(time.Minute), ExpiresTo: 2,
				Challenge: &engine.Challenge{Kind: engine.ChallengeText, Message: engine.Plain("Enter the TAN"), AnswerFieldLabel: engine.Plain("TAN"), Attempts: 3},
				Next: []engine.Transition{
					on(engine.EventChallengeResponse, engine.Literal("123456"), 1),
					{Event: engine.Event{Kind: engine.EventAttempts}, To: 2},
				},
			}, authenticated, failed),
		scenario("choice", threeSeconds,
			engine.Step{
				Name: "choose", Status: engine.TwoStepProcedureRequired,
				Challenge: &engine.Challenge{Kind: engine.ChallengeChoice, Procedures: []engine.Procedure{{ID: "photo", Name: engine.Plain("photoTAN"), ChallengeKind: engine.ChallengePhoto}}},
				Next:      []engine.Transition{on(engine.EventTwoStepProcedure, engine.Literal("photo"), 1)},
			}, authenticated),
		scenario("phone", threeSeconds,
			engine.Step{
				Name: "waiting", Status: engine.DecoupledAuthRequired,
				Next: []engine.Transition{
					on(engine.EventApproval, approved, 1), on(engine.EventApproval, declined, 2),
					on(engine.EventPassword, engine.Literal("more"), 1),
				},
			}, authenticated, failed),
		scenario("redirect", threeSeconds,
			engine.Step{
				Name: "away", Status: engine.RedirectRequired, ExpiresAfter: engine.Fixed(10 * time.Minute), ExpiresTo: 2,
				Next: []engine.Transition{on(engine.EventRedirect, approved, 1), on(engine.EventRedirect, declined, 2)},
			}, authenticated, failed),
		scenario("polled", threeSeconds,
			engine.Step{
				Name: "twice", Status: engine.DecoupledAuthRequired,
				Next: []engine.Transition{{Event: engine.Event{Kind: engine.EventPolls, Polls: 2}, To: 1}},
			}, authenticated),
		scenario("broken", engine.Timeline{
			Points: []engine.Point{
				{After: engine.Fixed(time.Second), Progress: engine.Percent{Number: 40}, Message: engine.Plain("Reading accounts")},
				{
					After: engine.Fixed(time.Second), KeepProgress: true, Status: engine.FailedWithError,
					Error: &engine.Failure{Code: "BANK_SERVER_REJECTION", Retryable: true, Actor: engine.ActorBank},
				},
			},
		}, authenticated),
		scenario("partial", engine.Timeline{
			Takes: engine.Fixed(time.Second), StopsAt: engine.Percent{Number: 100}, Outcome: engine.Success,
			Warnings: []engine.Failure{{Code: "DOWNLOAD_FAILED"}},
		}, authenticated),
		captured(),
	}
}

func scenario(password string, imported engine.Timeline, steps ...engine.Step) *engine.Scenario {
	return &engine.Scenario{
		Name: password + "-case", Description: "a case for " + password,
		Source: engine.Source{File: "bank.yaml", Line: 7, Column: 5},
		When:   engine.Condition{Username: engine.Literal("tester"), Password: engine.Literal(password)},
		Flow:   &engine.Flow{Scenario: password + "-case", Steps: steps, Import: imported},
	}
}

// captured takes the time of its import from the password, which may be none.
func captured() *engine.Scenario {
	s := scenario("takes", engine.Timeline{Takes: engine.Duration{Text: "${takes}"}, StopsAt: engine.Percent{Number: 100}, Outcome: engine.Success}, authenticated)
	s.When.Password = engine.Matcher{Matches: "takes_(?P<takes>.+)"}
	s.Flow.Update = []engine.UpdateCase{{OlderThan: engine.Fixed(90 * 24 * time.Hour), Import: threeSeconds}}
	return s
}
