package e2e

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// marked is in every secret of a test, so that one search finds all of them.
type marked struct{ mark string }

func newMarked() marked { return marked{rand.Text()[:16]} }

func (m marked) secret() string { return m.mark + rand.Text() }

// forms are the mark as it is, and as it would be where something encodes it.
func (m marked) forms() [][]byte {
	lower, inHex := strings.ToLower(m.mark), hex.EncodeToString([]byte(m.mark))
	return [][]byte{[]byte(m.mark), []byte(lower), []byte(inHex), []byte(strings.ToUpper(inHex))}
}

// within returns the first form of the mark in a text, with what is around it; "" where there is none.
func (m marked) within(text []byte) string {
	for _, form := range m.forms() {
		if at := bytes.Index(text, form); at >= 0 {
			return string(text[max(0, at-100):min(len(text), at+100)])
		}
	}
	return ""
}

// secretsConfig has passwords that take part in a scenario, and a small journal.
const secretsConfig = `version: 1
server: {journal_entries: 500, journal_bytes: 300000, log_level: trace}
banks: [{slug: MockBank, is_mock_bank: true}]
scenarios:
  - name: tan
    when: {password: {prefix: tan}}
    authentication:
      status: CHALLENGE_RESPONSE_REQUIRED
      challenge: {message: Enter the TAN, attempts: 3}
      next:
        - {challenge_response: {prefix: right}, then: AUTHENTICATED}
        - {attempts: exhausted, then: AUTHENTICATION_FAILED}
    import: {takes: 1s}
  - name: phone
    when: {password: {prefix: phone}}
    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{password: {prefix: more}, then: AUTHENTICATED}]}
  - name: anything-else
    when: {bank: any, username: any, password: any}
    authentication: AUTHENTICATION_FAILED
`

// sendSecrets sends them in every place that a client may: it returns how many exchanges there were.
func sendSecrets(t *testing.T, s *server, m marked) (exchanges int) {
	authenticate, confirm := basePath+"/bank_connections/authenticate", basePath+"/bank_connections/confirm_challenge_response"
	send := func(status int, method, path string, body any, header ...string) answer {
		exchanges++
		got, err := s.send(method, path, body, header...)
		if err != nil || got.Status != status {
			t.Errorf("%s %s: status %d, want %d; %v", method, path, got.Status, status, err)
		}
		return got
	}
	asked := field(send(200, "POST", authenticate, credentials("tan"+m.secret()), "Idempotency-Key", rand.Text()).Body, "bank_authentication_process_id")
	for _, response := range []string{m.secret(), "right" + m.secret()} {
		send(200, "POST", confirm, fields{"bank_authentication_process_id": asked, "challenge_response": response}, "Idempotency-Key", rand.Text())
	}
	send(201, "POST", basePath+"/bank_connections", fields{"bank_authentication_process_id": asked})
	waits := field(send(200, "POST", authenticate, credentials("phone"+m.secret())).Body, "bank_authentication_process_id")
	send(200, "POST", authenticate, fields{"bank_authentication_process_id": waits, "password": "more" + m.secret()})
	send(200, "POST", authenticate, credentials(m.secret()), "X-Mockbank-Explain", "1", "Authorization", "Bearer "+m.secret(), "Cookie", "id="+m.secret())
	form := url.Values{"username": {"tester"}, "password": {m.secret()}}.Encode()
	send(200, "POST", authenticate, form, "Content-Type", "application/x-www-form-urlencoded")
	send(409, "POST", confirm, fields{"bank_authentication_process_id": asked, "challenge_response": m.secret()})
	send(400, "POST", authenticate, `{"username": "tester", "password": "`+m.secret())
	send(422, "POST", authenticate, fields{"username": "tester", "password": []string{m.secret()}})
	send(422, "POST", authenticate, fields{"username": "tester", "pin": m.secret()})
	send(422, "GET", basePath+"/banks?password="+m.secret(), nil)
	return exchanges
}

// journalSize is what a journal says of itself.
type journalSize struct {
	Entries    int   `json:"entries"`
	Bytes      int   `json:"bytes"`
	MaxEntries int   `json:"max_entries"`
	MaxBytes   int   `json:"max_bytes"`
	Evicted    int64 `json:"evicted"`
}

