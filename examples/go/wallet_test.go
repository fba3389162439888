package wallet_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"example.com/wallet"
	"github.com/mockbank/mockbank/httpapi/mockbanktest"
)

// person is the user: answers questions, and does something while the wallet waits.
type person struct {
	answer  string
	waiting func(process string)
}

func (p person) Answer(string) string { return p.answer }
func (p person) Wait(process string)  { p.waiting(process) }

// TestWallet shares one bank; each test has a session of its own in it, so that all run at the same time.
func TestWallet(t *testing.T) {
	t.Parallel()
	bank := mockbanktest.Start(t, mockbanktest.ConfigFile("../bank/mockbank.yaml"))
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	// prepare gives a test its session, frozen at its start, and a wallet that uses it.
	prepare := func(t *testing.T) (*mockbanktest.Session, wallet.Wallet) {
		t.Parallel()
		session := bank.Session(t, mockbanktest.Frozen())
		return session, wallet.Wallet{Bank: session.BankURL(), HTTP: client}
	}

	t.Run("an import of twenty minutes", func(t *testing.T) {
		session, app := prepare(t)
		process, err := app.Login(t.Context(), "tester", "success", person{})
		if err != nil {
			t.Fatal(err)
		}
		connection, err := app.Connect(t.Context(), process)
		if err != nil {
			t.Fatal(err)
		}
		session.Advance(10 * time.Minute)
		if percent, err := app.Progress(t.Context(), connection); percent != 50 || err != nil {
			t.Errorf("half-way: %d %%, %v", percent, err)
		}
		session.Advance(10 * time.Minute)
		if percent, err := app.Progress(t.Context(), connection); percent != 100 || err != nil {
			t.Errorf("at the end: %d %%, %v", percent, err)
		}
	})

	t.Run("the bank goes down during the import", func(t *testing.T) {
		session, app := prepare(t)
		process, err := app.Login(t.Context(), "tester", "down", person{})
		if err != nil {
			t.Fatal(err)
		}
		connection, err := app.Connect(t.Context(), process)
		if err != nil {
			t.Fatal(err)
		}
		session.Advance(20 * time.Minute)
		percent, err := app.Progress(t.Context(), connection)
		if failure := refused(t, err, "INSTITUTION_DOWN"); percent != 40 || !failure.Retryable {
			t.Errorf("it stands at %d %%, retryable %t", percent, failure.Retryable)
		}
	})

	t.Run("the right TAN", func(t *testing.T) {
		_, app := prepare(t)
		if _, err := app.Login(t.Context(), "tester", "tan", person{answer: "4711"}); err != nil {
			t.Error(err)
		}
	})

	t.Run("three wrong TANs", func(t *testing.T) {
		session, app := prepare(t)
		_, err := app.Login(t.Context(), "tester", "tan", person{answer: "0000"})
		refused(t, err, "INVALID_CHALLENGE_RESPONSE")
		if asked := len(session.Journal()); asked != 4 {
			t.Errorf("the wallet asked %d times, want a login and three TANs", asked)
		}
	})

	t.Run("the user approves on the phone", func(t *testing.T) {
		session, app := prepare(t)
		if _, err := app.Login(t.Context(), "tester", "phone", person{waiting: session.Approve}); err != nil {
			t.Error(err)
		}
	})

	t.Run("the user declines on the phone", func(t *testing.T) {
		session, app := prepare(t)
		_, err := app.Login(t.Context(), "tester", "phone", person{waiting: session.Decline})
		refused(t, err, "SCA_DENIED")
	})

	t.Run("nobody approves for five minutes", func(t *testing.T) {
		session, app := prepare(t)
		_, err := app.Login(t.Context(), "tester", "phone", person{waiting: func(string) { session.Advance(time.Minute) }})
		refused(t, err, "PROCESS_EXPIRED")
	})

	t.Run("a wrong password", func(t *testing.T) {
		_, app := prepare(t)
		_, err := app.Login(t.Context(), "tester", "wrong", person{})
		refused(t, err, "INVALID_CREDENTIALS")
	})

	t.Run("the bank is busy twice", func(t *testing.T) {
		session, app := prepare(t)
		if _, err := app.Login(t.Context(), "tester", "busy", person{}); err != nil {
			t.Error(err)
		}
		if asked := len(session.Journal()); asked != 3 {
			t.Errorf("the wallet asked %d times, want 3", asked)
		}
	})
}

// refused checks what the user is told, and returns it.
func refused(t *testing.T, err error, code string) *wallet.BankError {
	t.Helper()
	var failure *wallet.BankError
	if !errors.As(err, &failure) || failure.Code != code || failure.Text == "" {
		t.Fatalf("the user is told %v, want %s and a text", err, code)
	}
	return failure
}
