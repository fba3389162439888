package record

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// Played is a session as it was played.
type Played struct {
	// Session is that of the entries, as it is now.
	Session engine.SessionState
	// Rules are those that the test is to be of.
	Rules *engine.RuleSet
	// Entries are the session's, the oldest first.
	Entries []*journal.Entry
	// Process returns the record of a process, false where there is none any more.
	Process func(id string) (engine.Process, bool)
	// Logins is how many logins the session has had in all, on every node; fewer entries are a gap. -1: nobody knows.
	Logins int
	// Name is that of the test; "" is one that is made of the session's.
	Name string
}

// Recording is a file with a test.
type Recording struct {
	// Text is the file, YAML.
	Text string
	// Name is the test's, and Steps how many it has.
	Name  string
	Steps int
	// Gaps say what the test lacks, so that it may not pass; the file has them as comments. None: it is whole.
	Gaps []Gap
	// LeftOut counts, by endpoint, the requests that no step stands for, since the bank did nothing or only told.
	LeftOut map[string]int
}

// Gap is something that was played and cannot be written.
type Gap struct {
	// Exchange is the identifier of the journal's entry, 0 where none is meant.
	Exchange int64
	Message  string
}

// Write writes the test. It fails where there is nothing to write.
func Write(played Played) (*Recording, error) {
	r := &recorder{Played: played, processes: make(map[string]*subject), connections: make(map[string]*subject),
		leftOut: make(map[string]int), unknown: make(map[string]bool)}
	entries := slices.Clone(played.Entries)
	slices.SortStableFunc(entries, func(a, b *journal.Entry) int { return moment(a).Compare(moment(b)) })
	for _, e := range entries {
		r.exchange(e)
	}
	if len(r.steps) == 0 {
		return nil, fmt.Errorf("the journal of this node has nothing of the session %q that a test could do", played.Session.ID)
	}
	if logins := r.logins; played.Logins > logins {
		r.gap(nil, fmt.Sprintf("%d of the session's %d logins are not in the journal of this node: they had to make room, or came to "+
			"another one",
			played.Logins-logins, played.Logins))
	}
	return r.recording()
}

// recorder writes one test.
type recorder struct {
	Played
	steps []*yaml.Node
	// start is what the clock shows as the test begins, now at the step that was written last.
	start, now time.Time
	// processes and connections are those that the steps so far are about, current is that of the last.
	processes, connections map[string]*subject
	current                *subject
	names                  int
	logins                 int
	gaps                   []Gap
	// heard are the answers of declared apis.
	heard []answered
	// broughtBack is the process whose page sent the browser back last, and unknown are members of requests to declared apis
	// of which the journal does not have what they were.
	broughtBack string
	unknown     map[string]bool
	// pending are comments that the next step gets.
	pending []string
	leftOut map[string]int
}

// subject is a process, with its connection, that a step began.
type subject struct {
	process, connection string
	// step is the one that began it, and name what later steps call it, "" while none does.
	step *yaml.Node
	name string
}

// moment is when the bank did what the exchange asked for, by the session's clock.
func moment(e *journal.Entry) time.Time {
	at := e.DecidedAt
	if at.IsZero() {
		at = e.SessionTime.Add(-e.Response.Delayed)
	}
	return at.Truncate(time.Millisecond)
}

// exchange writes the step that an exchange is, if it is one.
func (r *recorder) exchange(e *journal.Entry) {
	write, known := endpoints[e.Route]
	if strings.HasPrefix(e.Route, declaredRoute) {
		write, known = (*recorder).request, true
	}
	switch {
	case !known:
		r.leaveOut(e)
		return
	case e.SessionTime.IsZero() && e.DecidedAt.IsZero():
		r.gap(e, "nobody knows when it was")
		return
	case repeated(e):
		return
	}
	write(r, e)
}

// repeated reports whether the answer was that of an earlier request with the same Idempotency-Key.
func repeated(e *journal.Entry) bool {
	return field(e.Response.Header, "Idempotency-Replayed") != ""
}

// leaveOut counts an exchange that is no step.
func (r *recorder) leaveOut(e *journal.Entry) { r.leftOut[e.Route]++ }

// gap notes that something cannot be written, with the next step.
func (r *recorder) gap(e *journal.Entry, message string) {
	gap := Gap{Message: message}
	if e != nil {
		gap.Exchange = e.ID
		gap.Message = fmt.Sprintf("%s %s: %s", e.Request.Method, e.Route, message)
	}
	r.gaps = append(r.gaps, gap)
	r.pending = append(r.pending, "NOT RECORDED: "+gap.Message)
}

// at lets the test's time pass up to that of the exchange.
func (r *recorder) at(e *journal.Entry) {
	at := moment(e)
	if r.start.IsZero() {
		r.start = at
		if began := r.Session.BeganAt; r.Rules.AsksSessionAge() && !began.IsZero() && began.Before(at) {
			r.start = began.Truncate(time.Millisecond)
		}
		r.now = r.start
	}
	if wait := at.Sub(r.now); wait > 0 {
		r.now = at
		r.append(newStep("wait", word(engine.FormatDuration(wait))))
	}
}

// step writes a step at the time of the exchange.
func (r *recorder) step(e *journal.Entry, step *yaml.Node) {
	r.at(e)
	r.append(step)
}

func (r *recorder) append(step *yaml.Node) {
	for i, comment := range r.pending {
		r.pending[i] = "# " + oneLine(comment)
	}
	step.HeadComment = lines(r.pending)
	r.pending = nil
	r.steps = append(r.steps, step)
}

// about writes a step about a process or a connection that is there, and names it where the step before was about
// another one.
func (r *recorder) about(e *journal.Entry, s *subject, step *yaml.Node) {
	r.at(e)
	if s != r.current {
		if s.name == "" {
			s.name = r.nameStep(s.step)
		}
		add(step, "of", word(s.name))
		r.current = s
	}
	r.append(step)
}

// processOf returns what the exchange's process is to the test, nil where no step began it; that is a gap.
func (r *recorder) processOf(e *journal.Entry) *subject {
	s := r.processes[e.Process]
	if s == nil && e.Process == "" {
		r.leaveOut(e) // it named no process
	} else if s == nil {
		r.gap(e, "the journal of this node does not have the login that it is about")
	}
	return s
}

func (r *recorder) connectionOf(e *journal.Entry) *subject {
	s := r.connections[cmp.Or(e.Connection, lastPart(e.Request.Path))]
	if s == nil && e.Connection == "" {
		r.leaveOut(e)
	} else if s == nil {
		r.gap(e, "the journal of this node does not show how the connection was made")
	}
	return s
}

// begin notes that a step began a process.
func (r *recorder) begin(process string, step *yaml.Node) {
	s := &subject{process: process, step: step}
	if process != "" {
		r.processes[process] = s
	}
	r.current = s
}

// captures are what the login's named groups took, as far as that is kept.
func (r *recorder) captures(process string) engine.Captures {
	if p, found := r.Process(process); found {
		return p.Captures
	}
	return nil
}
