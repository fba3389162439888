package e2e

import (
	"os"
	"strings"
	"testing"
)

// A login by another program appears by itself, with the scenario that answered and why.
func TestConsoleShowsALoginByItself(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	b := openTab(t, appearance{})
	complaints := b.complaints()
	b.open(s.url + "/")
	b.at(s.url + "/console/live")
	b.sees("Nothing came yet")
	s.login(t, "sucess")
	b.sees("fell to the catch-all: 1")
	b.click("#rows a[data-choose]")
	b.sees("edit distance 1")
	b.await(`document.querySelector("#detail .near li strong").textContent === "success" && location.search.includes("exchange=")`)
	// Paused, the list stands still.
	b.click("#pause")
	s.login(t, "success")
	b.click("#pause")
	b.sees("Logins: 2")
	// What came is sent once more.
	b.click("#detail form button")
	b.sees("Logins: 3")
	complaints.none(t)
}

// The user's part and the session's time are in the reader's hand, and the API agrees.
func TestConsoleHoldsTimeInHand(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	b := openTab(t, appearance{})
	complaints := b.complaints()
	id := s.login(t, "challengeRequired").ID
	b.open(s.url + "/console/processes/" + id)
	b.sees("Enter the TAN")
	b.enter("#in-challenge_response", "123456\r")
	b.await(`document.querySelector(".facts .word").textContent === "AUTHENTICATED"`) // the drawing has the word before
	s.wantStatus(t, id, authenticated)
	b.click("#bar [value=freeze]") // before the import begins, which takes three seconds
	b.sees("FROZEN")
	connection := s.connect(t, id)
	b.open(s.url + "/console/connections/" + connection.ID)
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
func TestConsoleReportsABrokenFile(t *testing.T) {
	t.Parallel()
	config := defaultConfig(t)
	s := start(t, setup{config: config})
	b := openTab(t, appearance{language: "de"})
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
	first := openTab(t, appearance{})
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
		b.sees("Logins: 1")
	}
	for _, b := range tabs {
		b.open(s.url + "/console/connections")
		b.sees("has no such connection")
		b.open(s.url + "/console/live")
		b.sees("Logins: 1")
	}
	s.login(t, "success")
	for _, b := range tabs {
		b.sees("Logins: 2")
	}
}

// With an admin token nothing is shown or changed before signing in; keys alone do it.
func TestConsoleSignIn(t *testing.T) {
	t.Parallel()
	s := start(t, setup{config: writeConfig(t, "server: {admin_token: s3cret-token}\n"+pageConfig)})
	b := openTab(t, appearance{})
	b.open(s.url + "/console/connections?session=x")
	b.at(s.url + "/console/sign-in")
	b.enter("#token", "wrong\r")
	b.sees("That is not the token")
	b.enter("#token", "s3cret-token\r")
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
	w := newConsoleWorld(t)
	b := openTab(t, appearance{})
	complaints := b.complaints()
	w.picturesForDocs(t, b)
	for _, language := range []string{"en", "de"} {
		b.as(appearance{language: language})
		for name, address := range w.pages() {
			b.open(address)
			if strings.Contains(address, "/editor") {
				b.await(`document.querySelector(".cm-content")`)
			}
			if name == "webhooks" {
				b.await(`document.querySelector(".deliveries details")`)
				b.click(".deliveries summary")
			}
			b.checkAs(axe, "console-"+name, []appearance{
				{language: language}, {language: language, dark: true},
				{language: language, phone: true, width: 390}, {language: language, phone: true, width: 390, dark: true},
			})
		}
	}
	complaints.only(t, "404", "beforeunload") // the pages of what is not there
}

