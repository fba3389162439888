package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The recording is of a module with a package for each way in which tests can end: all pass; some
// fail or are skipped; a panic; an exit after the tests; a test that hangs; one that does not build.
func TestReportOfARecordedRun(t *testing.T) {
	t.Parallel()
	recorded, err := os.Open(filepath.Join("testdata", "events.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = recorded.Close() }() // only read
	want, err := os.ReadFile(filepath.Join("testdata", "report.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	report := newReport(&got)
	if err := readEvents(recorded, report); err != nil {
		t.Fatal(err)
	}
	if report.finish(false) {
		t.Error("a run with failed tests is said to be well")
	}
	if got.String() != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got.String(), want)
	}
}

const passed = `{"Action":"pass","Package":"bank","Test":"TestA"}
{"Action":"pass","Package":"bank"}
`

const skipped = `{"Action":"output","Package":"bank","Test":"TestA","Output":"    a_test.go:9: MISSING: a browser\n"}
{"Action":"skip","Package":"bank","Test":"TestA"}
{"Action":"pass","Package":"bank"}
`

const untested = `{"Action":"output","Package":"bank","Output":"?   \tbank\t[no test files]\n"}
{"Action":"skip","Package":"bank"}
`

// lateEvents is of a package that ran out of time while one test was under way, one waited, and one had failed.
const lateEvents = `{"Action":"run","Package":"bank","Test":"TestA"}
{"Action":"run","Package":"bank","Test":"TestA/one"}
{"Action":"run","Package":"bank","Test":"TestB"}
{"Action":"run","Package":"bank","Test":"TestC"}
{"Action":"fail","Package":"bank","Test":"TestC"}
{"Action":"output","Package":"bank","Test":"TestA","Output":"panic: test timed out after 10m0s\n"}
{"Action":"fail","Package":"bank"}
`

// killedEvents is of one that go test had to kill.
const killedEvents = `{"Action":"run","Package":"bank","Test":"TestA"}
{"Action":"output","Package":"bank","Output":"*** Test killed with quit: ran too long (11m0s).\n"}
{"Action":"fail","Package":"bank"}
`

// What had not ended when a package ran out of time is counted by itself, and failures stay failures.
func TestAPackageThatRanOutOfTime(t *testing.T) {
	t.Parallel()
	for events, want := range map[string]string{
		lateEvents: "FAILED bank TestC\nRAN OUT OF TIME bank after 10m0s; tests that had not ended: 2 (TestA/one, TestB)\n" +
			"0 passed, 1 failed, 0 skipped, 2 had not ended\n",
		killedEvents: "RAN OUT OF TIME bank after 11m0s; tests that had not ended: 1 (TestA)\n0 passed, 0 failed, 0 skipped, 1 had not ended\n",
	} {
		var out bytes.Buffer
		report := newReport(&out)
		if err := readEvents(strings.NewReader(events), report); err != nil {
			t.Fatal(err)
		}
		if well := report.finish(false); well || !strings.HasSuffix(out.String(), "\n\n"+want) {
			t.Errorf("well %t, got:\n%s\nwant at its end:\n%s", well, &out, want)
		}
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		events   string
		ci, well bool
		last     string
	}{
		"all passed":                {passed, true, true, "1 passed, 0 failed, 0 skipped"},
		"skipped, with a reader":    {skipped, false, true, "0 passed, 0 failed, 1 skipped"},
		"skipped, nobody to see it": {skipped, true, false, "0 passed, 0 failed, 1 skipped"},
		"nothing ran":               {untested, false, false, "0 passed, 0 failed, 0 skipped"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			report := newReport(&out)
			if err := readEvents(strings.NewReader(test.events), report); err != nil {
				t.Fatal(err)
			}
			if well := report.finish(test.ci); well != test.well {
				t.Errorf("verdict %t, want %t", well, test.well)
			}
			if !strings.HasSuffix(out.String(), "\n"+test.last+"\n") {
				t.Errorf("got %q, want a last line %q", out.String(), test.last)
			}
			if test.events == skipped && !strings.Contains(out.String(), "SKIPPED bank TestA: MISSING: a browser\n") {
				t.Errorf("the skipped test is not listed with its reason: %q", out.String())
			}
		})
	}
}

func TestOutputOfOneTestIsBounded(t *testing.T) {
	t.Parallel()
	var test test
	for range 100 {
		test.write(strings.Repeat("x", outputLimit/10))
	}
	if kept := test.output.Len(); kept > outputLimit+100 {
		t.Errorf("%d bytes kept, want about %d", kept, outputLimit)
	}
}
