package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// live is how soon after a save its rules must answer.
const live = 300 * time.Millisecond

// The main file, and what the versions that are saved later add to it. A version of an included file
// is the same but for the head: its scenarios come first.
const (
	head = `version: 1
banks: [{slug: MockBank, name: Mock Bank, is_mock_bank: true}]
default_bank: MockBank
include: ["team/*.yaml"]
`
	base = `scenarios:
  - name: pending
    when: {username: tester, password: pending}
    authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 4s, then: AUTHENTICATED}]}
    import: {takes: 4s}
  - name: steady
    when: {username: tester, password: steady}
    authentication: AUTHENTICATED
    import: {takes: 4s}
`
	rest = `  - name: anything-else
    when: {bank: any, username: any, password: any}
    authentication: {status: AUTHENTICATION_FAILED, error: {code: INVALID_CREDENTIALS}}
`
)

// version is a configuration that knows one password more, and would have the pending process of
// before fail at once.
func version(password string) string {
	return strings.NewReplacer("after: 4s, then: AUTHENTICATED", "after: 1ms, then: AUTHENTICATION_FAILED").Replace(base) +
		fmt.Sprintf("  - name: new\n    when: {username: tester, password: %s}\n    authentication: AUTHENTICATED\n", password)
}

func TestSaveUnderLoad(t *testing.T) {
	for _, manner := range manners {
		t.Run(manner.name, func(t *testing.T) {
			included := strings.Contains(manner.name, "included")
			config, save := manner.place(t, t.TempDir(), head+base+rest)
			whole := func(text string) string {
				if included {
					return strings.NewReplacer("name: pending", "name: pending-2", "name: steady", "name: steady-2").Replace("version: 1\n" + text)
				}
				return head + text + rest
			}
			s := start(t, setup{binary: shipped, config: config})
			pending := s.login(t, "pending")
			importing := s.connect(t, s.login(t, "steady").ID)
			load := startLoad(s, pending.ID, importing.ID)

			load.goesOn(t)
			saveAndSee(t, s, "first", func() { save(whole(version("first"))) })
			load.goesOn(t)
			mark := s.log.mark()
			save(strings.Replace(whole(version("second")), "authentication: AUTHENTICATED", "authentication: AUTHENTICATE", 1))
			awaitRefusal(t, s, mark)
			load.goesOn(t)
			if got := s.login(t, "first"); got.Status != authenticated {
				t.Errorf("with a broken file, the last good one's login: %s, want %s", got.Status, authenticated)
			}
			if got := s.login(t, "second"); got.Status != failed {
				t.Errorf("a broken file's login: %s, want %s", got.Status, failed)
			}
			saveAndSee(t, s, "third", func() { save(whole(version("third"))) })
			load.goesOn(t)

			checkUnchanged(t, s, pending, importing)
			load.stop(t)
		})
	}
}

// saveAndSee saves and waits until the password's scenario answers, which must be soon.
func saveAndSee(t *testing.T, s *server, password string, save func()) {
	t.Helper()
	if got := s.login(t, password); got.Status != failed {
		t.Fatalf("before the save, %s is %s", password, got.Status)
	}
	save()
	saved := time.Now()
	for {
		got := s.do(t, "POST", basePath+"/bank_connections/authenticate", credentials(password))
		after := got.Sent.Sub(saved)
		if into[process](t, got, 200).Status == authenticated {
			t.Logf("live %v after the save", after.Round(time.Millisecond))
			return
		}
		if after > live {
			t.Errorf("%q is not live %v after the save", password, after)
			eventually(t, patience, "the save is live", func() bool { return s.login(t, password).Status == authenticated })
			return
		}
	}
}

var place = regexp.MustCompile(`(mockbank|added)\.yaml:\d+:\d+`)

// awaitRefusal waits until the log says where the file is broken, and why; so must the status.
func awaitRefusal(t *testing.T, s *server, mark int) {
	t.Helper()
	s.log.awaitAfter(t, mark, "where the file is broken", func(l entry) bool {
		return l.Level == "error" && place.MatchString(l.Raw) && strings.Contains(l.Raw, `AUTHENTICATE\"`)
	})
	type status struct {
		Last struct {
			Result   string `json:"result"`
			Problems []struct {
				File, Message string
				Line, Column  int
			}
		} `json:"last_reload"`
	}
	got := into[status](t, s.do(t, "GET", "/admin/v1/status", nil), 200).Last
	if got.Result != "refused" || len(got.Problems) == 0 || got.Problems[0].Line == 0 || got.Problems[0].Message == "" {
		t.Errorf("the status says %+v, want refused, with the place and the reason", got)
	}
	if metrics := string(s.do(t, "GET", "/metrics", nil).Body); !strings.Contains(metrics, "mockbank_config_last_reload_successful 0") {
		t.Error("the metrics do not say that the last reload was refused")
	}
}

