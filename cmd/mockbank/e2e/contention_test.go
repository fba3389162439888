package e2e

import (
	"errors"
	"slices"
	"sync"
	"testing"
)

// Of two inputs racing for one step exactly one wins; the other is told that nothing is open.
func TestRacingChallengeResponses(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	responses, outcomes := []string{"123456", "000000"}, []string{authenticated, failed}
	for range 25 {
		id := s.login(t, "challengeRequired").ID
		var bodies []fields
		for _, response := range responses {
			bodies = append(bodies, fields{"bank_authentication_process_id": id, "challenge_response": response})
		}
		won := 0
		for i, got := range s.atOnce(t, basePath+"/bank_connections/confirm_challenge_response", bodies...) {
			if got.Status == 409 {
				checkProblem(t, got, 409, "no_challenge_open")
				continue
			}
			won++
			if p := into[process](t, got, 200); p.Status != outcomes[i] || s.process(t, id).Status != p.Status {
				t.Errorf("%s won and made it %s, want %s for ever", responses[i], p.Status, outcomes[i])
			}
		}
		if won != 1 {
			t.Fatalf("%d of two responses won", won)
		}
	}
}

// A process makes one connection, however many ask for it at once.
func TestRacingConnects(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	for range 10 {
		body := fields{"bank_authentication_process_id": s.login(t, "success").ID}
		var made, named []string
		for _, got := range s.atOnce(t, basePath+"/bank_connections", body, body, body, body) {
			if got.Status == 201 {
				made = append(made, into[connection](t, got, 201).ID)
			} else {
				named = append(named, checkProblem(t, got, 409, "authentication_already_used").ConnectionID)
			}
		}
		if len(made) != 1 || !slices.Equal(named, slices.Repeat(made, 3)) {
			t.Fatalf("made %v, refused with the names %v; want one, and three refusals that name it", made, named)
		}
	}
	if count := s.sqlite(t, "SELECT count(*) FROM bank_connections"); count != "10" {
		t.Errorf("%s rows for 10 connections", count)
	}
}

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	path := basePath + "/bank_connections/authenticate"
	first := s.do(t, "POST", path, credentials("success"), "Idempotency-Key", "one")
	id := into[process](t, first, 200).ID
	again := s.do(t, "POST", path, credentials("success"), "Idempotency-Key", "one")
	if string(again.Body) != string(first.Body) || again.Status != first.Status {
		t.Errorf("a repeat got %s, the first %s", again.Body, first.Body)
	}
	checkProblem(t, s.do(t, "POST", path, credentials("other"), "Idempotency-Key", "one"), 422, "idempotency_key_reused")
	if other := s.login(t, "success").ID; other == id {
		t.Error("a request without the key got the same process")
	}

	// The key is one of a route: the same makes a connection, and only one.
	body := fields{"bank_authentication_process_id": id}
	made := into[connection](t, s.do(t, "POST", basePath+"/bank_connections", body, "Idempotency-Key", "one"), 201)
	repeat := into[connection](t, s.do(t, "POST", basePath+"/bank_connections", body, "Idempotency-Key", "one"), 201)
	if made.ID != repeat.ID {
		t.Errorf("a repeat made %s, the first %s", repeat.ID, made.ID)
	}
}

// A repeat survives a crash: the answer was kept together with what it tells of.
func TestIdempotencyKeySurvivesACrash(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	path := basePath + "/bank_connections/authenticate"
	first := s.do(t, "POST", path, credentials("success"), "Idempotency-Key", "one")
	s.kill(t)
	s = s.again(t)
	if again := s.do(t, "POST", path, credentials("success"), "Idempotency-Key", "one"); string(again.Body) != string(first.Body) {
		t.Errorf("a repeat after a crash got %s, the first %s", again.Body, first.Body)
	}
}

// atOnce sends a request of each body at the same moment, and returns their answers in that order.
func (s *server) atOnce(t *testing.T, path string, bodies ...fields) []answer {
	t.Helper()
	var (
		ready   = make(chan struct{})
		answers = make([]answer, len(bodies))
		errs    = make([]error, len(bodies))
		asking  sync.WaitGroup
	)
	for i, body := range bodies {
		asking.Go(func() {
			<-ready
			answers[i], errs[i] = s.send("POST", path, body)
		})
	}
	close(ready)
	asking.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return answers
}