func (j journalSize) full() bool { return j.Entries > j.MaxEntries || j.Bytes > j.MaxBytes }

// Under load no password, response or token gets into the journal, its stream, the log, the metrics or
// any file of the database; and the journal stays within its bound.
func TestSecretsUnderLoad(t *testing.T) {
	s := start(t, setup{binary: shipped, config: writeConfig(t, secretsConfig)})
	m := newMarked()
	var clients sync.WaitGroup
	var sent [4]int
	var enough atomic.Bool
	for i := range sent {
		clients.Go(func() {
			for !enough.Load() && !t.Failed() {
				sent[i] += sendSecrets(t, s, m)
			}
		})
	}
	defer clients.Wait()
	defer enough.Store(true)
	var size journalSize
	for end := time.Now().Add(time.Minute); size.Evicted < 1000 && time.Now().Before(end) && !t.Failed(); {
		page := s.do(t, "GET", "/admin/v1/journal?since=0&limit=200", nil)
		m.mustNotBeIn(t, "the journal", page.Body)
		if size = into[journalSize](t, page, 200); size.full() {
			t.Fatalf("the journal is beyond its bound: %+v", size)
		}
		pass(50 * time.Millisecond)
	}
	enough.Store(true)
	clients.Wait()
	exchanges := sent[0] + sent[1] + sent[2] + sent[3]
	if size = into[journalSize](t, s.do(t, "GET", "/admin/v1/journal", nil), 200); size.full() || size.Evicted < 100 {
		t.Errorf("after %d exchanges the journal is %+v: it never had to make room", exchanges, size)
	}
	t.Logf("%d exchanges; the journal: %+v", exchanges, size)
	m.searchServer(t, s)
	s.end(t)
	m.searchFiles(t, s.database)
	m.mustNotBeIn(t, "the log", []byte(s.log.String()))
}

func (m marked) mustNotBeIn(t *testing.T, place string, text []byte) {
	t.Helper()
	if around := m.within(text); around != "" {
		t.Errorf("%s holds a secret: %q", place, around)
	}
}

// searchServer searches what a running server tells, and its files while they are written.
func (m marked) searchServer(t *testing.T, s *server) {
	t.Helper()
	for _, path := range []string{"/metrics", "/admin/v1/status", "/admin/v1/coverage", "/admin/v1/journal?limit=200", basePath + "/bank_connections?limit=200"} {
		got := s.do(t, "GET", path, nil)
		if got.Status != 200 || len(got.Body) < 100 {
			t.Errorf("GET %s: status %d, %d bytes: nothing was searched", path, got.Status, len(got.Body))
		}
		m.mustNotBeIn(t, path, got.Body)
	}
	if log := s.log.String(); strings.Count(log, "\n") < 100 {
		t.Errorf("the log has %d bytes: nothing was searched", len(log))
	}
	if names := m.searchFiles(t, s.database); !slices.Contains(names, filepath.Base(s.database)+"-wal") {
		t.Errorf("searched %v: the log that SQLite writes ahead was not among them", names)
	}
}

// searchFiles searches every file of a SQLite database, and returns their names.
func (m marked) searchFiles(t *testing.T, database string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(database + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files of the database %s: %v", database, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, filepath.Base(file))
		m.mustNotBeIn(t, fmt.Sprintf("the file %s of %d bytes", filepath.Base(file), len(text)), text)
	}
	return names
}

// The search finds what it looks for: a user's name is no secret, and is stored.
func TestTheSearchFinds(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, secretsConfig)})
	m := newMarked()
	s.do(t, "POST", basePath+"/bank_connections/authenticate", fields{"username": m.secret(), "password": "phone"})
	if m.within(s.do(t, "GET", "/admin/v1/journal", nil).Body) == "" {
		t.Error("a user's name is not found in the journal")
	}
	s.end(t)
	text, err := os.ReadFile(s.database)
	if err != nil || m.within(text) == "" {
		t.Errorf("a user's name is not found in the database: %v", err)
	}
}
