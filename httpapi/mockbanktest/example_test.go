package mockbanktest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

// An import that takes twenty minutes, in a test that takes milliseconds.
func Example() {
	_ = testSlowImport // as a test of yours would be: func TestSlowImport(t *testing.T)
}

func testSlowImport(t *testing.T) {
	bank := mockbanktest.Start(t, mockbanktest.Config(`
banks: [{slug: MockBank}]
scenarios:
  - name: slow-import
    authentication: AUTHENTICATED
    import: {takes: 20m}
`))
	session := bank.Session(t, mockbanktest.Frozen())
	app := newClient(t, session.BankURL()) // the app under test
	login := app.login("any")
	connection := app.do(http.MethodPost, "/bank_connections", map[string]string{
		"bank_authentication_process_id": login.ProcessID,
	})
	session.Advance(20*time.Minute - time.Millisecond)
	app.wants(app.do(http.MethodGet, "/bank_connections/"+connection.ID, nil), "IN_PROGRESS")
	session.Advance(time.Millisecond)
	app.wants(app.do(http.MethodGet, "/bank_connections/"+connection.ID, nil), "SUCCESS")
}

func TestSlowImport(t *testing.T) {
	t.Parallel()
	testSlowImport(t)
}
