package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A bank that stops under an open page is missed, and the page goes on when it is back.
func TestConsoleReportsThatTheBankIsAway(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	id := s.login(t, "challengeRequired").ID
	b := openTab(t, appearance{})
	b.open(s.url + "/console/processes/" + id)
	b.await(`document.querySelector("#away").hidden && !document.querySelector("#bar .frozen")`)
	s.stop(t, syscall.SIGTERM)
	b.await(`!document.querySelector("#away").hidden`)
	b.sees("The bank does not answer")
	s.setup.flags = append(s.setup.flags, "--listen", strings.TrimPrefix(s.url, "http://"))
	s = s.again(t)
	b.await(`document.querySelector("#away").hidden`)
	b.click("#bar [value=freeze]")
	b.sees("FROZEN")
	b.enter("#in-challenge_response", "123456\r")
	b.await(`document.querySelector(".facts .word").textContent === "AUTHENTICATED"`)
	s.wantStatus(t, id, authenticated)
}

// What is filtered is in the address, and the session of the bar goes along to the other pages.
func TestConsoleKeepsFilterAndSession(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.frozen(t, "mine")
	in := s.in("mine")
	in.login(t, "success")
	in.login(t, "sucess")
	b := openTab(t, appearance{})
	complaints := b.complaints()
	b.open(s.url + "/console/live?session=mine")
	b.choose("#f-outcome", "fallen")
	b.await(`document.querySelector("#f-outcome").dispatchEvent(new Event("change", {bubbles: true}))`)
	b.await(`location.search.includes("outcome=fallen") && document.querySelectorAll("#rows tbody tr").length === 1`)
	b.click("#rows a[data-choose]")
	b.sees("edit distance 1")
	address, err := evaluate[string](b, "location.href")
	must(t, err)
	b.open(address)
	b.await(`document.querySelectorAll("#rows tbody tr.chosen").length === 1 && document.querySelector("#f-outcome").value === "fallen"`)
	for _, page := range []string{"webhooks", "endpoints", "editor", "scenarios", "sessions"} {
		b.click(`nav a[href^="/console/` + page + `"]`)
		b.at(s.url + "/console/" + page)
		b.await(`document.querySelector("#bar-session").value === "mine" && !!document.querySelector("#bar .frozen")`)
	}
	b.open(s.url + "/console/live?exchange=999")
	b.sees("The journal does not hold this exchange any more")
	complaints.none(t)
}

// What a browser's field does not keep is kept: the ends of lines, and an empty line at the beginning.
func TestConsoleEditorKeepsLines(t *testing.T) {
	t.Parallel()
	config := defaultConfig(t)
	text, err := os.ReadFile(config)
	must(t, err)
	before := "\r\n\r\n" + strings.ReplaceAll(string(text), "\n", "\r\n")
	write(t, config, before)
	s := start(t, setup{config: config})
	b := openTab(t, appearance{})
	complaints := b.complaints()
	b.open(s.url + "/console/editor")
	b.await(`document.querySelector(".cm-content")`)
	b.typeBefore("scenarios:", "# a remark\n")
	b.click("#editor-diff")
	b.await(`document.querySelectorAll("#editor-changes .diff.in").length === 1 && !document.querySelector("#editor-changes .diff.out")`)
	b.click("#editor-save")
	b.sees("Saved, and live.")
	if now, err := os.ReadFile(config); err != nil || string(now) != strings.Replace(before, "scenarios:", "# a remark\r\nscenarios:", 1) {
		t.Errorf("%v: other lines changed, too: %q", err, string(now)[:100])
	}
	s.login(t, "brand-new")
	b.open(s.url + "/console/live?outcome=fallen")
	b.click("#rows a[data-choose]")
	b.click(`a[href^="/console/editor?exchange="]`)
	b.await(`document.querySelector("#editor") && document.querySelector("#editor").view`)
	b.click("#editor-diff")
	b.await(`document.querySelector("#editor-changes .diff.in") && !document.querySelector("#editor-changes .diff.out")`)
	b.click("#editor-save")
	b.sees("Saved, and live.")
	if now, err := os.ReadFile(config); err != nil || strings.Count(string(now), "\n") != strings.Count(string(now), "\r\n") {
		t.Errorf("%v: lines end in two ways", err)
	}
	complaints.none(t)
}

// A new file that is none of the configuration is refused in words that help, one that is there already is opened.
func TestConsoleEditorRefusesAFileOfNobody(t *testing.T) {
	t.Parallel()
	config := defaultConfig(t)
	s := start(t, setup{config: config})
	b := openTab(t, appearance{})
	complaints := b.complaints()
	b.open(s.url + "/console/editor?new=mockbank.yaml")
	b.at(s.url + "/console/editor?file=mockbank.yaml")
	b.open(s.url + "/console/editor?new=nowhere/new.yaml")
	b.await(`document.querySelector(".cm-content")`)
	b.await(`(view => (view.dispatch({changes: {from: 0, to: view.state.doc.length, insert: "version: 1\n"}}), true))(document.querySelector("#editor").view)`)
	b.click("#editor-diff")
	b.click("#editor-save")
	b.sees("a new file must be one that `include`")
	if _, err := os.Stat(filepath.Join(filepath.Dir(config), "nowhere")); !os.IsNotExist(err) {
		t.Errorf("%v: a folder stays behind", err)
	}
	complaints.only(t, "404", "beforeunload")
}
