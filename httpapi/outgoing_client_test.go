package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/mockbank/mockbank/engine"
)

// breaking serves a bank whose list of banks breaks in one way, and its other endpoints do not. It returns
// the list's URL.
func breaking(t *testing.T, broken engine.WireFault) string {
	t.Helper()
	s := start(t).shape([]engine.Fault{fault(engine.EndpointBanks, engine.Response{Fault: broken})})
	served := httptest.NewServer(s.handler)
	t.Cleanup(served.Close)
	return served.URL + base + "/banks?is_mock_bank=any"
}

// reports are what clients say of a broken answer: parts of their words.
type reports map[engine.WireFault][]string

func (expected reports) check(t *testing.T, ask func(t *testing.T, url string) string) {
	t.Helper()
	for broken, words := range expected {
		t.Run(string(broken), func(t *testing.T) {
			t.Parallel()
			report := ask(t, breaking(t, broken))
			for _, word := range words {
				if !strings.Contains(report, word) {
					t.Errorf("the report lacks %q: %s", word, report)
				}
			}
		})
	}
}

func TestFaultsSeenByGo(t *testing.T) {
	t.Parallel()
	tests := map[engine.WireFault]struct {
		err  error // of the request
		read error // of its body
	}{
		engine.FaultConnectionReset: {err: syscall.ECONNRESET},
		engine.FaultEmptyResponse:   {err: io.EOF},
		engine.FaultTruncatedBody:   {read: io.ErrUnexpectedEOF},
		engine.FaultMalformedJSON:   {},
	}
	for broken, test := range tests {
		t.Run(string(broken), func(t *testing.T) {
			t.Parallel()
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
			response, err := client.Get(breaking(t, broken))
			if !errors.Is(err, test.err) {
				t.Fatalf("%v, want %v", err, test.err)
			}
			if err != nil {
				return
			}
			body, err := io.ReadAll(response.Body)
			_ = response.Body.Close() // it is read
			if !errors.Is(err, test.read) || response.StatusCode != http.StatusOK || json.Valid(body) || len(body) == 0 {
				t.Errorf("%d %v %s", response.StatusCode, err, body)
			}
		})
	}
}

func TestFaultsSeenByCurl(t *testing.T) {
	t.Parallel()
	curl := program(t, "curl")
	reports{
		engine.FaultConnectionReset: {"curl: (56)", "reset by peer"},
		engine.FaultEmptyResponse:   {"curl: (52)", "Empty reply"},
		engine.FaultTruncatedBody:   {"curl: (18)", `{"banks":[`},
		engine.FaultMalformedJSON:   {`{"banks":[`, " 200"},
	}.check(t, func(t *testing.T, url string) string { return run(t, curl, "-sS", "-w", " %{http_code}", url) })
}

func TestFaultsSeenByNode(t *testing.T) {
	t.Parallel()
	node := program(t, "node")
	const script = `fetch(process.argv[1]).then(r => r.json()).then(
		() => console.log("read"), e => console.log(e.name, e.message, e.cause && e.cause.code, e.cause && e.cause.message))`
	reports{
		engine.FaultConnectionReset: {"TypeError", "fetch failed", "ECONNRESET"},
		engine.FaultEmptyResponse:   {"TypeError", "fetch failed", "UND_ERR_SOCKET", "other side closed"},
		engine.FaultTruncatedBody:   {"TypeError", "terminated", "UND_ERR_SOCKET"},
		engine.FaultMalformedJSON:   {"SyntaxError", "JSON"},
		engine.FaultDribble:         {"read"},
	}.check(t, func(t *testing.T, url string) string { return run(t, node, "-e", script, url) })
}

func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skip("MISSING: " + name)
	}
	return path
}

// run returns what a program says, be it content or not.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	var said bytes.Buffer
	command := exec.CommandContext(t.Context(), name, args...)
	command.Stdout, command.Stderr = &said, &said
	var exit *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return said.String()
}
