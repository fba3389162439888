package mockbanktest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"
)

// Bounds of a call to the admin API.
const (
	callTimeout = 30 * time.Second
	maxAnswer   = 64 << 20
)

// call sends a request to the server and decodes the answer into out, unless that is nil. Any answer
// but a success fails the test with what the server said.
func (s *Server) call(t testing.TB, method, path string, in, out any) {
	t.Helper()
	var body io.Reader
	if in != nil {
		encoded, err := json.Marshal(in)
		if err != nil {
			t.Fatalf("mockbanktest: %v", err)
		}
		body = bytes.NewReader(encoded)
	}
	request, err := http.NewRequest(method, s.URL+path, body) // not t's context: clean-ups call too
	if err != nil {
		t.Fatalf("mockbanktest: %v", err)
	}
	request.Header.Set("Content-Type", "application/json")
	client := *s.client
	client.Timeout = callTimeout
	response, err := client.Do(request)
	if err != nil {
		t.Fatalf("mockbanktest: %v", err)
	}
	defer response.Body.Close() //nolint:errcheck // only read from
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		t.Fatalf("mockbanktest: %s %s: %v", method, path, err)
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		t.Fatalf("mockbanktest: %s %s: %s: %s", method, path, response.Status, answer)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(answer, out); err != nil {
		t.Fatalf("mockbanktest: %s %s: %v", method, path, err)
	}
}
