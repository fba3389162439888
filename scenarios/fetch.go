package scenarios

import (
	"context"
	"crypto/sha256"
	"errors"
	"runtime"
	"sync/atomic"

	"gopkg.in/yaml.v3"
)

// fetched is a file that was read and parsed.
type fetched struct {
	file *source
	err  error
	// bytes and sum are those of the text as it was read.
	bytes int
	sum   [sha256.Size]byte
	// root is nil where problems say why there is none.
	root     *yaml.Node
	problems Report
	// defect is what parsing panicked with, for [loader.fetch] to go on with.
	defect any
	// ready is closed once all this is there; nil where nobody waits.
	ready chan struct{}
}

// fetch reads and parses a file, or waits for it where that was begun before its turn.
func (l *loader) fetch(r *root, name string) *fetched {
	display := r.display(name)
	if got := l.ahead[display]; got != nil {
		delete(l.ahead, display)
		<-got.ready
		return got.orPanic()
	}
	got := &fetched{file: &source{name: display, pause: l.throttle, cache: l.options.Cache}}
	got.fill(l.ctx, r, name, display == l.named)
	return got.orPanic()
}

func (f *fetched) orPanic() *fetched {
	if f.defect != nil {
		panic(f.defect)
	}
	return f
}

// fill reads and parses. named says that the user named this very file: it may be a link to anywhere.
func (f *fetched) fill(ctx context.Context, r *root, name string, named bool) {
	if f.err = ctx.Err(); f.err != nil {
		return
	}
	f.file.text, f.err = r.read(name)
	if named && escapes(f.err) {
		f.file.text, f.err = readNamed(f.file.name)
	}
	if f.err != nil {
		return
	}
	f.bytes, f.sum = len(f.file.text), sha256.Sum256([]byte(f.file.text))
	defer func() { f.defect = recover() }() // a panic of another goroutine could not be caught
	f.root = parse(f.file, &f.problems)
}

// errTooMuch is what a file is not read for: those beside it have more than all may have.
var errTooMuch = errors.New("the configuration is too large")

// fetchAhead begins to read and parse files, on all processors unless others need them: parsing is most of
// a load.
func (l *loader) fetchAhead(r *root, names []string) {
	most := l.options.bounds()
	if len(names) < 2 || len(names) > most.files || l.options.Throttle != nil {
		return
	}
	var next, total atomic.Int64
	var queue []*fetched
	var queued []string
	for _, name := range names {
		display := r.display(name)
		if l.state[display] == 0 && l.ahead[display] == nil {
			got := &fetched{file: &source{name: display, pause: l.throttle, cache: l.options.Cache}, ready: make(chan struct{})}
			l.ahead[display] = got
			queue, queued = append(queue, got), append(queued, name)
		}
	}
	for range min(runtime.GOMAXPROCS(0), len(queue)) {
		l.fetching.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(queue); i = next.Add(1) - 1 {
				if total.Load() > int64(most.bytes) {
					queue[i].err = errTooMuch
				} else {
					queue[i].fill(l.ctx, r, queued[i], false)
				}
				total.Add(int64(queue[i].bytes))
				close(queue[i].ready)
			}
		})
	}
}
