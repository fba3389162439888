package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"regexp"
	"sync"
)

// receiver takes webhooks, and remembers which connections it was told have finished.
type receiver struct {
	URL      string
	server   *http.Server
	mu       sync.Mutex
	finished map[string]int
}

var identifiers = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

func newReceiver() *receiver {
	r := &receiver{finished: make(map[string]int)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err) // a machine without loopback
	}
	r.URL = "http://" + listener.Addr().String()
	r.server = &http.Server{Handler: http.HandlerFunc(r.take)} //nolint:gosec // loopback only
	go func() { _ = r.server.Serve(listener) }()               // until close
	return r
}

func (r *receiver) take(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	var message struct{ Type string }
	if err != nil || json.Unmarshal(body, &message) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if message.Type == "import.finished" {
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, id := range identifiers.FindAllString(string(body), -1) {
			r.finished[id]++
		}
	}
}

// heard reports whether it was told that a connection has finished.
func (r *receiver) heard(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.finished[id] > 0
}

func (r *receiver) close() error { return r.server.Close() }
