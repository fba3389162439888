package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// A login by another program appears by itself, with the scenario that answered and why.
func TestConsoleShowsALoginByItself(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	b := openTab(t, look{})
	complaints := b.complaints()
	b.open(s.url + "/")
	b.at(s.url + "/console/live")
	b.sees("Nothing came yet")
	s.login(t, "sucess")
	b.sees("1 fell to the catch-all")
	b.click("#rows a[data-choose]")
	b.sees("edit distance 1")
	b.await(`document.querySelector("#detail .near li strong").textContent === "success" && location.search.includes("exchange=")`)
	// Paused, the list stands still.
	b.click("#pause")
	s.login(t, "success")
	b.click("#pause")
	b.sees("2 logins")
	complaints.none(t)
}

// The user's part and the session's time are in the reader's hand, and the API agrees.
func TestConsoleHoldsTimeInHand(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	b := openTab(t, look{})
	complaints := b.complaints()
	id := s.login(t, "challengeRequired").ID
	b.open(s.url + "/console/processes/" + id)
	b.sees("Enter the TAN")
	b.do(sendKeys("#in-challenge_response", "123456\r"))
	b.sees("AUTHENTICATED")
	s.wantStatus(t, id, authenticated)
	connection := s.connect(t, id)
	b.open(s.url + "/console/connections/" + connection.ID)
	b.click("#bar [value=freeze]")
	b.sees("FROZEN")
	b.await(`document.querySelector("#times [value=to]")`)
	b.click("#times [value=to]")
	b.await(`document.querySelector(".facts .word").textContent === "SUCCESS"`)
	if got := s.connection(t, connection.ID); got.Status != "SUCCESS" || got.ImportProgress != 100 {
		t.Errorf("the API says %+v", got)
	}
	phone := s.login(t, "decoupledAuthRequired").ID
	b.open(s.url + "/console/processes/" + phone)
	b.click("#inputs [value=approved]")
	b.sees("Nobody can send anything now")
	s.wantStatus(t, phone, authenticated)
	complaints.none(t)
}

// A file that is broken on disk is said on every page, and that it is whole again.
func TestConsoleTellsOfABrokenFile(t *testing.T) {
	t.Parallel()
	config := defaultConfig(t)
	s := start(t, setup{config: config})
	b := openTab(t, look{language: "de"})
	complaints := b.complaints()
	b.open(s.url + "/console/live")
	good, err := os.ReadFile(config)
	must(t, err)
	write(t, config, strings.Replace(string(good), "scenarios:", "scenarioz:", 1))
	b.sees("Die Konfiguration auf der Platte ist abgelehnt")
	write(t, config, string(good)+"\n# whole again\n")
	b.await(`!document.querySelector("#bar .alert")`)
	complaints.none(t)
}

// All tabs of a browser are told, though it opens few connections to a server.
func TestConsoleInTenTabs(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	first := openTab(t, look{})
	tabs := []*tab{first}
	for range 9 {
		tabs = append(tabs, first.another())
	}
	for _, b := range tabs {
		b.open(s.url + "/console/live")
		b.sees("Nothing came yet")
	}
	s.login(t, "success")
	for _, b := range tabs {
		b.sees("1 logins")
	}
	tabs[9].open(s.url + "/console/connections")
	tabs[9].sees("has no such connection")
}

// With an admin token nothing is shown or changed before signing in; keys alone do it.
func TestConsoleSignIn(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, "server: {admin_token: s3cret-token}\n"+pageConfig)})
	b := openTab(t, look{})
	b.open(s.url + "/console/connections?session=x")
	b.at(s.url + "/console/sign-in")
	b.do(sendKeys("#token", "wrong\r"))
	b.sees("That is not the token")
	b.do(sendKeys("#token", "s3cret-token\r"))
	b.at(s.url + "/console/connections?session=x")
	b.sees("Sign out")
	if kept, err := evaluate[string](b, "document.cookie"); err != nil || kept != "" {
		t.Errorf("scripts see the cookie %q, %v", kept, err)
	}
}

// TestConsoleIsAccessible lets axe look at each page, in both languages, on a desktop and a phone, light and dark.
// With PAGE_PICTURES=FOLDER it leaves pictures of them there.
func TestConsoleIsAccessible(t *testing.T) {
	t.Parallel()
	axe := axeSource(t)
	s := start(t, setup{})
	b := openTab(t, look{})
	s.frozen(t, "default")
	empty := s.url + "/console/live?session=nobody"
	connection := s.connect(t, s.login(t, "success").ID)
	tan, phone := s.login(t, "challengeRequired").ID, s.login(t, "decoupledAuthRequired").ID
	s.login(t, "sucess")
	b.open(s.url + "/console/live?outcome=fallen")
	b.await(`document.querySelector("#rows a[data-choose]")`)
	exchange, err := evaluate[string](b, `document.querySelector("#rows a[data-choose]").getAttribute("hx-get")`)
	must(t, err)
	id := exchange[strings.LastIndexByte(exchange, '/')+1:]
	for _, language := range []string{"en", "de"} {
		b.as(look{language: language})
		for name, path := range map[string]string{
			"console-live": s.url + "/console/live?exchange=" + id, "console-empty": empty,
			"console-process": s.url + "/console/processes/" + tan, "console-phone": s.url + "/console/processes/" + phone,
			"console-connection": s.url + "/console/connections/" + connection.ID, "console-connections": s.url + "/console/connections",
			"console-sign-in": s.url + "/console/sign-in", "console-unknown": s.url + "/nowhere",
			"console-gone": s.url + fmt.Sprint("/console/exchanges/", 1),
		} {
			b.open(path)
			b.checkLooks(axe, name, language)
		}
	}
}
