package httpapi

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

var objects = []string{
	`{}`, ` { } `, `{"a":"b"}`, "{\"a\" : \"b\" ,\n\t\"c\":null}", `{"a":"b","a":"c"}`, `{"a":"b",}`, `{"a":"b"`, `{"a":"b"} x`, `{"a" "b"}`,
	`{"a":"\\u0062"}`, `{"\\u0061":"b"}`, `{"a":"b\\"c"}`, "{\"a\":\"\x01\"}", `{"a":1,"b":[{}],"c":{"d":"e"}}`, `{"a":true,"b":false,"c":nullx}`,
	`{"":""}`, `{"ä":"ö€😀"}`, `{"a":truefalse}`, `[]`, `"a"`, `null`, ``, `{`, `{"a":-}`, `{"a":"b"}{"c":"d"}`,
	`{"1":"","2":"","3":"","4":"","5":"","6":"","7":"","8":"","9":"","10":"","11":"","12":"","13":"","14":"","15":"","16":"","17":""}`,
}

// What is read without encoding/json is what encoding/json reads.
func FuzzPlainMembers(f *testing.F) {
	for _, object := range objects {
		f.Add(object)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if !utf8.ValidString(body) {
			return // refused before
		}
		got, plain := members(nil).plainMembers([]byte(body))
		if !plain {
			return
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal([]byte(body), &want); err != nil {
			t.Fatalf("%q was read, and is no object: %v", body, err)
		}
		if len(got) != len(want) {
			t.Fatalf("%q: %d fields, want %d", body, len(got), len(want))
		}
		for name, value := range want {
			if string(got.get(name)) != string(value) {
				t.Errorf("%q: %q is %s, want %s", body, name, got.get(name), value)
			}
		}
	})
}

func TestPlainMembersReadsWhatClientsSend(t *testing.T) {
	t.Parallel()
	for _, body := range []string{credentials("success"), "{\n  \"bank_authentication_process_id\": null,\n  \"password\": \"é\"\n}\n"} {
		if _, plain := members(nil).plainMembers([]byte(body)); !plain {
			t.Errorf("%s is left to encoding/json", body)
		}
	}
}
