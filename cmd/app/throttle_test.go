package app

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

func TestReloadRestsOnlyWhileManyAreServed(t *testing.T) {
	t.Parallel()
	const second = time.Second
	for name, c := range map[string]struct {
		requests      int64
		worked, since time.Duration // ago
		reloads       time.Duration // for how long the reload has been going on
		rests         bool
	}{
		"busy":                  {1000, 2 * time.Millisecond, second, second, true},
		"hardly anybody":        {10, 2 * time.Millisecond, second, second, false},
		"just begun":            {1000, 0, second, second, false},
		"counted a moment ago":  {1000, 2 * time.Millisecond, time.Millisecond, second, false},
		"busy, and worked long": {1000, 100 * time.Millisecond, second, second, true},
		"a short reload":        {1000, 2 * time.Millisecond, second, 50 * time.Millisecond, false},
		"another reload":        {1000, second, second, second, false},
	} {
		var requests atomic.Int64
		requests.Store(c.requests)
		var slept time.Duration
		now := time.Now()
		b := throttler{
			requests: &requests, sleep: func(d time.Duration) { slept += d },
			first: now.Add(-c.reloads), began: now.Add(-c.worked), counted: now.Add(-c.since),
		}
		if c.worked == 0 {
			b.began = now.Add(time.Hour)
		}
		b.throttle()
		if rests := slept > 0; rests != c.rests || slept > throttleAtMost {
			t.Errorf("%s: it rests for %s", name, slept)
		}
	}
}

func TestRequestsAreCounted(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	handler := counted(http.NotFoundHandler(), &requests)
	for range 3 {
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	}
	if got := requests.Load(); got != 3 {
		t.Errorf("%d requests were counted", got)
	}
}
