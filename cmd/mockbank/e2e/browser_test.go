package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	browserlog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserPatience is how long a browser may take for what should happen at once: it shares the machine
// with the servers of other tests.
const browserPatience = 60 * time.Second

// chromium is the one browser that all tests share, each with a profile of its own.
var chromium struct {
	sync.Mutex
	ctx context.Context
	end func()
}

// openBrowser starts the browser with the first test that needs one.
func openBrowser(t *testing.T) context.Context {
	t.Helper()
	chromium.Lock()
	defer chromium.Unlock()
	if chromium.ctx != nil {
		return chromium.ctx
	}
	program := findBrowser()
	if program == "" {
		t.Skip("MISSING: Chromium (Debian: chromium)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.DisableGPU,
		chromedp.Flag("no-sandbox", os.Geteuid() == 0), // it refuses to run as root with one
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
	)
	allocated, release := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, leave := chromedp.NewContext(allocated)
	if err := chromedp.Do(ctx); err != nil {
		leave()
		release()
		t.Fatalf("%s does not start: %v", program, err)
	}
	chromium.ctx, chromium.end = ctx, func() {
		_ = chromedp.Cancel(ctx) // it is killed below if it does not close
		leave()
		release()
		chromedp.FromContext(ctx).Allocator.Wait()
	}
	return ctx
}

// closeBrowser ends the browser after the last test.
func closeBrowser() {
	if chromium.end != nil {
		chromium.end()
	}
}

func findBrowser() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if program, err := exec.LookPath(name); err == nil {
			return program
		}
	}
	return ""
}

// appearance says how a tab is looked at. What is not set is a desktop's light screen, in English.
type appearance struct {
	language    string
	dark, phone bool
	// width and height are the screen's in pixels where they are not the usual ones.
	width, height int64
	withoutScript bool
}

func (l appearance) String() string {
	text := "desktop"
	if l.phone {
		text = "phone"
	}
	if l.dark {
		text += "-dark"
	}
	if l.language != "" {
		text += "-" + l.language
	}
	return text
}

// tab is a tab of the browser.
type tab struct {
	t   *testing.T
	ctx context.Context
}

// openTab opens a tab with a profile of its own.
func openTab(t *testing.T, as appearance) *tab {
	t.Helper()
	ctx, shut := chromedp.NewContext(openBrowser(t), chromedp.WithNewBrowserContext())
	t.Cleanup(shut)
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as the context of its first use
		t.Fatal(err)
	}
	b := &tab{t, ctx}
	b.as(as)
	return b
}

// as changes how the tab is looked at; a page that is open already keeps its language.
func (b *tab) as(l appearance) {
	b.t.Helper()
	width, height, scheme, language := int64(1280), int64(800), "light", "en"
	if l.phone {
		width, height = 360, 740
	}
	if l.width != 0 {
		width = l.width
	}
	if l.height != 0 {
		height = l.height
	}
	if l.dark {
		scheme = "dark"
	}
	if l.language != "" {
		language = l.language
	}
	b.do(chromedp.EmulateViewport(width, height),
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}),
		call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: l.withoutScript}),
		call(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": language}}))
}

func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	})
}

// do does one thing after the other.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, browserPatience)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%v\n%s", err, b.html())
	}
}

func (b *tab) open(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
}

// evaluate returns what an expression of JavaScript is worth in the tab.
func evaluate[T any](b *tab, expression string) (T, error) {
	ctx, stop := context.WithTimeout(b.ctx, browserPatience)
	defer stop()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

func (b *tab) html() string {
	text, err := evaluate[string](b, `location.href + "\n" + document.body.innerText`)
	if err != nil {
		return fmt.Sprint("the tab shows nothing: ", err)
	}
	return text
}

// await waits until the tab shows a page for which the expression of JavaScript is true.
func (b *tab) await(expression string) {
	b.t.Helper()
	deadline := time.After(browserPatience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		// An error means that the tab is on its way to another page.
		if holds, err := evaluate[bool](b, "document.readyState === 'complete' && !!("+expression+")"); err == nil && holds {
			return
		}
		select {
		case <-deadline:
			b.t.Fatalf("not within %v: %s\n%s", browserPatience, expression, b.html())
		case <-tick.C:
		}
	}
}

// sees waits until the tab shows a text.
func (b *tab) sees(text string) {
	b.t.Helper()
	b.await(fmt.Sprintf("document.body.innerText.includes(%q)", text))
}

// at waits until the tab is at an address that begins like this.
func (b *tab) at(prefix string) {
	b.t.Helper()
	b.await(fmt.Sprintf("location.href.startsWith(%q)", prefix))
}

func (b *tab) click(selector string) {
	b.t.Helper()
	b.upon(chromedp.Click(chromedp.CSS(selector)))
}

// upon does something to an element. A live page may replace it between its being found and its being used, which
// a person does not notice; then it is done again.
func (b *tab) upon(step chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, browserPatience)
	defer stop()
	for {
		err := chromedp.Do(ctx, step)
		if err == nil {
			return
		}
		if ctx.Err() != nil || !strings.Contains(err.Error(), "node") {
			b.t.Fatalf("%v\n%s", err, b.html())
		}
	}
}

// enter types into a field.
func (b *tab) enter(selector, keys string) {
	b.t.Helper()
	b.upon(chromedp.SendKeys(chromedp.CSS(selector), keys))
}

// press presses keys, such as "\t" and "\r".
func (b *tab) press(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// back presses the browser's back button.
func (b *tab) back() {
	b.t.Helper()
	b.do(chromedp.NavigateBack())
}

// another opens one more tab of the same browser: it shares cookies, locks and channels.
func (b *tab) another() *tab {
	b.t.Helper()
	ctx, shut := chromedp.NewContext(b.ctx)
	b.t.Cleanup(shut)
	if err := chromedp.Do(ctx); err != nil {
		b.t.Fatal(err)
	}
	return &tab{b.t, ctx}
}

// complaints are what a browser's own console says of a tab's pages: errors of scripts, and what the page's policy
// forbids.
type complaints struct {
	mu   sync.Mutex
	said []string
}

func (b *tab) complaints() *complaints {
	b.t.Helper()
	c := new(complaints)
	must(b.t, chromedp.Listen(b.ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			c.add(e.ExceptionDetails.Text)
		case *browserlog.EventEntryAdded:
			if e.Entry.Level == browserlog.EntryLevelError {
				c.add(e.Entry.Text + " " + e.Entry.URL)
			}
		}
	}))
	b.do(call(browserlog.Enable, cdp.Empty{}))
	return c
}

func (c *complaints) add(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said = append(c.said, text)
}

func (c *complaints) none(t *testing.T) {
	t.Helper()
	c.only(t)
}

// only allows complaints that hold one of the texts.
func (c *complaints) only(t *testing.T, allowed ...string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, text := range c.said {
		if firstIn(text, allowed...) != "" {
			continue
		}
		t.Errorf("the browser complains: %s", text)
	}
}

// typeBefore types a text into the editor, before the first place of another.
func (b *tab) typeBefore(before, text string) {
	b.t.Helper()
	moved, err := evaluate[bool](b, fmt.Sprintf(`(() => {
		const view = document.querySelector("#editor").view;
		const at = view.state.doc.toString().indexOf(%q);
		if (at < 0) return false;
		view.dispatch({selection: {anchor: at}, scrollIntoView: true});
		view.focus();
		return true;
	})()`, before))
	if err != nil || !moved {
		b.t.Fatalf("%v: the editor has no %q", err, before)
	}
	b.do(call(input.InsertText, input.InsertTextParams{Text: text}))
}
