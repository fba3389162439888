package scenarios

import (
	"bytes"
	"testing"

	"gopkg.in/yaml.v3"
)

// A single value is sent as it is written, whichever YAML its author thinks in (B-5).
func TestScalarsOfABodyAreSentAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"0123": `"0123"`, "012": `"012"`, "007": `"007"`, "0912345678": `"0912345678"`, "089": `"089"`, "0x1F": `"0x1F"`, "0o17": `"0o17"`,
		"0b11": `"0b11"`, "1_000": `"1_000"`, "+5": `"+5"`, ".5": `".5"`, "5.": `"5."`, ".inf": `".inf"`, ".nan": `".nan"`, "-": `"-"`,
		"1:30": `"1:30"`, "2026-12-24": `"2026-12-24"`, "yes": `"yes"`, "no": `"no"`, "True": `"True"`, "NULL": `"NULL"`, "off": `"off"`,
		"1": "1", "-0": "-0", "0": "0", "1.50": "1.50", "1.10": "1.10", "2.5e3": "2.5e3", "1E+2": "1E+2", "true": "true", "false": "false",
		"123456789012345678901234567890": "123456789012345678901234567890",
		"null":                           "null", "~": "null", "": "null",
		`"null"`: `"null"`, `"12"`: `"12"`, `'true'`: `"true"`, `""`: `""`, `!!str 12`: `"12"`, "<b>": `"<b>"`,
	} {
		var document yaml.Node
		if err := yaml.Unmarshal([]byte("a:\n  - {b: "+written+"}\n"), &document); err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		var out bytes.Buffer
		(&decoder{file: &source{}, report: &Report{}}).writeJSON(&out, document.Content[0], "body")
		if got := out.String(); got != `{"a":[{"b":`+want+`}]}` {
			t.Errorf("%s is sent as %s, want %s", written, got, want)
		}
	}
}
