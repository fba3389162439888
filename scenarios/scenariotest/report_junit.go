package scenariotest

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// The form of a JUnit report, as continuous integration reads it: a suite for each file.
type (
	junitSuites struct {
		XMLName  xml.Name      `xml:"testsuites"`
		Name     string        `xml:"name,attr"`
		Tests    int           `xml:"tests,attr"`
		Failures int           `xml:"failures,attr"`
		Time     string        `xml:"time,attr"`
		Suites   []*junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`

		took time.Duration
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		File    string        `xml:"file,attr"`
		Line    int           `xml:"line,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitFailure `xml:"failure"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",cdata"`
	}
)

// WriteJUnit writes a report as JUnit XML. Its text of a failure is that of [WritePretty].
func WriteJUnit(w io.Writer, r *Report) error {
	all := junitSuites{Name: "mockbank", Tests: len(r.Results), Failures: r.Failed(), Time: seconds(r.Took)}
	for i := range r.Results {
		result := &r.Results[i]
		if len(all.Suites) == 0 || all.Suites[len(all.Suites)-1].Name != result.File {
			all.Suites = append(all.Suites, &junitSuite{Name: result.File})
		}
		all.Suites[len(all.Suites)-1].add(result)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(r *Result) {
	s.Tests++
	s.took += r.Took
	s.Time = seconds(s.took)
	one := junitCase{Name: r.Name, Class: r.File, File: r.File, Line: r.Line, Time: seconds(r.Took)}
	if r.Failure != nil {
		s.Failures++
		p := pretty{Builder: new(strings.Builder)}
		p.failure(r)
		one.Failure = &junitFailure{Message: headline(r.Failure), Type: "expectation", Text: "\n" + p.String()}
	}
	s.Cases = append(s.Cases, one)
}

// headline says in one line why a test failed.
func headline(f *Failure) string {
	if f.Problem != "" || len(f.Differences) == 0 {
		return fmt.Sprintf("step %d, %s: %s", f.Step, f.Action, f.Problem)
	}
	d := f.Differences[0]
	return fmt.Sprintf("step %d, %s: %s: expected %s, actual %s", f.Step, f.Action, d.Field, d.Expected, d.Actual)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
