package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// axeSource installs axe-core, at the version that the lock file pins, into a cache beside other tools',
// and returns its script.
func axeSource(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("MISSING: npm, which installs the accessibility checker (Debian: nodejs, npm)")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	lock, err := os.ReadFile("testdata/axe/package-lock.json")
	must(t, err)
	folder := filepath.Join(cache, "mockbank", "axe-core")
	mark := filepath.Join(folder, "installed.json")
	if installed, err := os.ReadFile(mark); err != nil || string(installed) != string(lock) {
		must(t, errors.Join(os.RemoveAll(folder), os.CopyFS(folder, os.DirFS("testdata/axe"))))
		ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
		defer stop()
		npm := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
		npm.Dir = folder
		if said, err := npm.CombinedOutput(); err != nil {
			t.Logf("npm ci: %v\n%s", err, said)
			t.Skip("MISSING: a package registry that has axe-core")
		}
		must(t, os.WriteFile(mark, lock, 0o600))
	}
	source, err := os.ReadFile(filepath.Join(folder, "node_modules", "axe-core", "axe.min.js"))
	must(t, err)
	return string(source)
}

// violation is what axe says of a page.
type violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"`
	Help   string `json:"help"`
	Nodes  []struct {
		HTML           string `json:"html"`
		FailureSummary string `json:"failureSummary"`
	} `json:"nodes"`
}

// appearances are the ways in which a page is looked at in one language. Colours are those of every language, so that one
// tries them, the one with the longer words, unless all are to be pictured.
func appearances(language string) []appearance {
	if language == "en" && os.Getenv("PAGE_PICTURES") == "" {
		return []appearance{{language: language}, {language: language, phone: true}}
	}
	return []appearance{
		{language: language}, {language: language, dark: true},
		{language: language, phone: true}, {language: language, phone: true, dark: true},
	}
}

// everyPage returns the address of each page that people meet.
func everyPage(t *testing.T, s *server) map[string]string {
	t.Helper()
	app := startApp(t)
	s.frozen(t, "held")
	_, login := app.goesToBank(t, s)
	_, alone := (&clientApp{}).goesToBank(t, s)
	over, gone := app.goesToBank(t, s)
	must(t, s.decideBy(gone, "declined"))
	s.wantStatus(t, over, failed)
	phone := s.login(t, "phone").ID
	return map[string]string{
		"start":         s.url + "/",
		"login":         login,
		"consent":       login + "#consent",
		"consent-alone": alone + "#consent",
		"over":          gone,
		"elsewhere":     s.url + "/login/" + phone,
		"phone":         s.phoneOf(phone),
		"phone-stands":  s.phoneOf(s.in("held").login(t, "phone").ID),
		"phone-waits":   s.phoneOf(s.login(t, "soon").ID),
		"phone-text":    s.phoneOf(s.login(t, "text").ID),
		"phone-over":    s.phoneOf(over),
		"unknown":       s.phoneOf("00000000-0000-7000-8000-000000000000"),
		"find":          s.url + "/phone",
		"find-wrong":    s.url + "/phone?process=no-such",
		"coverage":      s.url + "/admin/v1/coverage?format=html",
	}
}

// decideBy sends a page's form without a browser.
func (s *server) decideBy(page, decision string) error {
	s.client.CheckRedirect = noRedirect
	_, err := s.send("POST", strings.TrimPrefix(page, s.url), "decision="+decision, "Content-Type", "application/x-www-form-urlencoded")
	return err
}

// TestPagesAreAccessible lets axe look at every page, in both languages, on a desktop and a phone, light
// and dark. With PAGE_PICTURES=FOLDER it leaves pictures of them there.
func TestPagesAreAccessible(t *testing.T) {
	t.Parallel()
	axe := axeSource(t)
	b := openTab(t, appearance{})
	s := start(t, setup{config: writeConfig(t, pageConfig)})
	pages := everyPage(t, s)
	for _, language := range []string{"en", "de"} {
		b.as(appearance{language: language})
		for name, address := range pages {
			b.open("about:blank") // so that the next address is more than another place in the page
			b.open(address)
			b.checkLooks(axe, name, language)
		}
		// The pages that answer a decision.
		for name, selector := range map[string]string{"approved": "[value=approved]", "declined": "[value=declined]"} {
			b.open(s.phoneOf(s.login(t, "phone").ID))
			b.click(selector)
			b.await(`!document.querySelector("form")`)
			b.checkLooks(axe, name, language)
		}
	}
}

// checkLooks looks at the page that the tab shows in each way.
func (b *tab) checkLooks(axe, name, language string) {
	b.t.Helper()
	b.checkAs(axe, name, appearances(language))
}

func (b *tab) checkAs(axe, name string, appearances []appearance) {
	b.t.Helper()
	if _, err := evaluate[bool](b, axe+";true"); err != nil {
		b.t.Fatal(err)
	}
	for _, l := range appearances {
		b.as(l)
		for _, fault := range b.check(l) {
			b.t.Errorf("%s, %s: %s", name, l, fault)
		}
		b.picture(name + "-" + l.String())
	}
}

// check returns what is wrong with the page that the tab shows, serious or not.
func (b *tab) check(l appearance) (faults []string) {
	b.t.Helper()
	found, err := evaluate[string](b, `axe.run({resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations))`)
	must(b.t, err)
	var violations []violation
	must(b.t, json.Unmarshal([]byte(found), &violations))
	for _, v := range violations {
		for _, node := range v.Nodes {
			faults = append(faults, v.Impact+": "+v.ID+": "+v.Help+": "+node.HTML+": "+node.FailureSummary)
		}
	}
	wide, err := evaluate[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`)
	must(b.t, err)
	if wide > 0 {
		faults = append(faults, "it is wider than the screen")
	}
	language, err := evaluate[string](b, `document.documentElement.lang`)
	must(b.t, err)
	if language != l.language {
		faults = append(faults, "its language is "+language)
	}
	return faults
}

func (b *tab) picture(name string) {
	b.t.Helper()
	folder := os.Getenv("PAGE_PICTURES")
	if folder == "" {
		return
	}
	ctx, stop := context.WithTimeout(b.ctx, browserPatience)
	defer stop()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	must(b.t, err)
	must(b.t, os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600))
}
