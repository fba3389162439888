package report

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/measure"
)

// twoRounds are results of mockbank at half the baseline's rate, on a machine whose speed changes.
func twoRounds() Results {
	r := Results{Rounds: 2, Contenders: []Contender{{Name: contender.MuxBaseline}, {Name: "mockbank", Note: "it stores"}}}
	for round, rate := range []float64{30_000, 10_000} {
		r.Samples = append(r.Samples,
			measure.Sample{Part: partLogins, Contender: contender.MuxBaseline, Work: measure.Login, Stubs: 10, Round: round, Rate: rate},
			measure.Sample{Part: partLogins, Contender: "mockbank", Work: measure.Login, Stubs: 10, Round: round, Rate: rate / 2, P99: 5 * time.Millisecond})
	}
	r.NotMeasured("peer", "npm is\nnot installed")
	r.NotMeasured("peer", "npm is not installed")
	return r
}

func TestRatiosAreTakenWithinARound(t *testing.T) {
	t.Parallel()
	r := twoRounds()
	text := r.tables(nil)
	for _, want := range []string{"| mockbank                    | 5,000 (5.0) |           0.50 |", "npm is not installed"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Count(text, "npm is not") != 1 {
		t.Errorf("what is missing is not told once:\n%s", text)
	}
}

func TestNodesAreComparedWithSQLite(t *testing.T) {
	t.Parallel()
	var r Results
	for _, work := range []measure.Work{measure.Login, measure.Connect, measure.Process} {
		r.Samples = append(r.Samples,
			measure.Sample{Part: "nodes", Contender: measure.OnSQLite, Work: work, Rate: 1000},
			measure.Sample{Part: "nodes", Contender: measure.NodesName(2), Work: work, Rate: 500})
	}
	text := r.nodes()
	for _, want := range []string{"authenticate", "connect", "poll", measure.OnSQLite, measure.NodesName(2)} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Count(text, "0.50") != 3 {
		t.Errorf("not three ratios of a half:\n%s", text)
	}
}

func TestReportKeepsWhatStandsAroundIt(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "performance.md")
	before := "# Title\n\nwords\n\n" + begins + "\nold\n" + ends + "\n\nmore words\n"
	if err := os.WriteFile(file, []byte(before), 0o644); err != nil {
		t.Fatal(err)
	}
	r := twoRounds()
	for range 2 {
		if err := r.WriteReport(file); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := string(written)
	if !strings.HasPrefix(text, "# Title\n\nwords\n") || !strings.HasSuffix(text, ends+"\n\nmore words\n") || strings.Contains(text, "old") {
		t.Errorf("the file is now\n%s", text)
	}
	for _, name := range []string{"logins.svg", "cpu.svg"} {
		if !strings.Contains(text, "(performance/"+name+")") {
			t.Errorf("%s is not in the report", name)
		}
		checkXML(t, filepath.Join(filepath.Dir(file), "performance", name))
	}
}

// checkXML reads a drawing to its end.
func checkXML(t *testing.T, path string) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoder, elements := xml.NewDecoder(file), 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if _, is := token.(xml.StartElement); is {
			elements++
		}
	}
	if elements < 5 {
		t.Errorf("%s has %d elements", path, elements)
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{number(0), "–"}, {number(4.94), "4.9"}, {number(12), "12"}, {number(1234), "1,234"}, {number(1_234_567), "1,234,567"},
		{milliseconds(1500 * time.Microsecond), "1.5"}, {milliseconds(2 * time.Second), "2,000"},
		{microseconds(61 * time.Microsecond), "61"}, {megabytes(30<<20 + 700<<10), "31"}, {ratio(0.654), "0.65"}, {ratio(0.0012), "0.0012"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
