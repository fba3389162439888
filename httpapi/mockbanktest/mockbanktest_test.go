package mockbanktest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client is an app under test, as far as these tests need one.
type client struct {
	t    testing.TB
	bank string
	http *http.Client
}

func newClient(t testing.TB, bank string) *client {
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &client{t, bank, &http.Client{Transport: transport}}
}

// answer is what these tests look at of the bank's answers.
type answer struct {
	ProcessID string `json:"bank_authentication_process_id"`
	ID        string `json:"id"`
	Status    string `json:"status"`
	Progress  int    `json:"import_progress"`
}

func (c *client) do(method, path string, body any) (a answer) {
	c.t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	request, err := http.NewRequest(method, c.bank+path, bytes.NewReader(encoded))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		c.t.Fatalf("%s %s: %s %s %v", method, path, response.Status, text, err)
	}
	if err := json.Unmarshal(text, &a); err != nil {
		c.t.Fatalf("%s: %v", text, err)
	}
	return a
}

func (c *client) login(password string) answer {
	c.t.Helper()
	return c.do(http.MethodPost, "/bank_connections/authenticate", map[string]string{"username": "tester", "password": password})
}

func (c *client) poll(process string) answer {
	c.t.Helper()
	return c.do(http.MethodGet, "/bank_connections/authenticate/"+process, nil)
}

func (c *client) wants(a answer, status string) {
	c.t.Helper()
	if a.Status != status {
		c.t.Errorf("status %s, want %s", a.Status, status)
	}
}

func TestASessionGoesToWhatIsDueNext(t *testing.T) {
	t.Parallel()
	server := mockbanktest.Start(t, mockbanktest.Config(`
switches: {bank-down: The bank does not answer}
banks: [{slug: MockBank}]
scenarios:
  - {name: down, when: {switches: {bank-down: on}}, authentication: {status: AUTHENTICATION_FAILED, error: INSTITUTION_DOWN}}
  - {name: soon, when: {password: soon}, authentication: {status: DECOUPLED_AUTH_REQUIRED, next: [{after: 90d, then: AUTHENTICATED}]}}
`))
	eve := time.Date(2026, 12, 24, 23, 0, 0, 0, time.UTC)
	session := server.Session(t, mockbanktest.Frozen(), mockbanktest.StartsAt(eve))
	c := newClient(t, session.BankURL())
	p := c.login("soon")
	due := session.ToNext()
	if len(due) != 1 || due[0].Kind != "transition" || due[0].ProcessID != p.ProcessID || !due[0].At.Equal(eve.AddDate(0, 0, 90)) {
		t.Errorf("due is %+v", due)
	}
	c.wants(c.poll(p.ProcessID), "AUTHENTICATED")
	if due := session.ToNext(); due != nil || !session.Now().Equal(eve.AddDate(0, 0, 90)) {
		t.Errorf("nothing is due, and it is %s: %+v", session.Now(), due)
	}
	session.Verify(mockbanktest.Expected{Scenarios: map[string]string{"soon": "1", "down": "0"}, NoFallback: true, AllDelivered: true})
	session.SetFaults(mockbanktest.Fault{"endpoint": "authenticate", "nth": "1", "set": map[string]any{"status": "ODD"}, "lasts": "30s"})
	c.wants(c.login("soon"), "ODD")
	c.wants(c.login("soon"), "DECOUPLED_AUTH_REQUIRED")
	session.SetFaults()
	session.Switch("bank-down", true)
	c.wants(c.login("soon"), "AUTHENTICATION_FAILED")
}

func TestSessionsInParallel(t *testing.T) {
	t.Parallel()
	server := mockbanktest.Start(t)
	for i := range 200 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			session := server.Session(t, mockbanktest.Frozen())
			c := newClient(t, session.BankURL())
			p := c.login("decoupledAuthRequiredSuccess")
			session.Advance(1999 * time.Millisecond)
			c.wants(c.poll(p.ProcessID), "DECOUPLED_AUTH_REQUIRED")
			session.Advance(time.Millisecond)
			c.wants(c.poll(p.ProcessID), "AUTHENTICATED")
			connection := c.do(http.MethodPost, "/bank_connections", map[string]string{"bank_authentication_process_id": p.ProcessID})
			session.Advance(time.Hour)
			if done := c.do(http.MethodGet, "/bank_connections/"+connection.ID, nil); done.Status != "SUCCESS" || done.Progress != 100 {
				t.Errorf("an hour later: %+v", done)
			}
			if exchanges := session.Journal(); len(exchanges) != 5 || exchanges[0].Scenario != "decoupled-auth-success" {
				t.Errorf("journal %+v", exchanges)
			}
		})
	}
}

func TestPhone(t *testing.T) {
	t.Parallel()
	session := mockbanktest.Start(t).Session(t)
	c := newClient(t, session.BankURL())
	approved, declined := c.login("decoupledAuthRequired"), c.login("decoupledAuthRequired")
	session.Approve(approved.ProcessID)
	session.Decline(declined.ProcessID)
	c.wants(c.poll(approved.ProcessID), "AUTHENTICATED")
	c.wants(c.poll(declined.ProcessID), "AUTHENTICATION_FAILED")
}

func TestClockRunsOnOnlyWhenItMay(t *testing.T) {
	t.Parallel()
	session := mockbanktest.Start(t).Session(t)
	if a, b := session.Freeze(), session.Now(); !a.Equal(b) {
		t.Errorf("a frozen clock shows %s, then %s", a, b)
	}
	if a, b := session.Now(), session.Resume(); b.Before(a) || b.Sub(a) > time.Minute {
		t.Errorf("it was %s, and resumes at %s", a, b)
	}
}

const refusing = `
banks: [{slug: MockBank}]
scenarios:
  - {name: refuse, authentication: {status: AUTHENTICATION_FAILED, error: {code: INSTITUTION_DOWN}}}
`

func TestConfigurations(t *testing.T) {
	t.Parallel()
	server := mockbanktest.Start(t, mockbanktest.Config(refusing), mockbanktest.Log())
	c := newClient(t, server.BankURL())
	c.wants(c.login("success"), "AUTHENTICATION_FAILED")
	server.Save(t, strings.ReplaceAll(refusing, "{status: AUTHENTICATION_FAILED, error: {code: INSTITUTION_DOWN}}", "AUTHENTICATED"))
	c.wants(c.login("success"), "AUTHENTICATED")
	file := newClient(t, mockbanktest.Start(t, mockbanktest.ConfigFile("../../mockbank.yaml")).BankURL())
	file.wants(file.login("redirectRequired"), "REDIRECT_REQUIRED")
}

func TestResetForgets(t *testing.T) {
	t.Parallel()
	session := mockbanktest.Start(t).Session(t, mockbanktest.Seed(7))
	c := newClient(t, session.BankURL())
	c.login("success")
	session.Reset()
	if exchanges := session.Journal(); len(exchanges) != 0 {
		t.Errorf("journal %+v", exchanges)
	}
}

func TestSpecificationIsTheDefaultConfiguration(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("../../mockbank.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("specification.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("specification.yaml is out of date: run go generate ./httpapi/mockbanktest")
	}
}
