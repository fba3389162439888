package httpapi

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// reader follows the journal's stream from a server.
type reader struct {
	t      testing.TB
	lines  *bufio.Scanner
	answer *http.Response
}

func follow(t testing.TB, server *httptest.Server, query, last string) *reader {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/admin/v1/journal/stream?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s, %v", answer.Status, answer.Header)
	}
	f := &reader{t, bufio.NewScanner(answer.Body), answer}
	f.lines.Buffer(nil, 1<<20)
	if got := f.block(); got["retry"] != "1000" {
		t.Fatalf("the stream begins with %v", got)
	}
	return f
}

// block returns the fields up to the next empty line, nil at the end.
func (f *reader) block() map[string]string {
	fields := map[string]string{}
	for f.lines.Scan() {
		line := f.lines.Text()
		if line == "" {
			return fields
		}
		name, value, _ := strings.Cut(line, ": ")
		fields[name] = value
	}
	return nil
}

// event returns the next event, and fails the test at another than this.
func (f *reader) event(kind, part string) (id string) {
	f.t.Helper()
	got := f.block()
	if got["event"] != kind || !strings.Contains(got["data"], part) {
		f.t.Fatalf("event %v, want %s with %s", got, kind, part)
	}
	return got["id"]
}

func serve(t testing.TB, s *server) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	return server
}

func TestStream(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.login("success")
	server := serve(t, s)
	all, some := follow(t, server, "", ""), follow(t, server, "route=banks&session=a", "")
	s.login("phone")
	s.get(base+"/banks", inSession("a")).want(200)
	last := all.event("exchange", `"scenario":"phone-case"`)
	all.event("exchange", `"route":"banks"`)
	some.event("exchange", `"session":"a"`)

	resumed := follow(t, server, "", last)
	resumed.event("exchange", `"route":"banks"`)
	follow(t, server, "since=1", "").event("exchange", `"scenario":"success-case"`)
	elsewhere := follow(t, server, "", "node-2/17")
	elsewhere.event("gap", `"reason":"another_node"`)
	s.login("choice")
	elsewhere.event("exchange", `"scenario":"choice-case"`)
}

func TestStreamReportsGaps(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.JournalEntries = 2 })
	server := serve(t, s)
	f := follow(t, server, "", "")
	for range 5 {
		s.login("success")
	}
	last := f.event("exchange", "success-case")
	resumed := follow(t, server, "", last)
	resumed.event("gap", `"reason":"evicted","missed":2`)
	resumed.event("exchange", "success-case")
	resumed.event("exchange", "success-case")
}

func TestStreamRefusals(t *testing.T) {
	t.Parallel()
	s := start(t)
	path := "/admin/v1/journal/stream"
	for _, last := range []string{"x", "-1", "node-1/", "node-1/99999999999999999"} {
		s.get(path, loopback, header("Last-Event-ID", last)).wantProblem(400, "invalid_header")
	}
	s.get(path+"?status=no", loopback).wantProblem(422, "invalid_parameters")
	s.get(path, from("10.0.0.1:1", "localhost")).wantProblem(403, "loopback_only")
}

func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	s := start(t)
	server := serve(t, s)
	var readers []*reader
	for range maxStreams {
		readers = append(readers, follow(t, server, "", ""))
	}
	refused := s.get("/admin/v1/journal/stream", loopback).wantProblem(503, "too_many_streams")
	if refused.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	_ = readers[0].answer.Body.Close()
	deadline := time.Now().Add(10 * time.Second)
	for s.handler.(*api).journal.Status().Streams == maxStreams {
		if time.Now().After(deadline) {
			t.Fatal("a reader that left still counts")
		}
	}
	follow(t, server, "", "")
}

func TestStreamEndsAtShutdown(t *testing.T) {
	t.Parallel()
	stopping := make(chan struct{})
	s := start(t, func(c *Config) { c.Stopping = stopping })
	f := follow(t, serve(t, s), "", "")
	close(stopping)
	f.event("end", "shutdown")
	if rest := f.block(); rest != nil {
		t.Errorf("after its end comes %v", rest)
	}
}

// tape is a ResponseWriter that keeps what it is sent, and may take none of it.
type tape struct {
	sink
	mu   sync.Mutex
	text strings.Builder
	full bool
	gate chan struct{}
}

func (w *tape) Write(p []byte) (int, error) {
	if w.gate != nil {
		<-w.gate
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.full {
		return 0, errors.New("connection reset")
	}
	return w.text.Write(p)
}

func (w *tape) Flush() {}

func (w *tape) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// read serves a stream into the tape, until ctx or the stream ends.
func (s *server) read(ctx context.Context, w *tape) {
	w.header = http.Header{}
	r := httptest.NewRequest("GET", "/admin/v1/journal/stream", nil).WithContext(ctx)
	loopback(r)
	s.handler.ServeHTTP(w, r)
}

func TestQuietStreamShowsThatItLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := start(t), new(tape)
		ctx, cancel := context.WithCancel(t.Context())
		go s.read(ctx, w)
		time.Sleep(2*heartbeat + time.Second)
		synctest.Wait()
		if got := strings.Count(w.String(), ": still here\n\n"); got != 2 {
			t.Errorf("%d heartbeats: %s", got, w)
		}
		cancel()
		synctest.Wait()
	})
}

// A reader that takes nothing holds up nobody: it is told so, and dropped.
func TestSlowReadersAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := start(t), &tape{gate: make(chan struct{})}
		go s.read(t.Context(), w)
		synctest.Wait()
		for range 1000 {
			s.login("success")
		}
		close(w.gate)
		synctest.Wait()
		got := w.String()
		if events := strings.Count(got, "event: exchange"); events < 200 || events > 300 || !strings.HasSuffix(got, "event: dropped\ndata: {\"reason\":\"too_slow\",\"missed\":0}\n\n") {
			t.Errorf("%d events, and then %s", events, got[max(0, len(got)-200):])
		}
	})
}

func TestReadersThatLeaveAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, w := start(t), &tape{full: true}
		s.read(t.Context(), w) // it ends by itself: the first write fails
		if got := s.handler.(*api).journal.Status().Streams; got != 0 {
			t.Errorf("%d streams are left", got)
		}
	})
}
