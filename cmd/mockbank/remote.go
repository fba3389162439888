package main

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
	"time"

	"github.com/spf13/cobra"
)

// remote is a bank that is running, reached by its admin API.
type remote struct{ url, token string }

// remoteFlags adds the flags that say where the bank is. MOCKBANK_URL and MOCKBANK_ADMIN_TOKEN set them too.
func remoteFlags(cmd *cobra.Command, r *remote) {
	cmd.Flags().StringVar(&r.url, "url", "http://127.0.0.1:8080", "`address` of the running bank")
	cmd.Flags().StringVar(&r.token, "admin-token", "", "its admin `token`, where it wants one")
	cmd.Flags().StringVar(&r.token, "token", "", "short for --admin-token")
	_ = cmd.Flags().MarkHidden("token") // the flag was added above
}

// remoteTimeout is how long a call may take; a turn of a large session's clock takes its time.
const remoteTimeout = time.Minute

// call sends a request to the admin API and returns the body of a success.
func (r *remote) call(ctx context.Context, method, path string, body any) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, remoteTimeout)
	defer cancel()
	answer, err := r.send(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	return io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
}

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 64 << 20

// send sends a request and returns the answer where it is a success.
func (r *remote) send(ctx context.Context, method, path string, body any) (*http.Response, error) {
	base, err := url.Parse(r.url)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, errors.New("--url: write the running bank's address, such as http://127.0.0.1:8080")
	}
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(r.url, "/")+path, sent)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if r.token != "" {
		request.Header.Set("Authorization", "Bearer "+r.token)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, unreachable(r.url, err)
	}
	if answer.StatusCode < 300 {
		return answer, nil
	}
	defer answer.Body.Close()
	return nil, refusedBy(answer)
}

func unreachable(address string, err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return fmt.Errorf("no bank answers at %s (%w); start one with `mockbank serve`, or name another with --url", address, err)
}

// refusedBy is a problem that the bank answered with, as an error.
func refusedBy(answer *http.Response) error {
	var problem struct{ Detail, Code string }
	text, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if json.Unmarshal(text, &problem) != nil || problem.Detail == "" {
		return fmt.Errorf("the bank answered %s", answer.Status)
	}
	hint := ""
	if answer.StatusCode == http.StatusUnauthorized {
		hint = "; give the token with --admin-token or MOCKBANK_ADMIN_TOKEN"
	}
	return fmt.Errorf("%s (%s)%s", problem.Detail, problem.Code, hint)
}
