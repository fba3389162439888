package contender

import (
	"cmp"
	"encoding/json"
	"fmt"

	"github.com/mockbank/mockbank/cmd/bench/load"
)

// Family tells what a contender is compared as.
type Family string

// The families.
const (
	Own      Family = "mockbank"
	Baseline Family = "baseline"
	Peer     Family = "peer"
)

// Contender is a program that can be measured.
type Contender struct {
	Name   string
	Family Family
	// Note says what a reader must know to judge its figures.
	Note string
	// MaxStubs bounds how many stubs it is given, 0 for no bound.
	MaxStubs int
	// Counts says that the number of stubs makes a difference to it.
	Counts bool
	// Missing is why it cannot be run here, "" where it can.
	Missing string
	// Watches says that it reads its file again when that is saved; Apply is the admin call to
	// be made otherwise. Neither: it has no reload.
	Watches bool
	Apply   func(s *Setup, content []byte) Call

	// command is the program and its arguments.
	command func(s *Setup) []string
	// file is the configuration's name within the setup's folder, and content what is in it.
	file    string
	content func(s *Setup, marker string) []byte
	// request asks for the i-th stub, and want is what its answer must hold ("" for a status of a login).
	request func(s *Setup, i int) []byte
	want    string
}

// Setup is one run of a contender.
type Setup struct {
	// Folder is its own and temporary; Address is where it listens; Admin is a second address,
	// for those that need one.
	Folder, Address, Admin string
	// Stubs is how many passwords it is to know.
	Stubs int
	// Database is where mockbank keeps its records, "" for a file in the folder.
	Database string
}

// Call is an HTTP request to a contender's admin interface.
type Call struct {
	Method, URL string
	Body        []byte
}

// FirstMarker is what the stubs of a contender answer with until it is reloaded.
const FirstMarker = "MARKER_0"

// Password is the i-th password.
func Password(i int) string { return fmt.Sprintf("pw-%06d", i) }

// LoginPath is where mockbank takes logins; peers that have no path of their own use it too.
const LoginPath = "/api/v3/wealth_api/bank_connections/authenticate"

func loginRequest(s *Setup, i int) []byte {
	return load.Request("POST", s.Address, LoginPath, fmt.Sprintf(`{"username":"tester","password":%q}`, Password(i)))
}

// Requests returns a request for every stub.
func (c *Contender) Requests(s *Setup) [][]byte {
	all := make([][]byte, s.Stubs)
	for i := range all {
		all[i] = c.request(s, i)
	}
	return all
}

// Want is what the answer of a stub must hold, whatever its marker.
func (c *Contender) Want() string { return cmp.Or(c.want, "AUTHENTICAT") }

// Reloads reports whether there is a way to give it another configuration while it runs.
func (c *Contender) Reloads() bool { return c.file != "" && (c.Watches || c.Apply != nil) }

// stubAnswer is what peers answer: about as much as mockbank does.
func stubAnswer(marker string) string {
	return toJSON(map[string]any{
		"bank_authentication_process_id": "00000000-0000-7000-8000-000000000000", "bank_slug": "MockBank",
		"status": "AUTHENTICATED", "challenge": nil, "redirect_url": nil,
		"error": map[string]any{"code": marker}, "created_at": "2026-01-01T00:00:00.000Z",
		"updated_at": "2026-01-01T00:00:00.000Z", "expires_at": nil,
	})
}

// toJSON encodes what this package built itself, which cannot fail.
func toJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

type object = map[string]any

// list makes one object for each stub.
func list(n int, one func(i int) object) []object {
	all := make([]object, n)
	for i := range all {
		all[i] = one(i)
	}
	return all
}
