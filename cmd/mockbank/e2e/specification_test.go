package e2e

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// The statuses of a process and of a connection.
const (
	authenticated     = "AUTHENTICATED"
	failed            = "AUTHENTICATION_FAILED"
	challengeRequired = "CHALLENGE_RESPONSE_REQUIRED"
	decoupledRequired = "DECOUPLED_AUTH_REQUIRED"
	redirectRequired  = "REDIRECT_REQUIRED"

	inProgress      = "IN_PROGRESS"
	success         = "SUCCESS"
	failedWithError = "FAILED_WITH_ERROR"
)

// Each line of the specification's table, as it answers at once. What time does to them is in
// timing_test.go and import_test.go.
func TestSpecification(t *testing.T) {
	t.Parallel()
	start(t, setup{}).playsTheTable(t)
}

// playsTheTable logs in by each line of the table.
func (s *server) playsTheTable(t *testing.T) {
	t.Helper()
	for password, want := range map[string]struct{ status, code string }{
		"success":                      {authenticated, ""},
		"bankConnectionError":          {authenticated, ""},
		"challengeRequired":            {challengeRequired, ""},
		"decoupledAuthRequired":        {decoupledRequired, ""},
		"decoupledAuthRequiredSuccess": {decoupledRequired, ""},
		"decoupledAuthRequiredError":   {decoupledRequired, ""},
		"redirectRequired":             {redirectRequired, ""},
		"anything else":                {failed, "INVALID_CREDENTIALS"},
		"Success":                      {failed, "INVALID_CREDENTIALS"},
		"":                             {failed, "INVALID_CREDENTIALS"},
	} {
		t.Run(password, func(t *testing.T) {
			t.Parallel()
			got := s.login(t, password)
			if got.Status != want.status || got.Error.code() != want.code {
				t.Errorf("status %s, %v; want %s, %q", got.Status, got.Error, want.status, want.code)
			}
			if got.BankSlug != "MockBank" {
				t.Errorf("bank %q, want the default bank", got.BankSlug)
			}
			if read := s.process(t, got.ID); read.Status != want.status || !read.CreatedAt.Equal(got.CreatedAt) {
				t.Errorf("read again it is %+v, was %+v", read, got)
			}
		})
	}
}

func TestOtherUsersAndBanks(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	for name, body := range map[string]fields{
		"another user":         {"username": "somebody", "password": "success"},
		"another bank":         {"username": "tester", "password": "success", "bank_slug": "SampleBank"},
		"user in another case": {"username": "Tester", "password": "success"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := into[process](t, s.do(t, "POST", basePath+"/bank_connections/authenticate", body), 200)
			if got.Status != failed || got.Error.code() != "INVALID_CREDENTIALS" {
				t.Errorf("status %s, %v; want it to fail with INVALID_CREDENTIALS", got.Status, got.Error)
			}
		})
	}
}

func TestChallenge(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	for name, test := range map[string]struct{ response, status, code string }{
		"right": {"123456", authenticated, ""},
		"wrong": {"654321", failed, "INVALID_CHALLENGE_RESPONSE"},
		"empty": {"", failed, "INVALID_CHALLENGE_RESPONSE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := s.login(t, "challengeRequired")
			if c := asked.Challenge; c == nil || c.Kind != "TEXT" || c.Message == "" || c.AnswerFieldLabel == "" {
				t.Fatalf("the challenge is %+v; want kind TEXT, a message and a label", c)
			}
			got := into[process](t, s.confirm(t, asked.ID, test.response), 200)
			if got.Status != test.status || got.Error.code() != test.code || got.Challenge != nil {
				t.Errorf("status %s, %v, challenge %v; want %s, %q, none", got.Status, got.Error, got.Challenge, test.status, test.code)
			}
			again := into[problem](t, s.confirm(t, asked.ID, "123456"), 409)
			if again.Code != "no_challenge_open" {
				t.Errorf("a second response: %q, want no_challenge_open", again.Code)
			}
		})
	}
}

// A process that waits for the phone stays so until somebody decides; polls of either kind are none.
func TestDecoupledUntilSomebodyDecides(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	for decision, want := range map[string]struct{ status, code string }{
		"approve": {authenticated, ""},
		"decline": {failed, "SCA_DENIED"},
	} {
		t.Run(decision, func(t *testing.T) {
			t.Parallel()
			waiting := s.login(t, "decoupledAuthRequired")
			poll := fields{"bank_authentication_process_id": waiting.ID}
			for range 3 {
				got := into[process](t, s.do(t, "POST", basePath+"/bank_connections/confirm_challenge_response", poll), 200)
				if got.Status != decoupledRequired || s.process(t, waiting.ID).Status != decoupledRequired {
					t.Fatalf("a poll made it %s", got.Status)
				}
			}
			into[process](t, s.do(t, "POST", "/admin/v1/processes/"+waiting.ID+"/"+decision, nil), 200)
			if got := s.process(t, waiting.ID); got.Status != want.status || got.Error.code() != want.code {
				t.Errorf("status %s, %v; want %s, %q", got.Status, got.Error, want.status, want.code)
			}
			late := s.do(t, "POST", "/admin/v1/processes/"+waiting.ID+"/approve", nil)
			if p := into[problem](t, late, 409); p.Code != "no_challenge_open" {
				t.Errorf("a second decision: %q, want no_challenge_open", p.Code)
			}
		})
	}
}

