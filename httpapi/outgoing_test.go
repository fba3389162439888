package httpapi

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine"
)

// shaped is a scenario whose first step shapes its answers.
func shaped(password string, respond, polled *engine.Response) *engine.Scenario {
	return scenario(password, threeSeconds, engine.Step{
		Name: "waiting", Status: engine.DecoupledAuthRequired, Respond: respond, Polled: polled,
		Next: []engine.Transition{{Event: engine.Event{Kind: engine.EventAfter, After: engine.Fixed(time.Second)}, To: 1}},
	}, authenticated)
}

// shape lets the server play the scenarios and the faults from now on.
func (s *server) shape(faults []engine.Fault, scenarios ...*engine.Scenario) *server {
	s.t.Helper()
	rules, err := engine.NewRuleSet(engine.RuleSetConfig{
		Hash: "5eed5eed5eed5eed", DefaultBank: "MockBank", Banks: testBanks(), Scenarios: append(scenarios, testScenarios()...),
		NoScenario: engine.Failure{Code: "NO_SCENARIO"}, Faults: faults,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.bank.Use(rules)
	return s
}

func fault(endpoint engine.Endpoint, response engine.Response) engine.Fault {
	every := engine.Matcher{Any: true}
	return engine.Fault{
		Name: "fault of " + string(endpoint), Endpoint: endpoint, Response: response,
		When: engine.Condition{Bank: every, Username: every, Password: every},
	}
}

func text(s string) *engine.Text { t := engine.Text(s); return &t }

func TestShapedAnswers(t *testing.T) {
	t.Parallel()
	second := engine.Fixed(1001 * time.Millisecond)
	s := start(t).shape(nil, shaped("shaped", &engine.Response{
		HTTPStatus: 418, RetryAfter: &second, Body: text("<busy/>"),
		Headers: map[string]engine.Text{"content-type": "text/xml", "X-Own": "a", "Content-Length": "1", "X-Mockbank-Rules": "mine"},
	}, nil))
	got := s.do("POST", base+"/bank_connections/authenticate", credentials("shaped"))
	if got.Code != 418 || got.Body.String() != "<busy/>" {
		t.Errorf("%d %s", got.Code, got.Body)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/xml", "Retry-After": "2", "X-Own": "a", "Content-Length": "7", "X-Mockbank-Scenario": "shaped-case", "X-Mockbank-Rules": "mine",
	} {
		if got.Header().Get(name) != want {
			t.Errorf("%s is %q, want %q", name, got.Header().Get(name), want)
		}
	}
	recorded := s.exchanges("")[0]
	if at(recorded, "response.status") != 418.0 || at(recorded, "response.body") != nil || at(recorded, "state") != "DECOUPLED_AUTH_REQUIRED" {
		t.Errorf("the journal says %v", recorded["response"])
	}
	id := at(recorded, "bank_authentication_process_id").(string)
	s.get(base + "/bank_connections/authenticate/" + id).want(200)
}

func TestShapeOfAStatusWithoutBody(t *testing.T) {
	t.Parallel()
	s := start(t).shape(nil, shaped("shaped", &engine.Response{HTTPStatus: 204}, nil))
	got := s.do("POST", base+"/bank_connections/authenticate", credentials("shaped"))
	if got.Code != 204 || got.Body.Len() != 0 || got.Header().Get("Content-Length") != "" {
		t.Errorf("%d %s %v", got.Code, got.Body, got.Header())
	}
}

func TestRateLimitIsAProblem(t *testing.T) {
	t.Parallel()
	s := start(t).shape(nil, shaped("limited", nil, &engine.Response{RateLimit: &engine.RateLimit{Per: 5 * time.Second, Requests: 1}}))
	id := s.login("limited")
	poll := base + "/bank_connections/authenticate/" + id
	s.get(poll).want(200)
	s.clock.advance(100 * time.Millisecond)
	got := s.get(poll).wantProblem(429, "too_many_requests")
	if got.Header().Get("Retry-After") != "5" || got.Header().Get("X-Mockbank-Scenario") != "limited-case" {
		t.Errorf("%v", got.Header())
	}
}

func TestFaultsOfEveryEndpoint(t *testing.T) {
	t.Parallel()
	var faults []engine.Fault
	for _, endpoint := range engine.Endpoints() {
		faults = append(faults, fault(endpoint, engine.Response{HTTPStatus: 503, Body: text(`{"down":true}`)}))
	}
	s := start(t)
	waiting, process, connection := s.login("phone"), s.login("success"), s.connect("success")
	s.shape(faults)
	for path, body := range map[string]string{
		"/bank_connections/authenticate": credentials("success"), "/bank_connections/confirm_challenge_response": processField(waiting),
		"/bank_connections": processField(process), "/bank_connections/" + connection + "/update": "{}",
	} {
		s.wantDown(s.do("POST", base+path, body), path)
	}
	for _, path := range []string{
		base + "/bank_connections/authenticate/" + waiting, base + "/bank_connections/" + connection, base + "/banks", base + "/banks/MockBank",
		"/api/v1/banks", "/api/v1/banks/MockBank", base + "/bank_connections/" + unknownID,
		base + "/bank_connections",
	} {
		s.wantDown(s.do("GET", path, ""), path)
	}
	for _, path := range []string{"/healthz", "/"} {
		s.get(path).want(200)
	}
	s.get("/admin/v1/processes/"+process, loopback).want(200)
	if s.get("/admin/v1/processes/"+process, loopback).text("bank_connection_id") == "" {
		t.Error("a broken answer undid what it tells of")
	}
}

func (s *server) wantDown(got answered, path string) {
	s.t.Helper()
	if got.Code != 503 || got.Body.String() != `{"down":true}` || !strings.HasPrefix(got.Header().Get("X-Mockbank-Fault"), "fault of ") {
		s.t.Errorf("%s: %d %s %v", path, got.Code, got.Body, got.Header())
	}
}

func TestFaultsKnowTheUser(t *testing.T) {
	t.Parallel()
	f := fault(engine.EndpointProcess, engine.Response{HTTPStatus: 502})
	f.When.Username = engine.Literal("somebody")
	s := start(t)
	mine, other := s.login("phone"), s.send("POST", base+"/bank_connections/authenticate", object("username", "somebody", "password", "x")).want(200).text("bank_authentication_process_id")
	s.shape([]engine.Fault{f})
	if got := s.do("GET", base+"/bank_connections/authenticate/"+other, ""); got.Code != 502 {
		t.Errorf("%d", got.Code)
	}
	s.get(base + "/bank_connections/authenticate/" + mine).want(200)
	locked := start(t, func(c *Config) { c.Tokens = []string{"t0ken"} }).shape([]engine.Fault{fault(engine.EndpointBanks, engine.Response{HTTPStatus: 502})})
	locked.get(base + "/banks").want(401)
}

// A fault and a step that both shape an answer.
func TestShapesTogether(t *testing.T) {
	t.Parallel()
	s := start(t).shape([]engine.Fault{fault(engine.EndpointAuthenticate, engine.Response{
		HTTPStatus: 503, Headers: map[string]engine.Text{"X-B": "fault", "X-C": "fault"},
	})}, shaped("shaped", &engine.Response{
		HTTPStatus: 202, Body: text("{}"), Headers: map[string]engine.Text{"X-A": "step", "X-B": "step"},
	}, nil))
	got := s.do("POST", base+"/bank_connections/authenticate", credentials("shaped"))
	if got.Code != 503 || got.Body.String() != "{}" || got.Header().Get("X-A")+got.Header().Get("X-B")+got.Header().Get("X-C") != "stepfaultfault" {
		t.Errorf("%d %s %v", got.Code, got.Body, got.Header())
	}
}

// do sends a request whose answer a scenario may shape into one that the API does not describe.
func (s *server) do(method, path, body string, changes ...request) answered {
	s.t.Helper()
	got, _ := s.answer(method, path, body, changes...)
	return got
}

// play runs a test on a server whose bank lives in the test's own time.
func play(t *testing.T, test func(s *server, stop func())) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &server{t: t, store: engine.NewMemory(), configuration: newConfiguration(), log: new(logBuffer)}
		s.bank = engine.NewBank(engine.BankConfig{
			Store: s.store, Now: time.Now, After: time.After, NewID: func() string { return uuid.Must(uuid.NewV7()).String() },
		})
		s.bank.Use(newRules(t))
		stopping := make(chan struct{})
		handler, err := New(Config{Bank: s.bank, Requests: s.store, Configuration: s.configuration, Logger: zerolog.New(s.log), Stopping: stopping})
		if err != nil {
			t.Fatal(err)
		}
		s.handler = handler
		test(s, sync.OnceFunc(func() { close(stopping) }))
	})
}

