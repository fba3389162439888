package engine

import (
	"context"
	"slices"
	"testing"
	"time"
)

// watchedStore notes what changes ask of it, besides what they write.
type watchedStore struct {
	*Memory
	asked *[]string
}

func (s watchedStore) Update(ctx context.Context, change func(Tx) error) error {
	return s.Memory.Update(ctx, func(tx Tx) error { return change(watchedTx{tx, s.asked}) })
}

type watchedTx struct {
	Tx
	asked *[]string
}

func (tx watchedTx) record(what string) { *tx.asked = append(*tx.asked, what) }

func (tx watchedTx) Process(id string) (Process, error) {
	tx.record("process")
	return tx.Tx.Process(id)
}

func (tx watchedTx) Connection(id string) (Connection, error) {
	tx.record("connection")
	return tx.Tx.Connection(id)
}

func (tx watchedTx) LockUser(session, bank, username string) error {
	tx.record("lock")
	return tx.Tx.LockUser(session, bank, username)
}

func (tx watchedTx) Counter(key CounterKey) (int, error) {
	tx.record("counter " + string(key.Kind))
	return tx.Tx.Counter(key)
}

func (tx watchedTx) AddCounter(key CounterKey, delta int) (int, error) {
	tx.record("count " + string(key.Kind))
	return tx.Tx.AddCounter(key, delta)
}

func (tx watchedTx) Times(key CounterKey) ([]time.Time, error) {
	tx.record("times")
	return tx.Tx.Times(key)
}

func (tx watchedTx) Window(key CounterKey, per time.Duration, now time.Time) (int, time.Time, error) {
	tx.record("window")
	return tx.Tx.Window(key, per, now)
}

func (tx watchedTx) LastAuthenticated(session, bank, username string, now time.Time) (time.Time, error) {
	tx.record("last authenticated")
	return tx.Tx.LastAuthenticated(session, bank, username, now)
}

func (tx watchedTx) CountConnections(session, bank, username, trigger string) (int, error) {
	tx.record("connections")
	return tx.Tx.CountConnections(session, bank, username, trigger)
}

func (tx watchedTx) CountOpenProcesses(session, bank, username, trigger string, now time.Time) (int, error) {
	tx.record("open processes")
	return tx.Tx.CountOpenProcesses(session, bank, username, trigger, now)
}

func (tx watchedTx) UserProcesses(session, bank, username string, now time.Time) ([]Process, error) {
	tx.record("processes of the user")
	return tx.Tx.UserProcesses(session, bank, username, now)
}

// askedBy returns what a login with a password asks of the database.
func askedBy(t *testing.T, rs *RuleSet, password string) []string {
	t.Helper()
	asked := []string{}
	bank := NewBank(BankConfig{Store: watchedStore{NewMemory(), &asked}, Now: func() time.Time { return epoch }, NewID: func() string { return "id" }})
	bank.Use(rs)
	if _, err := bank.Authenticate(t.Context(), Login{Session: DefaultSession, Bank: "A", Username: "tester", Password: password}); err != nil {
		t.Fatal(err)
	}
	return asked
}

// A scenario without conditions of time, chance or count costs what it always did: nothing is read and nothing counted for
// its logins, whatever other scenarios ask for. Counts of all logins of a user count these too, as they must.
func TestPlainLoginsReadNothing(t *testing.T) {
	t.Parallel()
	three, half, hour := Range{From: 3, To: -1}, Chance{Number: 0.5}, Fixed(time.Hour)
	facts := map[string]Facts{
		"attempt":        {Attempt: &Count{Range: three}},
		"attempt within": {Attempt: &Count{Range: three, Within: hour}},
		"connections":    {Connections: &three},
		"open":           {OpenProcesses: &three},
		"counters":       {Counters: map[string]Count{"c": {Range: three}}},
		"probability":    {Probability: &half},
	}
	all := []*Scenario{scenario("plain", "plain", steps(yes()))}
	aged := scenario("aged", "aged", steps(yes()))
	aged.When.Facts = Facts{SessionAge: &Span{To: &hour}}
	for name, asked := range facts {
		one := scenario(name, name, steps(yes()))
		one.When.Facts = asked
		all = append(all, one, scenario("else "+name, name, steps(yes())))
	}
	rs := rules(t, append(all, aged)...)
	for _, password := range []string{"plain", "aged"} {
		if asked := askedBy(t, rs, password); len(asked) > 0 {
			t.Errorf("a login with %s asks for %q", password, asked)
		}
	}
	for name := range facts {
		if asked := askedBy(t, rs, name); len(asked) == 0 {
			t.Errorf("%s: nothing is asked", name)
		}
	}
	user := scenario("user", "user", steps(yes()))
	user.When.Facts = Facts{Attempt: &Count{Range: three, OfUser: true}}
	if got := askedBy(t, rules(t, append(all, user)...), "plain"); !slices.Contains(got, "count user_attempts") {
		t.Errorf("where all logins of the user count, a plain one asks for %q", got)
	}
}
