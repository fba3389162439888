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
	status int
	// scenario is the one that made the answer, "" where none did.
	scenario string
	// fields are those of a JSON object; nil where the body is something else.
	fields map[string]any
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
	answered, err := s.client.Do(request)
	if err != nil {
		return nil, unreachable(err)
	}
	defer answered.Body.Close() //nolint:errcheck // only read from
	r := &response{status: answered.StatusCode, scenario: answered.Header.Get("X-Mockbank-Scenario"), location: answered.Header.Get("Location")}
	text, err := io.ReadAll(io.LimitReader(answered.Body, maxBody))
	if err != nil {
		return nil, fmt.Errorf("the server's answer broke off: %w", err)
	}
	if strings.Contains(answered.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(text, &r.fields); err != nil {
			return nil, fmt.Errorf("the server's answer is no JSON object: %w", err)
		}
	}
	return r, nil
}

func encode(body any) (content io.Reader, kind string, err error) {
	switch body := body.(type) {
	case nil:
		return http.NoBody, "", nil
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
			return fmt.Errorf("no answer within %s: a scenario that holds its answers back (`respond: {delay: …}`) cannot be played against a server", answerTimeout)
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

// answer turns the response into an answer of this kind, whose identifier is in the field id. A
// problem is a refusal.
func (r *response) answer(kind answerKind, id string) (answer, error) {
	if code, detail := r.problem(); !r.good() && code != "" {
		return refusal(code, detail), nil
	}
	text, _ := r.fields[id].(string)
	if text == "" {
		return answer{}, fmt.Errorf("the server answered %d, and no %s: a scenario that changes its answers on the wire (`respond`) cannot be played against a server", r.status, kind)
	}
	if r.fields["scenario"] = nil; r.scenario != "" {
		r.fields["scenario"] = r.scenario
	}
	return answer{kind: kind, id: text, fields: r.fields}, nil
}
