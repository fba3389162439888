package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestConnectRefuses(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("challenge", "tan", challenge()))
	id := b.login("tan").ID
	_, err := b.Connect(b.ctx(), id)
	wantCode(t, err, CodeNotAuthenticated)
	b.send(id, tan, "123456")
	c := b.connect(id)
	_, err = b.Connect(b.ctx(), id)
	var refused *Error
	if !errors.As(err, &refused) || refused.Code != CodeAlreadyUsed || refused.Related != c.ID {
		t.Errorf("a second connection: %v", err)
	}
}

func (b *testBank) advance(id string, run int) (time.Time, bool) {
	b.t.Helper()
	next, done, err := b.Imports().Advance(b.ctx(), id, run)
	if err != nil {
		b.t.Fatalf("advance: %v", err)
	}
	return next, done
}

func (b *testBank) history(id string) []string {
	b.t.Helper()
	steps, err := b.store.History(b.ctx(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	var all []string
	for _, s := range steps {
		all = append(all, fmt.Sprintf("%d.%d %s %s %d", s.Run, s.Number, s.At.Sub(epoch), s.Status, s.Progress))
	}
	return all
}

func TestImportJob(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes())))
	c := b.connect(b.login("success").ID)
	for range 2 { // the second finds nothing to do
		if next, done := b.advance(c.ID, 1); done || !next.Equal(epoch.Add(time.Second)) {
			t.Errorf("next at %s, done %v", next.Sub(epoch), done)
		}
	}
	b.wait(2500 * time.Millisecond)
	if next, done := b.advance(c.ID, 1); done || !next.Equal(epoch.Add(3*time.Second)) {
		t.Errorf("next at %s, done %v", next.Sub(epoch), done)
	}
	if row, _ := b.store.Connection(b.ctx(), c.ID); row.Progress != 83 || row.Status != InProgress {
		t.Errorf("the record says %d %s", row.Progress, row.Status)
	}
	b.wait(time.Hour)
	if _, done := b.advance(c.ID, 1); !done {
		t.Error("the job does not end")
	}
	row, _ := b.store.Connection(b.ctx(), c.ID)
	if row.Progress != 100 || row.Status != Success || !row.FinishedAt.Equal(epoch.Add(3*time.Second)) {
		t.Errorf("the record says %d %s at %v", row.Progress, row.Status, row.FinishedAt)
	}
	want := []string{"1.0 0s IN_PROGRESS 0", "1.1 3s SUCCESS 100"}
	if got := b.history(c.ID); !slices.Equal(got, want) {
		t.Errorf("history %q, want %q", got, want)
	}
	if _, done := b.advance(c.ID, 2); !done {
		t.Error("the job of a run that is not there does not end")
	}
	if err := b.DeleteConnection(b.ctx(), c.ID); err != nil {
		t.Fatal(err)
	}
	if _, done := b.advance(c.ID, 1); !done || len(b.history(c.ID)) != 0 {
		t.Error("the job of a deleted connection goes on")
	}
}

func TestUpdateKeepsUnfinishedHistory(t *testing.T) {
	t.Parallel()
	flow := steps(yes()).updating(
		UpdateCase{OlderThan: Fixed(time.Hour), Import: Timeline{Outcome: FailedWithError, Error: &Failure{Code: "CONSENT_EXPIRED"}}},
		UpdateCase{Import: line(time.Second)},
	)
	b := open(t, scenario("success", "success", flow))
	c := b.connect(b.login("success").ID)
	_, err := b.UpdateConnection(b.ctx(), c.ID)
	wantCode(t, err, CodeImportRunning)

	b.wait(5 * time.Second) // no job has come meanwhile
	again, err := b.UpdateConnection(b.ctx(), c.ID)
	if err != nil || again.Status != InProgress || again.Progress != 0 || again.Run != 2 || again.Case != 1 {
		t.Fatalf("update: %+v, %v", again.Connection, err)
	}
	b.wait(time.Hour)
	expired, err := b.UpdateConnection(b.ctx(), c.ID)
	if err != nil || expired.Status != FailedWithError || expired.Error.Code != "CONSENT_EXPIRED" || expired.FinishedAt == nil {
		t.Fatalf("update: %+v, %v", expired.Connection, err)
	}
	want := []string{
		"1.0 0s IN_PROGRESS 0", "1.1 3s SUCCESS 100",
		"2.0 5s IN_PROGRESS 0", "2.1 6s SUCCESS 100", "3.0 1h0m5s FAILED_WITH_ERROR 0",
	}
	if got := b.history(c.ID); !slices.Equal(got, want) {
		t.Errorf("history %q, want %q", got, want)
	}
}

