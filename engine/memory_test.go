package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestMemoryKeepsNothingOfAFailedChange(t *testing.T) {
	t.Parallel()
	store, flow := NewMemory(), frozen(t, yes())
	broken := errors.New("broken")
	key := CounterKey{Session: "s", Kind: CountNamed, Name: "n"}
	request := RequestKey{Key: "k"}
	setUp := func(tx Tx) error {
		return checkAll(tx.InsertConnection(Connection{ID: "c"}, flow, time.Time{}), tx.AppendHistory(ImportStep{ConnectionID: "c"}))
	}
	if err := store.Update(t.Context(), setUp); err != nil {
		t.Fatal(err)
	}
	if _, err := store.ClaimRequest(t.Context(), request, "f", epoch, time.Minute); err != nil {
		t.Fatal(err)
	}
	change := func(tx Tx) error {
		_, counted := tx.AddCounter(key, 3)
		return checkAll(counted, tx.ResetCounter(key), tx.InsertProcess(Process{ID: "p"}, flow),
			tx.SaveProcess(Process{ID: "p", Version: 1}), tx.DeleteConnection("c"), tx.ForgetRequest(request))
	}
	for name, end := range map[string]func() error{
		"an error": func() error { return broken },
		"a panic":  func() error { panic(broken) },
	} {
		err := func() (err error) {
			defer func() {
				if panicked, ok := recover().(error); ok {
					err = panicked
				}
			}()
			return store.Update(t.Context(), func(tx Tx) error { return checkAll(change(tx), end()) })
		}()
		if !errors.Is(err, broken) {
			t.Errorf("%s: Update returns %v", name, err)
		}
		if _, err := store.Process(t.Context(), "p"); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: the process is there: %v", name, err)
		}
		if steps, _ := store.History(t.Context(), "c"); len(steps) != 1 {
			t.Errorf("%s: the history has %d steps", name, len(steps))
		}
		if c, err := store.Connection(t.Context(), "c"); err != nil || c.Version != 1 {
			t.Errorf("%s: the connection: %+v, %v", name, c, err)
		}
		if claim, _ := store.ClaimRequest(t.Context(), request, "g", epoch, time.Minute); claim.First {
			t.Errorf("%s: the claim is gone", name)
		}
		err = store.Update(t.Context(), func(tx Tx) error {
			if n, _ := tx.Counter(key); n != 0 {
				return fmt.Errorf("the counter is %d", n)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMemoryComparesVersions(t *testing.T) {
	t.Parallel()
	store, flow := NewMemory(), frozen(t, yes())
	err := store.Update(t.Context(), func(tx Tx) error {
		return checkAll(tx.InsertProcess(Process{ID: "p"}, flow), tx.InsertConnection(Connection{ID: "c"}, flow, time.Time{}),
			tx.SaveProcess(Process{ID: "p", Version: 1}), tx.SaveConnection(Connection{ID: "c", Version: 1}, false, flow))
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(Tx) error{
		"process":         func(tx Tx) error { return tx.SaveProcess(Process{ID: "p", Version: 1}) },
		"missing process": func(tx Tx) error { return tx.SaveProcess(Process{ID: "q", Version: 1}) },
		"connection":      func(tx Tx) error { return tx.SaveConnection(Connection{ID: "c", Version: 1}, true, flow) },
	} {
		if err := store.Update(t.Context(), change); !errors.Is(err, ErrStale) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := store.Update(ctx, func(Tx) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled change: %v", err)
	}
}

// TestMemoryGivesCopies: what it returns is the caller's own.
func TestMemoryGivesCopies(t *testing.T) {
	t.Parallel()
	store, flow := NewMemory(), frozen(t, yes())
	at := epoch
	insert := func(tx Tx) error {
		return checkAll(
			tx.InsertProcess(Process{ID: "p", Captures: Captures{"a": "1"}, EndsAt: &at}, flow),
			tx.InsertConnection(Connection{
				ID: "c", Captures: Captures{"a": "1"}, EndsAt: &at,
				Error: &Failure{Code: "E"}, Warnings: []Failure{{Code: "W"}},
			}, flow, time.Time{}),
			tx.AppendHistory(ImportStep{ConnectionID: "c", Message: "m"}, ImportStep{ConnectionID: "c", Message: "again"}),
		)
	}
	if err := store.Update(t.Context(), insert); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		p, _ := store.Process(t.Context(), "p")
		c, _ := store.Connection(t.Context(), "c")
		history, _ := store.History(t.Context(), "c")
		body, _ := store.Flow(t.Context(), flow.Hash())
		if p.Captures["a"] != "1" || !p.EndsAt.Equal(epoch) || c.Error.Code != "E" || c.Warnings[0].Code != "W" ||
			len(history) != 1 || history[0].Message != "m" || string(body) != string(flow.Encode()) {
			t.Fatalf("%+v %+v %+v", p, c, history)
		}
		p.Captures["a"], *p.EndsAt, c.Captures["a"], *c.EndsAt = "2", time.Time{}, "2", time.Time{}
		c.Error.Code, c.Warnings[0].Code, history[0].Message, body[0] = "x", "x", "x", 'x'
	}
}

func TestMemoryClaims(t *testing.T) {
	t.Parallel()
	store := NewMemory()
	key := RequestKey{"s", "POST /x", "k"}
	claim := func(now time.Time) Claim {
		t.Helper()
		c, err := store.ClaimRequest(t.Context(), key, "f", now, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	do := func(change func(Tx) error) error { return store.Update(t.Context(), change) }
	if c := claim(epoch); !c.First {
		t.Error("the first is none")
	}
	if c := claim(epoch.Add(59 * time.Second)); c.First || c.Answer != nil || c.Fingerprint != "f" {
		t.Errorf("while the first runs: %+v", c)
	}
	if c := claim(epoch.Add(time.Minute)); !c.First {
		t.Error("a lease that ran out still holds")
	}
	if err := do(func(tx Tx) error { return tx.AnswerRequest(key, []byte("a")) }); err != nil {
		t.Fatal(err)
	}
	if c := claim(epoch.Add(time.Hour)); c.First || string(c.Answer) != "a" {
		t.Errorf("an answered request: %+v", c)
	}
	if err := do(func(tx Tx) error { return tx.AnswerRequest(key, []byte("b")) }); !errors.Is(err, ErrNotFound) {
		t.Errorf("a second answer: %v", err)
	}
	if err := do(func(tx Tx) error { return tx.ForgetRequest(key) }); err != nil {
		t.Fatal(err)
	}
	if c := claim(epoch); string(c.Answer) != "a" {
		t.Error("an answer was forgotten")
	}
	key.Key = "another"
	if c := claim(epoch); !c.First {
		t.Error("another request is not the first")
	}
	if err := do(func(tx Tx) error { return tx.ForgetRequest(key) }); err != nil {
		t.Fatal(err)
	}
	if err := do(func(tx Tx) error { return tx.AnswerRequest(key, nil) }); !errors.Is(err, ErrNotFound) {
		t.Errorf("an answer to nothing: %v", err)
	}
	if c := claim(epoch); !c.First {
		t.Error("a forgotten request still holds")
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	err := &Error{Code: CodeNotFound, Message: "no process has the identifier x", Cause: ErrNotFound}
	if err.Error() != "not_found: no process has the identifier x: not found" || !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if got := refuse(CodeConflict, "busy %d", 1).Error(); got != "conflict: busy 1" {
		t.Error(got)
	}
	if CodeOf(fmt.Errorf("wrapped: %w", err)) != CodeNotFound || CodeOf(errors.New("x")) != "" || CodeOf(nil) != "" {
		t.Error("CodeOf")
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	known := []string{"success", "challengeRequired", "redirectRequired", "MockBank"}
	for name, want := range map[string]string{
		"sucess": "success", "succsess": "success", "challenge": "challengeRequired", "mockbank": "MockBank", "zzz": "",
		"Required": "redirectRequired challengeRequired",
	} {
		if got := strings.Join(Nearest(name, known, 3), " "); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
	if d := EditDistance("ab", "ba"); d != 1 {
		t.Errorf("swapping two neighbours costs %d", d)
	}
	if d := EditDistance(strings.Repeat("a", 65), "b"); d != 66 {
		t.Errorf("a long text is compared: %d", d)
	}
	if got := unknownName("bank", "zzz", known); got != `no bank is named "zzz"` {
		t.Error(got)
	}
}

func TestRuleSetRefuses(t *testing.T) {
	t.Parallel()
	broken := scenario("broken", "", steps(yes()))
	broken.When.Username = Matcher{Matches: "("}
	header := scenario("header", "", steps(yes()))
	header.When.Headers = map[string]Matcher{"X-A": {Matches: "("}}
	for want, scenarios := range map[string][]*Scenario{
		`scenario "broken": regular expression "("`: {broken},
		`scenario "header": regular expression "("`: {header},
		`scenario "empty": flow of scenario`:        {scenario("empty", "", &Flow{})},
		`two scenarios have the name "twice"`:       {scenario("twice", "a", steps(yes())), scenario("twice", "b", steps(yes()))},
	} {
		if _, err := NewRuleSet(RuleSetConfig{Scenarios: scenarios}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("NewRuleSet: %v, want %q", err, want)
		}
	}
}

func TestVocabulary(t *testing.T) {
	t.Parallel()
	for _, s := range Statuses() {
		if ended := s == Authenticated || s == AuthenticationFailed; !s.Valid() || s.Ended() != ended {
			t.Errorf("status %s", s)
		}
	}
	for _, s := range ImportStatuses() {
		if !s.Valid() || s.Ended() != (s != InProgress) {
			t.Errorf("import status %s", s)
		}
	}
	if Status("DONE").Valid() || ImportStatus("DONE").Valid() {
		t.Error("a status that nobody declared is valid")
	}
	if len(Actors()) != 3 || len(ChallengeKinds()) != 5 || len(EventKinds()) < 10 {
		t.Error("a vocabulary lost a word")
	}
}
