package jobs

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// verifiers call the manual's functions, in a file behind them: the arguments are the secret, the headers as JSON
// and the body.
var verifiers = map[string]struct{ command, file, before, after string }{
	"python": {"python3", "v.py", "", `
import json, sys
print(verify(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3].encode()))
`},
	"javascript": {"node", "v.js", "", `
console.log(verify(process.argv[2], JSON.parse(process.argv[3]), Buffer.from(process.argv[4])) ? "True" : "False");
`},
	"go": {"go", "v.go", `package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	var sent map[string]string
	if err := json.Unmarshal([]byte(os.Args[2]), &sent); err != nil {
		panic(err)
	}
	header := http.Header{}
	for name, value := range sent {
		header.Set(name, value)
	}
	fmt.Println(map[bool]string{true: "True", false: "False"}[verify(os.Args[1], header, []byte(os.Args[3]))])
}

`, ""},
}

// The manual's receivers take what is signed with their secret, beside another one too, and nothing else.
func TestManualsReceivers(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/webhooks.md")
	if err != nil {
		t.Fatal(err)
	}
	mine, other := engine.Secret("the new one, of 24 bytes"), engine.Secret("the old one, of 24 bytes")
	written, body := "whsec_"+base64.StdEncoding.EncodeToString(mine), `{"type":"import.step"}`
	for language, v := range verifiers {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(v.command); err != nil {
				t.Skip("MISSING: " + v.command)
			}
			found := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindSubmatch(page)
			if found == nil {
				t.Fatal("the page has no such block")
			}
			file := filepath.Join(t.TempDir(), v.file)
			if err := os.WriteFile(file, []byte(v.before+string(found[1])+v.after), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct {
				secrets []engine.Secret
				at      time.Time
				want    string
			}{
				{[]engine.Secret{mine}, time.Now(), "True"},
				{[]engine.Secret{other, mine}, time.Now(), "True"},
				{[]engine.Secret{other}, time.Now(), "False"},
				{[]engine.Secret{mine}, time.Now().Add(-time.Hour), "False"},
			} {
				header := http.Header{}
				sign(header, c.secrets, "id", c.at, []byte(body))
				sent := make(map[string]string)
				for name := range header {
					sent[strings.ToLower(name)] = header.Get(name)
				}
				headers, err := json.Marshal(sent)
				if err != nil {
					t.Fatal(err)
				}
				args := []string{file, written, string(headers), body}
				if language == "go" {
					args = append([]string{"run"}, args...)
				}
				got, err := exec.CommandContext(t.Context(), v.command, args...).CombinedOutput()
				if strings.TrimSpace(string(got)) != c.want || err != nil {
					t.Errorf("%d secrets at %v: %s, want %s: %v", len(c.secrets), c.at, got, c.want, err)
				}
			}
		})
	}
}
