package httpapi

import (
	"bytes"
	"encoding/base64"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/mockbank/mockbank/engine"
)

// asks starts a server whose scenarios ask for a TAN by a picture, changing every two seconds.
func asks(t *testing.T) *server {
	t.Helper()
	s := start(t)
	var cases []*engine.Scenario
	for password, kind := range map[string]engine.ChallengeKind{"photo": engine.ChallengePhoto, "code": engine.ChallengeQR, "flicker": engine.ChallengeFlicker} {
		cases = append(cases, scenario(password, threeSeconds, engine.Step{
			Name: "scan", Status: engine.ChallengeResponseRequired,
			Challenge: &engine.Challenge{Kind: kind, Shows: "908172", ChangesEvery: engine.Fixed(2 * time.Second)},
			Next: []engine.Transition{
				{Event: engine.Event{Kind: engine.EventChallengeResponse, Value: engine.Literal("908172")}, To: 1},
			},
		}, authenticated))
	}
	rules, err := engine.NewRuleSet(engine.RuleSetConfig{
		Hash: "5eed5eed5eed5eed", DefaultBank: "MockBank", Banks: testBanks(), Scenarios: cases,
		NoScenario: engine.Failure{Code: "NO_SCENARIO"},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.bank.Use(rules)
	return s
}

// scanned decodes the answer's image and reads the code on it.
func (a answered) scanned() string {
	a.t.Helper()
	if kind := a.text("challenge.image.mime_type"); kind != "image/png" {
		a.t.Fatalf("mime_type %q in %.200s", kind, a.Body)
	}
	data, err := base64.StdEncoding.DecodeString(a.text("challenge.image.data"))
	if err != nil {
		a.t.Fatal(err)
	}
	pixels, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		a.t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(pixels)
	if err != nil {
		a.t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		a.t.Fatalf("no code is read: %v", err)
	}
	return result.GetText()
}

func (s *server) poll(id string, changes ...request) answered {
	s.t.Helper()
	return s.get(base+"/bank_connections/authenticate/"+id, changes...).want(200)
}

func TestPicturesAreServed(t *testing.T) {
	t.Parallel()
	for _, password := range []string{"photo", "code"} {
		s := asks(t)
		id := s.login(password)
		first := s.poll(id)
		if first.field("challenge.optical_data") != nil {
			t.Errorf("%s: optical_data %v", password, first.field("challenge.optical_data"))
		}
		for _, moment := range []struct {
			passed time.Duration
			code   string
		}{{0, "908172 1"}, {1999 * time.Millisecond, "908172 1"}, {time.Millisecond, "908172 2"}, {1999 * time.Millisecond, "908172 2"}, {time.Millisecond, "908172 3"}} {
			s.clock.advance(moment.passed)
			got := s.poll(id)
			if code := got.scanned(); code != moment.code {
				t.Errorf("%s, %s later: the image reads %q, want %q", password, moment.passed, code, moment.code)
			}
			same := got.text("challenge.image.data") == first.text("challenge.image.data")
			if same != (moment.code == "908172 1") {
				t.Errorf("%s at %q: the first image still: %t", password, moment.code, same)
			}
		}
		answer := object("bank_authentication_process_id", id, "challenge_response", "908172 3")
		if got := s.send("POST", base+"/bank_connections/confirm_challenge_response", answer).want(200); got.text("status") != "AUTHENTICATED" {
			t.Errorf("%s: the scanned code is answered with %s", password, got.Body)
		}
	}
}

func TestOpticalDataIsServed(t *testing.T) {
	t.Parallel()
	s := asks(t)
	id := s.login("flicker")
	for _, want := range []string{"088301908172011F", "088301908172012F"} {
		got := s.poll(id)
		if data := got.text("challenge.optical_data"); !strings.HasPrefix(data, want) || len(data) != len(want)+2 {
			t.Errorf("optical_data %q, want %q and two check digits", data, want)
		}
		if got.field("challenge.image") != nil {
			t.Errorf("image %v", got.field("challenge.image"))
		}
		s.clock.advance(2 * time.Second)
	}
}

func TestPhotosSpeakTheClientsLanguage(t *testing.T) {
	t.Parallel()
	s := asks(t)
	id := s.login("photo")
	image := func(language string) string {
		return s.poll(id, header("Accept-Language", language)).text("challenge.image.data")
	}
	english := image("")
	if image("de-AT,en;q=0.5") == english || image("de") != image("de-AT") || image("fr") != english || image("en-GB") != english {
		t.Error("German is to have an image of its own, and any other language the English one")
	}
}

// What a picture shows is for the user: the journal keeps how long it was, also of a repeated answer.
func TestJournalKeepsNoPictures(t *testing.T) {
	t.Parallel()
	s := asks(t)
	fields := map[string]string{"photo": "challenge.image.data", "code": "challenge.image.data", "flicker": "challenge.optical_data"}
	for password := range fields {
		repeat := header("Idempotency-Key", password)
		for range 2 {
			s.send("POST", base+"/bank_connections/authenticate", credentials(password), repeat).want(200)
		}
	}
	recorded := s.exchanges("route=authenticate")
	if len(recorded) != 6 {
		t.Fatalf("the journal holds %d exchanges, want three logins and their repeats", len(recorded))
	}
	for _, exchange := range recorded {
		key, _ := at(exchange, "request.headers.Idempotency-Key").(string)
		text, _ := at(exchange, "response.body."+fields[key]).(string)
		if !strings.HasSuffix(text, " characters]") || len(text) > 24 {
			t.Errorf("%s: the journal holds %.60q", key, text)
		}
	}
}
