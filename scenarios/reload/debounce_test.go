package reload

import (
	"testing"
	"time"
)

func TestDebounce(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	for name, test := range map[string]struct {
		saves []int
		hold  bool
		want  int
	}{
		"one save":                       {saves: []int{0}, want: 30},
		"two saves":                      {saves: []int{0, 20}, want: 50},
		"a row of saves has a ceiling":   {saves: []int{0, 25, 50, 75, 100, 125, 150, 175, 195}, want: 200},
		"a bad file is given its time":   {saves: []int{0}, hold: true, want: 200},
		"a save after that is not early": {saves: []int{0, 190}, want: 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := debounce{quiet: 30 * time.Millisecond, ceiling: 200 * time.Millisecond}
			for _, save := range test.saves {
				d.record(at(save))
			}
			if test.hold {
				d.hold()
			}
			if got := d.due(); !got.Equal(at(test.want)) {
				t.Errorf("due at %s, want %d ms", got.Sub(start), test.want)
			}
			d.over()
			if !d.due().IsZero() {
				t.Error("still due after it is over")
			}
		})
	}
}
