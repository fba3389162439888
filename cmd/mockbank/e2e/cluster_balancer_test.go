package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"testing"
)

// balancer gives each request to the next node. One that cannot be reached is passed over; where a node
// dies with the request in its hands, nobody knows what became of it, and the answer is 502.
type balancer struct {
	*httptest.Server
	transport *http.Transport

	mu    sync.Mutex
	nodes map[int]string
	next  int
}

func newBalancer(t *testing.T) *balancer {
	t.Helper()
	b := &balancer{nodes: map[int]string{}, transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	b.Server = httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:      func(*httputil.ProxyRequest) {},
		Transport:    b,
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(func() {
		b.Close()
		b.transport.CloseIdleConnections()
	})
	return b
}

func (b *balancer) use(place int, url string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.nodes[place] = url
}

// order returns the nodes in the order in which they are to be tried.
func (b *balancer) order() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.next++
	var urls []string
	for i := range len(b.nodes) {
		urls = append(urls, b.nodes[(b.next+i)%len(b.nodes)])
	}
	return urls
}

// RoundTrip implements http.RoundTripper.
func (b *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	failed := errors.New("there is no node")
	for _, node := range b.order() {
		to, err := url.Parse(node)
		if err != nil {
			return nil, err
		}
		attempt := r.Clone(r.Context())
		attempt.URL.Scheme, attempt.URL.Host, attempt.Host = to.Scheme, to.Host, ""
		attempt.Body, attempt.GetBody = io.NopCloser(bytes.NewReader(body)), nil
		answer, err := b.transport.RoundTrip(attempt)
		var refused *net.OpError
		if err == nil || !errors.As(err, &refused) || refused.Op != "dial" {
			return answer, err
		}
		failed = err
	}
	return nil, failed
}

// receiver takes webhooks.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex
	letters map[string][]string // by process
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{letters: map[string][]string{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		var reported struct {
			Type string
			Data struct {
				ProcessID string `json:"bank_authentication_process_id"`
			}
		}
		if err := json.NewDecoder(request.Body).Decode(&reported); err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.letters[reported.Data.ProcessID] = append(r.letters[reported.Data.ProcessID], reported.Type)
	}))
	t.Cleanup(r.Close)
	return r
}

// stories returns what was told of each process, in order.
func (r *receiver) stories() map[string][]string {
	r.mu.Lock()
	defer r.mu.Unlock()
	stories := make(map[string][]string, len(r.letters))
	for id, letters := range r.letters {
		stories[id] = slices.Clone(letters)
	}
	return stories
}
