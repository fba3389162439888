package scenariotest

import (
	"context"
	"encoding/json"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
)

// wireRequest is what a client asks of one of the bank's own endpoints, as faults see it.
type wireRequest struct {
	endpoint engine.Endpoint
	about    engine.Subject
	request  engine.Request
}

// asking returns a request, and the context in which the bank finds it.
func asking(ctx context.Context, endpoint engine.Endpoint, header func(string) string) (context.Context, *wireRequest) {
	if header == nil {
		header = func(string) string { return "" }
	}
	q := &wireRequest{endpoint: endpoint}
	q.request = engine.Request{Endpoint: endpoint, Header: header}
	return engine.WithRequest(ctx, &q.request), q
}

// ofProcess says that the request is about a process.
func (q *wireRequest) ofProcess(state *engine.ProcessState) {
	q.about = engine.Subject{
		Session: state.Session, Bank: state.Bank, Username: state.Username, Scenario: state.Scenario, Case: state.Trigger,
		ProcessID: state.ID, ConnectionID: state.ConnectionID,
	}
}

// ofConnection says that the request is about a connection.
func (q *wireRequest) ofConnection(state *engine.ConnectionState) {
	authenticatedAt := state.AuthenticatedAt
	q.about = engine.Subject{
		Session: state.Session, Bank: state.Bank, Username: state.Username, Scenario: state.Scenario, Case: state.Trigger,
		ProcessID: state.ProcessID, ConnectionID: state.ID, AuthenticatedAt: &authenticatedAt, Run: state.Run,
	}
}

// fault returns the one that concerns the request, nil for none.
func (s *bankStage) fault(ctx context.Context, q *wireRequest, refused bool) (*engine.ResponseShape, error) {
	if q.request.Decided && (!refused || q.request.Refused) {
		return q.request.Fault, nil
	}
	q.request.Endpoint = q.endpoint
	return s.bank.Fault(ctx, &q.request, q.about)
}

// onWire makes of an answer what the client gets: as the step says that it shows, and as a fault does. What was done
// is told beside it, be the answer lost or not. What breaks an answer on its way, or holds it back, is told alone.
func (s *bankStage) onWire(ctx context.Context, q *wireRequest, step *engine.ResponseShape, given answer,
	values engine.Values) (answer, error) {
	fault, err := s.fault(ctx, q, given.kind == aboutProblem)
	if err != nil {
		return answer{}, err
	}
	w := wireAnswer{answer: given, status: statusOf(q.endpoint, given), header: http.Header{}}
	if w.answer.fields == nil {
		w.answer.fields = map[string]any{}
	}
	w.answer.lenient = fault == nil && (step == nil || !step.Refused)
	if shape := combined(step, fault, values); shape != nil {
		if step != nil || plays(fault) {
			w.answer.fields["respond"] = shapeFields(shape)
		}
		if err := w.take(shape); err != nil {
			return answer{}, err
		}
	}
	w.report()
	return w.answer, nil
}

// combined is the step's shape under the fault's, completed by the values; nil where there is none.
func combined(step, fault *engine.ResponseShape, values engine.Values) *engine.ResponseShape {
	var shape *engine.ResponseShape
	for _, next := range []*engine.ResponseShape{step, fault} {
		if next == nil {
			continue
		}
		resolved := next.Resolve(values)
		if shape != nil {
			resolved = shape.Under(&resolved)
		}
		shape = &resolved
	}
	return shape
}

// plays reports whether a fault does more than tell of a limit.
func plays(fault *engine.ResponseShape) bool {
	return fault != nil && (fault.HTTPStatus != 0 || fault.Delay != 0 || fault.RetryAfter != nil || fault.Fault != "" || fault.Refused ||
		fault.Name != "" || fault.Refers())
}

