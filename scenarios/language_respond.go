package scenarios

import (
	"time"

	"github.com/mockbank/mockbank/engine"
)

// Response shapes an answer on the wire. What is not written leaves the answer as it is.
type Response struct {
	Position `yaml:"-"`

	// Delay is how long the answer is held back: an hour at most.
	Delay *engine.Delay `yaml:"delay" example:"2s"`
	// HTTPStatus replaces the answer's status code: 200 to 599.
	HTTPStatus *int `yaml:"http_status" example:"503"`
	// Headers are added to the answer, or replace its own; null takes one away.
	Headers map[string]engine.Text `yaml:"headers" example:"{Content-Type: text/html}"`
	// Body replaces the answer's body.
	Body *Body `yaml:"body" example:"{error: overloaded}"`
	// Set is laid over the answer as it would be, key by key; null is sent as null, and a list replaces a list.
	// Its texts know ${process_id}, ${connection_id}, ${status}, ${progress}, ${username}, ${state} (the login's),
	// ${now} and what the login's named groups captured; one that is a single ${name} keeps its JSON type.
	Set *Members `yaml:"set" example:"{status: SOMETHING_NEW, extra: {a: 1}}"`
	// Remove takes members of the answer away, before `set` is laid over it; a dot goes inside.
	Remove Words `yaml:"remove" example:"[challenge.attempts_left]"`
	// RetryAfter is sent as the header Retry-After, in whole seconds, rounded up.
	RetryAfter *engine.Duration `yaml:"retry_after" example:"30s"`
	// Fault breaks the answer on its way to the client.
	Fault engine.WireFault `yaml:"fault"`
	// Probability that an answer is shaped at all.
	Probability *Probability `yaml:"probability" default:"1" example:"0.1"`
	// Dribble lets the body come bit by bit, over this long by the wall clock.
	Dribble *Dribble `yaml:"dribble" example:"{over: 30s}"`
	// Processed says whether the bank carries the request out. Where it does not, everything stays as it was: no
	// attempt is counted, no answer taken, nothing made or begun. Default: false with `rate_limit`, else true.
	Processed *bool `yaml:"processed"`
	// RateLimit lets some requests pass as they are, and shapes those beyond: as 429 with Retry-After,
	// where nothing else is written.
	RateLimit *RateLimit `yaml:"rate_limit" example:"{per: 5s, requests: 1}"`
}

// StepResponse shapes the answer that enters a step, and under `polled` the later reads of it.
type StepResponse struct {
	Position `yaml:"-"`
	Response `yaml:",inline"`

	// Polled shapes the later reads of the step.
	Polled *Response `yaml:"polled" example:"{rate_limit: {per: 5s, requests: 1}}"`
}

// Fault shapes answers of an endpoint, whatever scenario made them. Of the faults that fit a request
// the first is taken that its `probability` or `rate_limit` does not spare.
type Fault struct {
	Position `yaml:"-"`

	// Name is unique over all files; where it is not written, it is made of the endpoint's.
	Name string `yaml:"name" example:"slow-logins"`
	// Enabled takes the fault out of play where it is false.
	Enabled *bool `yaml:"enabled" default:"true"`
	// When holds the conditions on a request. Requests about a process or a connection bear the bank and
	// the username of its login, and no password.
	When When `yaml:"when"`
	// Endpoint is what the request asks of the bank.
	Endpoint Endpoints `yaml:"endpoint" required:"true" example:"authenticate"`

	// Nth are the numbers of the requests that it shapes: the first is 1. Each request counts that fits
	// `endpoint`, `for` and `when`, also one that a fault refuses. The count belongs to the fault's name.
	Nth *engine.Range `yaml:"nth" example:"1..3"`
	// For says whose requests count together for `nth`.
	For engine.Scope `yaml:"for" default:"session"`

	Response `yaml:",inline"`
}

// Dribble is how slowly a body comes.
type Dribble struct {
	Position `yaml:"-"`

	// Over is how long the body takes.
	Over *engine.Duration `yaml:"over" required:"true" example:"30s"`
}

// Endpoints are those of the bank that a fault concerns. A single one may be written without a list.
type Endpoints []engine.Endpoint

// LogNormal is a delay whose logarithm is drawn normally: most are short, some are long.
type LogNormal struct {
	Position `yaml:"-"`

	// Median is the delay that half of the answers stay below.
	Median time.Duration `yaml:"median" required:"true" example:"2s"`
	// Sigma is how widely delays differ: at 0.5, two of three lie between 0.6 and 1.6 times the median.
	Sigma float64 `yaml:"sigma" required:"true" example:"0.5"`
}

// RateLimit is how many requests pass in a time. At a step it counts the answers of one process, in
// `faults` those of a session.
type RateLimit struct {
	Position `yaml:"-"`

	// Per is the time, which starts with the first request.
	Per time.Duration `yaml:"per" example:"5s"`
	// Requests is how many pass in it.
	Requests int `yaml:"requests" required:"true" example:"1"`
	// For says whose requests count together.
	For engine.Scope `yaml:"for"`
	// Window is which time that is: it begins with the first request (`fixed`), is the time up to now
	// (`rolling`), or goes from midnight to midnight (`day`, without `per`).
	Window engine.Window `yaml:"window" default:"fixed"`
	// Zone is the time zone of a `day`.
	Zone string `yaml:"zone" default:"UTC" example:"Europe/Berlin"`
	// Headers go out with each answer that was counted, and with the one that is refused: ${limit},
	// ${remaining}, ${reset} (in seconds, rounded up) and ${reset_at} are known there.
	Headers map[string]engine.Text `yaml:"headers" example:"{X-RateLimit-Remaining: \"${remaining}\"}"`
}

// Probability is a number from 0 to 1: how often something happens.
type Probability float64

// Members are members of an answer, or of a webhook's delivery, as they are to be sent. A single value is sent as
// it is written: 012 is a text; a number or a truth is one only where it is spelt as in JSON; null, ~ and nothing
// at all are null.
type Members struct {
	Position `yaml:"-"`

	// JSON is the object, keys in the order in which they are written.
	JSON string
}

// Body is what an answer says in place of its own words. Each ${name} in it stands for what the
// login's named group captured, or for a value that `set` knows too.
type Body struct {
	Position `yaml:"-"`

	// Text is the body as it is sent.
	Text engine.Text
	// JSON says that the text is JSON, so that captures are written as JSON texts are.
	JSON bool
}
