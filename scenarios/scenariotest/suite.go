package scenariotest

import (
	"context"
	"regexp"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/coverage"
	"github.com/mockbank/mockbank/scenarios"
)

// Suite is a set of tests and the rules that they are of.
type Suite struct {
	// Rules are what the tests are played with. They are not changed.
	Rules *engine.RuleSet
	Files []*scenarios.TestFile
	// Only leaves out the tests whose name it does not match; nil leaves out none.
	Only *regexp.Regexp
	// Parallel is how many tests are played at the same time; as many as there are processors where
	// it is 0.
	Parallel int
	// Server, where not nil, plays the tests against a running server.
	Server *Server
	// Progress, where not nil, is told after each test; by one goroutine at a time.
	Progress func(Progress)
}

// Progress says how far a run has come.
type Progress struct{ Done, Failed, Total int }

// Run plays the tests. The report does not depend on the order in which they were played. Tests that
// were not played when ctx ended are left out.
func (s *Suite) Run(ctx context.Context) *Report {
	start := time.Now()
	tests := s.selected()
	results := make([]*Result, len(tests))
	covered := s.collector()
	workers := min(s.workers(), len(tests))
	var next atomic.Int64
	progress := &tally{total: len(tests), report: s.Progress}
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(tests) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if result := s.play(ctx, tests[i], covered); ctx.Err() == nil {
					results[i] = result
					progress.add(result)
				}
			}
		})
	}
	group.Wait()
	report := &Report{Took: time.Since(start), covered: covered}
	for _, result := range results {
		if result != nil {
			report.Results = append(report.Results, *result)
		}
	}
	return report
}

// collector returns one that counts for the suite's rules.
func (s *Suite) collector() *coverage.Collector {
	c := coverage.New(0) // nobody asks by session
	c.Follow(func() *engine.RuleSet { return s.Rules })
	return c
}

func (s *Suite) workers() int {
	if s.Parallel > 0 {
		return s.Parallel
	}
	return runtime.GOMAXPROCS(0)
}

// selected lists the tests that are to be played, in the order of the files.
func (s *Suite) selected() []chosen {
	var tests []chosen
	for _, file := range s.Files {
		for i := range file.Tests {
			if s.Only == nil || s.Only.MatchString(file.Tests[i].Name) {
				tests = append(tests, chosen{file, &file.Tests[i]})
			}
		}
	}
	return tests
}

// chosen is a test with the file that it is written in.
type chosen struct {
	file *scenarios.TestFile
	test *scenarios.Test
}

// play plays one test on a stage of its own.
func (s *Suite) play(ctx context.Context, one chosen, covered *coverage.Collector) *Result {
	start := time.Now()
	on, err := s.stage(ctx, one.test, covered)
	p := &performance{stage: on, file: one.file, test: one.test, named: make(map[string]*subject)}
	at := one.test.Source()
	p.result = Result{Name: one.test.Name, File: at.File, Line: at.Line}
	if err != nil {
		p.result.Failure = &Failure{Problem: err.Error()}
	} else {
		p.run(ctx)
		on.close(ctx)
		p.result.Virtual = on.elapsed()
	}
	p.result.Took = time.Since(start)
	return &p.result
}

func (s *Suite) stage(ctx context.Context, test *scenarios.Test, covered *coverage.Collector) (stage, error) {
	if s.Server != nil {
		return s.Server.open(ctx, test)
	}
	rules := *s.Rules // each bank numbers its rules
	if test.Seed != nil {
		rules.Seed = uint64(*test.Seed)
	}
	return newBankStage(&rules, covered, beginning(test)), nil
}

// tally tells how far a run has come.
type tally struct {
	mu           sync.Mutex
	done, failed int
	total        int
	report       func(Progress)
}

func (t *tally) add(result *Result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done++
	if result.Failure != nil {
		t.failed++
	}
	if t.report != nil {
		t.report(Progress{Done: t.done, Failed: t.failed, Total: t.total})
	}
}
