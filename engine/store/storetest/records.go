package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// Start is the time at which the suite's records begin.
var Start = time.Date(2026, 3, 29, 0, 59, 59, 123_000_000, time.UTC)

var lastID atomic.Int64

// NewID returns an identifier that grows with each call.
func NewID() string { return fmt.Sprintf("01900000-0000-7000-8000-%012d", lastID.Add(1)) }

// Flow returns a frozen flow of one step.
func Flow(t testing.TB, scenario string) *engine.Flow {
	t.Helper()
	flow := &engine.Flow{
		Scenario: scenario,
		Steps:    []engine.Step{{Name: "start", Status: engine.Authenticated}},
		Import:   engine.Timeline{Takes: engine.Fixed(3 * time.Second), StopsAt: engine.Percent{Number: 100}, Outcome: engine.Success},
	}
	if err := flow.Freeze(); err != nil {
		t.Fatalf("freeze flow: %v", err)
	}
	return flow
}

// Process returns a process in the first step of the flow, with only the fields that it must have.
func Process(flow *engine.Flow) engine.Process {
	return engine.Process{
		ID: NewID(), Session: engine.DefaultSession, Bank: "MockBank", Username: "tester",
		Scenario: flow.Scenario, Trigger: "trigger", Rules: "1;abc", FlowHash: flow.Hash(),
		EnteredAt: Start, Visits: 1, CreatedAt: Start, UpdatedAt: Start, Version: 1,
	}
}

// FullProcess returns a process in which every field is set.
func FullProcess(flow *engine.Flow) engine.Process {
	p := Process(flow)
	ends := Start.Add(2 * time.Second)
	p.Captures = engine.Captures{"code": "BANK \"DOWN\"", "percent": "60"}
	p.Seed, p.API = 1<<64-1, "shop"
	p.Step, p.Visits, p.WrongAnswers, p.Wrong, p.Polls = 2, 3, 1, engine.EventChallengeResponse, 4
	p.Answers = 6
	p.RedirectURI, p.State, p.ConnectionID = "http://127.0.0.1/back?a=b", "state-ü", "c"
	p.EndsAt, p.EndStatus = &ends, engine.AuthenticationFailed
	moves := Start.Add(1500 * time.Millisecond)
	p.MovesAt = &moves
	failed, began := Start.Add(time.Minute), Start.Add(-time.Hour)
	p.SessionBegan, p.RescanAt = &began, &ends
	p.Await = &engine.Await{
		Started: Start, Run: 2, Case: 1, Queued: true, Open: true, Resumed: []time.Time{ends}, FailedAt: &failed, FailedStep: 3,
	}
	return p
}

// Connection returns a connection whose import just began, with only the fields that it must have.
func Connection(flow *engine.Flow) engine.Connection {
	return engine.Connection{
		ID: NewID(), Session: engine.DefaultSession, Bank: "MockBank", Username: "tester", ProcessID: "p",
		Scenario: flow.Scenario, Trigger: "trigger", Rules: "1;abc", FlowHash: flow.Hash(),
		AuthenticatedAt: Start, Run: 1, Case: -1, StartedAt: Start, Status: engine.InProgress,
		CreatedAt: Start, UpdatedAt: Start, Version: 1,
	}
}

// FullConnection returns a connection in which every field is set.
func FullConnection(flow *engine.Flow) engine.Connection {
	c := Connection(flow)
	ends, finished := Start.Add(2*time.Second), Start.Add(3*time.Second)
	c.Captures, c.Seed, c.Run, c.Case = engine.Captures{"code": "X"}, 1<<63, 2, 1
	c.Status, c.Progress, c.Message, c.Written = engine.FailedWithError, 60, "Reading 'accounts'", 3
	c.Error = &engine.Failure{Code: "BANK", Message: engine.Plain("m"), DisplayMessage: engine.Plain("d"), Retryable: true,
		Actor: engine.ActorBank}
	c.Warnings = []engine.Failure{{Code: "W1"}, {Code: "W2", Message: engine.Plain("half")}}
	c.EndsAt, c.EndStatus, c.FinishedAt = &ends, engine.FailedWithError, &finished
	steps := Start.Add(1200 * time.Millisecond)
	c.StepsAt = &steps
	due := Start.Add(time.Second)
	c.DueAt, c.Generation, c.HoldsUntil = &due, 4, &ends
	c.Queued = &engine.QueuedUpdate{Case: 1, FlowHash: flow.Hash(), Rules: "2;def", AskedAt: Start}
	return c
}
