package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// mostTabs is how many presses of Tab a page may need to reach anything.
const mostTabs = 120

// tabTo presses Tab until the focus is on an element, and is seen there.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	b.await(fmt.Sprintf("document.querySelector(%q)", selector))
	for range mostTabs {
		b.press("\t")
		there, err := evaluate[bool](b, fmt.Sprintf("!!document.activeElement && document.activeElement.matches(%q)", selector))
		must(b.t, err)
		if !there {
			continue
		}
		b.await(`(() => {
			const at = document.activeElement, style = getComputedStyle(at.closest(".cm-editor") || at), box = at.getBoundingClientRect();
			return at.matches(":focus-visible") && style.outlineStyle !== "none" && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
		})()`) // the focus is seen there
		return
	}
	b.t.Fatalf("no key leads to %s\n%s", selector, b.html())
}

// chord presses a key with Control.
func (b *tab) chord(key, code string, number int64) {
	b.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		b.do(call(input.DispatchKeyEvent, input.DispatchKeyEventParams{
			Type: kind, Modifiers: 2, Key: key, Code: code, WindowsVirtualKeyCode: number, NativeVirtualKeyCode: number,
		}))
	}
}

// escapesTo presses Esc until something holds. The browser drops what is pressed before a dialog is painted for the first
// time, and a person presses it again.
func (b *tab) escapesTo(expression string) {
	b.t.Helper()
	for range 20 {
		b.press("\x1b")
		at, err := evaluate[float64](b, "performance.now()")
		must(b.t, err)
		b.await(fmt.Sprintf("(%s) || performance.now() > %f", expression, at+500))
		if there, err := evaluate[bool](b, "!!("+expression+")"); err != nil || there {
			must(b.t, err)
			return
		}
	}
	b.t.Fatalf("Esc does not lead to %s\n%s", expression, b.html())
}

// With keys alone: why a login was answered so, a TAN, the clock, a session with a fault, and a scenario that is written,
// reviewed, saved and taken back.
func TestConsoleByKeys(t *testing.T) {
	t.Parallel()
	config := consoleConfig(t, newHooks(t).url)
	s := start(t, setup{config: config})
	before, err := os.ReadFile(config)
	must(t, err)
	b := openTab(t, appearance{})
	complaints := b.complaints()
	id := s.login(t, "challengeRequired").ID

	b.open(s.url + "/console/live")
	b.press("\t")
	b.await(`document.activeElement.matches(".skip")`)
	b.press("\r")
	b.await(`location.hash === "#main"`)
	b.tabTo("#rows a[data-choose]")
	b.press("\r")
	b.sees("All conditions of this scenario held")
	b.tabTo(`#rows a[href^="/console/processes/"]`)
	b.press("\r")
	b.at(s.url + "/console/processes/" + id)
	b.tabTo("#in-challenge_response")
	b.press("123456\r")
	b.await(`document.querySelector(".facts .word").textContent === "AUTHENTICATED"`)
	s.wantStatus(t, id, authenticated)

	b.open(s.url + "/console/scenarios")
	b.tabTo("#bar [value=freeze]")
	b.press(" ")
	b.sees("FROZEN")
	b.await(`document.activeElement.closest("#bar")`) // the focus stays though the bar is another one now
	b.tabTo("#bar [value='1d']")
	b.press("\r")
	b.await(`document.querySelector("#bar [value='1d']")`)
	b.tabTo("#bar [name=on][value=slow-bank]")
	b.press(" ")
	b.sees("slow-bank: on")
	b.tabTo("#s-search")
	b.press("decoupled-auth-success\r")
	b.await(`document.querySelectorAll(".rows tbody tr").length === 1`)
	b.tabTo(`.rows a[href="/console/scenarios/decoupled-auth-success"]`)
	b.press("\r")
	b.at(s.url + "/console/scenarios/decoupled-auth-success")

	b.open(s.url + "/console/sessions")
	b.tabTo("#n-id")
	b.press("keys\r")
	b.tabTo(`a[href="/console/sessions/keys"]`)
	b.press("\r")
	b.at(s.url + "/console/sessions/keys")
	b.tabTo("#f-effect")
	b.press("5") // the first whose text begins so
	b.tabTo("[value=add]")
	b.press("\r")
	b.sees("console-authenticate-1")
	b.tabTo("[value=end]")
	b.press("\r")
	b.sees("no faults of its own")

	b.open(s.url + "/console/editor")
	b.await(`document.querySelector(".cm-content")`)
	b.tabTo(".cm-content")
	b.do(chromedp.KeyEvent("# by keys\r"))
	b.sees("not saved")
	b.press("\x1b") // Esc, so that the next Tab leaves the text
	b.press("\t")
	b.await(`!document.activeElement.matches(".cm-content")`)
	b.await(`document.activeElement.id === "editor-diff"`)
	b.press("\r")
	b.await(`document.querySelector("#editor-dialog").open`)
	b.tabTo("#editor-save")
	b.press("\r")
	b.sees("Saved, and live.")
	if saved, err := os.ReadFile(config); err != nil || !strings.HasPrefix(string(saved), "# by keys\n") {
		t.Errorf("%v: %.40q is saved", err, saved)
	}
	b.tabTo("#editor-undo")
	b.press("\r")
	b.await(`document.querySelector("#editor-dialog").open`)
	b.tabTo("#editor-save")
	b.press("\r")
	b.await(`document.querySelector("#editor-state").textContent.startsWith("Saved")`)
	if now, err := os.ReadFile(config); err != nil || string(now) != string(before) {
		t.Errorf("%v: the file is not what it was", err)
	}
	b.tabTo(".cm-content")
	b.chord("s", "KeyS", 83)
	b.await(`document.querySelector("#editor-dialog").open`)
	b.await(`document.activeElement.closest("#editor-dialog")`)
	b.escapesTo(`!document.querySelector("#editor-dialog").open`)
	complaints.none(t)
}
