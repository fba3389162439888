package e2e

import "testing"

func TestTheBankSpeaksEnglishAndGerman(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	for _, c := range []struct{ accept, language, asks, refuses string }{
		{"", "en", "Enter the TAN that was sent to +49 *** *** 89", "The TAN is wrong."},
		{"de-AT, en;q=0.5", "de", "Geben Sie die TAN ein, die an +49 *** *** 89 gesendet wurde", "Die TAN ist falsch."},
		{"fr", "en", "Enter the TAN that was sent to +49 *** *** 89", "The TAN is wrong."},
	} {
		got := s.do(t, "POST", basePath+"/bank_connections/authenticate", credentials("challengeRequired"), "Accept-Language", c.accept)
		asked := into[process](t, got, 200)
		if asked.Challenge == nil || asked.Challenge.Message != c.asks || got.Header.Get("Content-Language") != c.language {
			t.Errorf("%q: it asks %s in %q", c.accept, got.Body, got.Header.Get("Content-Language"))
		}
		got = s.do(t, "POST", basePath+"/bank_connections/confirm_challenge_response",
			fields{"bank_authentication_process_id": asked.ID, "challenge_response": "0"}, "Accept-Language", c.accept)
		if refused := into[process](t, got, 200); refused.Error == nil || refused.Error.DisplayMessage != c.refuses || got.Header.Get("Vary") != "Accept-Language" {
			t.Errorf("%q: it refuses with %s, Vary %q", c.accept, got.Body, got.Header.Get("Vary"))
		}
	}
}
