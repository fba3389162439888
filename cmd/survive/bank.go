package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// startPatience is how long a start may take, recovery included.
const startPatience = time.Minute

// build builds the binary that is tried.
func build(ctx context.Context) (binary string, remove func(), err error) {
	folder, err := os.MkdirTemp("", "mockbank-survive-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(folder) } // nobody misses it
	binary = filepath.Join(folder, "mockbank")
	output, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "github.com/mockbank/mockbank/cmd/mockbank").CombinedOutput()
	if err != nil {
		remove()
		return "", nil, fmt.Errorf("build mockbank: %w\n%s", err, output)
	}
	return binary, remove, nil
}

// bank is a mockbank that is started, killed and started again on one database.
type bank struct {
	binary, folder, config, database string
	hooks                            *receiver
	client                           *http.Client

	process *exec.Cmd
	ended   chan struct{}
	log     bytes.Buffer // of the last start, complete once it has ended
	mu      sync.RWMutex
	url     string
}

func newBank(binary, database string) (*bank, error) {
	folder, err := os.MkdirTemp("", "mockbank-survive-")
	if err != nil {
		return nil, err
	}
	b := &bank{
		binary: binary, folder: folder, config: filepath.Join(folder, "mockbank.yaml"), database: database, hooks: newReceiver(),
		client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
	}
	if database == "" {
		b.database = filepath.Join(folder, "data", "mockbank.db")
		err = os.Mkdir(filepath.Dir(b.database), 0o755)
	}
	return b, errors.Join(err, b.save("first"))
}

// save writes the configuration, which is told apart by its marker.
func (b *bank) save(marker string) error {
	return os.WriteFile(b.config, fmt.Appendf(nil, configuration, b.hooks.URL, marker), 0o644)
}

// start starts the bank and waits until it listens. One that ends instead returns its last words.
func (b *bank) start(ctx context.Context) error {
	b.process = exec.CommandContext(ctx, b.binary, "serve", "--config", b.config, "--listen", "127.0.0.1:0", "--database", b.database,
		"--log-format", "json")
	b.ended = make(chan struct{})
	b.log.Reset()
	output, err := b.process.StderrPipe()
	if err != nil {
		return err
	}
	if err := b.process.Start(); err != nil {
		return err
	}
	listening := make(chan string, 1)
	go b.follow(output, listening)
	timer := time.NewTimer(startPatience)
	defer timer.Stop()
	select {
	case url := <-listening:
		b.mu.Lock()
		b.url = url
		b.mu.Unlock()
		return nil
	case <-b.ended:
		return fmt.Errorf("it ended: %s", lastLine(b.log.Bytes()))
	case <-timer.C:
		return errors.Join(errors.New("it did not begin to listen"), b.kill())
	}
}

// follow reads the log to its end, and tells where the bank listens.
func (b *bank) follow(output io.Reader, listening chan<- string) {
	defer close(b.ended)
	for lines := bufio.NewScanner(output); lines.Scan(); {
		b.log.Write(append(lines.Bytes(), '\n'))
		var line struct{ Message, URL string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Message == "listening" {
			listening <- line.URL
		}
	}
	_ = b.process.Wait() // how it ended is seen by its log
}

func lastLine(log []byte) string {
	lines := bytes.Split(bytes.TrimSpace(log), []byte("\n"))
	return string(lines[len(lines)-1])
}

// kill ends the bank as a power cut ends a process.
func (b *bank) kill() error { return b.end(syscall.SIGKILL) }

// stop lets it end by itself.
func (b *bank) stop() error { return b.end(syscall.SIGTERM) }

func (b *bank) end(signal syscall.Signal) error {
	if b.process == nil {
		return nil
	}
	err := b.process.Process.Signal(signal)
	if errors.Is(err, os.ErrProcessDone) {
		err = nil
	}
	<-b.ended
	b.process = nil
	return err
}

func (b *bank) close() error {
	b.client.CloseIdleConnections()
	return errors.Join(b.stop(), b.hooks.close(), os.RemoveAll(b.folder))
}

// answer is what a request got.
type answer struct {
	status int
	body   []byte
	header http.Header
}

// into decodes an answer of an expected status.
func (a *answer) into(status int, v any) error {
	if a.status != status {
		return fmt.Errorf("%d: %s", a.status, a.body)
	}
	return json.Unmarshal(a.body, v)
}

const api = "/api/v3/wealth_api/bank_connections"

// do sends a request. An error means that nobody knows what became of it.
func (b *bank) do(ctx context.Context, method, path string, header http.Header, body any) (*answer, error) {
	var content bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&content).Encode(body); err != nil {
			return nil, err
		}
	}
	b.mu.RLock()
	url := b.url
	b.mu.RUnlock()
	request, err := http.NewRequestWithContext(ctx, method, url+path, &content)
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		request.Header[name] = values
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := b.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	read, err := io.ReadAll(response.Body)
	return &answer{status: response.StatusCode, body: read, header: response.Header}, err
}

// configuration has a place for the receiver's address and one for a marker.
const configuration = `version: 1
banks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]
default_bank: MockBank
webhooks: [{name: app, url: %q, pause: 100ms}]
scenarios:
  - {name: locked, when: {password: counted, attempt: 4..}, authentication: {status: AUTHENTICATION_FAILED, error: {code: LOCKED}}}
  - {name: counted, when: {password: counted, attempt: 1..3}, authentication: AUTHENTICATED}
  - name: challenge
    when: {password: challenge}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: Enter the TAN}
      next:
        - {challenge_response: "123456", then: AUTHENTICATED}
        - {challenge_response: any, then: AUTHENTICATION_FAILED}
  - {name: success, when: {password: success}, authentication: AUTHENTICATED, import: {takes: 600ms, outcome: SUCCESS}}
  - {name: %s, when: {password: marker}, authentication: AUTHENTICATED}
`
