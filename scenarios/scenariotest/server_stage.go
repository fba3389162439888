package scenariotest

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/scenarios"
)

// serverStage is a test's session on a running server.
type serverStage struct {
	server *Server
	// own is the session of the test; sessions are all that it entered, with the times at which their
	// clocks stood at first.
	own      string
	sessions map[string]time.Time
	// of says which session a process or a connection belongs to.
	of     map[string]string
	waited time.Duration
	// startsAt is when the test begins; switches are those that it flipped.
	startsAt time.Time
	switches map[string]bool
	// faults are those that the test gave its sessions last, nil for none, and seed is the test's own, 0 for none.
	faults *scenarios.TestFaults
	seed   uint64
	// holds says that the test holds [Server.named].
	holds bool
}

func (s *serverStage) start() time.Time       { return s.sessions[s.own] }
func (s *serverStage) elapsed() time.Duration { return s.waited }
func (s *serverStage) moves() []Passage       { return nil } // the API does not tell them

// enter makes a session whose clock stands, with nothing in it.
func (s *serverStage) enter(ctx context.Context, session string) error {
	if _, entered := s.sessions[session]; entered {
		return nil
	}
	if session == engine.DefaultSession {
		return errors.New("a test cannot use the server's session \"default\": others use it too")
	}
	if session != s.own {
		if !s.holds {
			s.server.named.Lock()
			s.holds = true
		}
		if err := s.server.forget(ctx, session); err != nil {
			return err
		}
	}
	now, err := s.server.freeze(ctx, session, s.startsAt.Add(s.waited), s.seed)
	if err != nil {
		return err
	}
	s.sessions[session] = now.Add(-s.waited)
	for _, name := range slices.Sorted(maps.Keys(s.switches)) {
		if err := s.server.flip(ctx, session, name, s.switches[name]); err != nil {
			return err
		}
	}
	if s.faults == nil {
		return nil
	}
	return s.server.setFaults(ctx, session, s.faults.Text)
}

// close removes the test's sessions, also where its run was called off.
func (s *serverStage) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTimeout)
	defer cancel()
	for session := range s.sessions {
		_ = s.server.forget(ctx, session) // it ages out otherwise
	}
	if s.holds {
		s.server.named.Unlock()
	}
}

func (s *serverStage) authenticate(ctx context.Context, login scenarios.TestLogin) (answer, error) {
	session := login.Session
	if session == "" {
		session = s.own
	}
	if err := s.enter(ctx, session); err != nil {
		return answer{}, err
	}
	header := http.Header{}
	for name, value := range login.Headers {
		header.Set(name, value)
	}
	header.Set("X-Mockbank-Session", session)
	if login.Scenario != "" {
		header.Set("X-Mockbank-Scenario", login.Scenario)
	}
	body := map[string]any{"username": login.Username, "password": login.Password.Text}
	for name, value := range map[string]string{"bank_slug": login.Bank, "redirect_uri": login.RedirectURI, "state": login.State} {
		if value != "" {
			body[name] = value
		}
	}
	fields := map[string]any{}
	for name, value := range login.FieldTexts() {
		fields[name] = value
	}
	r, err := s.server.ask(ctx, http.MethodPost, "/bank_connections/authenticate", header, body, fields, engine.ProcessMembers)
	return s.processAnswer(ctx, session, "", r, err)
}

// send gives a process an input, each kind at its own door.
func (s *serverStage) send(ctx context.Context, processID string, input engine.Input) (answer, error) {
	switch door := input.Kind.Spec().Door; {
	case door.Field != "" && input.Fields != nil:
		return s.post(ctx, string(door.Endpoint), processID, map[string]any{door.Field: input.Fields})
	case door.Field != "":
		return s.post(ctx, string(door.Endpoint), processID, map[string]any{door.Field: input.Value})
	case door.Page:
		return s.decide(ctx, processID, input.Value)
	default:
		verb := map[string]string{engine.Approved: "/approve", engine.Declined: "/decline"}[input.Value]
		r, err := s.server.admin(ctx, http.MethodPost, "/processes/"+processID+verb, nil)
		return s.processAnswer(ctx, s.of[processID], processID, r, err)
	}
}

