package load_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/load"
)

// serve starts a server and returns its address.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// times sends the request a number of times on each connection.
func times(count int, request []byte) func(int, int) []byte {
	return func(_, n int) []byte {
		if n >= count {
			return nil
		}
		return request
	}
}

func TestRunReadsEveryFormOfAnswer(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 40_000)
	for name, handler := range map[string]http.HandlerFunc{
		"counted": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"status":"good"}`) },
		"chunked": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "go")
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, "od, status good")
		},
		"closing": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Connection", "close")
			_, _ = io.WriteString(w, "good")
		},
		"long": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, long+"good") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := serve(t, handler)
			run := load.Run{
				Address: address, Connections: 3, Duration: time.Minute, Want: []byte("good"),
				Next: times(20, load.Request("POST", address, "/login", `{"password":"p"}`)),
			}
			if result := run.Do(t.Context()); result.Answers != 60 || result.Failed != 0 {
				t.Errorf("%d answers, %d failed (%v); want 60 and 0", result.Answers, result.Failed, result.Error)
			}
		})
	}
}

func TestRunCountsFailures(t *testing.T) {
	t.Parallel()
	var seen atomic.Int64
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if string(body) != `{"password":"p"}` {
			t.Errorf("body %q", body)
		}
		switch seen.Add(1) {
		case 1:
			w.WriteHeader(http.StatusInternalServerError)
		case 2:
			_, _ = io.WriteString(w, "something else")
		default:
			_, _ = io.WriteString(w, "good")
		}
	})
	run := load.Run{
		Address: address, Connections: 1, Duration: time.Minute, Want: []byte("good"),
		Next: times(5, load.Request("POST", address, "/login", `{"password":"p"}`)),
	}
	result := run.Do(t.Context())
	if result.Answers != 3 || result.Failed != 2 || result.Error == nil || !strings.Contains(result.Error.Error(), "status 500") {
		t.Errorf("%d answers, %d failed, first %v; want 3, 2 and a status 500", result.Answers, result.Failed, result.Error)
	}
}

// A paced run sends what is due and no more, and tells the bodies.
func TestRunKeepsItsPace(t *testing.T) {
	t.Parallel()
	address := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, "good") })
	var bodies atomic.Int64
	request := load.Request("GET", address, "/", "")
	run := load.Run{
		Address: address, Connections: 4, Duration: 500 * time.Millisecond, Rate: 200,
		Next: func(int, int) []byte { return request },
		Seen: func(_ int, body []byte) {
			if string(body) == "good" {
				bodies.Add(1)
			}
		},
	}
	result := run.Do(t.Context())
	if result.Answers != 100 || bodies.Load() != 100 {
		t.Errorf("%d answers, %d bodies in half a second of 200 a second; want 100", result.Answers, bodies.Load())
	}
	if half := result.Between(0, 250*time.Millisecond); half.Answers < 25 || half.Answers > 60 {
		t.Errorf("%d answers in the first half, want about 50", half.Answers)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	address := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		_, _ = io.WriteString(w, "good")
	})
	request := load.Request("GET", address, "/", "")
	run := load.Run{Address: address, Connections: 1, Duration: time.Hour, Next: func(int, int) []byte { return request }}
	if result := run.Do(ctx); result.Answers != 1 || result.Failed != 0 {
		t.Errorf("%d answers, %d failed; want the one under way", result.Answers, result.Failed)
	}
}
