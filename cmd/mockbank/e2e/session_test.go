package e2e

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine/store/pgtest"
)

// session is a session as the admin API shows it, and what a turn of its clock led to.
type session struct {
	ID      string    `json:"id"`
	Now     time.Time `json:"now"`
	Frozen  bool      `json:"frozen"`
	Offset  string    `json:"offset"`
	Seed    *int      `json:"seed"`
	Written int       `json:"written"`
	Sent    int       `json:"sent"`
	Left    bool      `json:"left"`
}

// in returns the server's API in a session: all of its paths are under the session's.
func (s *server) in(name string) *server {
	inside := *s
	inside.prefix = "/sessions/" + name
	inside.url += inside.prefix
	return &inside
}

func (s *server) session(t *testing.T, name string) session {
	t.Helper()
	return into[session](t, s.do(t, "GET", "/admin/v1/sessions/"+name, nil), 200)
}

// frozen makes a session that stands from its first moment.
func (s *server) frozen(t *testing.T, name string) session {
	t.Helper()
	return into[session](t, s.do(t, "POST", "/admin/v1/sessions", fields{"id": name, "frozen": true}), 201)
}

func (s *server) changeClock(t *testing.T, name string, changeClock fields) session {
	t.Helper()
	return into[session](t, s.do(t, "POST", "/admin/v1/sessions/"+name+"/clock", changeClock), 200)
}

// sessionConfig counts attempts, tells a receiver, and lets consents age.
const sessionConfig = `version: 1
banks: [{slug: MockBank, is_mock_bank: true}]
scenarios:
  - name: locked
    when: {password: wrong, attempt: 3..}
    authentication: {status: AUTHENTICATION_FAILED, error: ACCOUNT_LOCKED}
  - name: wrong
    when: {password: wrong}
    authentication: AUTHENTICATION_FAILED
  - name: phone
    when: {password: phone}
    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 2s, then: AUTHENTICATED}]}
  - name: consent
    when: {password: consent}
    authentication: AUTHENTICATED
    import: [{after: 10m, progress: 30}, {after: 10m, progress: 70}, {after: 10m, status: SUCCESS}]
    update: [{older_than: 90d, outcome: FAILED_WITH_ERROR, error: CONSENT_EXPIRED}, {takes: 3s}]
  - name: anything-else
    when: {bank: any, username: any, password: any}
    authentication: AUTHENTICATION_FAILED
`

// suiteRun is what a suite has seen of its session.
type suiteRun struct {
	connections []string
	errors      []string
}

// runSuite plays one suite: logins whose third is locked, and imports in a time of its own.
func runSuite(t *testing.T, s *server, name string, ahead time.Duration) (run suiteRun) {
	began := s.frozen(t, name).Now
	inside := s.in(name)
	for range 3 {
		run.errors = append(run.errors, inside.login(t, "wrong").Error.code())
	}
	for range 10 {
		made := inside.connect(t, inside.login(t, "consent").ID)
		if !made.CreatedAt.Equal(began) {
			t.Errorf("%s: a connection of %v in a session that stands at %v", name, made.CreatedAt, began)
		}
		run.connections = append(run.connections, made.ID)
	}
	if got := s.changeClock(t, name, fields{"advance": ahead.String()}); got.Now.Sub(began) != ahead {
		t.Errorf("%s: %v after an advance by %v", name, got.Now.Sub(began), ahead)
	}
	return run
}

// Suites that run at the same time on one server, with the same credentials, never see each other.
func TestSuitesNeverSeeEachOther(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, sessionConfig)})
	ahead := map[string]time.Duration{"suite-a": time.Minute, "suite-b": 15 * time.Minute, "suite-c": time.Hour}
	progress := map[string]int{"suite-a": 0, "suite-b": 30, "suite-c": 100}
	runs := map[string]suiteRun{}
	t.Run("at once", func(t *testing.T) {
		var mu sync.Mutex
		for name := range ahead {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				run := runSuite(t, s, name, ahead[name])
				mu.Lock()
				defer mu.Unlock()
				runs[name] = run
			})
		}
	})
	for name, run := range runs {
		if want := []string{"AUTHENTICATION_FAILED", "AUTHENTICATION_FAILED", "ACCOUNT_LOCKED"}; !slices.Equal(run.errors, want) {
			t.Errorf("%s: its logins failed with %v, want %v: attempts are counted by session", name, run.errors, want)
		}
		checkOwn(t, s, name, run.connections, progress[name])
	}
	if list := connectionsOf(t, s); len(list) > 0 {
		t.Errorf("the session default lists %d connections of others", len(list))
	}
}

