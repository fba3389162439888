package scenariotest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/textproto"
	"slices"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/coverage"
	"github.com/mockbank/mockbank/engine/surface"
	"github.com/mockbank/mockbank/scenarios"
)

// dawn is the time at which a test begins that does not say when.
var dawn = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// beginning returns the time at which a test begins, played here or on a server.
func beginning(test *scenarios.Test) time.Time {
	if test.StartsAt != nil {
		return test.StartsAt.At
	}
	return dawn
}

// bankStage is a bank of a test's own, in which nothing has happened yet.
type bankStage struct {
	bank  *engine.Bank
	store *engine.Memory
	// began is when the test did, and now the bank's time.
	began, now time.Time
	ids        int
	// connections are those made so far, whose imports wait brings forward, and told is how many
	// entries of their histories moves has told.
	connections []string
	reported    map[string]int

	// sessions are those of the test, in the order in which it named them, and switches those that it flipped.
	sessions []string
	switches map[string]bool
	// faults are those that it gave them last.
	faults []engine.SessionFault

	passages []Passage
	seen     coverage.Seen
}

// The rules are the stage's own.
func newBankStage(rules *engine.RuleSet, covered *coverage.Collector, startsAt time.Time) *bankStage {
	s := &bankStage{
		store: engine.NewMemory(), began: startsAt, now: startsAt, reported: make(map[string]int),
		sessions: []string{engine.DefaultSession}, switches: make(map[string]bool),
	}
	s.bank = engine.NewBank(engine.BankConfig{
		Store: s.store, Now: func() time.Time { return s.now }, NewID: s.newID,
		MessageWriter: &surface.MessageWriter{Key: testKey, BaseURL: testURL, NewID: s.newID},
		Observer: func(_ context.Context, o engine.Observation) {
			s.record(o, covered)
		},
	})
	s.bank.Use(rules)
	return s
}

// newID returns identifiers in the form of a UUID that are the same in every run.
func (s *bankStage) newID() string {
	s.ids++
	return fmt.Sprintf("00000000-0000-7000-8000-%012d", s.ids)
}

// record keeps the transitions that the bank tells of.
func (s *bankStage) record(o engine.Observation, covered *coverage.Collector) {
	if o.Process == nil || o.Flow == nil {
		return
	}
	o.Moves = s.seen.Fresh(o.Process, o.Moves)
	covered.Observe(o)
	for _, move := range o.Moves {
		s.passages = append(s.passages, s.passage(o.Flow, move))
	}
}

func (s *bankStage) passage(flow *engine.Flow, move engine.Move) Passage {
	from := &flow.Steps[move.From]
	to := &flow.Steps[move.To]
	return Passage{At: move.At.Sub(s.began), From: from.Name, Event: move.Describe(flow), To: to.Name, Status: string(to.Status)}
}

func (s *bankStage) moves() []Passage {
	taken := s.passages
	s.passages = nil
	for _, id := range s.connections {
		steps, err := s.store.History(context.Background(), id)
		if err != nil {
			continue // a store in memory has none that fails
		}
		for i := s.reported[id]; i < len(steps); i++ {
			taken = append(taken, s.importPassage(&steps[i]))
		}
		s.reported[id] = len(steps)
	}
	slices.SortStableFunc(taken, func(a, b Passage) int { return cmp.Compare(a.At, b.At) })
	return taken
}

func (s *bankStage) importPassage(step *engine.ImportStep) Passage {
	p := Passage{At: step.At.Sub(s.began), Event: "import", To: fmt.Sprintf("%d %%", step.Progress), Status: string(step.Status)}
	if step.Message != "" {
		p.To += ", " + step.Message
	}
	return p
}

func (s *bankStage) start() time.Time       { return s.began }
func (s *bankStage) elapsed() time.Duration { return s.now.Sub(s.began) }
func (s *bankStage) close(context.Context)  {}

func (s *bankStage) authenticate(ctx context.Context, login scenarios.TestLogin) (answer, error) {
	if err := s.enter(ctx, login.Session); err != nil {
		return answer{}, err
	}
	headers := make(textproto.MIMEHeader, len(login.Headers))
	for name, value := range login.Headers {
		headers.Set(name, value)
	}
	asked, q := asking(ctx, engine.EndpointAuthenticate, headers.Get)
	fields := login.FieldTexts()
	q.request.Password, q.request.Fields = login.Password.Text, fields
	state, err := s.bank.Authenticate(asked, engine.Login{
		Session: login.Session, Bank: login.Bank, Username: login.Username, Password: login.Password.Text,
		Fields: fields, Header: headers.Get, Scenario: login.Scenario, RedirectURI: login.RedirectURI, State: login.State,
	})
	q.about = engine.Subject{Session: cmp.Or(login.Session, engine.DefaultSession), Bank: login.Bank, Username: login.Username}
	return s.askedProcess(ctx, q, state, err)
}

