package engine

import (
	"cmp"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Response shapes an answer on the wire: a step's `respond`, or a fault's. Fields that are not set
// leave the answer as it is.
type Response struct {
	// Delay before the answer is released.
	Delay Delay `json:"delay,omitzero"`
	// HTTPStatus replaces the answer's status code.
	HTTPStatus int `json:"http_status,omitempty"`
	// Headers are added to the answer, or replace its own.
	Headers map[string]Text `json:"headers,omitempty"`
	// Without are the headers that are taken away, also those that every answer has.
	Without []string `json:"without,omitempty"`
	// Body replaces the answer's body, and JSON says that it is JSON.
	Body *Text `json:"body,omitempty"`
	JSON bool  `json:"json,omitempty"`
	// Patch is laid over the members of the answer, as it would be otherwise.
	Patch *Patch `json:"patch,omitempty"`
	// RetryAfter is sent as the header of this name, in whole seconds, rounded up; nil is none.
	RetryAfter *Duration `json:"retry_after,omitempty"`
	// Fault breaks the answer on its way.
	Fault WireFault `json:"fault,omitempty"`
	// Probability that the response is shaped at all; nil: always.
	Probability *float64 `json:"probability,omitempty"`
	// RateLimit lets some requests pass unshaped, and shapes those beyond.
	RateLimit *RateLimit `json:"rate_limit,omitempty"`
	// Processed says whether the bank carries the request out; nil: unless a rate limit refuses it.
	Processed *bool `json:"processed,omitempty"`
	// Dribble, where set, is how long the body takes to come, bit by bit.
	Dribble Duration `json:"dribble,omitzero"`
}

// refuses reports whether a request whose answer is shaped so is not carried out.
func (r *Response) refuses() bool {
	if r.Processed != nil {
		return !*r.Processed
	}
	return r.RateLimit != nil
}

// Delay is a time before an answer: a duration, or drawn log-normally.
type Delay struct {
	Duration Duration `json:"duration,omitzero"`
	// Median and Sigma describe a log-normal distribution where Median is not 0.
	Median time.Duration `json:"median,omitempty"`
	Sigma  float64       `json:"sigma,omitempty"`
}

// WireFault is a way in which an answer breaks on its way to the client.
type WireFault string

// The wire faults.
const (
	// FaultConnectionReset: the connection is reset, without an answer.
	FaultConnectionReset WireFault = "connection_reset"
	// FaultEmptyResponse: the connection is closed, without an answer.
	FaultEmptyResponse WireFault = "empty_response"
	// FaultTruncatedBody: the connection ends in the middle of the body.
	FaultTruncatedBody WireFault = "truncated_body"
	// FaultMalformedJSON: the body is whole, and no JSON.
	FaultMalformedJSON WireFault = "malformed_json"
	// FaultDribble: the answer comes bit by bit, over a long time.
	FaultDribble WireFault = "dribble"
)

// WireFaults lists every wire fault.
func WireFaults() []WireFault {
	return []WireFault{
		FaultConnectionReset, FaultEmptyResponse, FaultTruncatedBody, FaultMalformedJSON, FaultDribble,
	}
}

// tooManyRequests is the status of an answer beyond a rate limit, where the scenario names none.
const tooManyRequests = 429

// MaxDelay bounds how long an answer can be held back, whatever a distribution draws.
const MaxDelay = time.Hour

// ResponseShape is a [Response] with its choices made, for one answer.
type ResponseShape struct {
	// Name of the fault that shapes the answer, "" for a step or a point.
	Name string
	// Limited says that the request is one beyond a rate limit.
	Limited bool
	// Refused says that the bank did not carry the request out: everything is as it was.
	Refused    bool
	Delay      time.Duration
	HTTPStatus int
	Headers    map[string]string
	Without    []string
	Body       *string
	RetryAfter *time.Duration // nil sends none
	Fault      WireFault
	// Over is how long a body that dribbles takes; 0 is as long as it comes to.
	Over time.Duration

	// response and captures are what [Shape.Resolve] makes texts of.
	response *Response
	captures Captures
	patches  []boundPatch
}

// boundPatch is a patch with the values that it refers to.
type boundPatch struct {
	*Patch
	values Values
}

// Resolve returns the shape with its texts and its patch completed by what is true as the answer is made. Until
// then they know the captures of the login alone.
func (s ResponseShape) Resolve(values Values) ResponseShape {
	r := s.response
	if r == nil {
		return s
	}
	values = values.with(s.captures)
	if s.Body = r.body(values); r.Patch != nil {
		s.patches = []boundPatch{{r.Patch, values}}
	}
	s.Headers = r.headers(values.texts(), s.Headers)
	return s
}

// Refers reports whether some text of the shape is to be completed as the answer is made, or members of it change.
func (s *ResponseShape) Refers() bool {
	return s.response != nil && (s.response.Patch != nil || s.response.Body != nil || len(s.response.Headers) > 0)
}

// Mentions reports whether a text of the shape refers to the value.
func (s *ResponseShape) Mentions(name string) bool {
	if s.response == nil {
		return false
	}
	return s.response.names()[name]
}

// Patched returns a body with what the shape's `set` and `remove` make of it.
func (s *ResponseShape) Patched(body []byte) []byte {
	for _, patch := range s.patches {
		body = patch.Apply(body, patch.values)
	}
	return body
}

// Patches reports whether the shape changes members of the answer.
func (s *ResponseShape) Patches() bool { return s.patchesBody() }

func (s *ResponseShape) patchesBody() bool {
	return s.response != nil && s.response.Patch != nil || len(s.patches) > 0
}

// Under returns the shape where another one is laid over it: what the other says counts, and the longer
// delay.
func (s ResponseShape) Under(over *ResponseShape) ResponseShape {
	s.Name, s.Limited, s.Delay = cmp.Or(over.Name, s.Name), s.Limited || over.Limited, max(s.Delay, over.Delay)
	s.Refused = s.Refused || over.Refused
	s.HTTPStatus, s.RetryAfter = cmp.Or(over.HTTPStatus, s.HTTPStatus), cmp.Or(over.RetryAfter, s.RetryAfter)
	s.Fault, s.Over = cmp.Or(over.Fault, s.Fault), cmp.Or(over.Over, s.Over)
	if over.Body != nil {
		s.Body = over.Body
	}
	headers := maps.Clone(s.Headers)
	if headers == nil {
		headers = over.Headers
	} else {
		maps.Copy(headers, over.Headers)
	}
	s.Headers = headers
	s.Without = append(slices.Clip(s.Without), over.Without...)
	s.response, s.captures = nil, nil // each was resolved for itself
	s.patches = append(slices.Clip(s.patches), over.patches...)
	return s
}

// Refuses reports whether the answer is one of an error of which neither `body` nor `set` says what it is: then that is a
// problem, never what the request would have got.
func (s *ResponseShape) Refuses() bool {
	return s.HTTPStatus >= 400 && s.Body == nil && !s.patchesBody()
}

// counted reports whether the response depends on how many answers it was chosen for.
func (r *Response) counted() bool {
	return r.RateLimit != nil || r.random()
}

// random reports whether a choice of the response is drawn.
func (r *Response) random() bool {
	return r.Probability != nil || r.Delay.random() || r.RetryAfter != nil && r.RetryAfter.Random() || r.Dribble.Random()
}

func (d Delay) random() bool { return d.Median > 0 || d.Duration.Random() }

// shape makes the response's choices for one answer; nil where probability spares it.
func (r *Response) shape(captures Captures, at draw) *ResponseShape {
	random := rand.New(rand.NewPCG(at.seed, at.stream()))
	if r.Probability != nil && random.Float64() >= *r.Probability {
		return nil
	}
	shape := &ResponseShape{
		Delay: r.Delay.draw(captures, random), HTTPStatus: r.HTTPStatus, Fault: r.Fault, Body: r.body(Values{}.with(captures)),
		response: r, captures: captures,
	}
	if r.RateLimit != nil && r.HTTPStatus == 0 && r.Fault == "" {
		shape.HTTPStatus = tooManyRequests
	}
	shape.Limited = r.RateLimit != nil
	shape.Refused = r.refuses()
	if !r.Dribble.IsZero() {
		shape.Fault, shape.Over = cmp.Or(shape.Fault, FaultDribble), min(r.Dribble.draw(captures, random), MaxDelay)
	}
	if r.RetryAfter != nil {
		after := r.RetryAfter.draw(captures, random)
		shape.RetryAfter = &after
	}
	shape.Headers, shape.Without = r.headers(captures, nil), r.Without
	return shape
}

// headers returns what the response adds to the headers of a shape.
func (r *Response) headers(captures Captures, to map[string]string) map[string]string {
	if len(r.Headers) == 0 {
		return to
	}
	headers := make(map[string]string, len(r.Headers)+len(to))
	maps.Copy(headers, to)
	for name, value := range r.Headers {
		headers[name] = value.Expand(captures)
	}
	return headers
}

func (d Delay) draw(captures Captures, random *rand.Rand) time.Duration {
	if d.Median > 0 {
		drawn := float64(d.Median) * math.Exp(d.Sigma*random.NormFloat64())
		return time.Duration(min(drawn, float64(MaxDelay))).Round(time.Millisecond)
	}
	return min(d.Duration.draw(captures, random), MaxDelay)
}

// draw returns the duration, or the next random one from its range, in whole milliseconds.
func (d Duration) draw(captures Captures, random *rand.Rand) time.Duration {
	if d.Median > 0 {
		return d.logNormal(random)
	}
	if d.Random() {
		span := max(0, int64((d.Max-d.Min)/time.Millisecond))
		return d.Min + time.Duration(random.Int64N(span+1))*time.Millisecond
	}
	fixed, err := d.Value(captures, draw{})
	if err != nil { // captures were checked at the login
		return 0
	}
	return fixed
}
