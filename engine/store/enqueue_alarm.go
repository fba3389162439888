package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/riverqueue/river/riverdriver"
)

const (
	// insertTopic is where River's clients hear that a queue has something for them.
	insertTopic = "river_insert"
	// alarmPause is the least time between two alarms of a queue: who works it looks no more often anyway.
	alarmPause = 5 * time.Millisecond
	// rescanAfter is how long after a look for jobs that failed the next one comes.
	rescanAfter = 500 * time.Millisecond
)

// alarm tells those who work the jobs of a queue when the next one falls due. Without it they would have to look many
// times a second, which keeps a processor awake that has nothing to do. What it does not hear of (jobs of a node that
// died, on PostgreSQL) they find when they look by themselves, which they do seldom.
//
// Its methods are safe for concurrent use. The moments go by this process's clock.
type alarm struct {
	mu     sync.Mutex
	bells  []*bell
	queues map[string]*nextDue
	heard  func(due time.Time) // nil: nobody asked; see [Store.WatchJobs]
}

// nextDue is when the earliest job of a queue falls due that is known of.
type nextDue struct {
	due   time.Time // zero: none is known
	timer *time.Timer
	rung  time.Time
}

func newAlarm() *alarm { return &alarm{queues: map[string]*nextDue{}} }

// at has the alarm rung at a time, or at an earlier one that is set already. Nobody is told twice of one job: who was woken
// looks for the time of the next one.
func (a *alarm) at(queue string, due time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.heard != nil {
		a.heard(due)
	}
	next := a.queue(queue)
	if !next.due.IsZero() && !due.Before(next.due) {
		return
	}
	next.due = due
	wait := max(time.Until(due), time.Until(next.rung.Add(alarmPause)))
	if next.timer == nil {
		next.timer = time.AfterFunc(wait, func() { a.fire(queue) })
		return
	}
	next.timer.Reset(wait)
}

// watch has a function called for each time that the alarm is to ring.
func (a *alarm) watch(heard func(due time.Time)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.heard = heard
}

// know has a queue be among those that [alarm.now] rings for.
func (a *alarm) know(queue string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.queue(queue)
}

func (a *alarm) queue(name string) *nextDue {
	next := a.queues[name]
	if next == nil {
		next = &nextDue{}
		a.queues[name] = next
	}
	return next
}

// now rings for every queue that is worked.
func (a *alarm) now() {
	a.mu.Lock()
	queues := make([]string, 0, len(a.queues))
	for queue := range a.queues {
		queues = append(queues, queue)
	}
	a.mu.Unlock()
	for _, queue := range queues {
		a.at(queue, time.Now())
	}
}

func (a *alarm) fire(queue string) {
	a.mu.Lock()
	next := a.queues[queue]
	next.due, next.rung = time.Time{}, time.Now()
	a.mu.Unlock()
	a.ring(insertTopic, fmt.Sprintf(`{"queue": %q}`, queue))
}

// ring gives a notification to everybody who listens in this process.
func (a *alarm) ring(topic, payload string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, b := range a.bells {
		b.ring(riverdriver.Notification{Topic: topic, Payload: payload})
	}
}

// listener returns a listener of River's that hears the alarm beside what a database tells.
func (a *alarm) listener(database riverdriver.Listener) riverdriver.Listener {
	b := &bell{Listener: database, rung: make(chan struct{}, 1)}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.bells = append(a.bells, b)
	return b
}

// bell is a [riverdriver.Listener] that hears an alarm too.
type bell struct {
	riverdriver.Listener
	rung chan struct{} // holds a token after a ring

	mu      sync.Mutex
	pending []riverdriver.Notification // no two are alike
}

func (b *bell) ring(n riverdriver.Notification) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Contains(b.pending, n) {
		b.pending = append(b.pending, n)
	}
	select {
	case b.rung <- struct{}{}:
	default:
	}
}

func (b *bell) take() *riverdriver.Notification {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.pending) == 0 {
		return nil
	}
	n := b.pending[0]
	b.pending = slices.Delete(b.pending, 0, 1)
	return &n
}

// WaitForNotification implements riverdriver.Listener.
func (b *bell) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	for {
		if n := b.take(); n != nil {
			return n, nil
		}
		switch n, rung, err := b.wait(ctx); {
		case n != nil:
			return n, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil && !rung:
			return nil, err
		}
	}
}

// wait waits for a notification of the database, or for a ring. A ring ends the database's wait with an error.
func (b *bell) wait(ctx context.Context) (n *riverdriver.Notification, rung bool, err error) {
	waiting, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-b.rung:
			rung = true
			stop()
		case <-waiting.Done():
		}
	}()
	n, err = b.Listener.WaitForNotification(waiting)
	stop()
	<-ended
	return n, rung, err
}

// silent is a [riverdriver.Listener] that hears nothing: on SQLite all that happens does so in this process.
type silent struct{}

func (silent) Close(context.Context) error            { return nil }
func (silent) Connect(context.Context) error          { return nil }
func (silent) Listen(context.Context, string) error   { return nil }
func (silent) Unlisten(context.Context, string) error { return nil }
func (silent) Ping(context.Context) error             { return nil }
func (silent) Schema() string                         { return "" }
func (silent) SetAfterConnectExec(string)             {}

// WaitForNotification implements riverdriver.Listener.
func (silent) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}