// statusOf is the status of an answer that nothing shapes.
func statusOf(endpoint engine.Endpoint, given answer) int {
	switch {
	case given.kind == aboutProblem:
		return surface.Outcomes()[engine.Code(given.refusalCode())].Status
	case endpoint == engine.EndpointConnect:
		return http.StatusCreated
	case endpoint == engine.EndpointDelete:
		return http.StatusNoContent
	default:
		return http.StatusOK
	}
}

// wireAnswer is an answer on its way to the client.
type wireAnswer struct {
	answer
	status int
	header http.Header
	// without are headers that are not sent.
	without []string
	// body is what is sent in place of the fields, nil for those.
	body *string
}

// take shapes the answer.
func (w *wireAnswer) take(shape *engine.ResponseShape) error {
	if shape.Refuses() {
		p := surface.Played(shape.HTTPStatus, http.StatusText(shape.HTTPStatus))
		if shape.Limited && shape.HTTPStatus == http.StatusTooManyRequests {
			p = surface.Describe(&surface.Refusal{Code: surface.CodeTooManyRequests,
				Detail: "the bank takes no more requests of this kind for now"})
		}
		w.fields["problem"] = map[string]any{"code": string(p.Code), "detail": p.Detail}
		if w.id == "" {
			w.kind = aboutProblem
		}
	}
	if shape.HTTPStatus != 0 {
		w.status = shape.HTTPStatus
	}
	if shape.RetryAfter != nil {
		w.header.Set("Retry-After", strconv.Itoa(int(math.Ceil(shape.RetryAfter.Seconds()))))
	}
	if shape.Name != "" {
		w.header.Set("X-Mockbank-Fault", shape.Name)
	}
	w.without = shape.Without
	for name, value := range shape.Headers {
		w.header.Set(name, value)
	}
	if w.body = shape.Body; w.body != nil || !shape.Refers() && !shape.Patches() {
		return nil
	}
	return w.patch(shape)
}

// patch lays what is set over the fields that a client gets.
func (w *wireAnswer) patch(shape *engine.ResponseShape) error {
	own := map[string]any{}
	for _, name := range ofTests {
		if value, has := w.fields[name]; has {
			own[name] = value
			delete(w.fields, name)
		}
	}
	body, err := json.Marshal(w.fields)
	if err != nil {
		return err
	}
	var out map[string]any
	if err := json.Unmarshal(shape.Patched(body), &out); err != nil {
		return err
	}
	maps.Copy(out, own)
	w.fields = out
	return nil
}

// report adds status, headers and body to what a test may expect.
func (w *wireAnswer) report() {
	problem, refused := w.fields["problem"].(map[string]any)
	kind := "application/json"
	var body any
	switch {
	case w.body != nil:
		if json.Unmarshal([]byte(*w.body), &body) != nil {
			body = *w.body
		}
	case refused:
		kind = "application/problem+json"
		body = map[string]any{"code": problem["code"], "detail": problem["detail"], "status": w.status}
	case w.status != http.StatusNoContent:
		body = bodyOf(w.fields)
	}
	if w.status != http.StatusNoContent && w.header.Get("Content-Type") == "" {
		w.header.Set("Content-Type", kind)
	}
	for _, name := range w.without {
		delete(w.header, name)
	}
	headers := make(map[string]any, len(w.header))
	for name := range w.header {
		headers[name] = w.header.Get(name)
	}
	w.fields["http_status"], w.fields["headers"], w.fields["body"] = w.status, headers, body
}

// bodyOf returns the fields that a client gets, as it does.
func bodyOf(fields map[string]any) map[string]any {
	body := make(map[string]any, len(fields))
	for name, value := range fields {
		if slices.Contains(ofTests, name) {
			continue
		}
		switch held := value.(type) {
		case time.Time:
			value = engine.FormatTime(held)
		case map[string]any:
			if _, has := held["shows"]; has && name == "challenge" {
				held = maps.Clone(held)
				delete(held, "shows")
				value = held
			}
		}
		body[name] = value
	}
	return body
}
