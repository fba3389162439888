package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// asked is a running bank that notes what it was asked, and answers what a test says.
type asked struct {
	*httptest.Server
	mu    sync.Mutex
	calls []string
}

func answering(t *testing.T, answers map[string]string) *asked {
	t.Helper()
	a := new(asked)
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a.mu.Lock()
		a.calls = append(a.calls, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
		a.mu.Unlock()
		if r.Header.Get("Authorization") != "Bearer s3cret" {
			w.WriteHeader(http.StatusUnauthorized)
			_ = json.NewEncoder(w).Encode(map[string]string{"detail": "send a token", "code": "unauthorized"})
			return
		}
		_, _ = io.WriteString(w, answers[r.URL.Path])
	}))
	t.Cleanup(a.Close)
	return a
}

func (a *asked) last() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.calls) == 0 {
		return ""
	}
	return a.calls[len(a.calls)-1]
}

func TestClockOfARunningBank(t *testing.T) {
	t.Parallel()
	const clock = `{"id":"s","now":"2026-11-28T00:00:00.000Z","frozen":true,"offset":"90d","written":1,"sent":2,"left":true}`
	bank := answering(t, map[string]string{"/admin/v1/sessions/s": clock, "/admin/v1/sessions/s/clock": clock})
	for args, want := range map[string]string{
		"":                      "GET /admin/v1/sessions/s",
		"--advance 90d":         `POST /admin/v1/sessions/s/clock {"advance":"90d"}`,
		"--to-next":             `POST /admin/v1/sessions/s/clock {"to_next":true}`,
		"--freeze --advance 2s": `POST /admin/v1/sessions/s/clock {"advance":"2s","freeze":true}`,
		"--resume":              `POST /admin/v1/sessions/s/clock {"resume":true}`,
	} {
		line := append([]string{"clock", "--url", bank.URL, "--token", "s3cret", "--session", "s"}, strings.Fields(args)...)
		command(t, "", line...).wants(t, 0, "s: the clock stands at 2026-11-28T00:00:00.000Z, 90d ahead; 1 import written, 2 webhooks sent; more is to come", "")
		if got := bank.last(); got != want {
			t.Errorf("%q asked %s, want %s", args, got, want)
		}
	}
	stands := answering(t, map[string]string{"/admin/v1/sessions/default/clock": `{"id":"default","now":"2026-11-28T00:00:00.000Z","frozen":true,"offset":"0s",
		"due":[{"kind":"import_end","status":"SUCCESS","bank_authentication_process_id":"p1","bank_connection_id":"c1"}]}`})
	command(t, "", "clock", "--url", stands.URL, "--token", "s3cret", "--to-next").wants(t, 0, "due: import end SUCCESS c1", "")
	command(t, "", "clock", "--url", bank.URL, "--token", "s3cret", "--session", "s", "--to-next").wants(t, 0, "nothing is due", "")
	command(t, "", "clock", "--freeze", "--resume").wants(t, 1, "", "name one of them")
	command(t, "", "clock", "--to-next", "--advance", "2s").wants(t, 1, "", "name one of them")
	command(t, "", "clock", "--url", "localhost").wants(t, 1, "", "--url: write the running bank's address")
	command(t, "", "clock", "--url", "http://127.0.0.1:1").wants(t, 1, "", "mockbank serve")
	command(t, "", "clock", "--url", bank.URL).wants(t, 1, "", "MOCKBANK_ADMIN_TOKEN")
}

func TestDecideOfARunningBank(t *testing.T) {
	t.Parallel()
	bank := answering(t, map[string]string{
		"/admin/v1/processes/p/approve": `{"status":"AUTHENTICATED"}`, "/admin/v1/processes/p/decline": `{"status":"AUTHENTICATION_FAILED","error":{"code":"SCA_DENIED"}}`,
	})
	command(t, "", "approve", "p", "--url", bank.URL, "--admin-token", "s3cret").wants(t, 0, "AUTHENTICATED", "")
	command(t, "", "decline", "p", "--url", bank.URL, "--admin-token", "s3cret").wants(t, 0, "AUTHENTICATION_FAILED SCA_DENIED", "")
	command(t, "", "approve").wants(t, 1, "", "name a process's identifier")
}

