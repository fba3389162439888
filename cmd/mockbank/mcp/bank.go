package mcp

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

	"github.com/mockbank/mockbank/scenarios"
)

// maxAnswer bounds what is read of the bank's answers, in bytes.
const maxAnswer = 17 << 20

// callTimeout is how long a call of the bank may take; a scenario may delay its answer.
const callTimeout = 2 * time.Minute

// bank is a running bank.
type bank struct {
	url                   string // without a slash at its end
	adminToken, bankToken string
	client                *http.Client
}

func newBank(options *Options) (*bank, error) {
	base, err := url.Parse(options.URL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.User != nil {
		return nil, errors.New("--url: write the running bank's address, such as http://127.0.0.1:8080")
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // a token goes to this bank only
	return &bank{strings.TrimRight(options.URL, "/"), options.AdminToken, options.BankToken, &http.Client{CheckRedirect: stay}}, nil
}

// request is one to the bank.
type request struct {
	method, path string
	query        url.Values
	// body is sent as JSON, nil for none.
	body   any
	header map[string]string
	// bank says that it is one of the bank's own API, as clients of the bank make it.
	bank bool
}

// reply is what the bank answered, whatever its status.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (b *bank) send(ctx context.Context, r *request) (*reply, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	sent, err := b.compose(ctx, r)
	if err != nil {
		return nil, err
	}
	answer, err := b.client.Do(sent)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return nil, fmt.Errorf("no answer from the bank at %s: %w", b.url, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("the bank's answer broke off with status %d, as a scenario may want it: %w", answer.StatusCode, err)
	}
	return &reply{answer.StatusCode, answer.Header, body}, nil
}

func (b *bank) compose(ctx context.Context, r *request) (*http.Request, error) {
	var body io.Reader
	if r.body != nil {
		text, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(text)
	}
	address := b.url + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	sent, err := http.NewRequestWithContext(ctx, r.method, address, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		sent.Header.Set("Content-Type", "application/json")
	}
	token := b.adminToken
	if r.bank {
		token = b.bankToken
	}
	if token != "" {
		sent.Header.Set("Authorization", "Bearer "+token)
	}
	for name, value := range r.header {
		sent.Header.Set(name, value)
	}
	return sent, nil
}

// admin sends a request to the admin API and returns the body of a success.
func (b *bank) admin(ctx context.Context, method, path string, query url.Values, body any) ([]byte, error) {
	answer, err := b.send(ctx, &request{method: method, path: "/admin/v1" + path, query: query, body: body})
	if err != nil {
		return nil, err
	}
	return answer.body, answer.refusal()
}

// surface says where the bank's own API is, and how it writes its members. It is asked for anew each time: another bank may
// listen by now.
func (b *bank) surface(ctx context.Context) (basePath string, camelCase bool, err error) {
	answer, err := b.admin(ctx, http.MethodGet, "/status", nil, nil)
	if err != nil {
		return "", false, err
	}
	var status struct {
		BasePath string `json:"base_path"`
		Naming   string
	}
	err = json.Unmarshal(answer, &status)
	return status.BasePath, status.Naming == scenarios.NamingCamelCase, err
}

// problem is what the bank says of a request that it refuses, in the words that are of use to who made it.
type problem struct {
	Detail, Code string
	Errors       []struct{ Pointer, Detail string }
	Reload       *struct{ Problems []diagnostic }
}

// refusal returns the bank's refusal as an error, nil where it answered with success.
func (r *reply) refusal() error {
	if r.status < 300 {
		return nil
	}
	var p problem
	if json.Unmarshal(r.body, &p) != nil || p.Detail == "" {
		return fmt.Errorf("the bank answered %d", r.status)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s (%d %s)", p.Detail, r.status, p.Code)
	for _, one := range p.Errors {
		fmt.Fprintf(&out, "\n%s %s", one.Pointer, one.Detail)
	}
	if p.Reload != nil {
		for i := range p.Reload.Problems {
			fmt.Fprintf(&out, "\n%s", &p.Reload.Problems[i])
		}
	}
	if r.status == http.StatusUnauthorized {
		out.WriteString("\nThe person who set this up gives the token by MOCKBANK_ADMIN_TOKEN, or MOCKBANK_BANK_TOKEN for the bank's " +
			"own API.")
	}
	return errors.New(out.String())
}

// diagnostic is something wrong in a file of the configuration.
type diagnostic struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
}

// String says where it is, what, and what to do.
func (d *diagnostic) String() string {
	text := fmt.Sprintf("%s:%d:%d: %s [%s] %s", d.File, d.Line, d.Column, d.Severity, d.Code, d.Message)
	if d.Hint != "" {
		text += " - " + d.Hint
	}
	return text
}