// checkUnchanged sees what was under way before the saves end as it would have without them.
func checkUnchanged(t *testing.T, s *server, pending process, importing connection) {
	t.Helper()
	eventually(t, patience, "the pending process is decided", func() bool { return s.process(t, pending.ID).Status != decoupledRequired })
	if got := s.process(t, pending.ID); got.Status != authenticated || got.UpdatedAt.Sub(pending.CreatedAt) != 4*time.Second {
		t.Errorf("the process of before the saves is %s since %v, want %s since 4s", got.Status, got.UpdatedAt.Sub(pending.CreatedAt), authenticated)
	}
	eventually(t, patience, "the import ends", func() bool { return s.connection(t, importing.ID).Status != inProgress })
	if got := s.connection(t, importing.ID); got.Status != success || got.FinishedAt.Sub(importing.CreatedAt) != 4*time.Second {
		t.Errorf("the import of before the saves is %s after %v, want %s after 4s", got.Status, got.FinishedAt.Sub(importing.CreatedAt), success)
	}
}

// load is 500 requests a second of every kind that a client sends.
type load struct {
	began  time.Time
	done   chan struct{}
	busy   sync.WaitGroup
	sent   atomic.Int64
	mu     sync.Mutex
	faults []string
}

const perSecond = 500

func startLoad(s *server, processID, connectionID string) *load {
	l := &load{began: time.Now(), done: make(chan struct{})}
	calls := []func() (answer, error){
		func() (answer, error) { return s.send("GET", processPath(processID), nil) },
		func() (answer, error) { return s.send("GET", connectionPath(connectionID), nil) },
		func() (answer, error) {
			return s.send("POST", basePath+"/bank_connections/authenticate", credentials("steady"))
		},
		func() (answer, error) { return s.send("GET", basePath+"/banks?is_mock_bank=any", nil) },
	}
	numbers := make(chan int, perSecond)
	for range 16 {
		l.busy.Go(func() {
			for number := range numbers {
				got, err := calls[number%len(calls)]()
				l.record(got, err)
			}
		})
	}
	l.busy.Go(func() { l.pace(numbers) })
	return l
}

// pace hands out turns evenly; one that finds everybody busy is late, not lost.
func (l *load) pace(numbers chan<- int) {
	defer close(numbers)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for number := 0; ; {
		select {
		case <-l.done:
			return
		case <-tick.C:
			for due := int(time.Since(l.began).Seconds() * perSecond); number < due; number++ {
				numbers <- number
			}
		}
	}
}

func (l *load) record(got answer, err error) {
	l.sent.Add(1)
	if err == nil && got.Status == 200 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = append(l.faults, fmt.Sprintf("status %d, %v: %s", got.Status, err, got.Body))
}

// goesOn waits until requests were answered that came after it was called: so some are under way at each save.
func (l *load) goesOn(t *testing.T) {
	t.Helper()
	before := l.sent.Load()
	eventually(t, patience, "requests are answered", func() bool { return l.sent.Load() >= before+perSecond/10 })
}

// stop ends the load: not one request may have failed.
func (l *load) stop(t *testing.T) {
	t.Helper()
	close(l.done)
	l.busy.Wait()
	if len(l.faults) > 0 {
		t.Errorf("%d of %d requests failed; the first: %s", len(l.faults), l.sent.Load(), l.faults[0])
	}
}

func TestReloadByAdmin(t *testing.T) {
	t.Parallel()
	config := writeConfig(t, head+base+rest)
	s := start(t, setup{config: config})
	type outcome struct{ Result, Trigger string }
	if got := into[outcome](t, s.do(t, "POST", "/admin/v1/reload", nil), 200); got.Result != "unchanged" || got.Trigger == "" {
		t.Errorf("a reload of the same: %+v, want unchanged, and what asked for it", got)
	}
	write(t, config, head+version("first")+rest)
	into[outcome](t, s.do(t, "POST", "/admin/v1/reload", nil), 200)
	if got := s.login(t, "first"); got.Status != authenticated {
		t.Errorf("after the reload: %s, want %s", got.Status, authenticated)
	}
	write(t, config, head+"scenarios: [{name: broken}]\n")
	refused := s.do(t, "POST", "/admin/v1/reload", nil)
	checkProblem(t, refused, 422, "configuration_refused")
	if !strings.Contains(string(refused.Body), `"line":5`) {
		t.Errorf("the problem does not name the place: %s", refused.Body)
	}
	if got := s.login(t, "first"); got.Status != authenticated {
		t.Errorf("with a broken file: %s, want %s", got.Status, authenticated)
	}
}
