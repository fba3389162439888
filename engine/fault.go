package engine

import (
	"context"
	"strconv"
	"time"
)

// Endpoint is one of the bank's endpoints, as a fault names it.
type Endpoint string

// The endpoints that a fault can concern.
const (
	// EndpointAuthenticate: a login, or an additional password.
	EndpointAuthenticate Endpoint = "authenticate"
	// EndpointProcess: a read of a process.
	EndpointProcess Endpoint = "process"
	// EndpointConfirm: an answer to a challenge, or a poll.
	EndpointConfirm Endpoint = "confirm_challenge_response"
	// EndpointConnect: the making of a connection.
	EndpointConnect Endpoint = "connect"
	// EndpointConnection: a read of a connection.
	EndpointConnection Endpoint = "connection"
	// EndpointUpdate: a further import.
	EndpointUpdate Endpoint = "update"
	// EndpointBanks: a list of banks, or one of them.
	EndpointBanks Endpoint = "banks"
)

// Endpoints lists every endpoint that a fault can concern.
func Endpoints() []Endpoint {
	return []Endpoint{
		EndpointAuthenticate, EndpointProcess, EndpointConfirm, EndpointConnect, EndpointConnection,
		EndpointUpdate, EndpointBanks,
	}
}

// Fault shapes answers of an endpoint, whatever scenario made them. The live rule set's count.
type Fault struct {
	Name     string
	Source   Source
	Endpoint Endpoint
	// When holds conditions on the request. Later requests about a process or a connection bear the
	// bank and the username of its login, and no password.
	When     Condition
	Response Response
}

// Fault returns how the live rule set's faults shape an answer to the request, nil where none does:
// of those that fit, the first that is not spared by its probability or rate limit.
func (b *Bank) Fault(ctx context.Context, endpoint Endpoint, request Login) (*Shape, error) {
	rs := b.rules.Load()
	faults := rs.faults[endpoint]
	if len(faults) == 0 {
		return nil, nil
	}
	session, err := b.session(ctx, request.Session)
	if err != nil {
		return nil, err
	}
	for _, fault := range faults {
		fits, err := b.faultFits(ctx, rs, &session, fault, &request)
		if err != nil {
			return nil, err
		}
		if !fits {
			continue
		}
		key := CounterKey{Session: session.ID, Kind: CountFaults, Name: fault.Name}
		choice := choice{response: &fault.Response, key: key, seed: LoginSeed(session.seed(rs), fault.Name, 0), now: b.at(session.Clock)}
		shape, err := b.choose(ctx, choice)
		if shape != nil {
			shape.Name = fault.Name
		}
		if shape != nil || err != nil {
			return shape, err
		}
	}
	return nil, nil
}

// faultFits reports whether a request is one that the fault is for.
func (b *Bank) faultFits(ctx context.Context, rs *RuleSet, session *Session, fault *Fault, request *Login) (fits bool, err error) {
	request.under(rs.usernameRule(request.Bank))
	switch fault.When.under(request.rule).verdict(request) {
	case never:
		return false, nil
	case always:
		return true, nil
	}
	err = b.change(ctx, func(tx Tx) error {
		q := &inquiry{tx: tx, rules: rs, login: request, caseID: request.caseID, now: b.at(session.Clock), session: session}
		fits, err = q.askRecord(&fault.When, "fault "+fault.Name)
		return err
	})
	return fits, err
}

// choice is a response of which is still to be chosen how, and whether, it shapes an answer.
type choice struct {
	response *Response
	// key counts the answers that the response is chosen for, and its rate limit's.
	key      CounterKey
	captures Captures
	seed     uint64
	place    [2]int
	now      time.Time
}

// choose makes the choice, in a transaction only where something is counted.
func (b *Bank) choose(ctx context.Context, c choice) (shape *Shape, err error) {
	if !c.response.counted() {
		return c.response.shape(c.captures, draw{}), nil
	}
	err = b.change(ctx, func(tx Tx) error {
		number, err := tx.AddCounter(c.key, 1)
		if err != nil {
			return err
		}
		shape, err = c.make(tx, number)
		return err
	})
	return shape, err
}

// make makes the choice for the answer of this number.
func (c choice) make(tx Tx, number int) (*Shape, error) {
	var wait time.Duration
	if limit := c.response.RateLimit; limit != nil {
		count, since, err := tx.Window(c.key, limit.Per, c.now)
		if err != nil || count <= limit.Requests {
			return nil, err
		}
		wait = since.Add(limit.Per).Sub(c.now)
	}
	shape := c.response.shape(c.captures, draw{c.seed, [3]int{c.place[0], c.place[1], number + 1<<10}})
	if shape != nil && shape.RetryAfter == 0 {
		shape.RetryAfter = wait
	}
	return shape, nil
}

// shapeAnswer counts an answer that shows the process's step, and chooses how the step shapes it: its
// first answer by Respond, the later ones by Polled.
func (f *Flow) shapeAnswer(tx Tx, p *Process, now time.Time) (*Shape, error) {
	if !f.shapes(p) {
		return nil, nil
	}
	response := f.nextResponse(p)
	p.Answers++
	if response == nil {
		return nil, nil
	}
	name := p.ID + ":" + strconv.Itoa(p.Visits)
	c := choice{
		response: response, captures: p.Captures, seed: p.Seed, place: [2]int{p.Step, p.Visits}, now: now,
		key: CounterKey{Session: p.Session, Kind: CountAnswers, Name: name},
	}
	return c.make(tx, p.Answers)
}

// nextResponse returns what shapes the next answer that shows the process's step, nil where nothing does.
func (f *Flow) nextResponse(p *Process) *Response {
	if p.Answers == 0 {
		return f.Steps[p.Step].Respond
	}
	return f.Steps[p.Step].Polled
}

// shapes reports whether the next answer that shows the process's step is counted, and perhaps shaped:
// the first one wherever the step shapes any, since those after it must be known to be later.
func (f *Flow) shapes(p *Process) bool {
	step := &f.Steps[p.Step]
	return step.Polled != nil || step.Respond != nil && p.Answers == 0
}

// shapeRead chooses how the point that a connection's run is at shapes a read of it.
func (b *Bank) shapeRead(ctx context.Context, flow *Flow, c *Connection, p *Process, now time.Time) (*Shape, error) {
	if !flow.shapesReads {
		return nil, nil
	}
	r := flow.run(c, p)
	point := r.at(later(now, c.UpdatedAt)).point
	if point == 0 || r.timeline.Points[point-1].Respond == nil {
		return nil, nil
	}
	name := c.ID + ":" + strconv.Itoa(c.Run) + ":" + strconv.Itoa(point)
	return b.choose(ctx, choice{
		response: r.timeline.Points[point-1].Respond, captures: c.Captures, seed: c.Seed, place: [2]int{-3, point}, now: now,
		key: CounterKey{Session: c.Session, Kind: CountAnswers, Name: name},
	})
}

// Knows is what conditions of a fault at the endpoint can ask for.
func (e Endpoint) Knows() Knowledge {
	always := KnowsRequest | KnowsRecords | KnowsSession
	record := always | KnowsUser | KnowsScenario
	switch e {
	case EndpointAuthenticate:
		return record | KnowsLogin
	case EndpointProcess, EndpointConfirm:
		return record
	case EndpointConnect, EndpointConnection:
		return record | KnowsAuthentication
	case EndpointUpdate:
		return record | KnowsAuthentication | KnowsRun
	default:
		return always
	}
}
