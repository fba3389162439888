package contender

import (
	"fmt"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/load"
)

// The passwords of [Scaled]: of an import that is soon over, of one that takes longer than any measurement, and of a login
// that waits for somebody who never comes. Any other is a wrong one.
const (
	PasswordImports = "imports"
	PasswordLong    = "long"
	PasswordWaits   = "waits"
)

// Scaled is mockbank to be started with a database of many rows, whose records it keeps for so long.
func Scaled(binary string, retention time.Duration) *Contender {
	c := Mockbank(binary)
	c.Counts = false
	c.content = func(*Setup, string) []byte { return fmt.Appendf(nil, scaledYAML, retention) }
	c.request = func(s *Setup, i int) []byte { return LoginAs(s, i, PasswordImports) }
	c.want = "AUTHENTICATED"
	return c
}

// LoginAs is a login of the i-th user.
func LoginAs(s *Setup, i int, password string) []byte {
	return load.Request("POST", s.Address, LoginPath, fmt.Sprintf(`{"username":"user-%d","password":%q}`, i, password))
}

const scaledYAML = `version: 1
default_bank: MockBank
server: {retention: %s}
banks:
  - {slug: MockBank, name: Mock Bank}
defaults:
  when: {bank: MockBank, username: any}
scenarios:
  - {name: imports, when: {password: imports}, authentication: AUTHENTICATED, import: {takes: 200ms}}
  - {name: long, when: {password: long}, authentication: AUTHENTICATED, import: {takes: 400d}}
  - name: waits
    when: {password: waits}
    authentication:
      status: DECOUPLED_AUTH_REQUIRED
      next: [{approval: approved, then: AUTHENTICATED}]
  - {name: otherwise, when: {bank: any, password: any}, authentication: AUTHENTICATION_FAILED}
`
