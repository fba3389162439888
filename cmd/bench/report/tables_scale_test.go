package report

import (
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/fill"
	"github.com/mockbank/mockbank/cmd/bench/measure"
)

// grownBank are results of a bank that a hundred times as many rows make twice as slow, on a machine whose speed changes.
func grownBank() Results {
	var r Results
	for round, rate := range []float64{30_000, 10_000} {
		for _, rows := range []int{10_000, 1_000_000} {
			one := measure.Sample{Part: partScale, Contender: "PostgreSQL", Work: measure.Login, Stubs: rows, Round: round, Rate: rate,
				CPU: 60 * time.Microsecond, DatabaseCPU: 30 * time.Microsecond, Commits: 0.1, WAL: 540}
			if rows > 10_000 {
				one.Rate /= 2
			}
			start := measure.Sample{Part: partScale, Contender: "PostgreSQL", Work: measure.StartUp, Stubs: rows, Round: round, Rate: 20,
				Start: 50 * time.Millisecond, Idle: 40 << 20}
			r.Samples = append(r.Samples, one, start)
		}
	}
	r.Grown = []measure.Grown{{Database: "PostgreSQL", Wanted: 1_000_000, Grown: fill.Grown{Processes: 1_000_000, Bytes: 400_000_000}}}
	return r
}

func TestScaleIsOfTheSmallestWithinARound(t *testing.T) {
	t.Parallel()
	r := grownBank()
	r.CleanUps = []measure.CleanUp{{Database: "SQLite", Rows: 10_000, Rate: 2000, P99: 9 * time.Millisecond, Removed: 1234}}
	text := r.scale()
	for _, want := range []string{"5,000; 2.00", "10,000; 1.00", "50 ms; 1.00", "381", "1,234", "9.0"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "reckons") {
		t.Errorf("a model of what was not measured:\n%s", text)
	}
}

func TestModelGoesByWhatWasMeasured(t *testing.T) {
	t.Parallel()
	r := grownBank()
	r.OnPostgres = &measure.OnPostgres{
		Holding: measure.Lag{Rounds: 1000, P99: -1}, Watched: 2 * time.Second, TurnCPU: 300 * time.Microsecond,
		Database: contender.DatabaseUse{CPU: 400 * time.Millisecond, Commits: 2000, WAL: 3_000_000},
	}
	in, known := r.inputs()
	want := Inputs{
		Login:    Cost{60 * time.Microsecond, 30 * time.Microsecond, 0.1, 540},
		Turn:     Cost{300 * time.Microsecond, 400 * time.Microsecond, 2, 3000},
		RowBytes: 400, JobBytes: jobBytes, TurnsOfNode: 500,
	}
	if !known || in != want {
		t.Errorf("%+v, %t", in, known)
	}
	if text := r.scale(); !strings.Contains(text, "nodes of 4 processors") || !strings.Contains(text, "A row takes 400") {
		t.Error(text)
	}
}