// delayed is a scenario whose login is answered after two seconds, one second after it was approved.
func delayed() *engine.Scenario {
	return shaped("slow", &engine.Response{Delay: engine.Delay{Duration: engine.Fixed(2 * time.Second)}}, nil)
}

func TestDelayedAnswerIsMadeWhenItIsReleased(t *testing.T) {
	t.Parallel()
	play(t, func(s *server, _ func()) {
		s.shape(nil, delayed())
		began := time.Now()
		got := s.send("POST", base+"/bank_connections/authenticate", credentials("slow")).want(200)
		if took := time.Since(began); took != 2*time.Second || got.text("status") != "AUTHENTICATED" {
			s.t.Errorf("after %s it is %s", took, got.text("status"))
		}
		if recorded := s.exchanges("")[0]; at(recorded, "response.delayed_ms") != 2000.0 {
			s.t.Errorf("%v", recorded["response"])
		}
	})
}

func TestDelayIsCommittedFirst(t *testing.T) {
	t.Parallel()
	play(t, func(s *server, _ func()) {
		s.shape(nil, delayed())
		var all sync.WaitGroup
		all.Go(func() { s.send("POST", base+"/bank_connections/authenticate", credentials("slow")) })
		synctest.Wait()
		if scenario, _ := s.bank.Rules().Scenario("slow-case"); scenario.Hits() != 1 {
			s.t.Errorf("%d logins are known while the answer waits", scenario.Hits())
		}
		all.Wait()
	})
}