func TestJournalOfARunningBank(t *testing.T) {
	t.Parallel()
	const exchange = `{"id":7,"at":"2026-11-28T09:30:01.000Z","route":"authenticate"}`
	bank := answering(t, map[string]string{
		"/admin/v1/journal":        `{"exchanges":[` + exchange + `],"next_since":9}`,
		"/admin/v1/journal/stream": "retry: 1000\n\n: still here\n\nevent: exchange\ndata: 09:30:01.000  POST  authenticate\n\nevent: end\ndata: {}\n\n",
	})
	flags := []string{"journal", "--url", bank.URL, "--admin-token", "s3cret", "--scenario", "x"}
	command(t, "", append(flags, "--format", "json")...).wants(t, 0, exchange+"\n", "")
	command(t, "", append(flags, "--follow")...).wants(t, 1, "09:30:01.000  POST  authenticate\n", "the bank ended the stream")
	if got := bank.last(); got != "GET /admin/v1/journal/stream?format=text&limit=20&scenario=x&since=6" {
		t.Error(got)
	}
	command(t, "", flags...).wants(t, 0, "exchanges", "") // it is shown as it comes
	if got := bank.last(); got != "GET /admin/v1/journal?format=text&limit=20&scenario=x" {
		t.Error(got)
	}
	command(t, "", "journal", "--limit", "0").wants(t, 1, "", "from 1 to 200")
	command(t, "", "journal", "--format", "xml").wants(t, 1, "", "use text or json")
}

func TestVerifyASessionOfARunningBank(t *testing.T) {
	t.Parallel()
	bank := answering(t, map[string]string{"/admin/v1/verify": `{"holds":true,"differences":[]}`})
	line := []string{"verify", "--url", bank.URL, "--token", "s3cret", "--session", "s", "--scenario", "success=2..", "--no-fallback", "--webhooks", "all_delivered"}
	command(t, "", line...).wants(t, 0, "s: all is as expected", "")
	if got, want := bank.last(), `POST /admin/v1/verify {"no_fallback":true,"scenarios":{"success":"2.."},"session":"s","webhooks":"all_delivered"}`; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
	bank = answering(t, map[string]string{"/admin/v1/verify": `{"holds":false,"differences":[{"detail":"1 login answered by no scenario"}]}`})
	command(t, "", "verify", "--url", bank.URL, "--token", "s3cret", "--no-fallback").wants(t, 2, "default: 1 login answered by no scenario", "")
}

func TestRecordASessionOfARunningBank(t *testing.T) {
	t.Parallel()
	bank := answering(t, map[string]string{"/admin/v1/sessions/s/record": `{"text":"tests: []\n","steps":3,"passes":true,"gaps":[]}`})
	line := []string{"record", "--url", bank.URL, "--token", "s3cret", "--session", "s", "--name", "a TAN"}
	command(t, "", line...).wants(t, 0, "tests: []", "")
	if got, want := bank.last(), "GET /admin/v1/sessions/s/record?name=a+TAN"; !strings.HasPrefix(got, want) {
		t.Errorf("asked %s, want %s", got, want)
	}
	file := filepath.Join(t.TempDir(), "s_test.yaml")
	command(t, "", append(line, "--output", file)...).wants(t, 0, "", "3 steps of the session s")
	if text, err := os.ReadFile(file); err != nil || string(text) != "tests: []\n" {
		t.Errorf("%s %v", text, err)
	}
	for answer, want := range map[string]string{
		`{"text":"x","passes":true,"gaps":[{"detail":"POST update: no"}]}`: "not recorded: POST update: no",
		`{"text":"x","passes":false,"failure":"step 2","gaps":[]}`:         "the test does not pass: step 2",
	} {
		bank := answering(t, map[string]string{"/admin/v1/sessions/default/record": answer})
		command(t, "", "record", "--url", bank.URL, "--token", "s3cret").wants(t, 2, "x", want)
	}
}
