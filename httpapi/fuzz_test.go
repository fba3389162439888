package httpapi

import (
	"net/http"
	"testing"
)

// Whatever a body holds, it is answered or refused, and never mockbank's own fault.
func FuzzAuthenticateBody(f *testing.F) {
	for _, kind := range []string{"application/json", "application/x-www-form-urlencoded", "text/plain", ""} {
		for _, body := range []string{
			credentials("success"), `{"username":null,"password":[{}]}`, "username=a&password=%62", `{"username":"\ud800","password":"\u0000"}`,
			`{"a":{"b":[1e999]},"username":"x"`, "\xef\xbb\xbf{}", "[[[[", "%", "&&==&;", "{\"password\":\"\\\"",
		} {
			f.Add(kind, body)
		}
	}
	s := start(f)
	f.Fuzz(func(t *testing.T, kind, body string) {
		c := *s
		c.t = t
		got := c.send("POST", base+"/bank_connections/authenticate", body, header("Content-Type", kind))
		switch got.Code {
		case http.StatusOK, http.StatusBadRequest, http.StatusNotFound, http.StatusRequestEntityTooLarge,
			http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		default:
			t.Errorf("%d for %q of type %q: %s", got.Code, body, kind, got.Body)
		}
	})
}