func TestDelayGoesByTheSessionsClock(t *testing.T) {
	t.Parallel()
	play(t, func(s *server, _ func()) {
		s.shape(nil, delayed())
		s.send("POST", "/admin/v1/sessions/s/clock", `{"freeze": true}`, loopback).want(200)
		var all sync.WaitGroup
		all.Go(func() {
			if got := s.send("POST", base+"/bank_connections/authenticate", credentials("slow"), inSession("s")).want(200); got.text("status") != "AUTHENTICATED" {
				s.t.Errorf("%s", got.Body)
			}
		})
		<-time.After(time.Hour)
		began := time.Now()
		s.send("POST", "/admin/v1/sessions/s/clock", `{"advance": "2s"}`, loopback).want(200)
		all.Wait()
		if time.Since(began) != 0 {
			s.t.Errorf("released after %s", time.Since(began))
		}
	})
}

func TestShutdownReleasesWhatWaits(t *testing.T) {
	t.Parallel()
	play(t, func(s *server, stop func()) {
		s.shape([]engine.Fault{fault(engine.EndpointBanks, engine.Response{Fault: engine.FaultDribble, Delay: engine.Delay{Duration: engine.Fixed(time.Hour)}})}, delayed())
		var all sync.WaitGroup
		began := time.Now()
		all.Go(func() {
			if got := s.send("POST", base+"/bank_connections/authenticate", credentials("slow")).want(200); got.text("status") != "DECOUPLED_AUTH_REQUIRED" {
				s.t.Errorf("%s", got.Body)
			}
		})
		all.Go(func() { s.get(base + "/banks").want(200) })
		synctest.Wait()
		stop()
		all.Wait()
		if time.Since(began) != 0 {
			s.t.Errorf("released after %s", time.Since(began))
		}
	})
}

func TestDribble(t *testing.T) {
	t.Parallel()
	play(t, func(s *server, _ func()) {
		s.shape([]engine.Fault{fault(engine.EndpointBanks, engine.Response{Fault: engine.FaultDribble})})
		began := time.Now()
		got := s.get(base + "/banks?is_mock_bank=any").want(200)
		if took := time.Since(began); took < 4*time.Second || took > dribblePieces*dribblePause || !got.Flushed {
			s.t.Errorf("%d bytes took %s", got.Body.Len(), took)
		}
	})
}

// Repeats of a request whose answer is held back, and of one whose answer was broken.
func TestRepeatsOfShapedAnswers(t *testing.T) {
	t.Parallel()
	play(t, func(s *server, _ func()) {
		s.shape([]engine.Fault{fault(engine.EndpointConnect, engine.Response{HTTPStatus: 503, Delay: engine.Delay{Duration: engine.Fixed(time.Minute)}})}, delayed())
		key := header("Idempotency-Key", "one")
		first := make(chan answered, 1)
		ask := func() answered {
			return s.send("POST", base+"/bank_connections/authenticate", credentials("slow"), key)
		}
		go func() { first <- ask() }()
		synctest.Wait()
		ask().wantProblem(409, "idempotency_key_in_use")
		released, again := (<-first).want(200), ask().want(200)
		if released.Body.String() != again.Body.String() || again.text("status") != "AUTHENTICATED" || again.Header().Get("Idempotency-Replayed") != "true" {
			s.t.Errorf("%s\n%s", released.Body, again.Body)
		}
		process := released.text("bank_authentication_process_id")
		connect := func() answered { return s.do("POST", base+"/bank_connections", processField(process), key) }
		go func() { first <- connect() }()
		<-time.After(50 * time.Second) // longer than a claim's lease
		connect().wantProblem(409, "idempotency_key_in_use")
		if broken := <-first; broken.Code != 503 || connect().want(201).text("id") == "" {
			s.t.Errorf("%d, then %s", broken.Code, connect().Body)
		}
	})
}

// A client that goes away frees what waits for it.
func TestClientThatGoesAway(t *testing.T) {
	t.Parallel()
	play(t, func(s *server, _ func()) {
		s.shape(nil, shaped("slow", &engine.Response{Delay: engine.Delay{Duration: engine.Fixed(time.Hour)}}, nil))
		began := time.Now()
		s.do("POST", base+"/bank_connections/authenticate", credentials("slow"), func(r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), time.Second)
			s.t.Cleanup(cancel)
			*r = *r.WithContext(ctx)
		})
		if time.Since(began) != time.Second {
			s.t.Errorf("it waited for %s", time.Since(began))
		}
	})
}