// send gives a process an input. As with the admin API, a decision on the phone counts on the bank's
// own page where the process waits there.
func (s *bankStage) send(ctx context.Context, processID string, input engine.Input) (answer, error) {
	door := input.Kind.Spec().Door
	if door.Field != "" {
		asked, q := asking(ctx, door.Endpoint, nil)
		if door.Endpoint == engine.EndpointAuthenticate {
			q.request.Password = input.Value
		}
		state, err := s.bank.Continue(asked, processID, input)
		return s.aboutProcess(ctx, q, processID, state, err)
	}
	if door.Page {
		return s.onPage(ctx, processID, input)
	}
	state, err := s.bank.Continue(ctx, processID, input)
	if other := input.Kind.Spec().Else; other != "" && engine.CodeOf(err) == engine.CodeNoChallengeOpen {
		input.Kind = other
		if redirected, again := s.bank.Continue(ctx, processID, input); again == nil {
			state, err = redirected, nil
		}
	}
	return s.processAnswer(state, err)
}

// onPage decides on the bank's own page, unless a fault of it refuses that.
func (s *bankStage) onPage(ctx context.Context, processID string, input engine.Input) (answer, error) {
	before, err := s.bank.Process(ctx, processID)
	if err != nil {
		return refused(err)
	}
	_, q := asking(ctx, engine.EndpointPages, nil)
	q.ofProcess(&before)
	fault, err := s.bank.Fault(ctx, &q.request, q.about)
	if err != nil {
		return answer{}, err
	}
	q.request.Decided, q.request.Fault = true, fault
	q.request.Refused = fault != nil && fault.Refused
	state, err := before, error(nil)
	if !q.request.Refused {
		state, err = s.bank.Continue(ctx, processID, input)
	}
	given, err := s.processAnswer(state, err)
	if err != nil || fault == nil {
		if given.kind == aboutProcess {
			location, failed := s.location(ctx, &state)
			given.fields["location"], err = textOrNil(location), errors.Join(err, failed)
		}
		return given, err
	}
	return s.onWire(ctx, q, nil, given, s.processValues(ctx, &state))
}

func (s *bankStage) poll(ctx context.Context, processID string) (answer, error) {
	asked, q := asking(ctx, engine.EndpointProcess, nil)
	state, err := s.bank.Poll(asked, processID)
	return s.aboutProcess(ctx, q, processID, state, err)
}

func (s *bankStage) process(ctx context.Context, processID string) (answer, error) {
	return s.processAnswer(s.bank.Process(ctx, processID))
}

func (s *bankStage) connect(ctx context.Context, processID string) (answer, error) {
	asked, q := asking(ctx, engine.EndpointConnect, nil)
	if before, err := s.bank.Process(ctx, processID); err == nil {
		q.ofProcess(&before)
	}
	state, err := s.bank.Connect(asked, processID)
	a, err := s.askedConnection(ctx, q, state, err)
	if a.kind == aboutConnection {
		s.connections = append(s.connections, a.id)
	}
	return a, err
}

func (s *bankStage) connection(ctx context.Context, connectionID string) (answer, error) {
	asked, q := asking(ctx, engine.EndpointConnection, nil)
	state, err := s.bank.Connection(asked, connectionID)
	return s.askedConnection(ctx, q, state, err)
}

func (s *bankStage) peek(ctx context.Context, connectionID string) (answer, error) {
	state, err := s.bank.PeekConnection(ctx, connectionID)
	return s.connectionAnswer(ctx, state, err)
}

func (s *bankStage) update(ctx context.Context, connectionID string) (answer, error) {
	asked, q := asking(ctx, engine.EndpointUpdate, nil)
	s.knowConnection(ctx, q, connectionID)
	state, err := s.bank.UpdateConnection(asked, connectionID)
	return s.askedConnection(ctx, q, state, err)
}

func (s *bankStage) remove(ctx context.Context, connectionID string) (answer, error) {
	asked, q := asking(ctx, engine.EndpointDelete, nil)
	s.knowConnection(ctx, q, connectionID)
	given := answer{kind: aboutNothing}
	err := s.bank.DeleteConnection(asked, connectionID)
	if err != nil {
		if given, err = refused(err); err != nil {
			return answer{}, err
		}
	}
	if given.kind == aboutNothing && !q.request.Refused {
		s.connections = slices.DeleteFunc(s.connections, func(id string) bool { return id == connectionID })
	}
	given, err = s.onWire(ctx, q, nil, given, engine.Values{"connection_id": connectionID, "now": s.nowOf(ctx, q.about.Session)})
	given.undone = q.request.Refused
	return given, err
}

// knowConnection says which connection the request is about, as it is before.
func (s *bankStage) knowConnection(ctx context.Context, q *wireRequest, id string) {
	if before, err := s.bank.PeekConnection(ctx, id); err == nil {
		q.ofConnection(&before)
	}
}

