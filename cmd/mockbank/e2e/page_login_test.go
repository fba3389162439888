package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// logsIn opens the bank's page and passes its login.
func (b *tab) logsIn(page string) {
	b.t.Helper()
	b.open(page)
	b.do(chromedp.SendKeys(chromedp.CSS("#password"), "never sent"))
	b.click("#login button")
	b.await(`document.querySelector("#consent").checkVisibility() && !document.querySelector("#login").checkVisibility()`)
}

// The user logs in, reads what is asked for, decides, and comes back to the app; with and without
// JavaScript.
func TestLoginInABrowser(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		appearance     appearance
		button, status string
	}{
		"approve":                 {appearance{}, "[value=approved]", authenticated},
		"decline":                 {appearance{language: "de", phone: true}, "[value=declined]", failed},
		"approve without scripts": {appearance{withoutScript: true}, "[value=approved]", authenticated},
		"decline without scripts": {appearance{withoutScript: true, phone: true}, "[value=declined]", failed},
		"go away":                 {appearance{}, "#consent .leave a", redirectRequired},
		"go away without scripts": {appearance{withoutScript: true}, "#consent .leave a", redirectRequired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, app := openTab(t, test.appearance), startApp(t)
			s := start(t, setup{config: writeConfig(t, pageConfig)})
			id, page := app.goesToBank(t, s)
			b.logsIn(page)
			b.click(test.button)
			b.at(app.url)
			if got := app.returns(); len(got) != 1 || got[0] != comesBackWith(id) {
				t.Errorf("the browser came back with %q, want %q", got, comesBackWith(id))
			}
			s.wantStatus(t, id, test.status)
			if leak := firstIn(s.log.String(), "never sent", "never+sent", "never%20sent"); leak != "" {
				t.Errorf("the log holds what was entered: %s", leak)
			}
		})
	}
}

// The page is left before the login, too, and nothing is decided by that.
func TestLeavingBeforeTheLogin(t *testing.T) {
	t.Parallel()
	b, app := openTab(t, appearance{}), startApp(t)
	s := start(t, setup{config: writeConfig(t, pageConfig)})
	id, page := app.goesToBank(t, s)
	b.open(page)
	b.click("#login .leave a")
	b.at(app.url)
	s.wantStatus(t, id, redirectRequired)
	b.back()
	b.sees("Step 1 of 2")
	b.logsIn(page)
	b.click("[value=approved]")
	b.at(app.url)
	s.wantStatus(t, id, authenticated)
}

// With a keyboard alone: the keys reach everything in the order in which it is shown.
func TestLoginByKeyboard(t *testing.T) {
	t.Parallel()
	b, app := openTab(t, appearance{}), startApp(t)
	s := start(t, setup{config: writeConfig(t, pageConfig)})
	id, page := app.goesToBank(t, s)
	b.open(page)
	b.press("\t\tsecret\r")
	b.sees("Step 2 of 2")
	b.press("\t")
	b.await(`document.activeElement.value === "approved" && document.activeElement.matches(":focus-visible")`)
	b.press("\t")
	b.await(`document.activeElement.value === "declined"`)
	b.press(" ")
	b.at(app.url)
	s.wantStatus(t, id, failed)
}

// The back button leads to what there is to say now; another decision changes nothing.
func TestBackAfterTheDecision(t *testing.T) {
	t.Parallel()
	b, app := openTab(t, appearance{}), startApp(t)
	s := start(t, setup{config: writeConfig(t, pageConfig)})
	id, page := app.goesToBank(t, s)
	b.logsIn(page)
	b.click("[value=approved]")
	b.at(app.url)
	b.back()
	b.sees("This login is over")
	s.wantStatus(t, id, authenticated)
	b.click(".way a")
	b.at(app.url)
	if got := app.returns(); len(got) != 2 || got[1] != comesBackWith(id) {
		t.Errorf("the browser came back with %q", got)
	}
}

// Of two clicks one decides, and the browser is back in the app.
func TestDoubleClick(t *testing.T) {
	t.Parallel()
	b, app := openTab(t, appearance{}), startApp(t)
	s := start(t, setup{config: writeConfig(t, pageConfig)})
	id, page := app.goesToBank(t, s)
	b.logsIn(page)
	place, err := evaluate[[]float64](b, `(() => {
		const box = document.querySelector("[value=approved]").getBoundingClientRect();
		return [box.x + box.width / 2, box.y + box.height / 2];
	})()`)
	must(t, err)
	b.do(chromedp.MouseClickXY(place[0], place[1]), chromedp.MouseClickXY(place[0], place[1], chromedp.ClickCount(2)))
	b.at(app.url)
	s.wantStatus(t, id, authenticated)
	if got := s.decisions(t, "login_decision", id); got != 1 {
		t.Errorf("%d decisions were sent", got)
	}
	// The same in one go, which no slow machine can stretch.
	id, page = app.goesToBank(t, s)
	b.logsIn(page)
	_, err = evaluate[bool](b, `(() => { const b = document.querySelector("[value=declined]"); b.click(); b.click(); return true; })()`)
	must(t, err)
	b.at(app.url)
	s.wantStatus(t, id, failed)
	if got := s.decisions(t, "login_decision", id); got != 1 {
		t.Errorf("%d decisions were sent in one go", got)
	}
}

// A decision that is sent again without scripts changes nothing, and is told so, with the way back.
func TestDecisionInTwoTabs(t *testing.T) {
	t.Parallel()
	app := startApp(t)
	s := start(t, setup{config: writeConfig(t, pageConfig)})
	id, page := app.goesToBank(t, s)
	one, other := openTab(t, appearance{}), openTab(t, appearance{withoutScript: true})
	one.logsIn(page)
	other.logsIn(page)
	one.click("[value=declined]")
	one.at(app.url)
	other.click("[value=approved]")
	other.sees("Nothing was changed")
	s.wantStatus(t, id, failed)
	other.click(".way a")
	other.at(app.url)
}

// A page that was left open too long says so when it is used.
func TestDecisionTooLate(t *testing.T) {
	t.Parallel()
	b, app := openTab(t, appearance{language: "de"}), startApp(t)
	s := start(t, setup{config: writeConfig(t, pageConfig)})
	s.frozen(t, "late")
	id, page := app.goesToBank(t, s.in("late"))
	b.logsIn(page)
	s.changeClock(t, "late", fields{"advance": "10m"})
	b.click("[value=approved]")
	b.sees("Zu spät")
	s.wantStatus(t, id, failed)
	b.open(page)
	b.sees("Diese Anmeldung ist beendet")
	b.click(".way a")
	b.at(app.url)
}
