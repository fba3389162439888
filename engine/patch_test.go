package engine

import (
	"encoding/json"
	"testing"
)

func TestAPatchIsLaidOverABody(t *testing.T) {
	t.Parallel()
	values := Values{"process_id": "p", "connection_id": nil, "progress": 40, "now": "2026-01-01T00:00:00.000Z"}.with(Captures{"code": `a"<b>`, "progressed": "7"})
	const body = `{"id":"1","status":"A","challenge":{"kind":"TEXT","attempts_left":3,"list":[{"a":1,"b":2},{"a":3}]},"error":null,"n":1.50}`
	for name, c := range map[string]struct {
		set    string
		remove []string
		want   string
	}{
		"key by key":         {`{"status":"NEW","extra":{"a":1},"challenge":{"kind":"X"}}`, nil, `{"id":"1","status":"NEW","challenge":{"kind":"X","attempts_left":3,"list":[{"a":1,"b":2},{"a":3}]},"error":null,"n":1.50,"extra":{"a":1}}`},
		"null is sent":       {`{"challenge":null,"new":null}`, nil, `{"id":"1","status":"A","challenge":null,"error":null,"n":1.50,"new":null}`},
		"over null":          {`{"error":{"code":"X"}}`, []string{"challenge"}, `{"id":"1","status":"A","error":{"code":"X"},"n":1.50}`},
		"lists are replaced": {`{"challenge":{"list":[]}}`, nil, `{"id":"1","status":"A","challenge":{"kind":"TEXT","attempts_left":3,"list":[]},"error":null,"n":1.50}`},
		"a dot goes inside":  {``, []string{"challenge.attempts_left", "challenge.list.b", "nothing", "id.inside", "error.code"}, `{"id":"1","status":"A","challenge":{"kind":"TEXT","list":[{"a":1},{"a":3}]},"error":null,"n":1.50}`},
		"an item":            {``, []string{"challenge.list.0", "challenge.list.7"}, `{"id":"1","status":"A","challenge":{"kind":"TEXT","attempts_left":3,"list":[{"a":3}]},"error":null,"n":1.50}`},
		"replaced whole":     {`{"challenge":{"x":1}}`, []string{"challenge"}, `{"id":"1","status":"A","error":null,"n":1.50,"challenge":{"x":1}}`},
		"values have types":  {`{"error":["${process_id}","${connection_id}","${progress}","${code}","${progressed}","at ${progress}%","<${connection_id}>","$${x}"]}`, []string{"challenge"}, `{"id":"1","status":"A","error":["p",null,40,"a\"<b>","7","at 40%","<>","${x}"],"n":1.50}`},
	} {
		patch := &Patch{Remove: c.remove}
		if c.set != "" {
			patch.Set = json.RawMessage(c.set)
		}
		if err := patch.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := string(patch.Apply([]byte(body), values)); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
	for _, other := range []string{`[1]`, `"text"`, `<html>`, ``, `{"a":1} {"b":2}`} {
		if got := string((&Patch{Set: json.RawMessage(`{"a":2}`)}).Apply([]byte(other), values)); got != other {
			t.Errorf("a patch makes %q of %q", got, other)
		}
	}
	if err := (&Patch{Set: json.RawMessage(`[1]`)}).Check(); err == nil {
		t.Error("a list is laid over an object")
	}
}