// post sends a further request about a process.
func (s *serverStage) post(ctx context.Context, endpoint, processID string, body map[string]any) (answer, error) {
	body["bank_authentication_process_id"] = processID
	r, err := s.server.ask(ctx, http.MethodPost, "/bank_connections/"+endpoint, http.Header{}, body, nil, engine.ProcessMembers)
	return s.processAnswer(ctx, s.of[processID], processID, r, err)
}

// decide does as the buttons of the bank's own page do.
func (s *serverStage) decide(ctx context.Context, processID, decision string) (answer, error) {
	before, err := s.process(ctx, processID)
	if err != nil {
		return answer{}, err
	}
	if before.text("redirect_url") == "" && before.text("status") != string(engine.RedirectRequired) {
		return refusal(string(engine.CodeNoChallengeOpen), "the process has no redirect_url now"), nil
	}
	r, err := s.server.send(ctx, http.MethodPost, s.server.root+"/login/"+processID, http.Header{}, url.Values{"decision": {decision}})
	if err != nil {
		return answer{}, err
	}
	marked := r.header.Get("X-Mockbank-Fault") != ""
	if r.status >= 400 && !marked {
		return answer{}, r.unexpected("take the decision on the bank's page")
	}
	given, err := s.process(ctx, processID)
	if err == nil && marked {
		answered, _ := r.answer(aboutProcess, "")
		delete(answered.fields, "scenario")
		maps.Copy(given.fields, answered.fields)
		return given, nil
	}
	if given.kind == aboutProcess {
		given.fields["location"] = textOrNil(r.location)
	}
	return given, err
}

func (s *serverStage) poll(ctx context.Context, processID string) (answer, error) {
	r, err := s.server.ask(ctx, http.MethodGet, "/bank_connections/authenticate/"+processID, http.Header{}, nil, nil, engine.ProcessMembers)
	return s.processAnswer(ctx, s.of[processID], processID, r, err)
}

func (s *serverStage) process(ctx context.Context, processID string) (answer, error) {
	r, err := s.server.admin(ctx, http.MethodGet, "/processes/"+processID, nil)
	return s.processAnswer(ctx, s.of[processID], processID, r, err)
}

func (s *serverStage) connect(ctx context.Context, processID string) (answer, error) {
	body := map[string]any{"bank_authentication_process_id": processID}
	r, err := s.server.ask(ctx, http.MethodPost, "/bank_connections", http.Header{}, body, nil, engine.ConnectionMembers)
	return s.connectionAnswer(ctx, s.of[processID], "", r, err)
}

func (s *serverStage) connection(ctx context.Context, connectionID string) (answer, error) {
	r, err := s.server.ask(ctx, http.MethodGet, "/bank_connections/"+connectionID, http.Header{}, nil, nil, engine.ConnectionMembers)
	return s.connectionAnswer(ctx, s.of[connectionID], connectionID, r, err)
}

// peek looks at nothing: whoever reads a connection over HTTP is a client, whose requests count.
func (s *serverStage) peek(context.Context, string) (answer, error) {
	return answer{kind: aboutNothing}, nil
}

func (s *serverStage) update(ctx context.Context, connectionID string) (answer, error) {
	r, err := s.server.ask(ctx, http.MethodPost, "/bank_connections/"+connectionID+"/update", http.Header{}, nil, nil,
		engine.ConnectionMembers)
	return s.connectionAnswer(ctx, s.of[connectionID], connectionID, r, err)
}

func (s *serverStage) remove(ctx context.Context, connectionID string) (answer, error) {
	r, err := s.server.ask(ctx, http.MethodDelete, "/bank_connections/"+connectionID, http.Header{}, nil, nil, nil)
	given, err := s.connectionAnswer(ctx, s.of[connectionID], connectionID, r, err)
	if err == nil && given.refusalCode() == "" && r.status != http.StatusNoContent {
		// Whether it is gone in spite of its answer, the connection itself tells.
		again, failed := s.server.ask(ctx, http.MethodGet, "/bank_connections/"+connectionID, http.Header{}, nil, nil, nil)
		given.undone = failed == nil && again.status != http.StatusNotFound
	}
	return given, err
}