func connectionsOf(t *testing.T, s *server) []connection {
	t.Helper()
	type page struct {
		Connections []connection `json:"bank_connections"`
	}
	return into[page](t, s.do(t, "GET", basePath+"/bank_connections?limit=200", nil), 200).Connections
}

// checkOwn checks that a session's list and journal hold its own exchanges, and no others.
func checkOwn(t *testing.T, s *server, name string, own []string, progress int) {
	t.Helper()
	var listed []string
	for _, c := range connectionsOf(t, s.in(name)) {
		listed = append(listed, c.ID)
		if c.ImportProgress != progress {
			t.Errorf("%s: an import is at %d %%, want %d", name, c.ImportProgress, progress)
		}
	}
	if !slices.Equal(listed, own) {
		t.Errorf("%s lists %v, want %v", name, listed, own)
	}
	type page struct {
		Exchanges []struct {
			Session    string  `json:"session"`
			Connection *string `json:"bank_connection_id"`
		}
	}
	journal := into[page](t, s.do(t, "GET", "/admin/v1/journal?limit=200&session="+name, nil), 200)
	if want := 3 + 2*len(own); len(journal.Exchanges) < want {
		t.Errorf("%s: %d exchanges in its journal, want at least %d", name, len(journal.Exchanges), want)
	}
	for _, e := range journal.Exchanges {
		if e.Session != name || e.Connection != nil && !slices.Contains(own, *e.Connection) {
			t.Errorf("%s: another's exchange in its journal: %+v", name, e)
		}
	}
}

// A frozen clock holds a process a millisecond before it is decided, while real time goes on.
func TestFrozenClockHolds(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, sessionConfig)})
	s.frozen(t, "held")
	begun := s.in("held").login(t, "phone")
	s.changeClock(t, "held", fields{"advance": "1999ms"})
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); pass(20 * time.Millisecond) {
		if got := s.process(t, begun.ID); got.Status != decoupledRequired {
			t.Fatalf("%s at 1,999 ms, want %s for as long as the clock stands", got.Status, decoupledRequired)
		}
	}
	s.changeClock(t, "held", fields{"advance": "1ms"})
	if got := s.process(t, begun.ID); got.Status != authenticated || got.UpdatedAt.Sub(begun.CreatedAt) != 2*time.Second {
		t.Errorf("%s after %v, want %s after 2s", got.Status, got.UpdatedAt.Sub(begun.CreatedAt), authenticated)
	}
}

// Ninety days by the session's clock age a consent; a day less does not.
func TestConsentAges(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, sessionConfig)})
	for name, test := range map[string]struct{ advance, status, code string }{
		"young": {"89d", success, ""},
		"old":   {"90d", failedWithError, "CONSENT_EXPIRED"},
	} {
		s.frozen(t, name)
		made := s.in(name).connect(t, s.in(name).login(t, "consent").ID)
		s.changeClock(t, name, fields{"advance": test.advance})
		if got := s.connection(t, made.ID); got.Status != success {
			t.Fatalf("%s: the first import is %s after %s", name, got.Status, test.advance)
		}
		into[connection](t, s.do(t, "POST", connectionPath(made.ID)+"/update", nil), 200)
		s.changeClock(t, name, fields{"advance": "1h"})
		if got := s.connection(t, made.ID); got.Status != test.status || got.Error.code() != test.code {
			t.Errorf("%s: the update ends %s, %v; want %s %s", name, got.Status, got.Error, test.status, test.code)
		}
	}
}

// When `advance` answers, row and history are written to the last step.
func TestAdvanceWritesBeforeItAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, sessionConfig)})
	for name, frozen := range map[string]bool{"stands": true, "runs": false} {
		into[session](t, s.do(t, "POST", "/admin/v1/sessions", fields{"id": name, "frozen": frozen}), 201)
		made := s.in(name).connect(t, s.in(name).login(t, "consent").ID)
		if got := s.changeClock(t, name, fields{"advance": "1h"}); got.Left || got.Written != 1 {
			t.Errorf("%s: the turn wrote %d connections, left more: %t", name, got.Written, got.Left)
		}
		row, history := s.record(t, made.ID), s.history(t, made.ID)
		if row.Status != success || row.Progress != 100 || len(history) != 3 {
			t.Fatalf("%s: the row is %+v, its history %+v", name, row, history)
		}
		for i, progress := range []int{30, 70, 100} {
			at := made.CreatedAt.Add(time.Duration(i+1) * 10 * time.Minute).Format(stamp)
			if history[i].Progress != progress || history[i].At != at {
				t.Errorf("%s: step %d is %+v, want %d %% at %s", name, i, history[i], progress, at)
			}
		}
	}
}

