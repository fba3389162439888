package httpapi

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gorilla/mux"
)

// With an admin token there is no page, part, stream or change of the console for who has not signed in.
func TestNothingOfTheConsoleWithoutSigningIn(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *Config) { c.AdminToken = "s3cret" })
	seen := 0
	open := map[string]bool{"/console/sign-in": true, "/console/sign-out": true, "/console/assets/{name}": true}
	fill := strings.NewReplacer("{id}", deliveryOne, "{name:.+}", "x", "{path:.+}", "mockbank.yaml")
	err := s.handler.(*api).router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := route.GetPathTemplate()
		if err != nil || !strings.HasPrefix(path, "/console") || open[path] {
			return nil
		}
		methods, err := route.GetMethods()
		if err != nil {
			return err
		}
		for _, method := range methods {
			seen++
			got, _ := s.answer(method, fill.Replace(path), url.Values{"session": {"default"}, "turn": {"freeze"}}.Encode(), loopback, browser,
				header("Content-Type", "application/x-www-form-urlencoded"), header("Sec-Fetch-Site", "same-origin"))
			led := got.Code == http.StatusSeeOther && strings.HasPrefix(got.Header().Get("Location"), "/console/sign-in")
			if !led && got.Code != http.StatusUnauthorized {
				t.Errorf("%s %s: %d %s", method, path, got.Code, got.Body)
			}
		}
		return nil
	})
	if err != nil || seen < 30 {
		t.Errorf("%d endpoints are asked, %v", seen, err)
	}
	if state, err := s.bank.Sessions().Get(t.Context(), "default"); err != nil || state.Clock.Frozen() {
		t.Errorf("%+v, %v", state, err)
	}
}
