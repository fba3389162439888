package mockbanktest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Exchange is a request that the session's bank answered, as its journal keeps it: without secrets.
type Exchange struct {
	ID int64 `json:"id"`
	// At is the time of the wall clock, SessionTime that of the session.
	At          time.Time  `json:"at"`
	SessionTime *time.Time `json:"session_time"`
	// Route is the endpoint, such as authenticate or connection.
	Route string `json:"route"`
	// Scenario that made the answer, "" where none did.
	Scenario string `json:"scenario"`
	// ProcessID and ConnectionID are the records that the exchange was about, "" where there was none.
	ProcessID    string `json:"bank_authentication_process_id"`
	ConnectionID string `json:"bank_connection_id"`
	// Transitions are the steps that the process took.
	Transitions []Transition `json:"transitions"`
	Request     Request      `json:"request"`
	Response    Response     `json:"response"`
}

// Transition is a step that a process took.
type Transition struct {
	From  string    `json:"from"`
	To    string    `json:"to"`
	Event string    `json:"event"`
	At    time.Time `json:"at"`
}

// Request is what the bank was asked.
type Request struct {
	Method string            `json:"method"`
	Path   string            `json:"path"`
	Header map[string]string `json:"headers"`
	// Body holds the fields that are no secret.
	Body map[string]string `json:"body"`
}

// Response is what the bank answered.
type Response struct {
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body"`
}

// Journal returns the session's exchanges, the oldest first. The server keeps the last thousands only.
func (s *Session) Journal() []Exchange {
	s.t.Helper()
	var all []Exchange
	for since := int64(0); ; {
		var page struct {
			Exchanges []Exchange `json:"exchanges"`
			NextSince int64      `json:"next_since"`
		}
		query := url.Values{"session": {s.Name}, "since": {strconv.FormatInt(since, 10)}}
		s.server.call(s.t, http.MethodGet, "/admin/v1/journal?"+query.Encode(), nil, &page)
		if len(page.Exchanges) == 0 {
			return all
		}
		all, since = append(all, page.Exchanges...), page.NextSince
	}
}
