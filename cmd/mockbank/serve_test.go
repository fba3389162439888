package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// output takes what a command writes, and tells of it.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
	news chan struct{}
}

func newOutput() *output { return &output{news: make(chan struct{}, 1)} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.news <- struct{}{}:
	default:
	}
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

const quietBank = "version: 1\nserver: {listen: \"127.0.0.1:0\", database: \":memory:\", base_path: /other/path}\nbanks: [{slug: MockBank}]\n" +
	"scenarios: [{name: a, when: {username: x}, authentication: AUTHENTICATED}]\n"

// served runs serve until the test ends, and returns what it wrote once the bank answers, and its exit code.
func served(t *testing.T, stdin io.Reader, env map[string]string, args ...string) (stdout *output, ended chan int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "bank.yaml")
	if err := os.WriteFile(file, []byte(quietBank), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stdout, ended = newOutput(), make(chan int, 1)
	stderr := new(bytes.Buffer)
	go func() {
		ended <- run(ctx, terminal{
			args: append([]string{"serve", "--config", file, "--log-level", "error"}, args...), stdin: stdin, stdout: stdout, stderr: stderr,
			lookupEnv: func(name string) (string, bool) { value, found := env[name]; return value, found },
		})
	}()
	t.Cleanup(func() {
		stop()
		select {
		case code := <-ended:
			ended <- code
		case <-time.After(30 * time.Second):
			t.Error("serve does not end")
		}
	})
	select {
	case <-stdout.news:
	case code := <-ended:
		ended <- code
		t.Fatalf("serve ended with %d: %s", code, stderr)
	case <-time.After(30 * time.Second):
		t.Fatal("serve does not answer")
	}
	return stdout, ended
}

// Once the bank answers, its URL stands alone on standard output and in the file, whatever the log level.
func TestURLForWhoStartedIt(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "url")
	if err := os.WriteFile(file, []byte("http://127.0.0.1:1\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	stdout, _ := served(t, nil, nil, "--url-file", file)
	url := strings.TrimSpace(stdout.String())
	answer, err := http.Get(url + "/other/path/banks")
	if err != nil || answer.StatusCode != 200 || strings.Contains(url, "\n") {
		t.Fatalf("%q: %v, %v", url, answer, err)
	}
	_ = answer.Body.Close()
	if text, err := os.ReadFile(file); err != nil || string(text) != url+"\n" {
		t.Errorf("the file holds %q, %v", text, err)
	}
	beside, err := filepath.Glob(filepath.Join(filepath.Dir(file), ".mockbank*"))
	if err != nil || len(beside) > 0 {
		t.Errorf("left behind: %v, %v", beside, err)
	}
	command(t, "", "healthcheck", "--url-file", file).wants(t, 0, "ready\n", "")
	command(t, "", "healthcheck", "--url", url).wants(t, 0, "ready\n", "")
	command(t, "", "healthcheck", "--listen", strings.Replace(strings.TrimPrefix(url, "http://"), "127.0.0.1", "0.0.0.0", 1)).wants(t, 0, "ready\n", "")
}

// With --exit-with-parent the bank ends when its standard input closes.
func TestBankEndsWithItsParent(t *testing.T) {
	t.Parallel()
	stdin, parent := io.Pipe()
	_, ended := served(t, stdin, nil, "--exit-with-parent")
	if err := parent.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case code := <-ended:
		ended <- code
		if code != exitOK {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(30 * time.Second):
		t.Error("it outlives its parent")
	}
}

// A file, and the null device, end without saying anything about the parent.
func TestInputThatSaysNothing(t *testing.T) {
	t.Parallel()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = read.Close(), write.Close() }()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = null.Close() }()
	if !reportsEnd(read) || reportsEnd(null) || reportsEnd(nil) {
		t.Errorf("pipe %t, null device %t, nothing %t", reportsEnd(read), reportsEnd(null), reportsEnd(nil))
	}
}

// The admin token of the environment goes before the configuration's.
func TestAdminTokenOfTheEnvironment(t *testing.T) {
	t.Parallel()
	stdout, _ := served(t, nil, map[string]string{"MOCKBANK_ADMIN_TOKEN": "from-outside"})
	url := strings.TrimSpace(stdout.String()) + "/admin/v1/status"
	for token, want := range map[string]int{"from-outside": 200, "": 401} {
		request, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil || answer.StatusCode != want {
			t.Fatalf("%q: %v, %v", token, answer, err)
		}
		_ = answer.Body.Close()
	}
}

// Whatever is wrong with the bank, the check fails and says what.
func TestHealthcheckFails(t *testing.T) {
	t.Parallel()
	unready := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }))
	defer unready.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := listener.Addr().String()
	_ = listener.Close()
	command(t, "", "healthcheck", "--url", unready.URL).wants(t, 1, "", "is not ready: 503")
	command(t, "", "healthcheck", "--listen", gone).wants(t, 1, "", "no bank answers at http://"+gone)
	command(t, "", "healthcheck", "--listen", ":0").wants(t, 1, "", "--url-file")
	command(t, "", "healthcheck", "--listen", "nowhere").wants(t, 1, "", "is no address")
	command(t, "", "healthcheck", "--url-file", filepath.Join(t.TempDir(), "none")).wants(t, 1, "", "--url-file")
}
