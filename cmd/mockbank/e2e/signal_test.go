package e2e

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
)

// A request that is under way when SIGTERM comes is answered; the program then ends with 0.
func TestSIGTERMDrains(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	body := `{"username":"tester","password":"success"}`
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }() // all was read
	half := fmt.Sprintf("POST %s/bank_connections/authenticate HTTP/1.1\r\nHost: mockbank\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		basePath, len(body), body[:10])
	if _, err := connection.Write([]byte(half)); err != nil {
		t.Fatal(err)
	}
	// Once another request was answered after it, the half one is known to be under way.
	s.do(t, "GET", "/readyz", nil)
	s.signal(t, syscall.SIGTERM)
	eventually(t, patience, "no new connection is taken", func() bool {
		probe, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err == nil {
			_ = probe.Close() // it was only a probe
		}
		return err != nil
	})
	if _, err := connection.Write([]byte(body[10:])); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatalf("the request that was under way got no answer: %v", err)
	}
	_ = response.Body.Close() // its status says enough
	if response.StatusCode != 200 {
		t.Errorf("the request that was under way got %d, want 200", response.StatusCode)
	}
	if code := s.wait(t); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

func TestInterruptStops(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	if code := s.stop(t, syscall.SIGINT); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
}

func TestSIGHUPReloads(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	mark := s.log.mark()
	s.signal(t, syscall.SIGHUP)
	s.log.awaitAfter(t, mark, "a reload by signal", func(l entry) bool {
		return strings.Contains(l.Message, "configuration") && strings.Contains(l.Raw, `"signal"`)
	})
	if got := s.login(t, "success"); got.Status != authenticated {
		t.Errorf("after the reload: %s", got.Status)
	}
}

func TestProbes(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.login(t, "success")
	for path, want := range map[string]string{
		"/healthz":      "ok",
		"/readyz":       "ready",
		"/openapi.yaml": "openapi:",
		"/metrics":      `mockbank_http_requests_total{route="authenticate",status="200"} 1`,
	} {
		if got := s.do(t, "GET", path, nil); got.Status != 200 || !strings.Contains(string(got.Body), want) {
			t.Errorf("%s: %d, want %q in %s", path, got.Status, want, got.Body)
		}
	}
}