func (s *serverStage) flip(ctx context.Context, name string, on bool) error {
	s.switches[name] = on
	for session := range s.sessions {
		if err := s.server.flip(ctx, session, name, on); err != nil {
			return err
		}
	}
	return nil
}

func (s *serverStage) setFaults(ctx context.Context, faults *scenarios.TestFaults) error {
	s.faults = faults
	for session := range s.sessions {
		if err := s.server.setFaults(ctx, session, faults.Text); err != nil {
			return err
		}
	}
	return nil
}

func (s *serverStage) next(ctx context.Context) (left time.Duration, due bool, err error) {
	for session := range s.sessions {
		after, coming, err := s.server.due(ctx, session)
		if err != nil {
			return 0, false, err
		}
		if coming && (!due || after < left) {
			left, due = after, true
		}
	}
	return left, due, nil
}

// wait sets the clocks of all sessions of the test forward.
func (s *serverStage) wait(ctx context.Context, d time.Duration) error {
	for session := range s.sessions {
		if err := s.server.advance(ctx, session, engine.FormatDuration(d)); err != nil {
			return err
		}
	}
	s.waited += d
	return nil
}

// ofServers are the fields that a server does not tell.
var ofServers = []string{"history", "respond", "challenge.shows"}

// processAnswer is what the bank answered to a request about a process; id names it, "" where the request begins one.
func (s *serverStage) processAnswer(ctx context.Context, session, id string, r *response, err error) (answer, error) {
	given, err := s.answer(ctx, session, aboutProcess, "bank_authentication_process_id", r, err)
	if err != nil || given.id != "" || given.lost == nil || given.lost.process == "" {
		return given, err
	}
	state, err := s.server.admin(ctx, http.MethodGet, "/processes/"+given.lost.process, nil)
	if err != nil || !state.good() {
		return given, err
	}
	if id == "" { // the bank began one, whatever it answered
		given.id, given.kind = given.lost.process, aboutProcess
		s.of[given.id] = session
	}
	for name, value := range state.fields {
		if _, reported := given.fields[name]; !reported {
			given.fields[name] = value
		}
	}
	s.align(session, given.fields)
	return given, nil
}

// connectionAnswer is as processAnswer, for a connection. Of one whose answer is lost nothing more is known.
func (s *serverStage) connectionAnswer(ctx context.Context, session, id string, r *response, err error) (answer, error) {
	given, err := s.answer(ctx, session, aboutConnection, "id", r, err)
	if err == nil && given.id == "" && given.lost != nil && given.lost.connection != "" && id == "" {
		given.id, given.kind = given.lost.connection, aboutConnection
		s.of[given.id] = session
	}
	return given, err
}

// answer is what came over the wire. Where that is not what was asked for, the journal knows what the request was about.
func (s *serverStage) answer(ctx context.Context, session string, kind answerKind, id string, r *response, err error) (answer, error) {
	if err != nil {
		if r == nil || r.id == "" {
			return answer{}, err
		}
		lost, failed := s.server.poll(ctx, session, r.id)
		if failed != nil || lost == nil || lost.broken == "" {
			return answer{}, err
		}
		return answer{kind: aboutNothing, fields: map[string]any{}, unverified: unknownOf(nil), lost: lost}, nil
	}
	given, known := r.answer(kind, id)
	given.unverified = ofServers
	if known {
		s.of[given.id] = session
		s.align(session, given.fields)
		return given, nil
	}
	given.unverified = unknownOf(given.fields)
	if given.lost, err = s.server.poll(ctx, session, r.id); err != nil {
		return answer{}, err
	}
	given.lenient = r.header.Get("X-Mockbank-Fault") == "" && given.lost != nil
	return given, nil
}

// unknownOf lists the fields that an answer does not tell which is not what was asked for.
func unknownOf(fields map[string]any) []string {
	unknown := slices.Clone(ofServers)
	for _, name := range scenarios.AnswerFields() {
		if _, reported := fields[name]; !reported && name != "problem" && name != "location" {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// align counts the times of another session's answers from the start of that one's clock.
func (s *serverStage) align(session string, fields map[string]any) {
	for _, name := range []string{"created_at", "updated_at", "expires_at", "finished_at"} {
		text, _ := fields[name].(string)
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			fields[name] = at.Add(s.start().Sub(s.sessions[session]))
		}
	}
}
