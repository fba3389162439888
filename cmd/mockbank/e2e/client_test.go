package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

const basePath = "/api/v3/wealth_api"

// process is a bank authentication process as the API shows it.
type process struct {
	ID          string     `json:"bank_authentication_process_id"`
	BankSlug    string     `json:"bank_slug"`
	Status      string     `json:"status"`
	Challenge   *challenge `json:"challenge"`
	RedirectURL *string    `json:"redirect_url"`
	Error       *failure   `json:"error"`
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   time.Time  `json:"updated_at"`
	ExpiresAt   *time.Time `json:"expires_at"`
}

type challenge struct {
	Kind             string  `json:"kind"`
	Message          string  `json:"message"`
	AnswerFieldLabel string  `json:"answer_field_label"`
	AttemptsLeft     *int    `json:"attempts_left"`
	Image            *image  `json:"image"`
	OpticalData      *string `json:"optical_data"`
}

// image is a picture of a challenge; its data are in base64.
type image struct {
	MIMEType string `json:"mime_type"`
	Data     []byte `json:"data"`
}

type failure struct {
	Code           string `json:"code"`
	Message        string `json:"message"`
	DisplayMessage string `json:"display_message"`
	Retryable      bool   `json:"retryable"`
	Actor          string `json:"actor"`
}

// connection is a bank connection as the API shows it.
type connection struct {
	ID                   string     `json:"id"`
	BankSlug             string     `json:"bank_slug"`
	ProcessID            string     `json:"bank_authentication_process_id"`
	Status               string     `json:"status"`
	ImportProgress       int        `json:"import_progress"`
	ImportMessage        *string    `json:"import_message"`
	Error                *failure   `json:"error"`
	Warnings             []failure  `json:"warnings"`
	AuthenticationStatus *string    `json:"authentication_status"`
	CreatedAt            time.Time  `json:"created_at"`
	UpdatedAt            time.Time  `json:"updated_at"`
	FinishedAt           *time.Time `json:"finished_at"`
}

// problem is an RFC 9457 problem.
type problem struct {
	Type         string       `json:"type"`
	Title        string       `json:"title"`
	Status       int          `json:"status"`
	Detail       string       `json:"detail"`
	Code         string       `json:"code"`
	RequestID    string       `json:"request_id"`
	ConnectionID string       `json:"connection_id"`
	Errors       []fieldError `json:"errors"`
}

type fieldError struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

// fields is a JSON body.
type fields map[string]any

// answer is what came back.
type answer struct {
	Status int
	Header http.Header
	Body   []byte
	// Sent and Received are the test's clock around the request: the server answered in between.
	Sent, Received time.Time
}

// send makes a request and fails on the wire's errors only. The body may be nil, a string, bytes, or
// something to encode as JSON.
func (s *server) send(method, path string, body any, header ...string) (answer, error) {
	content, err := encode(body)
	if err != nil {
		return answer{}, err
	}
	request, err := http.NewRequest(method, s.url+path, content)
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	sent := time.Now()
	response, err := s.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }() // it has been read
	read, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, read, sent, time.Now()}, err
}

func encode(body any) (io.Reader, error) {
	switch body := body.(type) {
	case nil:
		return nil, nil
	case string:
		return strings.NewReader(body), nil
	case []byte:
		return bytes.NewReader(body), nil
	default:
		encoded, err := json.Marshal(body)
		return bytes.NewReader(encoded), err
	}
}

// do is send for a test that needs the answer.
func (s *server) do(t *testing.T, method, path string, body any, header ...string) answer {
	t.Helper()
	got, err := s.send(method, path, body, header...)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return got
}

// into decodes an answer of the wanted status.
func into[Body any](t *testing.T, got answer, status int) Body {
	t.Helper()
	var body Body
	if got.Status != status {
		t.Fatalf("answered with %d, want %d: %s", got.Status, status, got.Body)
	}
	if err := json.Unmarshal(got.Body, &body); err != nil {
		t.Fatalf("%v in %s", err, got.Body)
	}
	return body
}

// login starts a process as the tester of the default configuration.
func (s *server) login(t *testing.T, password string) process {
	t.Helper()
	return into[process](t, s.do(t, "POST", basePath+"/bank_connections/authenticate", credentials(password)), 200)
}

func credentials(password string) fields {
	return fields{"username": "tester", "password": password}
}

func (s *server) process(t *testing.T, id string) process {
	t.Helper()
	return into[process](t, s.do(t, "GET", processPath(id), nil), 200)
}

func processPath(id string) string { return basePath + "/bank_connections/authenticate/" + id }

func (s *server) confirm(t *testing.T, id, response string) answer {
	t.Helper()
	body := fields{"bank_authentication_process_id": id, "challenge_response": response}
	return s.do(t, "POST", basePath+"/bank_connections/confirm_challenge_response", body)
}

// connect makes a connection from a process that is authenticated.
func (s *server) connect(t *testing.T, processID string) connection {
	t.Helper()
	got := s.do(t, "POST", basePath+"/bank_connections", fields{"bank_authentication_process_id": processID})
	made := into[connection](t, got, 201)
	if want := s.prefix + connectionPath(made.ID); got.Header.Get("Location") != want {
		t.Errorf("Location %q, want %q", got.Header.Get("Location"), want)
	}
	return made
}

func (s *server) connection(t *testing.T, id string) connection {
	t.Helper()
	return into[connection](t, s.do(t, "GET", connectionPath(id), nil), 200)
}

func connectionPath(id string) string { return basePath + "/bank_connections/" + id }

// String names the failure in messages of tests.
func (f *failure) String() string {
	if f == nil {
		return "no error"
	}
	return fmt.Sprintf("%s (%s)", f.Code, f.Message)
}

// code is the failure's, "" for none.
func (f *failure) code() string {
	if f == nil {
		return ""
	}
	return f.Code
}

// decode reads a body from any goroutine of a test.
func decode[Body any](t *testing.T, text []byte) Body {
	t.Helper()
	var body Body
	if err := json.Unmarshal(text, &body); err != nil {
		t.Errorf("%v in %s", err, text)
	}
	return body
}

// field returns a text of a JSON object, "" where it has none of the name.
func field(body []byte, name string) string {
	var object map[string]any
	if json.Unmarshal(body, &object) != nil {
		return ""
	}
	text, _ := object[name].(string)
	return text
}
