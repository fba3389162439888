package e2e

import (
	"strings"
	"sync"
	"testing"

	"github.com/mockbank/mockbank/engine/store/pgtest"
)

const (
	wrongTan  = "INVALID_CHALLENGE_RESPONSE"
	asksTan   = "CHALLENGE_RESPONSE_REQUIRED"
	asksPhone = "DECOUPLED_AUTH_REQUIRED"
	running   = "IN_PROGRESS"
	imported  = "SUCCESS"
	broken    = "FAILED_WITH_ERROR"
)

// catalogueRows play rows of the catalogue over HTTP, each in a session whose clock stands.
var catalogueRows = map[string]func(t *testing.T, c *customer){
	"9 wrongTanRetry": func(t *testing.T, c *customer) {
		p := c.authenticate(t, "wrongTanRetry").is(t, asksTan, "")
		for left := 2; left > 0; left-- {
			if again := c.respond(t, p.ID, "000000").is(t, asksTan, wrongTan); again.Challenge == nil || *again.Challenge.AttemptsLeft != left {
				t.Errorf("challenge %+v, want %d attempts left", again.Challenge, left)
			}
		}
		c.respond(t, p.ID, "000000").is(t, failed, wrongTan)
		c.respond(t, c.authenticate(t, "wrongTanRetry").ID, "123456").is(t, authenticated, "")
	},
	"10 wrongTanBurnt": func(t *testing.T, c *customer) {
		p := c.authenticate(t, "wrongTanBurnt")
		c.respond(t, p.ID, "000000").is(t, asksTan, wrongTan)
		c.respond(t, p.ID, "123456").is(t, failed, wrongTan)
	},
	"11 lockAfter3": func(t *testing.T, c *customer) {
		for _, code := range []string{"INVALID_CREDENTIALS", "INVALID_CREDENTIALS", "ACCOUNT_LOCKED", "ACCOUNT_LOCKED"} {
			c.authenticate(t, "lockAfter3").is(t, failed, code)
		}
		if got := c.do(t, "POST", "/admin/v1/reset", fields{"session": c.session}); got.Status != 204 {
			t.Fatalf("reset: %d %s", got.Status, got.Body)
		}
		c.authenticate(t, "lockAfter3").is(t, failed, "INVALID_CREDENTIALS")
	},
	"12 challengeExpires": func(t *testing.T, c *customer) {
		p := c.authenticate(t, "challengeExpires")
		if p.ExpiresAt == nil || p.ExpiresAt.Sub(p.CreatedAt).Seconds() != 120 {
			t.Errorf("expires_at %v, created_at %v", p.ExpiresAt, p.CreatedAt)
		}
		c.wait(t, "119999ms")
		c.process(t, p.ID).is(t, asksTan, "")
		c.wait(t, "1ms")
		c.process(t, p.ID).is(t, failed, "CHALLENGE_EXPIRED")
	},
	"13 twoChallenges": func(t *testing.T, c *customer) {
		p := c.authenticate(t, "twoChallenges")
		second := c.respond(t, p.ID, "123456").is(t, asksTan, "")
		if second.Challenge.Message == p.Challenge.Message {
			t.Errorf("the second challenge is the first: %q", second.Challenge.Message)
		}
		c.respond(t, p.ID, "654321").is(t, authenticated, "")
	},
	"14 methodSelection": func(t *testing.T, c *customer) {
		for method, kind := range map[string]string{"sms": "TEXT", "photo": "PHOTO", "qr": "QR", "flicker": "FLICKER_CODE"} {
			p := c.authenticate(t, "methodSelection").is(t, "TWO_STEP_PROCEDURE_REQUIRED", "")
			if asked := c.choose(t, p.ID, method).is(t, asksTan, ""); asked.Challenge.Kind != kind {
				t.Errorf("%s leads to a challenge %s, want %s", method, asked.Challenge.Kind, kind)
			}
			c.respond(t, p.ID, "123456").is(t, authenticated, "")
		}
	},
	"15 methodRefused": func(t *testing.T, c *customer) {
		p := c.authenticate(t, "methodRefused")
		c.choose(t, p.ID, "sms").is(t, failed, "INVALID_TWO_STEP_PROCEDURE")
	},
	"16 photoTan": pictured("photoTan", "PHOTO", func(t *testing.T, c *customer, p process) {
		p.scans(t, "123456")
		c.wait(t, "1m")
		c.process(t, p.ID).scans(t, "123456")
	}),
	"17 flickerTan": pictured("flickerTan", "FLICKER_CODE", func(t *testing.T, _ *customer, p process) {
		if data := p.Challenge.OpticalData; data == nil || *data != "0683011234564B" || p.Challenge.Image != nil {
			t.Errorf("challenge %+v, want the optical data of 123456 alone", p.Challenge)
		}
	}),
	"18 updatableQr": pictured("updatableQr", "QR", func(t *testing.T, c *customer, p process) {
		p.scans(t, "123456 1")
		c.wait(t, "999ms")
		c.process(t, p.ID).scans(t, "123456 1")
		c.wait(t, "4001ms") // the longest that one lasts
		later := c.process(t, p.ID)
		code := later.scan(t)
		if code == "123456 1" || !strings.HasPrefix(code, "123456 ") || string(later.Challenge.Image.Data) == string(p.Challenge.Image.Data) {
			t.Errorf("after 5 s the code reads %q", code)
		}
		c.respond(t, p.ID, code).is(t, authenticated, "") // as an app does that sends what it has scanned
		stale := c.authenticate(t, "updatableQr")
		c.wait(t, "5s")
		c.respond(t, stale.ID, "123456 1").is(t, failed, wrongTan)
	}),
	"19 decoupledDenied": func(t *testing.T, c *customer) {
		p := c.authenticate(t, "decoupledDenied").is(t, asksPhone, "")
		c.wait(t, "5s")
		c.process(t, p.ID).is(t, failed, "SCA_DENIED")
	},
	"20 decoupledTimeout": func(t *testing.T, c *customer) {
		p := c.authenticate(t, "decoupledTimeout")
		c.wait(t, "179999ms")
		c.process(t, p.ID).is(t, asksPhone, "")
		c.wait(t, "1ms")
		c.process(t, p.ID).is(t, failed, "SCA_TIMEOUT")
	},
	"21 decoupledInProgress": func(t *testing.T, c *customer) {
		p := c.authenticate(t, "decoupledInProgress").is(t, asksPhone, "")
		c.wait(t, "5s")
		c.process(t, p.ID).is(t, "DECOUPLED_AUTH_IN_PROGRESS", "")
		c.wait(t, "10s")
		c.process(t, p.ID).is(t, authenticated, "")
	},
	"23 redirectCancelled": func(t *testing.T, c *customer) {
		p := c.authenticate(t, "redirectCancelled").is(t, redirectRequired, "")
		c.decide(t, p.ID, "decline")
		c.process(t, p.ID).is(t, failed, "CONSENT_DECLINED")
	},
	"24 accountLocked":  refused("accountLocked", "ACCOUNT_LOCKED"),
	"25 actionRequired": refused("actionRequired", "USER_ACTION_REQUIRED"),
	"26 bankDown":       refused("bankDown", "INSTITUTION_DOWN"),
	"28 importStalls": importing("importStalls", func(t *testing.T, c *customer, id string) {
		c.wait(t, "20m1999ms")
		c.connection(t, id).is(t, running, 60, "")
		c.wait(t, "1ms")
		c.connection(t, id).is(t, imported, 100, "")
	}),
	"29 importFailsAccounts": importing("importFailsAccounts", func(t *testing.T, c *customer, id string) {
		c.wait(t, "2s")
		c.connection(t, id).is(t, broken, 20, "BANK_SERVER_REJECTION")
	}),
	"30 importFailsTransactions": importing("importFailsTransactions", func(t *testing.T, c *customer, id string) {
		c.wait(t, "6s")
		c.connection(t, id).is(t, broken, 70, "BANK_SERVER_REJECTION")
	}),
	"31 importPartial": importing("importPartial", func(t *testing.T, c *customer, id string) {
		c.wait(t, "5s")
		if got := c.connection(t, id).is(t, imported, 100, ""); len(got.Warnings) != 1 || got.Warnings[0].Code != "DOWNLOAD_FAILED" {
			t.Errorf("warnings %v", got.Warnings)
		}
	}),
	"32 importEmpty": importing("importEmpty", func(t *testing.T, c *customer, id string) {
		c.wait(t, "3s")
		c.connection(t, id).is(t, broken, 20, "NO_ACCOUNTS")
	}),
	"33 duplicate": importing("duplicate", func(t *testing.T, c *customer, _ string) {
		second := c.connect(t, c.authenticate(t, "duplicate").is(t, authenticated, "").ID)
		second.is(t, broken, 0, "ENTITY_EXISTS")
	}),
	"34 importBusy": importing("importBusy", func(t *testing.T, c *customer, id string) {
		c.wait(t, "59s")
		checkProblem(t, c.update(t, id), 423, "import_running")
		c.wait(t, "1s")
		into[connection](t, c.update(t, id), 200).is(t, running, 0, "")
	}),
	"35 scaMidImport": importing("scaMidImport", func(t *testing.T, c *customer, id string) {
		c.wait(t, "1h")
		held := c.connection(t, id).is(t, running, 40, "")
		if held.AuthenticationStatus == nil || *held.AuthenticationStatus != asksTan {
			t.Errorf("authentication_status %v, want %s", held.AuthenticationStatus, asksTan)
		}
		c.respond(t, held.ProcessID, "123456").is(t, authenticated, "")
		c.wait(t, "2s")
		c.connection(t, id).is(t, imported, 100, "")
	}),
	"36 consentExpired": importing("consentExpired", func(t *testing.T, c *customer, id string) {
		c.wait(t, "90d")
		c.connection(t, id).is(t, imported, 100, "")
		into[connection](t, c.update(t, id), 200).is(t, broken, 0, "CONSENT_EXPIRED")
	}),
	"37 flaky": importing("flaky", func(t *testing.T, c *customer, id string) {
		c.wait(t, "3s")
		c.connection(t, id).is(t, broken, 40, "RETRY_LATER")
		into[connection](t, c.update(t, id), 200).is(t, running, 0, "")
		c.wait(t, "3s")
		c.connection(t, id).is(t, imported, 100, "")
	}),
	"38 staleProcess": func(t *testing.T, c *customer) {
		p := c.authenticate(t, "staleProcess")
		c.wait(t, "10m")
		c.process(t, p.ID).is(t, failed, "PROCESS_EXPIRED")
		checkProblem(t, c.confirm(t, p.ID, "123456"), 409, "no_challenge_open")
	},
	"39 parallelSession": func(t *testing.T, c *customer) {
		first := c.authenticate(t, "parallelSession").is(t, asksTan, "")
		c.authenticate(t, "parallelSession").is(t, failed, "ALREADY_LOGGED_IN")
		c.respond(t, first.ID, "123456").is(t, authenticated, "")
		c.authenticate(t, "parallelSession").is(t, asksTan, "")
	},
	"41 error_<CODE>": refused("error_PIN_EXPIRED", "PIN_EXPIRED"),
	"41 fail_<CODE>_at_<percent>": importing("fail_RATE_LIMITED_at_35", func(t *testing.T, c *customer, id string) {
		c.wait(t, "3s")
		c.connection(t, id).is(t, broken, 35, "RATE_LIMITED")
	}),
}

