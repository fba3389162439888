package mockbanktest

import (
	"net/http"
	"strings"
)

// Expected is what a test expects of its session as it ends.
type Expected struct {
	// Scenarios says how many logins each of these is to have answered, as a number or a range: "1", "1..2", "2..".
	// Those that are not named do not matter.
	Scenarios map[string]string `json:"scenarios,omitempty"`
	// NoFallback says that no login is to have been answered by no scenario, or by one that takes everything.
	NoFallback bool `json:"no_fallback"`
	// AllDelivered says that every delivery of a webhook is to have reached its receiver.
	AllDelivered bool `json:"-"`
}

// Verify fails the test with all that is not as expected. It counts in the database, whatever has happened to the
// journal.
func (s *Session) Verify(expected Expected) {
	s.t.Helper()
	request := struct {
		Expected
		Session  string `json:"session"`
		Webhooks string `json:"webhooks,omitempty"`
	}{Expected: expected, Session: s.Name}
	if expected.AllDelivered {
		request.Webhooks = "all_delivered"
	}
	var verdict struct {
		Holds       bool `json:"holds"`
		Differences []struct {
			Detail string `json:"detail"`
		} `json:"differences"`
	}
	s.server.call(s.t, http.MethodPost, "/admin/v1/verify", request, &verdict)
	if verdict.Holds {
		return
	}
	var details []string
	for _, one := range verdict.Differences {
		details = append(details, one.Detail)
	}
	s.t.Errorf("mockbanktest: the session is not as expected:\n  %s", strings.Join(details, "\n  "))
}
