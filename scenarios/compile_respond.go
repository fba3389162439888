package scenarios

import (
	"fmt"
	"maps"
	"net/textproto"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// responses compiles what shapes answers on the wire.
type responses struct {
	report *Report
	// text checks the placeholders of the text under a key.
	text func(in Position, key string, text engine.Text) engine.Text
	// scopes says that a limit may be of others than the step's process.
	scopes bool
	// groups are those whose captures texts of the answer itself know beside what text does.
	groups []string
}

// responses compiles the responses of the scenario's steps and points.
func (f *flowCompiler) responses() responses { return responses{report: f.report, text: f.text} }

// stepResponses compiles what shapes the first answer of a step, and the later ones.
func (f *flowCompiler) stepResponses(written *Step) (first, polled *engine.Response) {
	if written.Respond == nil {
		return nil, nil
	}
	all := f.responses()
	if written.Respond.Polled != nil {
		polled = all.response(written.Respond.Polled)
		if !written.Respond.Response.written() {
			return nil, polled
		}
	}
	return all.response(&written.Respond.Response), polled
}

// shapingKeys are the keys of a response that do something to an answer, by themselves.
var shapingKeys = []string{"delay", "http_status", "headers", "body", "set", "remove", "retry_after", "fault", "rate_limit", "dribble"}

// written reports whether any key of the response itself is written.
func (r *Response) written() bool {
	return r.has("probability") || r.shapes()
}

func (r *Response) shapes() bool {
	for _, key := range shapingKeys {
		if r.has(key) {
			return true
		}
	}
	return false
}

// response compiles a response; nil is none.
func (r responses) response(written *Response) *engine.Response {
	if written == nil {
		return nil
	}
	if !written.shapes() && !written.doubtful(doubtKey) {
		r.report.add(written.at(), CodeShapesNothing, "add one of "+strings.Join(shapingKeys, ", "), "the answer is not shaped at all")
	}
	r.checkUnseen(written)
	out := &engine.Response{
		Delay: r.delay(written), HTTPStatus: r.status(written), Headers: r.headers(written.Position, written.Headers, r.said),
		Without: takenAway(written.Position),
		Fault:   written.Fault, RateLimit: r.rateLimit(written.RateLimit), Processed: written.Processed,
	}
	if written.Body != nil {
		body := r.said(written.Position, "body", written.Body.Text)
		out.Body, out.JSON = &body, written.Body.JSON
	}
	out.Patch = r.patch(written)
	if written.RetryAfter != nil {
		r.text(written.Position, "retry_after", written.RetryAfter.Text)
		out.RetryAfter = written.RetryAfter
	}
	if written.Dribble != nil && written.Dribble.Over != nil {
		r.text(written.Dribble.Position, "over", written.Dribble.Over.Text)
		out.Dribble = *written.Dribble.Over
	}
	if written.Probability != nil {
		probability := float64(*written.Probability)
		out.Probability = &probability
	}
	return out
}

// checkUnseen reports what is written about an answer of which nothing arrives.
func (r responses) checkUnseen(written *Response) {
	if written.Fault != engine.FaultConnectionReset && written.Fault != engine.FaultEmptyResponse {
		return
	}
	for _, key := range []string{"http_status", "headers", "body", "set", "remove", "retry_after"} {
		if written.has(key) {
			r.report.add(written.key(key), CodeConflict, "take one of the two out",
				"with the fault %s nothing of the answer arrives, %s neither", written.Fault, key)
		}
	}
}

func (r responses) delay(written *Response) engine.Delay {
	if written.Delay == nil {
		return engine.Delay{}
	}
	delay := *written.Delay
	r.text(written.Position, "delay", delay.Duration.Text)
	if max(delay.Duration.Max, delay.Median) > engine.MaxDelay {
		r.report.add(written.value("delay"), CodeBadDuration, "let the client wait in the scenario, by `after`",
			"delay is too long: an answer is held back for %s at most", engine.FormatDuration(engine.MaxDelay))
	}
	return delay
}

// The status codes that an answer can end with: those below are only announcements of one.
const minStatus, maxStatus = 200, 599

func (r responses) status(written *Response) int {
	if written.HTTPStatus == nil {
		return 0
	}
	status := *written.HTTPStatus
	if status < minStatus || status > maxStatus {
		r.report.add(written.value("http_status"), CodeBadHTTPStatus, "a status code such as 200, 429 or 503",
			"an answer's status code is from %d to %d, not %d", minStatus, maxStatus, status)
	}
	return status
}

// Names of headers have the characters of a token.
var headerForm = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$")

// ownHeaders are those that say where a message ends, which the server alone knows.
var ownHeaders = map[string]bool{
	"Content-Length": true, "Transfer-Encoding": true, "Connection": true, "Trailer": true, "Upgrade": true,
}

// headers compiles the headers under a part's key. text checks what stands in the values.
func (r responses) headers(in Position, written map[string]engine.Text,
	text func(under Position, name string, value engine.Text) engine.Text) map[string]engine.Text {
	if len(written) == 0 {
		return nil
	}
	under := Position{file: in.file, node: in.child("headers")}
	headers := make(map[string]engine.Text, len(written))
	for _, name := range slices.Sorted(maps.Keys(written)) {
		value, canonical := written[name], textproto.CanonicalMIMEHeaderKey(name)
		_, twice := headers[canonical]
		switch {
		case !headerForm.MatchString(name):
			r.report.add(under.key(name), CodeBadHeader, "use letters, digits and dashes", "%q is no name of a header", name)
		case ownHeaders[canonical]:
			r.report.add(under.key(name), CodeBadHeader, "take it out; to break an answer on its way, use `fault`",
				"mockbank sets the header %s itself", canonical)
		case twice:
			r.report.add(under.key(name), CodeBadHeader, "take one of them out: capital letters make no difference",
				"the header %s is written twice", canonical)
		case strings.ContainsFunc(string(value), func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }):
			r.report.add(under.value(name), CodeBadHeader, "write it on one line",
				"the value of the header %s has characters that no header can have", canonical)
		}
		if !under.null(name) {
			headers[canonical] = text(under, name, value)
		}
	}
	return headers
}

