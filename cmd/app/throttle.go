package app

import (
	"net/http"
	"sync/atomic"
	"time"
)

const (
	// throttleEvery is how long a reload works before it may pause, and throttleAtMost bounds a pause.
	throttleEvery  = time.Millisecond / 2
	throttleAtMost = 5 * time.Millisecond
	// throttleAfter is how long a reload works before it pauses at all: one that compiles only what was changed is
	// over by then. reloadGap without any work is where another reload begins.
	throttleAfter = 150 * time.Millisecond
	reloadGap     = 200 * time.Millisecond
	// busyWindow is how long requests are counted, and busyRequests how many count as a busy server.
	busyWindow   = 50 * time.Millisecond
	busyRequests = 25
)

// counted counts the requests that a handler is given.
func counted(handler http.Handler, requests *atomic.Int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		handler.ServeHTTP(w, r)
	})
}

// throttler lets the load of a large configuration of which much was changed rest twice as long as it worked while many
// requests are served, which would wait for it else. On a server at rest it goes on without a pause.
type throttler struct {
	requests *atomic.Int64
	sleep    func(time.Duration)
	first    time.Time // of the reload's calls
	began    time.Time // of the work since the last pause
	// busy is what was found when the requests were last counted.
	busy    bool
	seen    int64
	counted time.Time
}

// throttle is called often while a configuration is loaded, by one goroutine.
func (b *throttler) throttle() {
	now := time.Now()
	worked := now.Sub(b.began)
	if worked < throttleEvery {
		return
	}
	if worked >= reloadGap {
		b.first = now
	}
	if since := now.Sub(b.counted); since >= busyWindow {
		all := b.requests.Load()
		b.busy = (all-b.seen)*int64(busyWindow) >= busyRequests*int64(since)
		b.seen, b.counted = all, now
	}
	if b.busy && now.Sub(b.first) >= throttleAfter {
		b.sleep(min(2*worked, throttleAtMost))
	}
	b.began = time.Now()
}
