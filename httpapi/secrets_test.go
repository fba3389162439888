package httpapi

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/mockbank/mockbank/httpapi/journal"
)

// keptTexts returns all that a node remembers of what it was sent, and shows of it.
func (s *server) keptTexts() map[string]string {
	s.t.Helper()
	entries, _ := s.handler.(*api).journal.List(journal.Page{Limit: 1 << 20})
	var memory strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&memory, "%+v %s %+v\n", *e, e.Response.Body, e.Moves)
	}
	return map[string]string{
		"the journal's memory": memory.String(),
		"the journal":          s.get("/admin/v1/journal?limit=200", loopback).want(200).Body.String(),
		"the coverage":         s.get("/admin/v1/coverage", loopback).want(200).Body.String(),
		"the metrics":          s.get("/metrics").want(200).Body.String(),
		"the log":              s.log.String(),
	}
}

func (s *server) wantNowhere(secret string) {
	s.t.Helper()
	for position, text := range s.keptTexts() {
		for _, form := range []string{secret, url.QueryEscape(secret), fmt.Sprintf("%q", secret)} {
			if at := strings.Index(text, strings.Trim(form, `"`)); at >= 0 {
				s.t.Errorf("%s holds %q: ...%s", position, secret, text[max(0, at-300):min(len(text), at+100)])
				return
			}
		}
	}
}

func randomSecret() string {
	raw := make([]byte, 12)
	for i := range raw {
		raw[i] = byte(rand.Uint32())
	}
	return hex.EncodeToString(raw)
}

// However a password, a response or a token is sent, nothing that a node keeps holds it.
func TestSecretsAreKeptNowhere(t *testing.T) {
	t.Parallel()
	authenticate, confirm := base+"/bank_connections/authenticate", base+"/bank_connections/confirm_challenge_response"
	form := header("Content-Type", "application/x-www-form-urlencoded")
	tests := map[string]func(s *server, secret string){
		"a password": func(s *server, secret string) {
			s.send("POST", authenticate, object("username", "tester", "password", secret)).want(200)
		},
		"a password in a form": func(s *server, secret string) {
			s.send("POST", authenticate, url.Values{"username": {"tester"}, "password": {secret}}.Encode(), form).want(200)
		},
		"one that is explained": func(s *server, secret string) {
			s.send("POST", authenticate, object("username", "tester", "password", secret), header("X-Mockbank-Explain", "1")).want(200)
			got := s.send("POST", "/admin/v1/explain", object("username", "tester", "password", secret), loopback).want(200)
			if strings.Contains(got.Body.String(), secret) {
				t.Errorf("the explanation holds it: %s", got.Body)
			}
		},
		"one that a named group takes": func(s *server, secret string) {
			s.send("POST", authenticate, object("username", "tester", "password", "takes_"+secret), key("k")).wantProblem(422, "scenario_value")
			s.send("POST", authenticate, object("username", "tester", "password", "takes_"+secret), key("k")).want(422)
		},
		"one in a field of known values": func(s *server, secret string) {
			s.send("POST", authenticate, object("bank_slug", secret, "username", "tester", "password", "success")).want(422)
			s.send("POST", confirm, object("bank_authentication_process_id", secret)).want(404)
			s.send("POST", authenticate, object("username", "tester", "password", "success"), header("X-Mockbank-Scenario", secret))
			s.get(base + "/bank_connections?status=" + secret).want(422)
			s.get(base + "/bank_connections?limit=" + secret).want(422)
			s.get(base + "/bank_connections?cursor=" + secret).want(422)
			s.get(base + "/bank_connections?bank_slug=" + secret)
			s.get(base + "/banks?is_mock_bank=" + secret).want(422)
		},
		"a TAN where a procedure belongs": func(s *server, secret string) {
			for _, step := range []string{"choice", "challenge", "phone", "success"} {
				s.send("POST", confirm, object("bank_authentication_process_id", s.login(step), "two_step_procedure_id", secret))
			}
		},
		"a further password": func(s *server, secret string) {
			s.send("POST", authenticate, object("bank_authentication_process_id", s.login("phone"), "password", secret)).want(200)
		},
		"a response": func(s *server, secret string) {
			s.send("POST", confirm, object("bank_authentication_process_id", s.login("challenge"), "challenge_response", secret)).want(200)
		},
		"a response too late": func(s *server, secret string) {
			s.send("POST", confirm, object("bank_authentication_process_id", s.login("success"), "challenge_response", secret)).want(409)
		},
		"of a wrong type": func(s *server, secret string) { s.send("POST", authenticate, `{"password":["`+secret+`"]}`).want(422) },
		"a broken body":   func(s *server, secret string) { s.send("POST", authenticate, `{"password":"`+secret).want(400) },
		"a broken form":   func(s *server, secret string) { s.send("POST", authenticate, "password="+secret+"%zz", form).want(400) },
		"another media type": func(s *server, secret string) {
			s.send("POST", authenticate, secret, header("Content-Type", "text/plain")).want(415)
		},
		"a name of a field": func(s *server, secret string) { s.send("POST", authenticate, object(secret, "x")).want(422) },
		"an unknown field":  func(s *server, secret string) { s.send("POST", authenticate, object("pin", secret)).want(422) },
		"the query": func(s *server, secret string) {
			s.send("POST", authenticate+"?password="+secret, credentials("success")).want(200)
		},
		"a query's name": func(s *server, secret string) { s.get(base + "/banks?" + secret).want(422) },
		"a token":        func(s *server, secret string) { s.get(base+"/banks", bearer(secret)).want(200) },
		"a cookie":       func(s *server, secret string) { s.get(base+"/banks", header("Cookie", "session="+secret)).want(200) },
		"a header":       func(s *server, secret string) { s.get(base+"/banks", header("X-Api-Key", secret)).want(200) },
		"the client's state": func(s *server, secret string) {
			_, page := s.goAway("state", secret, "redirect_uri", "http://localhost/?a="+secret)
			s.decide(page, "approved").want(303)
		},
		"a refused admin": func(s *server, secret string) {
			s.get("/admin/v1/journal", bearer(secret), from("10.0.0.1:1", "x")).want(403)
		},
		"a redirect's own":    func(s *server, secret string) { s.goAway("redirect_uri", "http://localhost/back?token="+secret) },
		"a path beside API's": func(s *server, secret string) { s.get("/favicon.ico?" + secret).want(404) },
	}
	for name, send := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			secret := randomSecret()
			send(s, secret)
			s.wantNowhere(secret)
		})
	}
}