// enter keeps that the test is in a session, which begins with the switches that it has flipped.
func (s *bankStage) enter(ctx context.Context, session string) error {
	if session == "" || slices.Contains(s.sessions, session) {
		return nil
	}
	s.sessions = append(s.sessions, session)
	if err := s.bank.Sessions().Begin(ctx, session); err != nil { // as the first request does, refused or not
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(s.switches)) {
		if _, err := s.bank.Sessions().FlipSwitch(ctx, session, name, s.switches[name]); err != nil {
			return err
		}
	}
	if s.faults == nil {
		return nil
	}
	_, err := s.bank.Sessions().SetFaults(ctx, session, s.faults)
	return err
}

func (s *bankStage) flip(ctx context.Context, name string, on bool) error {
	s.switches[name] = on
	for _, session := range s.sessions {
		if _, err := s.bank.Sessions().FlipSwitch(ctx, session, name, on); err != nil {
			return err
		}
	}
	return nil
}

func (s *bankStage) next(ctx context.Context) (left time.Duration, due bool, err error) {
	for _, session := range s.sessions {
		coming, err := s.bank.Clocks().NextDue(ctx, session)
		if err != nil {
			return 0, false, err
		}
		if len(coming) == 0 {
			continue
		}
		if after := coming[0].At.Sub(s.now); !due || after < left {
			left, due = after, true
		}
	}
	return left, due, nil
}

// wait sets the clock forward and does the background jobs' work.
func (s *bankStage) wait(ctx context.Context, d time.Duration) error {
	s.now = s.now.Add(d)
	for _, id := range s.connections {
		state, err := s.bank.Connection(ctx, id)
		if err != nil {
			return err
		}
		if _, _, err := s.bank.Imports().Advance(ctx, id, state.Run); err != nil {
			return err
		}
	}
	return nil
}

// processAnswer is what the bank says of a process to whoever is no client.
func (s *bankStage) processAnswer(state engine.ProcessState, err error) (answer, error) {
	if err != nil {
		return refused(err)
	}
	return answer{kind: aboutProcess, id: state.ID, fields: processFields(&state)}, nil
}

// aboutProcess is as askedProcess, for a request that names the process.
func (s *bankStage) aboutProcess(ctx context.Context, q *wireRequest, id string, state engine.ProcessState, err error) (answer, error) {
	if before, failed := s.bank.Process(ctx, id); failed == nil && err != nil {
		q.ofProcess(&before)
	}
	return s.askedProcess(ctx, q, state, err)
}

// askedProcess is what the bank answers a client that asks about a process, or begins one.
func (s *bankStage) askedProcess(ctx context.Context, q *wireRequest, state engine.ProcessState, err error) (answer, error) {
	given, err := s.processAnswer(state, err)
	if err != nil {
		return answer{}, err
	}
	values := engine.Values{"username": textOrNil(q.about.Username), "now": s.nowOf(ctx, q.about.Session)}
	switch {
	case given.kind == aboutProcess && state.ID == "": // the bank has not carried it out, and there is no record
		given = answer{kind: aboutNothing, fields: map[string]any{"scenario": textOrNil(state.Scenario)}}
	case given.kind == aboutProcess:
		q.ofProcess(&state)
		values = s.processValues(ctx, &state)
	}
	return s.onWire(ctx, q, state.Shape, given, values)
}

// askedConnection is what the bank answers a client that asks about a connection, or makes one.
func (s *bankStage) askedConnection(ctx context.Context, q *wireRequest, state engine.ConnectionState, err error) (answer, error) {
	given, err := s.connectionAnswer(ctx, state, err)
	if err != nil {
		return answer{}, err
	}
	values := engine.Values{"process_id": textOrNil(q.about.ProcessID), "username": textOrNil(q.about.Username),
		"now": s.nowOf(ctx, q.about.Session)}
	switch {
	case given.kind == aboutConnection && state.ID == "":
		given = answer{kind: aboutNothing}
	case given.kind == aboutConnection:
		q.ofConnection(&state)
		values = s.connectionValues(ctx, &state)
	}
	return s.onWire(ctx, q, state.Shape, given, values)
}

func (s *bankStage) connectionAnswer(ctx context.Context, state engine.ConnectionState, err error) (answer, error) {
	if err != nil {
		return refused(err)
	}
	if state.ID == "" {
		return answer{kind: aboutConnection}, nil
	}
	steps, err := s.store.History(ctx, state.ID)
	if err != nil {
		return answer{}, err
	}
	history := make([]any, len(steps))
	for i := range steps {
		history[i] = historyFields(&steps[i])
	}
	fields := connectionFields(&state)
	fields["history"] = history
	return answer{kind: aboutConnection, id: state.ID, fields: fields}, err
}

// refused turns a refusal into an answer; any other error stays one.
func refused(err error) (answer, error) {
	var refused *engine.Error
	if !errors.As(err, &refused) {
		return answer{}, err
	}
	return refusal(string(refused.Code), refused.Message), nil
}
