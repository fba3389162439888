package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"os/exec"
	"strconv"
	"testing"
)

// languageServer is a client of a language server, as an editor is.
type languageServer struct {
	t        *testing.T
	stdin    io.WriteCloser
	incoming chan message
	settings map[string]any
	last     int
	// problems holds the latest diagnostics of each document.
	problems map[string][]problem
}

// message is a message of the Language Server Protocol.
type message struct {
	Version string          `json:"jsonrpc"`
	ID      *int            `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   json.RawMessage `json:"error,omitempty"`
}

type problem struct {
	Message string `json:"message"`
	Range   struct {
		Start position `json:"start"`
	} `json:"range"`
}

type position struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

// startLanguageServer starts the server and tells it the settings, by section.
func startLanguageServer(t *testing.T, ctx context.Context, settings map[string]any, command string, args ...string) *languageServer {
	t.Helper()
	process := exec.CommandContext(ctx, command, args...)
	stdin, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	s := &languageServer{t: t, stdin: stdin, settings: settings, incoming: make(chan message, 64), problems: map[string][]problem{}}
	read := make(chan error, 1)
	go func() { read <- s.read(ctx, bufio.NewReader(stdout)) }()
	t.Cleanup(func() {
		_ = stdin.Close() // which ends the server
		if err := <-read; err != nil && !errors.Is(err, io.EOF) {
			t.Error("read from the language server:", err)
		}
		_ = process.Wait() // it ends with whatever status it likes
	})
	s.initialize()
	return s
}

func (s *languageServer) initialize() {
	s.request("initialize", map[string]any{
		"processId": nil, "rootUri": nil,
		"capabilities": map[string]any{
			"workspace": map[string]any{"configuration": true},
			"textDocument": map[string]any{
				"hover":      map[string]any{"contentFormat": []string{"markdown"}},
				"completion": map[string]any{"completionItem": map[string]any{"documentationFormat": []string{"markdown"}}},
			},
		},
	})
	s.notify("initialized", map[string]any{})
	s.notify("workspace/didChangeConfiguration", map[string]any{"settings": s.settings})
}

func (s *languageServer) read(ctx context.Context, from *bufio.Reader) error {
	defer close(s.incoming)
	for {
		header, err := textproto.NewReader(from).ReadMIMEHeader()
		if err != nil {
			return err
		}
		length, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			return err
		}
		body := make([]byte, length)
		if _, err := io.ReadFull(from, body); err != nil {
			return err
		}
		var one message
		if err := json.Unmarshal(body, &one); err != nil {
			return err
		}
		select {
		case s.incoming <- one:
		case <-ctx.Done():
			return nil
		}
	}
}

func (s *languageServer) send(one message) {
	s.t.Helper()
	one.Version = "2.0"
	body, err := json.Marshal(one)
	if err == nil {
		_, err = fmt.Fprintf(s.stdin, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	if err != nil {
		s.t.Fatal("write to the language server:", err)
	}
}

func (s *languageServer) notify(method string, params any) {
	s.t.Helper()
	s.send(message{Method: method, Params: s.encode(params)})
}

// request sends a request and returns its result; what comes before it is handled meanwhile.
func (s *languageServer) request(method string, params any) json.RawMessage {
	s.t.Helper()
	s.last++
	id := s.last
	s.send(message{ID: &id, Method: method, Params: s.encode(params)})
	for {
		one := s.next()
		if one.ID == nil || one.Method != "" || *one.ID != id {
			s.handle(one)
			continue
		}
		if one.Error != nil {
			s.t.Fatalf("%s: %s", method, one.Error)
		}
		return one.Result
	}
}

func (s *languageServer) next() message {
	s.t.Helper()
	select {
	case one, open := <-s.incoming:
		if open {
			return one
		}
		s.t.Fatal("the language server has ended")
	case <-s.t.Context().Done():
	}
	return message{}
}

func (s *languageServer) encode(value any) json.RawMessage {
	body, err := json.Marshal(value)
	if err != nil {
		s.t.Fatal(err)
	}
	return body
}

// handle answers what the server asks, and notes its diagnostics.
func (s *languageServer) handle(one message) {
	s.t.Helper()
	switch {
	case one.Method == "workspace/configuration":
		var asked struct {
			Items []struct {
				Section string `json:"section"`
			} `json:"items"`
		}
		if err := json.Unmarshal(one.Params, &asked); err != nil {
			s.t.Fatal(err)
		}
		answers := make([]any, len(asked.Items))
		for i, item := range asked.Items {
			answers[i] = s.settings[item.Section]
		}
		s.send(message{ID: one.ID, Result: s.encode(answers)})
	case one.Method == "textDocument/publishDiagnostics":
		var published struct {
			URI         string    `json:"uri"`
			Diagnostics []problem `json:"diagnostics"`
		}
		if err := json.Unmarshal(one.Params, &published); err != nil {
			s.t.Fatal(err)
		}
		s.problems[published.URI] = published.Diagnostics
	case one.ID != nil && one.Method != "":
		s.send(message{ID: one.ID, Result: json.RawMessage("null")})
	}
}

// awaitProblems waits until the document's diagnostics are as wanted.
func (s *languageServer) awaitProblems(document string, wanted func([]problem) bool) []problem {
	s.t.Helper()
	for {
		if found, published := s.problems[document]; published && wanted(found) {
			return found
		}
		one := s.next()
		s.handle(one)
	}
}
