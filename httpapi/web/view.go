package web

import (
	"bytes"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/locale"
)

// view is a page on its way to one reader.
type view struct {
	*Pages
	w        http.ResponseWriter
	r        *http.Request
	language *locale.Language
	// target is where a form's answer may send the browser, besides this server.
	target string
	frame  frame
}

// frame is what every page shows.
type frame struct {
	Language string
	Style    template.CSS
	Script   template.JS // "" where the page has none
	Version  string
	Title    string
	// Bank is the name of the bank whose page it is, "" for mockbank's own.
	Bank string
	// Kind is how the page is laid out: "login", "phone", "wide", or "" as most are.
	Kind string
	// Mark tells one state of a page that follows the bank from another; "" where it follows nothing.
	Mark string
	Page any
}

func (p *Pages) view(w http.ResponseWriter, r *http.Request) *view {
	l := locale.Preferred(strings.Join(r.Header.Values("Accept-Language"), ","), languages)
	return &view{
		Pages: p, w: w, r: r, language: l,
		frame: frame{Language: l.Tag, Style: p.style, Version: p.config.Version},
	}
}

// of makes it a page of the process's bank.
func (s *view) of(state *engine.ProcessState) *view {
	s.frame.Bank = s.bankName(state)
	if state.Scenario != "" {
		s.w.Header().Set("X-Mockbank-Scenario", state.Scenario)
	}
	s.w.Header().Set("X-Mockbank-Rules", state.Rules)
	return s
}

// following lets the page's script follow the bank as long as the mark stays the same.
func (s *view) following(mark string) *view {
	s.frame.Mark = mark
	return s.scripted()
}

// scripted gives the page its script.
func (s *view) scripted() *view {
	s.frame.Script = s.script
	return s
}

// show writes the page.
func (s *view) show(status int, name, title string, page any) error {
	var err error
	if s.frame.Title, err = s.language.Say(title); err != nil {
		return err
	}
	s.frame.Page = page
	var body bytes.Buffer
	if err := s.templates[s.language].ExecuteTemplate(&body, name, s.frame); err != nil {
		return err
	}
	header := s.w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", s.language.Tag)
	header.Set("Content-Length", strconv.Itoa(body.Len()))
	s.secure()
	s.w.WriteHeader(status)
	_, _ = s.w.Write(body.Bytes()) // a client that went away is no fault of ours
	return nil
}

// send sends the browser to another place.
func (s *view) send(address string) error {
	s.secure()
	s.w.Header()["Content-Type"] = nil // else a body is written, in English
	http.Redirect(s.w, s.r, address, http.StatusSeeOther)
	return nil
}

// secure says what a browser may do with the page. A form on it may be sent to this server and, since
// browsers apply the policy to where its answer redirects as well, to the target.
func (s *view) secure() {
	policy := "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src " + s.styleHash
	if s.frame.Script != "" {
		policy += "; script-src " + s.scriptHash
	}
	if s.frame.Mark != "" {
		policy += "; connect-src 'self'"
	}
	policy += "; form-action 'self'"
	if s.target != "" {
		policy += " " + s.target
	}
	header := s.w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	header.Add("Vary", "Accept-Language")
	// With no-referrer a browser sends Origin: null with the form, and the decision is refused.
	header.Set("Referrer-Policy", "same-origin")
}
