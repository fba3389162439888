package jobs

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// Bounds of a receiver's answer.
const (
	maxAnswer       = 64 << 10
	maxAnswerHeader = 32 << 10
)

// post sends webhooks' requests, and only to where they are allowed to go.
type post struct {
	client *http.Client
	hosts  engine.WebhookHosts
}

func newPost(hosts engine.WebhookHosts) *post {
	p := &post{hosts: hosts}
	p.client = &http.Client{
		Transport: &http.Transport{
			DialContext: p.dial, MaxIdleConnsPerHost: 16, IdleConnTimeout: 30 * time.Second,
			MaxResponseHeaderBytes: maxAnswerHeader, DisableCompression: true, TLSHandshakeTimeout: 5 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return p
}

// errForbidden says that a webhook may not go where its address leads.
var errForbidden = errors.New("server.webhook_hosts does not allow it")

// dial connects, and checks the address that is really dialled: what a name leads to may change between
// any check before and the connection.
func (p *post) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, dialled string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(dialled)
		if err != nil || !p.hosts.AllowsDial(host, to.Addr()) {
			return fmt.Errorf("%q leads to %s: %w", host, dialled, errForbidden)
		}
		return nil
	}}
	return dialer.DialContext(ctx, network, address)
}

// send makes one request.
func (p *post) send(ctx context.Context, signs signer, d *engine.Delivery, now time.Time) engine.DeliveryAttempt {
	webhook := signs.webhook
	stop, cancel := context.WithTimeout(ctx, webhook.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(stop, http.MethodPost, cmp.Or(d.URL, webhook.URL), bytes.NewReader(d.Payload))
	if err != nil {
		return engine.DeliveryAttempt{Problem: "its URL cannot be used", Final: true}
	}
	if !p.hosts.AllowsURL(request.URL) {
		return engine.DeliveryAttempt{Problem: fmt.Sprintf("host %q: %v", request.URL.Hostname(), errForbidden), Final: true}
	}
	if err := signs.sign(request.Header, d.ID, now, d.Payload); err != nil {
		return engine.DeliveryAttempt{Problem: "it cannot be signed: " + err.Error(), Final: true}
	}
	signed := fieldsOf(request.Header)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "mockbank")
	answer, err := p.client.Do(request)
	switch {
	case err != nil && ctx.Err() != nil:
		return engine.DeliveryAttempt{Interrupted: true}
	case err != nil:
		return engine.DeliveryAttempt{Problem: problemOf(err, webhook), Final: errors.Is(err, errForbidden), At: now, Signed: signed}
	}
	_, _ = io.CopyN(io.Discard, answer.Body, maxAnswer) // so that the connection can be used again
	_ = answer.Body.Close()
	attempt := classify(answer.StatusCode)
	attempt.At, attempt.Signed = now, signed
	if attempt.Problem != "" {
		attempt.RetryAfter = retryAfter(answer.Header.Get("Retry-After"), now)
	}
	return attempt
}

// retryAfter reads what a receiver asks for: seconds, or a date (RFC 9110, 10.2.3). Anything else asks for nothing.
func retryAfter(text string, now time.Time) time.Duration {
	text = strings.TrimSpace(text)
	if text != "" && strings.Trim(text, "0123456789") == "" {
		seconds, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			seconds = math.MaxInt32 // more than fits is long
		}
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return max(0, at.Sub(now))
}

// classify says what a receiver's status means to its delivery.
func classify(status int) engine.DeliveryAttempt {
	attempt := engine.DeliveryAttempt{Status: status}
	switch {
	case status >= 200 && status < 300:
	case status >= 300 && status < 400:
		attempt.Problem = fmt.Sprintf("the receiver answered %d; redirects are not followed", status)
	case status == http.StatusGone:
		attempt.Problem, attempt.Final = "the receiver answered 410: it wants no more", true
	default:
		attempt.Problem = fmt.Sprintf("the receiver answered %d", status)
	}
	return attempt
}

// problemOf says why a request failed, without its URL, which may bear a token.
func problemOf(err error, webhook *engine.Webhook) string {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Sprintf("no answer within %v", webhook.Timeout)
	}
	return err.Error()
}

func (p *post) close() { p.client.CloseIdleConnections() }
