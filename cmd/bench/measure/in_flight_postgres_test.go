package measure

import (
	"testing"
	"time"
)

func TestLagIsOfTheTimeBetweenTwoLooks(t *testing.T) {
	t.Parallel()
	const name = "mockbank_import_job_lag_seconds_bucket"
	read := func(text string) lags {
		t.Helper()
		l, err := readLags(text)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	before := read(name + "{le=\"0.1\"} 10\n" + name + "{le=\"1\"} 10\n" + name + "{le=\"+Inf\"} 10\nother 3\n")
	after := read(name + "{le=\"0.1\"} 100\n" + name + "{le=\"1\"} 110\n" + name + "{le=\"+Inf\"} 110\n")
	late := read(name + "{le=\"0.1\"} 10\n" + name + "{le=\"1\"} 10\n" + name + "{le=\"+Inf\"} 20\n")
	for at, test := range []struct{ got, want Lag }{
		{before.since(nil), Lag{Rounds: 10, P99: 0.1}},
		{after.since(before), Lag{Rounds: 100, P99: 1}},
		{late.since(before), Lag{Rounds: 10, P99: -1}},
	} {
		if test.got != test.want {
			t.Errorf("%d: %+v, want %+v", at, test.got, test.want)
		}
	}
	if _, err := readLags("other 3\n"); err == nil {
		t.Error("no histogram, and no error")
	}
}

func TestProgressIsOfTheAge(t *testing.T) {
	t.Parallel()
	for age, want := range map[time.Duration]int{0: 0, 12*time.Second - time.Millisecond: 0, 12 * time.Second: 1, importTakes: 100} {
		if got := progressAt(age); got != want {
			t.Errorf("after %v: %d, want %d", age, got, want)
		}
	}
}