func TestConsentIsOldFromItsTimeOn(t *testing.T) {
	t.Parallel()
	f := frozen(t, yes()).updating(UpdateCase{OlderThan: Fixed(time.Hour)})
	c := Connection{AuthenticatedAt: epoch}
	for age, want := range map[time.Duration]int{time.Hour - time.Millisecond: -1, time.Hour: 0} {
		q := &inquiry{now: epoch.Add(age), authenticatedAt: &epoch, login: &Login{}}
		if got, err := f.updateCase(q, &c); got != want || err != nil {
			t.Errorf("after %s case %d, want %d (%v)", age, got, want, err)
		}
	}
}

func TestUpdatePlaysTheRulesOfItsDay(t *testing.T) {
	t.Parallel()
	b := open(t, scenario("success", "success", steps(yes())))
	c := b.connect(b.login("success").ID)
	b.wait(3 * time.Second)
	b.Use(rules(t, scenario("success", "success", steps(yes()).importing(line(time.Minute)))))
	newer, err := b.UpdateConnection(b.ctx(), c.ID)
	if err != nil || !newer.EndsAt.Equal(epoch.Add(63*time.Second)) || newer.Rules != "2;h" {
		t.Errorf("update: ends at %v by rules %q, %v", newer.EndsAt, newer.Rules, err)
	}
	b.wait(time.Minute)
	b.Use(rules(t, scenario("another", "success", steps(yes()))))
	kept, err := b.UpdateConnection(b.ctx(), c.ID)
	if err != nil || kept.FlowHash != newer.FlowHash || kept.Rules != "2;h" {
		t.Errorf("a scenario that is gone: flow %q, %v", kept.FlowHash, err)
	}
}

// slowReader lets somebody else act after a connection was read.
type slowReader struct {
	*Memory
	meanwhile func()
}

func (s *slowReader) ConnectionInSession(ctx context.Context, id string) (Connection, Session, error) {
	c, session, err := s.Memory.ConnectionInSession(ctx, id)
	if act := s.meanwhile; act != nil {
		s.meanwhile = nil
		act()
	}
	return c, session, err
}

func TestUpdateThatLostToNewerRules(t *testing.T) {
	t.Parallel()
	store := &slowReader{Memory: NewMemory()}
	b := openOn(t, store, scenario("success", "success", steps(yes())))
	c := b.connect(b.login("success").ID)
	b.wait(3 * time.Second)
	b.Use(rules(t, scenario("success", "success", steps(yes()).importing(line(time.Minute)))))
	store.meanwhile = func() {
		if _, err := b.UpdateConnection(b.ctx(), c.ID); err != nil {
			t.Errorf("the first update: %v", err)
		}
	}
	_, err := b.UpdateConnection(b.ctx(), c.ID)
	wantCode(t, err, CodeImportRunning)
}

func TestConnections(t *testing.T) {
	t.Parallel()
	fails := steps(yes()).importing(Timeline{Outcome: FailedWithError})
	b := open(t, scenario("success", "success", steps(yes())), scenario("fails", "fails", fails))
	for _, password := range []string{"success", "fails", "success", "success"} {
		b.connect(b.login(password).ID)
	}
	count := func(filter ConnectionFilter) int {
		t.Helper()
		filter.Session = DefaultSession
		page, err := b.Connections(b.ctx(), filter)
		if err != nil {
			t.Fatal(err)
		}
		for i, state := range page {
			if filter.Status != "" && state.Status != filter.Status || i > 0 && state.ID <= page[i-1].ID {
				t.Errorf("a page of %+v holds %s %s", filter, state.ID, state.Status)
			}
		}
		return len(page)
	}
	for _, test := range []struct {
		filter ConnectionFilter
		want   int
	}{
		{ConnectionFilter{}, 4}, {ConnectionFilter{Status: InProgress}, 3}, {ConnectionFilter{Status: FailedWithError}, 1},
		{ConnectionFilter{Status: Success}, 0}, {ConnectionFilter{Bank: "B"}, 0}, {ConnectionFilter{Limit: 3}, 3},
	} {
		if got := count(test.filter); got != test.want {
			t.Errorf("%+v selects %d, want %d", test.filter, got, test.want)
		}
	}
	b.wait(3 * time.Second)
	if got := count(ConnectionFilter{Status: Success}); got != 3 {
		t.Errorf("%d succeeded", got)
	}
	page, _ := b.Connections(b.ctx(), ConnectionFilter{Session: DefaultSession, Limit: 3})
	if got := count(ConnectionFilter{After: page[2].ID}); got != 1 {
		t.Errorf("the second page holds %d", got)
	}
}
