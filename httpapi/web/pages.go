package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"

	"github.com/mockbank/mockbank/engine"
)

// Bank is what the pages ask of the bank; [engine.Bank] is one.
type Bank interface {
	Rules() *engine.RuleSet
	Process(ctx context.Context, id string) (engine.ProcessState, error)
	Continue(ctx context.Context, id string, in engine.Input, within ...engine.Within[engine.ProcessState]) (engine.ProcessState, error)
}

// Config holds what the pages need from outside.
type Config struct {
	Bank Bank
	// Redirects are the hosts to which a browser may be sent back.
	Redirects RedirectHosts
	// Tell returns the status and the text with which to tell people of an error.
	Tell func(err error) (status int, title, detail string)
	// BasePath is where the bank's endpoints are.
	BasePath string
	// Version is the binary's.
	Version string
}

// Pages answers with HTML. Its methods return the error that a page tells of, for the log.
type Pages struct {
	config    Config
	templates *template.Template
	style     template.CSS
	policy    string // the Content-Security-Policy up to its form-action
}

//go:embed *.html style.css
var files embed.FS

// New returns the pages.
func New(config Config) *Pages {
	style, err := files.ReadFile("style.css")
	if err != nil {
		panic(err) // it is embedded
	}
	sum := sha256.Sum256(style)
	return &Pages{
		config:    config,
		templates: template.Must(template.ParseFS(files, "*.html")),
		style:     template.CSS(style),
		policy: "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-" +
			base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action ",
	}
}

// frame is what every page shows.
type frame struct {
	Style   template.CSS
	Version string
	Title   string
	Page    any
}

// show writes a page. A form on it may be sent to this server and, since browsers apply the policy
// to where its answer redirects as well, to formTarget.
func (p *Pages) show(w http.ResponseWriter, status int, name, title, formTarget string, page any) error {
	var body bytes.Buffer
	err := p.templates.ExecuteTemplate(&body, name, frame{p.style, p.config.Version, title, page})
	if err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(body.Len()))
	p.secure(header, formTarget)
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // a client that went away is no fault of ours
	return nil
}

func (p *Pages) secure(header http.Header, formTarget string) {
	if formTarget != "" {
		formTarget = " " + formTarget
	}
	header.Set("Content-Security-Policy", p.policy+"'self'"+formTarget)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	// With no-referrer a browser sends Origin: null with the form, and the decision is refused.
	header.Set("Referrer-Policy", "same-origin")
}

// failurePage tells of a request that could not be answered.
type failurePage struct {
	Detail string
	// Return is where the user can go on, "" for nowhere.
	Return string
}

// Failure shows the page that tells of err, and returns err.
func (p *Pages) Failure(w http.ResponseWriter, err error) error {
	return p.failure(w, err, "")
}

func (p *Pages) failure(w http.ResponseWriter, err error, back string) error {
	status, title, detail := p.config.Tell(err)
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	if shown := p.show(w, status, "failure.html", title, "", failurePage{detail, back}); shown != nil {
		return shown
	}
	return err
}
