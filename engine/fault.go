package engine

import (
	"context"
	"strconv"
	"strings"
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
	// EndpointBanks: the list of banks.
	EndpointBanks Endpoint = "banks"
	// EndpointBank: one of the banks.
	EndpointBank Endpoint = "bank"
	// EndpointConnections: the list of connections.
	EndpointConnections Endpoint = "connections"
	// EndpointDelete: the removal of a connection.
	EndpointDelete Endpoint = "delete"
	// EndpointPages: the bank's own pages, login and phone.
	EndpointPages Endpoint = "pages"
	// EndpointAPIs: the endpoints of declared APIs.
	EndpointAPIs Endpoint = "apis"
)

// Endpoints lists every endpoint that a fault can concern.
func Endpoints() []Endpoint {
	return []Endpoint{
		EndpointAuthenticate, EndpointProcess, EndpointConfirm, EndpointConnect, EndpointConnection,
		EndpointConnections, EndpointUpdate, EndpointDelete, EndpointBanks, EndpointBank, EndpointPages, EndpointAPIs,
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
	// Nth, where set, are the numbers of the requests that it shapes, of those that For counts together.
	Nth *Range
	For Scope
	// Until is when a fault of a session ends, nil for not by itself, and Counted the name that it counts by, "" for
	// its own.
	Until   *time.Time `json:",omitempty"`
	Counted string     `json:",omitempty"`
}

// choice is a response of which is still to be chosen how, and whether, it shapes an answer.
type choice struct {
	response *Response
	// key counts the answers that the response is chosen for, and its rate limit's.
	key      CounterKey
	captures Captures
	seed     uint64
	position [2]int
	now      time.Time
}

// decide makes the choice, in a transaction only where something is counted.
func (c choice) decide(ctx context.Context, b *Bank) (shape *ResponseShape, err error) {
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
func (c choice) make(tx Tx, number int) (*ResponseShape, error) {
	var used *quota
	if limit := c.response.RateLimit; limit != nil {
		var err error
		if used, err = quotaOf(tx, limit, c.key, c.now); err != nil {
			return nil, err
		}
		if !used.exceeded() {
			return nil, used.count(tx)
		}
	}
	shape := c.response.shape(c.captures, draw{c.seed, [3]int{c.position[0], c.position[1], number + 1<<10}})
	if shape != nil {
		shape.limitedBy(used)
	}
	return shape, nil
}

// shapeAnswer counts an answer that shows the process's step, and chooses how the step shapes it: its
// first answer by Respond, the later ones by Polled.
func (f *Flow) shapeAnswer(tx Tx, p *Process, now time.Time) (*ResponseShape, error) {
	if !f.shapes(p) {
		return nil, nil
	}
	response := f.nextResponse(p)
	p.Answers++
	if response == nil {
		return nil, nil
	}
	name, number := p.ID+":"+strconv.Itoa(p.Visits), p.Answers
	if response.refuses() && response.random() { // what is refused is not in the record, and its draw is spent
		drawn, err := tx.AddCounter(CounterKey{Session: p.Session, Kind: CountDraws, Name: name}, 1)
		if err != nil {
			return nil, err
		}
		number = drawn
	}
	c := choice{
		response: response, captures: p.Captures, seed: p.Seed, position: [2]int{p.Step, p.Visits}, now: now,
		key: CounterKey{Session: p.Session, Kind: CountAnswers, Name: name},
	}
	return c.make(tx, number)
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
func (b *Bank) shapeRead(ctx context.Context, flow *Flow, c *Connection, p *Process, now time.Time) (*ResponseShape, error) {
	if !flow.shapesReads {
		return nil, nil
	}
	r := flow.run(c, p)
	point := r.at(later(now, c.UpdatedAt)).point
	if point == 0 || r.timeline.Points[point-1].Respond == nil {
		return nil, nil
	}
	name := c.ID + ":" + strconv.Itoa(c.Run) + ":" + strconv.Itoa(point)
	return choice{
		response: r.timeline.Points[point-1].Respond, captures: c.Captures, seed: c.Seed, position: [2]int{-3, point}, now: now,
		key: CounterKey{Session: c.Session, Kind: CountAnswers, Name: name},
	}.decide(ctx, b)
}

// Knows is what is known of requests to the endpoint.
func (e Endpoint) Knows() Knowledge {
	always := KnowsRequest | KnowsRecords | KnowsSession
	record := always | KnowsUser | KnowsScenario | KnowsProcess
	switch e {
	case EndpointAuthenticate:
		return (record | KnowsLogin) &^ KnowsProcess
	case EndpointProcess, EndpointConfirm:
		return record
	case EndpointConnect:
		return record | KnowsAuthentication
	case EndpointConnection, EndpointDelete:
		return record | KnowsAuthentication | KnowsConnection
	case EndpointUpdate:
		return record | KnowsAuthentication | KnowsConnection | KnowsRun
	case EndpointPages:
		return record &^ KnowsRequest
	default:
		if e == EndpointAPIs || strings.HasPrefix(string(e), string(EndpointAPIs)+".") {
			return record | KnowsAuthentication | KnowsConnection | KnowsAccount | KnowsLogin
		}
		return always
	}
}
