package store

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/riverqueue/river/riverdriver"
)

// heardOf returns what a listener was told within so long, in order.
func heardOf(t *testing.T, listener riverdriver.Listener, within time.Duration) (payloads []string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), within)
	defer stop()
	for {
		n, err := listener.WaitForNotification(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			return payloads
		}
		if err != nil {
			t.Fatal(err)
		}
		payloads = append(payloads, n.Payload)
	}
}

func TestAnAlarmRingsWhenTheEarliestJobFallsDue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAlarm()
		listener := a.listener(silent{})
		now := time.Now()
		for _, due := range []time.Duration{5 * time.Second, time.Second, 3 * time.Second} {
			a.at("imports", now.Add(due))
		}
		a.at("webhooks", now.Add(2*time.Second))
		if early := heardOf(t, listener, 999*time.Millisecond); len(early) != 0 {
			t.Errorf("it rang %v before anything was due", early)
		}
		if first := heardOf(t, listener, 500*time.Millisecond); len(first) != 1 || first[0] != `{"queue": "imports"}` {
			t.Errorf("at 1 s it rang %v", first)
		}
		// Who was woken looks for the next one and says when it is: nobody is woken for it twice.
		if second := heardOf(t, listener, time.Minute); len(second) != 1 || second[0] != `{"queue": "webhooks"}` {
			t.Errorf("at 2 s it rang %v", second)
		}
	})
}

func TestAnAlarmIsRungSeldomHoweverManyJobsFallDue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAlarm()
		listener := a.listener(silent{})
		stop := time.Now().Add(100 * time.Millisecond)
		for ; time.Now().Before(stop); time.Sleep(100 * time.Microsecond) {
			a.at("imports", time.Now())
		}
		if rings := heardOf(t, listener, time.Second); len(rings) == 0 || len(rings) > 2 { // nobody took one meanwhile, and one may be on its way
			t.Errorf("%d rings wait for who does not listen", len(rings))
		}
		a.know("webhooks")
		a.now()
		if rings := heardOf(t, listener, time.Second); len(rings) != 2 {
			t.Errorf("every queue is rung for; heard %v", rings)
		}
	})
}

// reported is a listener of a database that tells what is sent to it.
type reported struct {
	silent
	of chan riverdriver.Notification
}

func (t reported) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	select {
	case n, open := <-t.of:
		if !open {
			return nil, errors.New("the connection is gone")
		}
		return &n, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func TestABellHearsTheDatabaseToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a, database := newAlarm(), reported{of: make(chan riverdriver.Notification, 1)}
		listener := a.listener(database)
		go func() {
			time.Sleep(time.Second)
			database.of <- riverdriver.Notification{Topic: "river_control", Payload: "database"}
			time.Sleep(time.Second)
			a.at("imports", time.Now())
		}()
		if heard := heardOf(t, listener, 3*time.Second); len(heard) != 2 || heard[0] != "database" || heard[1] != `{"queue": "imports"}` {
			t.Errorf("heard %v", heard)
		}
		close(database.of)
		if n, err := listener.WaitForNotification(t.Context()); err == nil || ctxError(err) {
			t.Errorf("a connection that is gone: %v, %v", n, err)
		}
	})
}

func ctxError(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
