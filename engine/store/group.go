package store

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"github.com/mockbank/mockbank/engine"
)

// maxWaiting bounds the changes that wait for SQLite's writer.
const maxWaiting = 16_384

var (
	errClosed     = &engine.Error{Code: engine.CodeUnavailable, Message: "the store is closed"}
	errOverloaded = &engine.Error{Code: engine.CodeUnavailable, Message: "too many changes wait for the database"}
	errTaken      = &engine.Error{
		Code: engine.CodeUnavailable,
		Message: "the database cannot answer now: others have its writing connection; another process may hold the file locked: end " +
			"that one, or its transaction",
	}
)

// group commits changes together: one goroutine takes all that wait, runs them in one transaction
// and answers each after the commit.
type group struct {
	store *Store
	wake  chan struct{} // holds a token while there may be something to do
	done  chan struct{} // closed when the writer has ended

	mu      sync.Mutex
	waiting []*change
	closed  bool

	// rows is the writer's own: the list of rows that a batch keeps back, which the next one fills again.
	rows []engine.Process
}

// change is one call of [Store.Update] on its way through the writer.
type change struct {
	run    func(t *transaction) error
	answer chan error
}

func newGroup(s *Store) *group {
	g := &group{store: s, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go g.write()
	return g
}

// update hands a change in and waits for its answer. Once the writer has taken the change, it is
// waited for whatever becomes of ctx, since it works with its caller's variables.
func (g *group) update(ctx context.Context, run func(t *transaction) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c := &change{run: run, answer: make(chan error, 1)}
	if err := g.hand(c); err != nil {
		return err
	}
	select {
	case err := <-c.answer:
		return err
	case <-ctx.Done():
	}
	if g.withdraw(c) {
		return g.store.refine(ctx, ctx.Err())
	}
	return <-c.answer
}

func (g *group) hand(c *change) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.closed:
		return errClosed
	case g.store.health.gone.Load() != nil:
		return errGone
	case len(g.waiting) >= maxWaiting:
		return errOverloaded
	}
	g.waiting = append(g.waiting, c)
	g.signal()
	return nil
}

func (g *group) signal() {
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

func (g *group) length() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting)
}

// withdraw takes a change back that the writer has not taken yet.
func (g *group) withdraw(c *change) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, waiting := range g.waiting {
		if waiting == c {
			g.waiting = append(g.waiting[:i], g.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// close lets the writer finish what was handed in, and waits for it.
func (g *group) close() {
	g.mu.Lock()
	g.closed = true
	g.signal()
	g.mu.Unlock()
	<-g.done
}

// write is the writer: it runs until close.
func (g *group) write() {
	defer close(g.done)
	for range g.wake {
		for {
			batch, closed := g.take()
			if len(batch) == 0 {
				if closed {
					return
				}
				break
			}
			g.commit(batch)
		}
	}
}

// take returns the next batch. It yields the processor a few times first, so that requests on their
// way can join: a commit is quicker than the next arrivals, and a batch of one costs as much.
func (g *group) take() (batch []*change, closed bool) {
	for range g.store.options.gather {
		runtime.Gosched()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), g.store.options.maxBatch)
	batch = append(batch, g.waiting[:n]...)
	g.waiting = append(g.waiting[:0], g.waiting[n:]...)
	return batch, g.closed
}

// commit runs the batch until every change of it has its answer. A change that failed after it had
// written is answered, and the others run again without it.
func (g *group) commit(batch []*change) {
	for len(batch) > 0 {
		failed, err := g.attempt(batch)
		var whole batchError
		switch {
		case err == nil:
			return
		case errors.As(err, &whole) && len(batch) > 1 && !g.store.unavailable(whole.error):
			for i := range batch {
				g.commit(batch[i : i+1]) // one of them is the culprit: each by itself
			}
			return
		case errors.As(err, &whole):
			g.failed(batch, whole.error)
			return
		}
		batch[failed].answer <- err
		batch = append(batch[:failed:failed], batch[failed+1:]...)
	}
}

func answerAll(batch []*change, err error) {
	for _, c := range batch {
		c.answer <- err
	}
}

// failed answers a batch that could not be written.
func (g *group) failed(batch []*change, err error) {
	var known *engine.Error
	if errors.As(err, &known) && known.Code == engine.CodeUnavailable {
		g.store.health.wrote(known)
	}
	answerAll(batch, err)
}

// batchError is an error that cannot be laid at one change's door.
type batchError struct{ error }

// Unwrap returns the cause.
func (e batchError) Unwrap() error { return e.error }

// attempt runs the batch in one transaction. It answers all of it and returns nil; or it answers
// none, and returns the change that is to be left out and its error, or a [batchError].
func (g *group) attempt(batch []*change) (failed int, err error) {
	for range 2 {
		failed, err = g.transact(batch)
		if err == nil || g.store.dialect.class(err) != classForeignKey {
			break
		}
		g.store.flows.forget() // a flow that was there is gone: store it again
	}
	return failed, g.store.refineBatch(err)
}

// begin waits for the writing connection, which background jobs use too, but not for ever: where another process holds the
// file locked, each of them has it until its own patience ends.
func (g *group) begin() (*work, error) {
	ctx, cancel := context.WithTimeout(context.Background(), g.store.options.writerPatience)
	defer cancel()
	w, err := g.store.begin(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, errTaken
	}
	if err != nil {
		return nil, err
	}
	w.ctx = context.Background()
	return w, nil
}

func (g *group) transact(batch []*change) (failed int, err error) {
	w, err := g.begin()
	if err != nil {
		return 0, batchError{err}
	}
	w.processes = g.rows[:0]
	answers := make([]error, len(batch))
	for i, c := range batch {
		t, err := w.run(c.run)
		switch {
		case w.failed != nil && g.store.unavailable(w.failed):
			w.rollback()
			return 0, batchError{w.failed}
		case err != nil && (t.wrote || w.failed != nil):
			w.rollback()
			return i, err
		case err != nil:
			t.undo()
		}
		answers[i] = err
	}
	if err := w.commit(); err != nil {
		w.rollback()
		return 0, batchError{err}
	}
	g.reuse(w.newProcesses)
	g.store.tally.changes.Add(int64(len(batch)))
	commits := g.store.tally.commits.Add(1)
	if g.store.checkpointer != nil {
		g.store.checkpointer.committed(commits)
	}
	if gone := g.store.gone(); gone != nil {
		answerAll(batch, gone)
		return 0, nil
	}
	g.store.health.wrote(nil)
	for i, c := range batch {
		c.answer <- answers[i]
	}
	g.prepare(w)
	return 0, nil
}

// reuse keeps the list of a batch's rows, which nobody refers to once they are written.
func (g *group) reuse(rows []engine.Process) {
	clear(rows)
	if n := cap(rows); n > 0 && n <= 2*maxBulk {
		g.rows = rows[:0]
	}
}

// prepare prepares the statements that this transaction ran for the first time. What can't be
// prepared now is tried again the next time.
func (g *group) prepare(w *work) {
	for _, query := range w.unprepared {
		_, _ = g.store.writes.prepare(context.Background(), query)
	}
}