// A case that is added in the editor is played; a mistake is shown before saving, and a file that changed
// meanwhile is not written over.
func TestConsoleEditor(t *testing.T) {
	t.Parallel()
	config := defaultConfig(t)
	s := start(t, setup{config: config})
	b := openTab(t, appearance{})
	complaints := b.complaints()
	b.open(s.url + "/console/editor")
	b.await(`document.querySelector(".cm-content")`)
	b.typeBefore("- name: anything-else", "- {name: typed, when: {password: typed}, authentication: AUTHENTICATE}\n  ")
	b.await(`document.querySelector("#editor-problems .error")`)
	b.sees("did you mean")
	b.click("#editor-diff")
	b.click("#editor-save")
	b.sees("Nothing was saved")
	b.typeBefore("}\n  - name: anything-else", "D")
	b.await(`document.querySelector("#editor-problems").textContent === "No problems."`)
	b.click("#editor-diff")
	b.await(`document.querySelector("#editor-changes .diff.in").textContent.includes("typed")`)
	b.click("#editor-save")
	b.sees("Saved, and live.")
	if p := s.login(t, "typed"); p.Status != authenticated {
		t.Errorf("the new case answers %s", p.Status)
	}
	saved, err := os.ReadFile(config)
	must(t, err)
	if !strings.Contains(string(saved), "# This file is the whole bank") {
		t.Error("the comments are gone")
	}
	// Somebody else saves; nothing of theirs gets lost.
	write(t, config, string(saved)+"# theirs\n")
	b.typeBefore("- name: anything-else", "# mine\n  ")
	b.click("#editor-diff")
	b.click("#editor-save")
	b.sees("has changed meanwhile")
	complaints.only(t, "412", "422")
}

// Back to the version before.
func TestConsoleEditorUndo(t *testing.T) {
	t.Parallel()
	config := defaultConfig(t)
	s := start(t, setup{config: config})
	before, err := os.ReadFile(config)
	must(t, err)
	b := openTab(t, appearance{})
	b.open(s.url + "/console/editor?file=mockbank.yaml&line=38")
	b.await(`document.querySelector(".cm-content")`)
	b.typeBefore("scenarios:", "# a remark\n")
	b.click("#editor-diff")
	b.click("#editor-save")
	b.sees("Saved, and live.")
	b.click("#editor-undo")
	b.click("#editor-save")
	b.await(`document.querySelector("#editor-state").textContent.startsWith("Saved")`)
	if now, err := os.ReadFile(config); err != nil || string(now) != string(before) {
		t.Errorf("%v: the file is not what it was", err)
	}
}

// A scenario is found, and played by a button.
func TestConsolePlaysAScenario(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	b := openTab(t, appearance{})
	complaints := b.complaints()
	b.open(s.url + "/console/scenarios?search=TAN")
	b.sees("challenge-required")
	b.click(`a[href="/console/scenarios/challenge-required"]`)
	b.at(s.url + "/console/scenarios/challenge-required")
	b.click(".do form button")
	b.at(s.url + "/console/processes/")
	b.sees("CHALLENGE_RESPONSE_REQUIRED")
	b.open(s.url + "/console/sessions")
	b.enter("#n-id", "mine\r")
	b.sees("mine")
	complaints.none(t)
}

// A login that fell through becomes a scenario, which is played at once.
func TestConsoleMakesAScenarioOfAnExchange(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.login(t, "brand-new")
	b := openTab(t, appearance{})
	complaints := b.complaints()
	b.open(s.url + "/console/live?outcome=fallen")
	b.click("#rows a[data-choose]")
	b.sees("Make a scenario of this")
	b.click(`a[href^="/console/editor?exchange="]`)
	b.await(`document.querySelector("#editor") && document.querySelector("#editor").view`)
	b.click("#editor-diff")
	b.await(`[...document.querySelectorAll("#editor-changes .diff.in")].some((row) => row.textContent.includes("your-password"))`)
	b.click("#editor-save")
	b.sees("Saved, and live.")
	if p := s.login(t, "your-password"); p.Status != authenticated {
		t.Errorf("the new case answers %s", p.Status)
	}
	complaints.none(t)
}
