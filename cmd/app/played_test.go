package app_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

// played is a bank that plays a configuration in a session whose clock stands, and the client of it.
type played struct {
	t      *testing.T
	server *mockbanktest.Server
	*mockbanktest.Session
	client *http.Client
	// process and connection are those that were spoken of last.
	process, connection string
}

// play starts a bank for scenarios that are all of MockBank's.
func play(t *testing.T, yaml string) *played {
	t.Helper()
	if !strings.Contains(yaml, "banks:") {
		yaml = "banks: [{slug: MockBank}]\n" + yaml
	}
	server := mockbanktest.Start(t, mockbanktest.Config(yaml))
	return &played{
		t: t, server: server, Session: server.Session(t, mockbanktest.Frozen()),
		client: noRedirects(),
	}
}

// noRedirects is a client that goes nowhere by itself.
func noRedirects() *http.Client {
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// said is what the bank answered: its JSON, where it is some.
type said struct {
	t      *testing.T
	Status int
	Header http.Header
	Text   string
	JSON   any
}

func (p *played) do(method, path string, body any, header ...string) said {
	p.t.Helper()
	var content io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(body)
	default:
		encoded, err := json.Marshal(body)
		if err != nil {
			p.t.Fatal(err)
		}
		content = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(p.t.Context(), method, path, content)
	if err != nil {
		p.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := p.client.Do(request)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close() //nolint:errcheck // only read from
	text, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	got := said{t: p.t, Status: response.StatusCode, Header: response.Header, Text: string(text)}
	_ = json.Unmarshal(text, &got.JSON) // a page is none
	if id, is := got.at("bank_authentication_process_id").(string); is {
		p.process = id
	}
	if id, is := got.at("id").(string); is {
		p.connection = id
	}
	return got
}

// api sends a request to one of the bank's endpoints.
func (p *played) api(method, path string, body any) said {
	p.t.Helper()
	return p.do(method, p.BankURL()+path, body)
}

// login logs the user u in with a password.
func (p *played) login(password string) said {
	p.t.Helper()
	return p.api("POST", "/bank_connections/authenticate", map[string]any{"username": "u", "password": password})
}

// answer answers the challenge of the process that was spoken of last; choose chooses a method.
func (p *played) answer(response any) said {
	p.t.Helper()
	return p.api("POST", "/bank_connections/confirm_challenge_response",
		map[string]any{"bank_authentication_process_id": p.process, "challenge_response": response})
}

func (p *played) choose(id string) said {
	p.t.Helper()
	return p.api("POST", "/bank_connections/confirm_challenge_response",
		map[string]any{"bank_authentication_process_id": p.process, "two_step_procedure_id": id})
}

func (p *played) poll() said { return p.api("GET", "/bank_connections/authenticate/"+p.process, nil) }

func (p *played) connect() said {
	p.t.Helper()
	return p.api("POST", "/bank_connections", map[string]any{"bank_authentication_process_id": p.process})
}

func (p *played) read() said { return p.api("GET", "/bank_connections/"+p.connection, nil) }
func (p *played) update() said {
	return p.api("POST", "/bank_connections/"+p.connection+"/update", nil)
}

// at returns what lies at a path such as challenge.images.0; nil where there is nothing.
func (s said) at(path string) any {
	value := s.JSON
	for _, name := range strings.Split(path, ".") {
		switch inner := value.(type) {
		case map[string]any:
			value = inner[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(inner) {
				return nil
			}
			value = inner[i]
		default:
			return nil
		}
	}
	return value
}

// has reports whether an object has a member of the name, be it null.
func (s said) has(path string) bool {
	parent, name := s.JSON, path
	if cut := strings.LastIndexByte(path, '.'); cut >= 0 {
		parent, name = s.at(path[:cut]), path[cut+1:]
	}
	object, is := parent.(map[string]any)
	_, has := object[name]
	return is && has
}

// want checks the status, and members of the answer, by pairs of a path and a value as JSON knows it.
func (s said) want(status int, pairs ...any) said {
	s.t.Helper()
	if s.Status != status {
		s.t.Fatalf("status %d, want %d: %s", s.Status, status, s.Text)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		path, want := pairs[i].(string), pairs[i+1]
		if number, is := want.(int); is {
			want = float64(number)
		}
		if got := s.at(path); !reflect.DeepEqual(got, want) {
			s.t.Errorf("%s is %#v, want %#v: %s", path, got, want, s.Text)
		}
		if want == nil && !s.has(path) {
			s.t.Errorf("%s is not there, want null: %s", path, s.Text)
		}
	}
	return s
}

// lacks checks that members are not there at all.
func (s said) lacks(paths ...string) said {
	s.t.Helper()
	for _, path := range paths {
		if s.has(path) {
			s.t.Errorf("%s is there: %s", path, s.Text)
		}
	}
	return s
}