// takenAway lists the headers beneath a part's key that are null.
func takenAway(in Position) (names []string) {
	under := follow(in.child("headers"))
	if under == nil || under.Kind != yaml.MappingNode {
		return nil
	}
	for key, value := range pairs(under) {
		if isNull(follow(value)) {
			names = append(names, textproto.CanonicalMIMEHeaderKey(follow(key).Value))
		}
	}
	return names
}

func (r responses) rateLimit(written *RateLimit) *engine.RateLimit {
	if written == nil {
		return nil
	}
	if node := written.child("per"); node != nil && readsAsZero(node.Value) {
		r.report.add(written.value("per"), CodeBadDuration, "", "per must be at least 1ms")
	}
	if node := written.child("requests"); node != nil && readsAsZero(node.Value) {
		r.report.add(written.value("requests"), CodeBadNumber,
			fmt.Sprintf("to let none pass, write `http_status: %d` without a rate limit", tooMany), "requests must be at least 1")
	}
	r.checkWindow(written)
	for _, name := range takenAway(written.Position) {
		r.report.add(Position{file: written.file, node: written.child("headers")}.value(name), CodeBadHeader,
			"write a text, or take it out; `headers: {"+name+": null}` beside `rate_limit` takes one away",
			"a limit takes no header away")
	}
	return &engine.RateLimit{
		Per: written.Per, Requests: written.Requests, For: written.For, Window: written.Window, Zone: written.Zone,
		Headers: r.headers(written.Position, written.Headers, r.ofLimit),
	}
}

// readsAsZero reports whether a number or a duration was read, and is 0.
func readsAsZero(text string) bool {
	number, err := strconv.Atoi(text)
	length, wrong := engine.ParseDuration(text)
	return err == nil && number == 0 || wrong == nil && length == 0
}

// tooMany is the status code of requests beyond a rate limit.
const tooMany = 429
