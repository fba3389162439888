package mockbanktest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

const whenShop = `
banks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]
switches: {down: The bank does not answer}
scenarios:
  - {name: good, when: {password: good}, authentication: {status: AUTHENTICATED, count: in}, import: {takes: 10s}}
  - {name: other, authentication: {status: AUTHENTICATION_FAILED, error: {code: WRONG}}}
apis:
  - name: asked
    base: /asked
    endpoints:
      POST /logins:
        does: {authenticate: {username: "${body.user}", password: "${body.secret}"}}
        answers:
          - {when: {attempt: 3.., process: AUTHENTICATED}, status: 423, body: locked}
          - {when: {counters: {in: 2}}, body: again}
          - {when: {last_authenticated: 1h..}, body: not for an hour}
          - {body: {id: "${process.id}"}}
      POST /connections/{process}: {does: connect, answer: {body: {id: "${connection.id}"}}}
      POST /connections/{connection}/update: {does: update, answer: {body: {ok: true}}}
      GET /connections/{connection}:
        does: read_connection
        answers:
          - {when: {runs: 2..}, body: third run or later}
          - {when: {any_of: [{connection: FAILED_WITH_ERROR}, {runs: 1}]}, body: second run}
          - {body: first run}
      GET /health:
        does:
          - {when: {switches: {down: on}}, answer: {status: 503, body: down}}
          - {when: {session_age: 10m.., not: {time: {from: "2000-01-01", until: "2001-01-01"}}}, answer: {body: old}}
          - {answer: {body: up}}
      GET /chance: {answers: [{when: {probability: 0.5}, body: heads}, {body: tails}]}
`

// An answer, and a case, ask for whatever a scenario may ask for.
func TestAnswersAskForFacts(t *testing.T) {
	t.Parallel()
	server := mockbanktest.Start(t, mockbanktest.Config(whenShop))
	session := server.Session(t)
	s := &shop{client: newClient(t, server.URL+"/sessions/"+session.Name+"/asked")}
	good := `{"user":"u","secret":"good"}`
	id := s.wants("POST", "/logins", good, 200, "")["id"].(string)
	s.wants("POST", "/logins", good, 200, "again")
	s.wants("POST", "/logins", good, 423, "locked")
	s.wants("POST", "/logins", `{"user":"new","secret":"bad"}`, 200, "not for an hour")
	s.wants("GET", "/health", "", 200, "up")
	session.Advance(10 * time.Minute)
	s.wants("GET", "/health", "", 200, "old")

	path := "/connections/" + s.wants("POST", "/connections/"+id, "", 200, "")["id"].(string)
	for _, run := range []string{"first run", "second run", "third run or later"} {
		s.wants("GET", path, "", 200, run)
		session.Advance(time.Minute)
		s.wants("POST", path+"/update", "", 200, "")
	}
}

// Chance is drawn from the session's seed: of many requests some are answered so, and repeatable ones stay as they are.
func TestAnswersAreDrawn(t *testing.T) {
	t.Parallel()
	server := mockbanktest.Start(t, mockbanktest.Config(whenShop))
	s := &shop{client: newClient(t, server.URL+"/asked")}
	heads := 0
	for range 100 {
		if _, text, _ := s.raw("GET", "/chance", ""); strings.TrimSpace(text) == "heads" {
			heads++
		}
	}
	if heads < 20 || heads > 80 {
		t.Errorf("of 100 answers %d are drawn with a probability of 0.5", heads)
	}
}
