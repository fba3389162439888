package contender

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/mockbank/mockbank/cmd/bench/load"
)

const configuration = "mockbank.yaml"

// Mockbank is the program under test. Each stub is a scenario of its own, and every login is
// recorded in the database before it is answered.
func Mockbank(binary string) *Contender {
	return &Contender{
		Name: "mockbank", Family: Own, Counts: true, Watches: true,
		Note:    "a durable row for each login (SQLite, WAL, NORMAL, the default)",
		command: func(s *Setup) []string { return serve(binary, s) },
		file:    configuration, content: mockbankYAML, request: loginRequest,
	}
}

// Durable is mockbank with the durability that survives a power cut.
func Durable(binary string) *Contender {
	c := Mockbank(binary)
	c.Name, c.Note = "mockbank, synchronous FULL", "the same, each commit flushed to the disk"
	c.content = func(s *Setup, marker string) []byte {
		return append([]byte("server: {durability: full}\n"), mockbankYAML(s, marker)...)
	}
	return c
}

// OtherBuild is another build of mockbank: an earlier one, or one made in another way.
func OtherBuild(name, binary string) *Contender {
	c := Mockbank(binary)
	c.Name, c.Note = "mockbank: "+name, "another build"
	return c
}

// OnPostgres is the name of mockbank as it is measured beside bare servers on PostgreSQL.
const OnPostgres = "mockbank on PostgreSQL"

// MockbankOnPostgres is mockbank to be started with the address of a database.
func MockbankOnPostgres(binary string) *Contender {
	c := Mockbank(binary)
	c.Name, c.Note = OnPostgres, "a durable row for each login"
	return c
}

func serve(binary string, s *Setup) []string {
	database := cmp.Or(s.Database, filepath.Join(s.Folder, "mockbank.db"))
	return []string{binary, "serve", "--config", filepath.Join(s.Folder, configuration), "--listen", s.Address, "--database", database}
}

// mockbankYAML declares one scenario for each password. Their imports take 20 minutes, so that a
// connection made from one stays in progress while it is measured.
func mockbankYAML(s *Setup, marker string) []byte {
	var yaml strings.Builder
	yaml.WriteString("version: 1\ndefault_bank: MockBank\nbanks:\n  - {slug: MockBank, name: Mock Bank}\n" +
		"defaults:\n  when: {bank: MockBank, username: tester}\n  import: {takes: 20m}\nscenarios:\n")
	for i := range s.Stubs {
		outcome := "AUTHENTICATED"
		if marker != FirstMarker {
			outcome = fmt.Sprintf("{status: AUTHENTICATION_FAILED, error: {code: %s}}", marker)
		}
		fmt.Fprintf(&yaml, "  - {name: case-%06d, when: {password: %s}, authentication: %s}\n", i, Password(i), outcome)
	}
	yaml.WriteString("  - {name: otherwise, when: {bank: any, username: any, password: any}, authentication: AUTHENTICATION_FAILED}\n")
	return []byte(yaml.String())
}

// Default is mockbank with the configuration that it is shipped with.
func Default(binary string, yaml []byte) *Contender {
	c := Mockbank(binary)
	c.Name = "mockbank, default file"
	c.content = func(_ *Setup, marker string) []byte {
		if marker == FirstMarker {
			return yaml
		}
		outcome := fmt.Sprintf("authentication: {status: AUTHENTICATION_FAILED, error: {code: %s}}", marker)
		return []byte(strings.Replace(string(yaml), "authentication: AUTHENTICATED", outcome, 1))
	}
	c.request = func(s *Setup, _ int) []byte {
		return load.Request("POST", s.Address, LoginPath, `{"username":"tester","password":"success"}`)
	}
	return c
}
