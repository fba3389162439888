package e2e

import (
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestPhoneInABrowser(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		appearance           appearance
		button, says, status string
	}{
		"approve":                 {appearance{phone: true}, "[value=approved]", "You have approved the access", authenticated},
		"decline":                 {appearance{language: "de"}, "[value=declined]", "Sie haben den Zugriff abgelehnt", failed},
		"approve without scripts": {appearance{withoutScript: true}, "[value=approved]", "You have approved the access", authenticated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openTab(t, test.appearance)
			s := start(t, setup{config: writeConfig(t, pageConfig)})
			id := s.login(t, "phone").ID
			b.open(s.url + "/phone")
			b.do(chromedp.SendKeys(chromedp.CSS("#process"), id+"\r"))
			b.at(s.phoneOf(id))
			b.click(test.button)
			b.sees(test.says)
			s.wantStatus(t, id, test.status)
			b.back()
			b.await(`!document.querySelector("form") && document.body.innerText.includes("` + test.status + `")`)
			s.wantStatus(t, id, test.status)
		})
	}
}

// Another tab shows what was decided without being touched; so does one without scripts.
func TestPhoneFollows(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, pageConfig)})
	id := s.login(t, "phone").ID
	watching, plain, deciding := openTab(t, appearance{}), openTab(t, appearance{withoutScript: true}), openTab(t, appearance{phone: true})
	for _, b := range []*tab{watching, plain, deciding} {
		b.open(s.phoneOf(id))
		b.sees("Confirm the login?")
	}
	watching.do(chromedp.Focus(chromedp.CSS("[value=declined]")))
	deciding.click("[value=approved]")
	watching.sees("This login is over")
	watching.await(`document.activeElement.tagName === "H1" && document.querySelector(".news").textContent === "This login is over"`)
	plain.sees("This login is over")
	s.wantStatus(t, id, authenticated)
}

// The phone shows the session's time, and a turn of its clock, while it keeps the focus.
func TestPhoneGoesByTheSessionsClock(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, pageConfig)})
	s.frozen(t, "held")
	id := s.in("held").login(t, "phone").ID
	b := openTab(t, appearance{})
	b.open(s.in("held").phoneOf(id))
	b.sees("10 min 0 s")
	b.do(chromedp.Focus(chromedp.CSS("[value=declined]")))
	s.changeClock(t, "held", fields{"advance": "9m59s"})
	b.await(`document.querySelector(".left").textContent === "1 s" && document.activeElement.value === "declined"`)
	s.changeClock(t, "held", fields{"advance": "1s"})
	b.sees("This login is over")
	s.wantStatus(t, id, failed)
}

// A countdown runs by itself.
func TestPhoneCountsDown(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, pageConfig)})
	b := openTab(t, appearance{language: "de"})
	b.open(s.phoneOf(s.login(t, "phone").ID))
	first, err := evaluate[string](b, `document.querySelector(".left").textContent`)
	must(t, err)
	b.await(`/^9 Min\. \d+ Sek\.$/.test(document.querySelector(".left").textContent) && document.querySelector(".left").textContent !== "` + first + `"`)
}

// A phone that is being looked at does not hold up a server that shuts down, and finds the next one.
func TestPhoneSurvivesARestart(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, pageConfig), flags: []string{"--listen", freeAddress(t)}})
	id := s.login(t, "phone").ID
	b := openTab(t, appearance{})
	b.open(s.phoneOf(id))
	b.sees("Confirm the login?")
	if code := s.stop(t, syscall.SIGTERM); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	s = s.again(t)
	into[process](t, s.do(t, "POST", "/admin/v1/processes/"+id+"/approve", nil), 200)
	b.sees("This login is over")
}
