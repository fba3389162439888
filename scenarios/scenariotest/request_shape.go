package scenariotest

import (
	"context"
	"net/http"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
)

// shapedRequest is a request to a declared api whose answer steps, answers and faults may shape.
type shapedRequest struct {
	match   *surface.Match
	host    *surface.Host
	request *surface.Request
	faults  *engine.Request
}

// shape makes of an answer of a declared api what the client gets: as the step says that it shows, as the answer
// itself says, and as a fault does. What breaks an answer on its way, or holds it back, is for [Server].
func (s *bankStage) shape(ctx context.Context, q *shapedRequest, r *surface.Response) (*surface.Response, error) {
	shape, err := s.shapeOf(ctx, q, r)
	if err != nil || shape == nil {
		return r, err
	}
	values := engine.Values{"now": s.nowOf(ctx, q.request.Session)}
	switch {
	case r.Process != nil:
		values = s.processValues(ctx, r.Process)
	case r.Connection != nil:
		values = s.connectionValues(ctx, r.Connection)
	}
	resolved := shape.Resolve(values)
	if resolved.HTTPStatus >= http.StatusBadRequest && resolved.Body == nil && !resolved.Limited {
		refused := q.match.RefuseWith(q.host, q.request, surface.Played(resolved.HTTPStatus, http.StatusText(resolved.HTTPStatus)))
		refused.Process, refused.Connection, r = r.Process, r.Connection, refused
	}
	if resolved.Limited && resolved.HTTPStatus == http.StatusTooManyRequests && resolved.Body == nil {
		refused := q.match.Refuse(q.host, q.request, &surface.Refusal{Code: surface.CodeTooManyRequests,
			Detail: "there were too many requests"})
		refused.Process, refused.Connection, r = r.Process, r.Connection, refused
	}
	if resolved.HTTPStatus != 0 {
		r.Status = resolved.HTTPStatus
	}
	if resolved.Body != nil {
		r.Body = []byte(*resolved.Body)
	}
	r.Body = resolved.Patched(r.Body)
	for name, value := range resolved.Headers {
		r.Header = append(r.Header, surface.HeaderField{Name: name, Value: value})
	}
	return r, nil
}

// shapeOf finds out what shapes an answer, nil for nothing.
func (s *bankStage) shapeOf(ctx context.Context, q *shapedRequest, r *surface.Response) (*engine.ResponseShape, error) {
	shape := r.Step
	over := func(next *engine.ResponseShape) {
		if shape != nil && next != nil {
			both := shape.Under(next)
			next = &both
		}
		if next != nil {
			shape = next
		}
	}
	if r.Shape != nil {
		own, err := s.bank.APIs().ShapeAnswer(ctx, q.request.Session, r.Name, r.Shape)
		if err != nil {
			return nil, err
		}
		over(own)
	}
	fault, err := s.faultOf(ctx, q, r)
	if fault != shape {
		over(fault)
	}
	return shape, err
}

// faultOf returns the fault that concerns the request, nil for none. Where the request was refused before faults were
// asked, they are asked now.
func (s *bankStage) faultOf(ctx context.Context, q *shapedRequest, r *surface.Response) (*engine.ResponseShape, error) {
	if f := q.faults; f.Decided && (r.Code == "" || f.Refused || f.Settled) {
		return f.Fault, nil
	}
	about := engine.Subject{Session: q.request.Session}
	switch {
	case r.Process != nil:
		about.Bank, about.Username, about.Scenario, about.Case = r.Process.Bank, r.Process.Username, r.Process.Scenario, r.Process.Trigger
		about.ProcessID = r.Process.ID
	case r.Login != nil:
		about.Bank, about.Username = r.Login.Bank, r.Login.Username
	}
	if r.Connection != nil {
		about.ConnectionID = r.Connection.ID
	}
	q.faults.Endpoint, q.faults.Also = engine.EndpointAPIs, q.match.Names()
	return s.bank.Fault(ctx, q.faults, about)
}
