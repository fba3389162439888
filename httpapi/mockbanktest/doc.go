// Package mockbanktest runs a bank inside a Go test, as net/http/httptest runs a server: for tests of
// apps that import bank accounts.
//
//	func TestUserDeclinesOnThePhone(t *testing.T) {
//		t.Parallel()
//		bank := mockbanktest.Start(t)              // the specification's scenarios
//		session := bank.Session(t)                 // its own clock, counters and journal
//		app := newApp(session.BankURL())           // the app under test
//		id := app.Login("tester", "decoupledAuthRequired")
//		session.Decline(id)
//		...
//	}
//
// A server can be shared by any number of parallel tests: each takes a [Session] of its own, turns its
// clock and reads its journal, and never sees the others'. The records are in a database in memory; no
// file, goroutine or port is left when the test that started the server has ended.
package mockbanktest