// refused is a login that fails at once.
func refused(password, code string) func(t *testing.T, c *customer) {
	return func(t *testing.T, c *customer) {
		p := c.authenticate(t, password).is(t, failed, code)
		if p.Error.Message == "" || p.Error.DisplayMessage == "" || p.Error.Actor == "" {
			t.Errorf("the error says too little: %+v", p.Error)
		}
	}
}

// importing is a login that succeeds, and what then becomes of its connection.
func importing(password string, then func(t *testing.T, c *customer, id string)) func(t *testing.T, c *customer) {
	return func(t *testing.T, c *customer) {
		p := c.authenticate(t, password).is(t, authenticated, "")
		then(t, c, c.connect(t, p.ID).is(t, running, 0, "").ID)
	}
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: withCatalogue(t)})
	for row, play := range catalogueRows {
		t.Run(row, func(t *testing.T) {
			t.Parallel()
			play(t, newCustomer(t, s))
		})
	}
}

// Without its pack a password of the catalogue is as wrong as any other.
func TestCatalogueIsNotIncludedByDefault(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	for row := range catalogueRows {
		password := strings.Fields(row)[1]
		s.login(t, password).is(t, failed, "INVALID_CREDENTIALS")
	}
}

// Of a hundred logins at once exactly two are before the lockout, on each database, and after a
// restart it still holds.
func TestLockoutCountsExactly(t *testing.T) {
	t.Parallel()
	for database, url := range map[string]func() string{
		"SQLite":     func() string { return "" },
		"PostgreSQL": func() string { return pgtest.Start(t).NewDatabase(t) },
	} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			s := start(t, setup{binary: shipped, config: withCatalogue(t), database: url()})
			var group sync.WaitGroup
			codes := make([]string, 100)
			for i := range codes {
				group.Go(func() {
					login := func() (answer, error) {
						return s.send("POST", basePath+"/bank_connections/authenticate", credentials("lockAfter3"))
					}
					got, err := login()
					for err == nil && got.Status == 503 { // a busy database; such a login did not count
						got, err = login()
					}
					if err != nil || got.Status != 200 {
						t.Errorf("login %d: %d %s %v", i, got.Status, got.Body, err)
						return
					}
					codes[i] = decode[process](t, got.Body).Error.code()
				})
			}
			group.Wait()
			counts := map[string]int{}
			for _, code := range codes {
				counts[code]++
			}
			if counts["INVALID_CREDENTIALS"] != 2 || counts["ACCOUNT_LOCKED"] != 98 {
				t.Errorf("answers %v, want 2 before the lockout and 98 after", counts)
			}
			s.kill(t)
			s.again(t).login(t, "lockAfter3").is(t, failed, "ACCOUNT_LOCKED")
		})
	}
}
