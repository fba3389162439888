package scenariotest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// response is what a server answered.
type response struct {
	// id is the request's, by which the journal knows it.
	id     string
	status int
	header http.Header
	// scenario is the one that made the answer, "" where none did.
	scenario string
	// fields are those of a JSON object; nil where the body is something else.
	fields map[string]any
	// body is the answer's, as JSON knows it, or as text.
	body any
	// location is where a browser would be sent, "" for nowhere.
	location string
}

// maxBody bounds what is read of a body.
const maxBody = 4 << 20

// send sends a request with a JSON body, with a form where body is [url.Values], or without any.
func (s *Server) send(ctx context.Context, method, address string, header http.Header, body any) (*response, error) {
	content, kind, err := encode(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return nil, err
	}
	request.Header = header
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	id := request.Header.Get("X-Request-Id")
	answered, err := s.client.Do(request)
	if err != nil {
		return &response{id: id}, unreachable(err)
	}
	defer answered.Body.Close() //nolint:errcheck // only read from
	r := &response{
		id: id, status: answered.StatusCode, header: answered.Header,
		scenario: answered.Header.Get("X-Mockbank-Scenario"), location: answered.Header.Get("Location"),
	}
	text, err := io.ReadAll(io.LimitReader(answered.Body, maxBody))
	if err != nil {
		return r, fmt.Errorf("the server's answer broke off: %w", err)
	}
	if json.Unmarshal(text, &r.body) != nil {
		if r.body = string(text); len(text) == 0 {
			r.body = nil
		}
	}
	if strings.Contains(answered.Header.Get("Content-Type"), "json") {
		r.fields, _ = r.body.(map[string]any)
	}
	return r, nil
}

// raw is a body as it is sent.
type raw string

func encode(body any) (content io.Reader, kind string, err error) {
	switch body := body.(type) {
	case nil:
		return http.NoBody, "", nil
	case raw:
		return strings.NewReader(string(body)), "application/yaml", nil
	case url.Values:
		return strings.NewReader(body.Encode()), "application/x-www-form-urlencoded", nil
	default:
		text, err := json.Marshal(body)
		return bytes.NewReader(text), "application/json", err
	}
}

// unreachable says why no answer came, without the address: it may hold what nobody else may know.
func unreachable(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		if failed.Timeout() {
			return fmt.Errorf("no answer within %s: a scenario that holds its answers back (`respond: {delay: …}`) cannot be played "+
				"against a server", answerTimeout)
		}
		err = failed.Err
	}
	return fmt.Errorf("the server cannot be reached: %w", err)
}

// good reports whether the server did what it was asked for.
func (r *response) good() bool { return r.status < 300 }

// problem returns the code and the detail of an answer that is a problem.
func (r *response) problem() (code, detail string) {
	code, _ = r.fields["code"].(string)
	detail, _ = r.fields["detail"].(string)
	return code, detail
}

// unexpected says that the server did not do what it must.
func (r *response) unexpected(what string) error {
	code, detail := r.problem()
	return fmt.Errorf("the server would not %s: %d %s %s", what, r.status, code, detail)
}

// answer turns the response into an answer of this kind, whose identifier is in the field id. A problem is a
// refusal; known says that the answer is what it should be, and not one that was lost on its way.
func (r *response) answer(kind answerKind, id string) (given answer, known bool) {
	text, _ := r.fields[id].(string)
	switch code, detail := r.problem(); {
	case !r.good() && code != "":
		given = refusal(code, detail)
	case text == "":
		given = answer{kind: aboutNothing, fields: map[string]any{}}
	default:
		given, known = answer{kind: kind, id: text, fields: r.fields}, true
	}
	if given.fields["scenario"] = nil; r.scenario != "" {
		given.fields["scenario"] = r.scenario
	}
	headers := make(map[string]any, len(r.header))
	for name := range r.header {
		headers[name] = r.header.Get(name)
	}
	given.fields["http_status"], given.fields["headers"], given.fields["body"] = r.status, headers, r.body
	return given, known
}
