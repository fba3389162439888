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
	told        map[string]int

	// sessions are those of the test, in the order in which it named them, and switches those that it flipped.
	sessions []string
	switches map[string]bool

	passages []Passage
	seen     coverage.Seen
}

func newBankStage(rules *engine.RuleSet, covered *coverage.Collector, startsAt time.Time) *bankStage {
	s := &bankStage{
		store: engine.NewMemory(), began: startsAt, now: startsAt, told: make(map[string]int),
		sessions: []string{engine.DefaultSession}, switches: make(map[string]bool),
	}
	s.bank = engine.NewBank(engine.BankConfig{
		Store: s.store, Now: func() time.Time { return s.now }, NewID: s.newID,
		Letters: &surface.Letters{Key: testKey, BaseURL: testURL, NewID: s.newID},
		Observer: func(_ context.Context, o engine.Observation) {
			s.note(o, covered)
		},
	})
	own := *rules // each bank numbers its rules
	s.bank.Use(&own)
	return s
}

// newID returns identifiers in the form of a UUID that are the same in every run.
func (s *bankStage) newID() string {
	s.ids++
	return fmt.Sprintf("00000000-0000-7000-8000-%012d", s.ids)
}

// note keeps the transitions that the bank tells of.
func (s *bankStage) note(o engine.Observation, covered *coverage.Collector) {
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
		for i := s.told[id]; i < len(steps); i++ {
			taken = append(taken, s.importPassage(&steps[i]))
		}
		s.told[id] = len(steps)
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
	return s.processAnswer(s.bank.Authenticate(ctx, engine.Login{
		Session: login.Session, Bank: login.Bank, Username: login.Username, Password: login.Password,
		Fields: login.Fields, Header: headers.Get, Scenario: login.Scenario, RedirectURI: login.RedirectURI, State: login.State,
	}))
}

// send gives a process an input. As with the admin API, a decision on the phone counts on the bank's
// own page where the process waits there.
func (s *bankStage) send(ctx context.Context, processID string, input engine.Input) (answer, error) {
	state, err := s.bank.Continue(ctx, processID, input)
	if other := input.Kind.Spec().Else; other != "" && engine.CodeOf(err) == engine.CodeNoChallengeOpen {
		input.Kind = other
		if redirected, again := s.bank.Continue(ctx, processID, input); again == nil {
			state, err = redirected, nil
		}
	}
	given, err := s.processAnswer(state, err)
	if given.kind == aboutProcess && input.Kind.Spec().Door.Page {
		given.fields["location"] = textOrNil(state.ReturnURL())
	}
	return given, err
}

func (s *bankStage) poll(ctx context.Context, processID string) (answer, error) {
	return s.processAnswer(s.bank.Poll(ctx, processID))
}

func (s *bankStage) process(ctx context.Context, processID string) (answer, error) {
	return s.processAnswer(s.bank.Process(ctx, processID))
}

func (s *bankStage) connect(ctx context.Context, processID string) (answer, error) {
	state, err := s.bank.Connect(ctx, processID)
	a, err := s.connectionAnswer(ctx, state, err)
	if a.kind == aboutConnection {
		s.connections = append(s.connections, a.id)
	}
	return a, err
}

func (s *bankStage) connection(ctx context.Context, connectionID string) (answer, error) {
	state, err := s.bank.Connection(ctx, connectionID)
	return s.connectionAnswer(ctx, state, err)
}

func (s *bankStage) update(ctx context.Context, connectionID string) (answer, error) {
	state, err := s.bank.UpdateConnection(ctx, connectionID)
	return s.connectionAnswer(ctx, state, err)
}

func (s *bankStage) remove(ctx context.Context, connectionID string) (answer, error) {
	if err := s.bank.DeleteConnection(ctx, connectionID); err != nil {
		return refused(err)
	}
	s.connections = slices.DeleteFunc(s.connections, func(id string) bool { return id == connectionID })
	return answer{kind: aboutNothing}, nil
}

// enter keeps that the test is in a session, which begins with the switches that it has flipped.
func (s *bankStage) enter(ctx context.Context, session string) error {
	if session == "" || slices.Contains(s.sessions, session) {
		return nil
	}
	s.sessions = append(s.sessions, session)
	for _, name := range slices.Sorted(maps.Keys(s.switches)) {
		if _, err := s.bank.FlipSwitch(ctx, session, name, s.switches[name]); err != nil {
			return err
		}
	}
	return nil
}

func (s *bankStage) flip(ctx context.Context, name string, on bool) error {
	s.switches[name] = on
	for _, session := range s.sessions {
		if _, err := s.bank.FlipSwitch(ctx, session, name, on); err != nil {
			return err
		}
	}
	return nil
}

func (s *bankStage) next(ctx context.Context) (left time.Duration, due bool, err error) {
	for _, session := range s.sessions {
		coming, err := s.bank.NextDue(ctx, session)
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
		if _, _, err := s.bank.AdvanceImport(ctx, id, state.Run); err != nil {
			return err
		}
	}
	return nil
}

func (s *bankStage) processAnswer(state engine.ProcessState, err error) (answer, error) {
	if err != nil {
		return refused(err)
	}
	fields, err := patched(processFields(&state), state.Shape, s.processValues(context.Background(), &state))
	return answer{kind: aboutProcess, id: state.ID, fields: fields}, err
}

func (s *bankStage) connectionAnswer(ctx context.Context, state engine.ConnectionState, err error) (answer, error) {
	if err != nil {
		return refused(err)
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
	if state.Shape != nil {
		fields, err = patched(fields, state.Shape, s.connectionValues(ctx, &state))
	}
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
