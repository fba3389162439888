package console

import (
	"bytes"
	"compress/gzip"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/locale"
)

// page is a page, or a part of one, on its way to one reader.
type page struct {
	*Console
	w        http.ResponseWriter
	r        *http.Request
	language *locale.Language
	frame    frame
	// names are what files of the configuration are shown as.
	names map[string]string
}

// frame is what every page shows.
type frame struct {
	Language, Version, Node string
	// Name is the page's in the navigation, Title its heading.
	Name, Title string
	// Session is the one that the page is about, the default one where none is named.
	Session  string
	SignsIn  bool
	ReadOnly bool
	// Edits says that there are files to edit.
	Edits bool
	Bar   *bar
	// Nonce lets the editor's own styles through the page's policy, "" on all other pages.
	Nonce string
	// News is what went wrong or well just now, "" for nothing.
	News string
	Page any
}

// Elsewhere ends the addresses of pages that are not about one session: the bar goes on showing the one that the
// reader chose.
func (f frame) Elsewhere() template.URL {
	if f.Session == engine.DefaultSession {
		return ""
	}
	return template.URL("?session=" + f.Session) // its name is a valid one, and so needs no escapes
}

func (c *Console) page(w http.ResponseWriter, r *http.Request, name string) *page {
	l := locale.Preferred(r.Header.Get("Accept-Language"), languages)
	p := &page{Console: c, w: w, r: r, language: l}
	session := r.URL.Query().Get("session")
	if engine.CheckSessionName(session) != nil {
		session = engine.DefaultSession
	}
	p.frame = frame{
		Language: l.Tag, Version: c.config.Version, Node: c.config.Node, Name: name, Session: session,
		SignsIn: c.config.SignsIn(), ReadOnly: c.config.ReadOnly, Edits: c.config.Files != nil,
	}
	return p
}

// part reports whether htmx asks for a part of a page.
func (p *page) part() bool { return p.r.Header.Get("Hx-Request") == "true" }

// show writes a whole page, with the bar.
func (p *page) show(status int, name, title string, content any) error {
	var err error
	if p.frame.Title, err = p.language.Say(title); err != nil {
		return err
	}
	if p.frame.Bar, err = p.bar(); err != nil {
		return err
	}
	return p.write(status, name, content)
}

// write writes a template, of a page or of a part.
func (p *page) write(status int, name string, content any) error {
	p.frame.Page = content
	var body bytes.Buffer
	if err := p.templates[p.language].ExecuteTemplate(&body, name, p.frame); err != nil {
		return err
	}
	header := p.w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", p.language.Tag)
	header.Set("Cache-Control", "no-store")
	header.Add("Vary", "Accept-Language, HX-Request")
	secure(header)
	if p.frame.Nonce != "" {
		policy := header.Get("Content-Security-Policy")
		header.Set("Content-Security-Policy", strings.Replace(policy, "style-src 'self'", "style-src 'self' 'nonce-"+p.frame.Nonce+"'", 1))
	}
	if status != http.StatusOK {
		header.Set("Content-Length", strconv.Itoa(body.Len()))
		p.w.WriteHeader(status)
		_, _ = p.w.Write(body.Bytes()) // a client that went away is no fault of ours
		return nil
	}
	serveBytes(p.w, p.r, body.Bytes())
	return nil
}

// secure says what a browser may do with the page: load what this server has, and nothing else.
func secure(header http.Header) {
	header.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "+
		"script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// smallest is the length in bytes from which on it pays to compress.
const smallest = 1024

// serveBytes writes an answer, compressed where the client takes that.
func serveBytes(w http.ResponseWriter, r *http.Request, content []byte) {
	serveAsset(w, r, content, func() []byte { return pack(content, gzip.BestSpeed) })
}

// pack compresses.
func pack(content []byte, level int) []byte {
	var packed bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&packed, level) // the level is a valid one
	_, _ = zip.Write(content)                     // a buffer takes all
	_ = zip.Close()
	return packed.Bytes()
}

// serveAsset writes an answer as [serveBytes] does; packed returns it compressed.
func serveAsset(w http.ResponseWriter, r *http.Request, content []byte, packed func() []byte) {
	header := w.Header()
	header.Add("Vary", "Accept-Encoding")
	if match := header.Get("ETag"); match != "" && r.Header.Get("If-None-Match") == match {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if len(content) >= smallest && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		content = packed()
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content)
	}
}

// refused tells of an error: as the page's news where htmx asked, else as a page of its own. It returns err.
func (p *page) refused(err error) error {
	status, code, text := p.config.Problem(err)
	return p.news(status, p.reported(code, text), err)
}

func (p *page) news(status int, text string, err error) error {
	if p.part() {
		header := p.w.Header()
		header.Set("HX-Retarget", "#news")
		header.Set("HX-Reswap", "innerHTML")
		if shown := p.write(http.StatusOK, "news", text); shown != nil {
			return shown
		}
		return err
	}
	if shown := p.show(status, "failure.html", "failure.title", text); shown != nil {
		return shown
	}
	return err
}

// done ends a change: htmx is told that something changed, any other browser goes back.
func (p *page) done(back string) error {
	if p.part() {
		p.w.Header().Set("HX-Trigger", "changed")
		p.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return p.redirect(back)
}

// redirect sends the browser to another page.
func (p *page) redirect(to string) error {
	secure(p.w.Header())
	p.w.Header().Set("Cache-Control", "no-store")
	p.w.Header()["Content-Type"] = nil // else a body is written, in English
	http.Redirect(p.w, p.r, to, http.StatusSeeOther)
	return nil
}