// The specification's "additional password" resolves a waiting process two seconds after it came.
func TestAdditionalPassword(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	for password, status := range map[string]string{
		"decoupledAuthRequiredSuccess": authenticated,
		"decoupledAuthRequiredError":   failed,
	} {
		t.Run(password, func(t *testing.T) {
			t.Parallel()
			waiting := s.login(t, "decoupledAuthRequired")
			body := fields{"bank_authentication_process_id": waiting.ID, "username": "tester", "password": password}
			soon := into[process](t, s.do(t, "POST", basePath+"/bank_connections/authenticate", body), 200)
			if soon.ID != waiting.ID || soon.Status != decoupledRequired {
				t.Fatalf("got %+v, want the same process, still waiting", soon)
			}
			eventually(t, patience, "the process is decided", func() bool { return s.process(t, waiting.ID).Status != decoupledRequired })
			got := s.process(t, waiting.ID)
			if took := got.UpdatedAt.Sub(soon.UpdatedAt); got.Status != status || took != 2*time.Second {
				t.Errorf("%s after %v, want %s after 2s", got.Status, took, status)
			}
		})
	}
}

func TestEveryFieldIsPresent(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	processFields := []string{"bank_authentication_process_id", "bank_slug", "challenge", "created_at", "error",
		"expires_at", "redirect_url", "status", "updated_at"}
	connectionFields := []string{"authentication_status", "bank_authentication_process_id", "bank_slug", "created_at",
		"error", "finished_at", "id", "import_message", "import_progress", "status", "updated_at", "warnings"}

	done := s.login(t, "success")
	made := s.connect(t, done.ID)
	for path, want := range map[string][]string{
		processPath(done.ID):                           processFields,
		processPath(s.login(t, "wrong").ID):            processFields,
		processPath(s.login(t, "redirectRequired").ID): processFields,
		connectionPath(made.ID):                        connectionFields,
	} {
		body := into[map[string]json.RawMessage](t, s.do(t, "GET", path, nil), 200)
		if got := slices.Sorted(maps.Keys(body)); !slices.Equal(got, want) {
			t.Errorf("%s has the fields %v, want %v", path, got, want)
		}
		for _, field := range []string{"created_at", "updated_at"} {
			if stamp := strings.Trim(string(body[field]), `"`); len(stamp) != len("2006-01-02T15:04:05.000Z") || !strings.HasSuffix(stamp, "Z") {
				t.Errorf("%s: %s is %s, want UTC with milliseconds", path, field, stamp)
			}
		}
	}
}

func TestBodiesInEitherForm(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	form := "application/x-www-form-urlencoded"
	for name, test := range map[string]struct{ kind, body string }{
		"form":                     {form, "username=tester&password=success"},
		"JSON":                     {"application/json", `{"username":"tester","password":"success"}`},
		"JSON under curl's type":   {form, `{"username":"tester","password":"success"}`},
		"JSON with a charset":      {"application/json; charset=utf-8", `{"username":"tester","password":"success"}`},
		"fields that nobody knows": {"application/json", `{"username":"tester","password":"success","colour":[1]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := s.do(t, "POST", basePath+"/bank_connections/authenticate", test.body, "Content-Type", test.kind)
			if p := into[process](t, got, 200); p.Status != authenticated {
				t.Errorf("status %s, want %s", p.Status, authenticated)
			}
		})
	}
}

// The tester sees which rule spoke, and whose request it was.
func TestAnswersSayWhichRuleSpoke(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	got := s.do(t, "POST", basePath+"/bank_connections/authenticate", credentials("success"), "X-Request-Id", "of-my-own")
	if scenario := got.Header.Get("X-Mockbank-Scenario"); scenario == "" {
		t.Error("no X-Mockbank-Scenario")
	}
	if rules := got.Header.Get("X-Mockbank-Rules"); rules == "" {
		t.Error("no X-Mockbank-Rules")
	}
	if id := got.Header.Get("X-Request-Id"); id != "of-my-own" {
		t.Errorf("X-Request-Id %q, want the request's own", id)
	}
	s.log.await(t, "the request under its id", func(l entry) bool { return strings.Contains(l.Raw, "of-my-own") })
}
