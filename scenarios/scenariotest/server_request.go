package scenariotest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// request asks the declared api of a running server, in the test's own session.
func (s *serverStage) request(ctx context.Context, asked *asked) (answer, error) {
	session := asked.session
	if session == "" {
		session = s.own
	}
	if err := s.enter(ctx, session); err != nil {
		return answer{}, err
	}
	content := io.Reader(http.NoBody)
	if asked.body != nil {
		text, err := json.Marshal(asked.body)
		if err != nil {
			return answer{}, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, asked.method, s.server.root+asked.path, content)
	if err != nil {
		return answer{}, err
	}
	for name, values := range asked.header {
		request.Header[name] = values
	}
	if asked.body != nil && request.Header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("X-Mockbank-Session", session)
	answered, err := s.server.client.Do(request)
	if err != nil {
		return answer{}, unreachable(err)
	}
	defer answered.Body.Close() //nolint:errcheck // only read from
	text, err := io.ReadAll(io.LimitReader(answered.Body, maxBody))
	if err != nil {
		return answer{}, fmt.Errorf("the server's answer broke off: %w", err)
	}
	given := requestAnswer(answered.StatusCode, answered.Header, text)
	given.fields["scenario"] = answered.Header.Get("X-Mockbank-Scenario")
	about, err := s.server.poll(ctx, session, answered.Header.Get("X-Request-Id"))
	if err != nil || about == nil {
		return given, err
	}
	given.id, given.connection = about.process, about.connection
	for _, id := range []string{given.id, given.connection} {
		if id != "" {
			s.of[id] = session
		}
	}
	return given, nil
}