// Whatever a body looks like, a password in it stays out of what a node keeps.
func FuzzSecretsAreKeptNowhere(f *testing.F) {
	f.Add("tester", "", "", "pin", 0, false)
	f.Add("tester", "takes_", "s", "challenge_response", 0, true)
	f.Add("", "\x00", "\xff", "bank_authentication_process_id", 3, false)
	f.Add("a+b", "%", "&", "redirect_uri", 0, true)
	s := start(f, func(c *Config) { c.JournalEntries = 20 })
	f.Fuzz(func(t *testing.T, username, before, after, name string, cut int, asForm bool) {
		const secret = "s3cr3t-w0rd-0f-7h3-u53r"
		if strings.Contains(username+name, secret) {
			return // sent as a name, it is none
		}
		fields := map[string]string{name: before, "username": username, "password": before + secret + after}
		if treatField(name) != shown {
			fields[name] = secret
		}
		c := *s
		c.t, c.log = t, s.log.emptied()
		kind, body := encoded(fields, asForm)
		for _, path := range []string{"authenticate", "confirm_challenge_response"} {
			c.send("POST", base+"/bank_connections/"+path, body[:max(0, len(body)-max(0, cut%64))], header("Content-Type", kind))
		}
		c.wantNowhere(secret)
	})
}

func encoded(fields map[string]string, asForm bool) (kind, body string) {
	if !asForm {
		text, err := json.Marshal(fields)
		if err != nil {
			panic(err) // texts only
		}
		return "application/json", string(text)
	}
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, value)
	}
	return "application/x-www-form-urlencoded", form.Encode()
}

// What is known to be good is shown: a journal that masks everything helps nobody.
func TestTheJournalShowsGoodValues(t *testing.T) {
	t.Parallel()
	s := start(t)
	id := s.login("choice")
	s.send("POST", base+"/bank_connections/confirm_challenge_response", object("bank_authentication_process_id", id, "two_step_procedure_id", "photo")).want(200)
	s.send("POST", base+"/bank_connections/confirm_challenge_response", object("bank_authentication_process_id", id, "two_step_procedure_id", "sms"))
	s.get(base + "/bank_connections?bank_slug=SampleBank&status=SUCCESS&limit=5").want(200)
	s.get(base + "/banks?is_mock_bank=any").want(200)
	journal := s.get("/admin/v1/journal", loopback).want(200).Body.String()
	for _, want := range []string{id, `"photo"`, `"SampleBank"`, `"SUCCESS"`, `"any"`, `"5"`} {
		if !strings.Contains(journal, want) {
			t.Errorf("the journal lacks %s: %s", want, journal)
		}
	}
	if strings.Contains(journal, `"sms"`) {
		t.Error("the journal shows a procedure that nobody offered")
	}
}
