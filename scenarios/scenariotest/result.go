package scenariotest

import (
	"time"

	"github.com/mockbank/mockbank/engine/coverage"
)

// Report is what a run of tests led to.
type Report struct {
	// Results in the order of the files and of the tests in them.
	Results []Result
	// Took is how long the run took.
	Took time.Duration

	covered *coverage.Collector
}

// Result is what a test led to. It passed if there is no Failure.
type Result struct {
	Name string
	// File and Line are where the test is written.
	File string
	Line int
	// Took is how long the test took, Virtual how much of the bank's time went by.
	Took, Virtual time.Duration
	Failure       *Failure
	// Unchecked counts the expectations that could not be checked: a server does not tell everything.
	Unchecked int
	// Timeline is what happened, step by step.
	Timeline []Moment
}

// Failure says where a test failed, and why.
type Failure struct {
	// Step counts from 1; 0 where the test could not begin. Action is what the step did.
	Step   int
	Action string
	File   string
	Line   int
	// Round is the repetition that failed, where the step is taken several times.
	Round int
	// Problem says why the step could not be taken, or which refusal nobody expected.
	Problem string
	// Differences between what was expected and what came.
	Differences []Difference
}

// Difference is a field that is not what was expected.
type Difference struct {
	// Field is the path to it, such as error.code.
	Field            string
	Expected, Actual string
	File             string
	Line             int
}

// Moment is a step of a test that was taken.
type Moment struct {
	// At is the bank's time since the start of the test.
	At     time.Duration
	Step   int
	Line   int
	Action string
	// Status of the process or the connection in the answer, Progress of the import.
	Status   string
	Progress *int
	// Scenario is the one that answered the login.
	Scenario string
	// Refusal is the code of the problem that came instead.
	Refusal string
	// Moves are the transitions taken since the step before.
	Moves []Passage
}

// Passage is a transition that a process took, or a point that an import came to.
type Passage struct {
	At time.Duration
	// From and To are the steps' names, Event is as a scenario writes it. Of an import, From is empty,
	// Event is "import", and To says how far it has come.
	From, Event, To string
	// Status is that of the step To, or of the import.
	Status string
}

// Failed counts the tests that failed.
func (r *Report) Failed() int {
	n := 0
	for i := range r.Results {
		if r.Results[i].Failure != nil {
			n++
		}
	}
	return n
}

// Unchecked counts the expectations that could not be checked.
func (r *Report) Unchecked() int {
	n := 0
	for i := range r.Results {
		n += r.Results[i].Unchecked
	}
	return n
}

// Virtual is how much of the bank's time went by in all tests.
func (r *Report) Virtual() time.Duration {
	var sum time.Duration
	for i := range r.Results {
		sum += r.Results[i].Virtual
	}
	return sum
}

// Coverage tells what of the rules the tests exercised.
func (r *Report) Coverage() coverage.Report { return r.covered.Report("") }
