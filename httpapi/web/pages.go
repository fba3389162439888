package web

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/locale"
)

// Bank is what the pages ask of the bank; [engine.Bank] is one.
type Bank interface {
	Rules() *engine.RuleSet
	Process(ctx context.Context, id string) (engine.ProcessState, error)
	Continue(ctx context.Context, id string, in engine.Input, within ...engine.Within[engine.ProcessState]) (engine.ProcessState, error)
	Identify(ctx context.Context, processID string, login engine.Login) (engine.ProcessState, error)
	Now(ctx context.Context, session string) (time.Time, error)
}

// Sessions are the bank's sessions; [engine.Sessions] are.
type Sessions interface {
	Get(ctx context.Context, id string) (engine.SessionState, error)
}

// Config holds what the pages need from outside.
type Config struct {
	Bank     Bank
	Sessions Sessions
	// Redirects are the hosts to which a browser may be sent back.
	Redirects RedirectHosts
	// Return returns what the browser brings back from a process that a declared api began, nil for any other;
	// the decision is "" while the login goes on.
	Return func(r *http.Request, state *engine.ProcessState, decision string) (*Return, error)
	// Problem returns the HTTP status and the code with which to tell people of an error.
	Problem func(err error) (status int, code engine.Code)
	// BasePath is where the bank's endpoints are.
	BasePath string
	// Version is the binary's.
	Version string
}

// Pages answers with HTML, in the language that a request prefers. Its methods return the error that a
// page tells of, for the log.
type Pages struct {
	config    Config
	templates map[*locale.Language]*template.Template
	style     template.CSS
	script    template.JS
	// How a Content-Security-Policy names the two.
	styleHash, scriptHash string
}

//go:embed *.html style.css page.js
var files embed.FS

// New returns the pages.
func New(config Config) *Pages {
	style, script := read("style.css"), read("page.js")
	p := &Pages{
		config: config, templates: map[*locale.Language]*template.Template{},
		style: template.CSS(style), script: template.JS(script),
		styleHash: hashSource(style), scriptHash: hashSource(script),
	}
	for _, l := range languages {
		p.templates[l] = template.Must(template.New(l.Tag).Funcs(functions(l)).ParseFS(files, "*.html"))
	}
	return p
}

func read(name string) []byte {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is embedded
	}
	return text
}

// hashSource names a text in a Content-Security-Policy.
func hashSource(text []byte) string {
	sum := sha256.Sum256(text)
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