// Sessions, their clocks and what stands in them survive a restart, and kill -9.
func TestSessionsSurvive(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, sessionConfig)})
	seeded := into[session](t, s.do(t, "POST", "/admin/v1/sessions", fields{"id": "held", "seed": 7, "frozen": true}), 201)
	if seeded.Seed == nil || *seeded.Seed != 7 {
		t.Fatalf("made with the seed 7 it is %+v", seeded)
	}
	begun := s.in("held").login(t, "phone")
	held := s.changeClock(t, "held", fields{"advance": "1999ms"})
	ahead := s.changeClock(t, "ahead", fields{"advance": "90d"})
	for _, end := range []func(){func() { s.kill(t) }, func() { s.end(t) }} {
		end()
		s = s.again(t)
		if got := s.session(t, "held"); !got.Frozen || !got.Now.Equal(held.Now) || got.Seed == nil || *got.Seed != 7 {
			t.Errorf("the frozen session is %+v, it was %+v", got, held)
		}
		if got := s.session(t, "ahead"); got.Offset != "90d" || got.Now.Before(ahead.Now) {
			t.Errorf("the session that runs ahead is %+v, it was %+v", got, ahead)
		}
		if got := s.process(t, begun.ID); got.Status != decoupledRequired {
			t.Errorf("the process that was held is %s", got.Status)
		}
	}
	s.changeClock(t, "held", fields{"advance": "1ms"})
	if got := s.process(t, begun.ID); got.Status != authenticated {
		t.Errorf("at 2,000 ms the process is %s, want %s", got.Status, authenticated)
	}
}

// A clock that is turned on one node is turned on all of them, at once.
func TestClocksAcrossNodes(t *testing.T) {
	t.Parallel()
	database := pgtest.Start(t).NewDatabase(t)
	c := newCluster(t, 2, database, database)
	one, other := c.nodes[0], c.nodes[1]
	one.frozen(t, "shared")
	soon := other.in("shared").login(t, "soon")
	made := one.in("shared").connect(t, other.in("shared").login(t, "success").ID)
	other.changeClock(t, "shared", fields{"advance": "999ms"})
	for i, node := range c.nodes {
		if got := node.process(t, soon.ID); got.Status != decoupledRequired {
			t.Errorf("node %d: %s at 999 ms", i, got.Status)
		}
	}
	turned := one.changeClock(t, "shared", fields{"advance": "1ms"})
	for i, node := range c.nodes {
		if got := node.session(t, "shared"); !got.Frozen || !got.Now.Equal(turned.Now) {
			t.Errorf("node %d shows %+v, want %v", i, got, turned.Now)
		}
		if got := node.process(t, soon.ID); got.Status != authenticated {
			t.Errorf("node %d: %s at 1,000 ms, want %s", i, got.Status, authenticated)
		}
		if got := node.connection(t, made.ID); got.Status != success {
			t.Errorf("node %d: the import is %s at 1,000 ms", i, got.Status)
		}
		if list := connectionsOf(t, node.in("shared")); len(list) != 1 {
			t.Errorf("node %d lists %d connections of the session, want 1", i, len(list))
		}
	}
	if row := c.query(t, "SELECT status FROM bank_connections WHERE id = '"+made.ID+"'"); row != success {
		t.Errorf("the row is %s when the turn has answered", row)
	}
	// Who is told of the import is told in order, before the turn answers.
	if story := c.receiver.stories()[made.ProcessID]; strings.Join(slices.Compact(story), " ") != "process.resolved import.step import.finished" {
		t.Errorf("when the turn has answered, the app was told %v", story)
	}
	other.do(t, "DELETE", "/admin/v1/sessions/shared", nil)
	if got := one.do(t, "GET", connectionPath(made.ID), nil); got.Status != 404 {
		t.Errorf("status %d for a connection of a session that another node removed", got.Status)
	}
}
