package engine

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestShape(t *testing.T) {
	t.Parallel()
	five, after := Fixed(5*time.Second), 5*time.Second
	body := Text("{\"code\": \"${code}\"}")
	r := Response{
		Delay: Delay{Duration: Duration{Text: "${n}s"}}, HTTPStatus: 503, Headers: map[string]Text{"X-Code": "${code}"},
		Body: &body, RetryAfter: &five, Fault: FaultDribble,
	}
	said := `{"code": "DOWN"}`
	want := &ResponseShape{
		Delay: 2 * time.Second, HTTPStatus: 503, Headers: map[string]string{"X-Code": "DOWN"},
		Body: &said, RetryAfter: &after, Fault: FaultDribble,
	}
	got := r.shape(Captures{"code": "DOWN", "n": "2"}, draw{})
	got.response, got.captures = nil, nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("shape %+v, want %+v", got, want)
	}
	if !slices.Contains(WireFaults(), FaultDribble) || len(WireFaults()) != 5 {
		t.Error("a wire fault is not listed")
	}
}

func TestProbability(t *testing.T) {
	t.Parallel()
	for _, p := range []float64{0, 0.3, 1} {
		r, shaped := Response{Probability: &p}, 0
		for seed := range uint64(1000) {
			first, again := r.shape(nil, draw{seed: seed}), r.shape(nil, draw{seed: seed})
			if (first == nil) != (again == nil) {
				t.Fatal("the same place draws differently")
			}
			if first != nil {
				shaped++
			}
		}
		if got := float64(shaped) / 1000; got < p-0.06 || got > p+0.06 || p == 1 && got != 1 {
			t.Errorf("probability %v shapes %v", p, got)
		}
	}
}

func TestDelays(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		delay          Delay
		least, most    time.Duration
		middle, spread time.Duration
	}{
		"none":               {Delay{}, 0, 0, 0, 0},
		"fixed":              {Delay{Duration: Fixed(time.Second)}, time.Second, time.Second, time.Second, 0},
		"too long":           {Delay{Duration: Fixed(MaxDuration)}, MaxDelay, MaxDelay, MaxDelay, 0},
		"between":            {Delay{Duration: Duration{Min: time.Second, Max: 3 * time.Second}}, time.Second, 3 * time.Second, 2 * time.Second, time.Second / 4},
		"between, too long":  {Delay{Duration: Duration{Min: 2 * time.Hour, Max: 3 * time.Hour}}, MaxDelay, MaxDelay, MaxDelay, 0},
		"log-normal":         {Delay{Median: time.Second, Sigma: 0.5}, 0, MaxDelay, time.Second, time.Second / 8},
		"a wild log-normal":  {Delay{Median: time.Second, Sigma: 50}, 0, MaxDelay, 0, MaxDelay},
		"what nobody caught": {Delay{Duration: Duration{Text: "${n}s"}}, 0, 0, 0, 0},
	} {
		drawn := make([]time.Duration, 1001)
		for seed := range drawn {
			r := Response{Delay: test.delay}
			drawn[seed] = r.shape(nil, draw{seed: uint64(seed)}).Delay
		}
		slices.Sort(drawn)
		if drawn[0] < test.least || drawn[1000] > test.most {
			t.Errorf("%s: from %s to %s", name, drawn[0], drawn[1000])
		}
		if off := (drawn[500] - test.middle).Abs(); off > test.spread {
			t.Errorf("%s: the median is %s", name, drawn[500])
		}
		if drawn[500]%time.Millisecond != 0 {
			t.Errorf("%s: %s is no whole number of milliseconds", name, drawn[500])
		}
	}
}
