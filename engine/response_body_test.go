package engine

import "testing"

func TestCapturesStayOneTextInJSON(t *testing.T) {
	t.Parallel()
	captures := Captures{"name": "a\"b\\c\n"}
	for _, c := range []struct {
		body Text
		json bool
		want string
	}{
		{`{"name":"${name}"}`, true, `{"name":"a\"b\\c\n"}`},
		{`Dear ${name}`, false, "Dear a\"b\\c\n"},
		{`$${name}`, true, "${name}"},
	} {
		response := Response{Body: &c.body, JSON: c.json}
		if got := response.shape(captures, draw{}).Body; *got != c.want {
			t.Errorf("body %s became %s, want %s", c.body, *got, c.want)
		}
	}
	if got := (&Response{}).shape(captures, draw{}).Body; got != nil {
		t.Errorf("no body became %q", *got)
	}
}
