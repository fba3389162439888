package load

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

// Patience is how long answers under way are waited for when a run's time is up.
const Patience = 10 * time.Second

// Run is one measurement.
type Run struct {
	// Address of the server, as host:port.
	Address string
	// Connections that are kept open at once.
	Connections int
	// Duration in which requests are sent.
	Duration time.Duration
	// Next returns the n-th request of a connection, as it goes over the wire; nil ends the connection's
	// part.
	Next func(connection, n int) []byte
	// Seen gets the body of each good answer, where it is set. It may not keep it, and is called by
	// many goroutines.
	Seen func(connection int, body []byte)
	// Want is what every answer's body must hold; an answer without it, and one whose status is not
	// 2xx, is a failure.
	Want []byte
	// Rate is how many requests are due a second, over all connections; 0 sends each as soon as its
	// connection is free.
	Rate float64
}

// Do runs it. When ctx ends no further request is sent, and the answers under way are waited for.
func (r *Run) Do(ctx context.Context) Result {
	ctx, cancel := context.WithTimeout(ctx, r.Duration+Patience)
	defer cancel()
	workers := make([]worker, r.Connections)
	began := time.Now()
	var all sync.WaitGroup
	for i := range workers {
		workers[i] = worker{run: r, number: i, until: began.Add(r.Duration), began: began}
		all.Go(func() { workers[i].work(ctx) })
	}
	all.Wait()
	return summarise(workers, began, r.Duration)
}

// worker is one connection of a run.
type worker struct {
	run    *Run
	number int
	began  time.Time
	until  time.Time

	conn   net.Conn
	stream stream

	samples  []sample
	failed   int
	firstErr error
	last     time.Time // when the last answer came
}

// sample is one answer: when it came, counted from the run's begin, and how long it took.
type sample struct{ at, took time.Duration }

func (w *worker) work(ctx context.Context) {
	defer w.hangUp()
	for n := 0; ctx.Err() == nil; n++ {
		due := w.due(n)
		if !due.Before(w.until) {
			return
		}
		if !await(ctx, due) {
			return
		}
		sent := time.Now()
		if w.run.Rate > 0 && sent.Sub(due) > tolerance {
			sent = due // the answer before it came late: this one waited since then
		} else if w.run.Rate == 0 && !sent.Before(w.until) {
			return
		}
		request := w.run.Next(w.number, n)
		if request == nil {
			return
		}
		if err := w.exchange(ctx, request); err != nil {
			w.fail(ctx, err)
			continue
		}
		w.last = time.Now()
		w.samples = append(w.samples, sample{at: w.last.Sub(w.began), took: w.last.Sub(sent)})
	}
}

// tolerance is how late the generator's own timers may wake it without the server being charged.
const tolerance = 2 * time.Millisecond

// due returns when the connection's n-th request is to be sent. Connections take turns.
func (w *worker) due(n int) time.Time {
	if w.run.Rate == 0 {
		return w.began
	}
	turn := float64(n*w.run.Connections + w.number)
	return w.began.Add(time.Duration(turn / w.run.Rate * float64(time.Second)))
}

func await(ctx context.Context, due time.Time) bool {
	wait := time.Until(due)
	if wait <= 0 {
		return true
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (w *worker) exchange(ctx context.Context, request []byte) error {
	used := w.conn != nil
	answer, err := w.attempt(ctx, request)
	if err != nil && used && w.stream.filled == 0 {
		answer, err = w.attempt(ctx, request) // the server had closed an idle connection: that is its right
	}
	switch {
	case err != nil:
		return err
	case answer.status/100 != 2 || !bytes.Contains(answer.body, w.run.Want):
		return fmt.Errorf("status %d: %.300s", answer.status, answer.body)
	}
	if w.run.Seen != nil {
		w.run.Seen(w.number, answer.body)
	}
	return nil
}

// attempt sends the request and reads the answer.
func (w *worker) attempt(ctx context.Context, request []byte) (answer answer, err error) {
	if err := w.dial(ctx); err != nil {
		return answer, err
	}
	w.stream.filled = 0
	if _, err = w.conn.Write(request); err == nil {
		answer, err = w.stream.answer()
	}
	if err != nil || answer.closes {
		w.hangUp()
	}
	return answer, err
}

func (w *worker) dial(ctx context.Context) error {
	if w.conn != nil {
		return nil
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", w.run.Address)
	if err != nil {
		return err
	}
	if err := conn.SetDeadline(w.until.Add(Patience)); err != nil {
		conn.Close()
		return err
	}
	w.conn = conn
	w.stream.reset(conn)
	return nil
}

func (w *worker) hangUp() {
	if w.conn != nil {
		_ = w.conn.Close() // whatever becomes of it, it is not used again
		w.conn = nil
	}
}

// fail counts a failure, and pauses: a server that refuses at once must not be flooded.
func (w *worker) fail(ctx context.Context, err error) {
	w.failed++
	if w.firstErr == nil {
		w.firstErr = err
	}
	await(ctx, time.Now().Add(10*time.Millisecond))
}
