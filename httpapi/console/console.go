package console

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/coverage"
	"github.com/mockbank/mockbank/httpapi/journal"
	"github.com/mockbank/mockbank/httpapi/locale"
)

// Bank is what the console asks of the bank; [engine.Bank] is one.
type Bank interface {
	Rules() *engine.RuleSet
	ViewProcess(ctx context.Context, id string) (engine.ProcessView, error)
	ViewConnection(ctx context.Context, id string) (engine.ConnectionView, error)
	Connections(ctx context.Context, filter engine.ConnectionFilter) ([]engine.ConnectionState, error)
	Continue(ctx context.Context, id string, in engine.Input, within ...engine.Within[engine.ProcessState]) (engine.ProcessState, error)
}

// Sessions are the bank's sessions; [engine.Sessions] are.
type Sessions interface {
	Get(ctx context.Context, id string) (engine.SessionState, error)
	Page(ctx context.Context, prefix, after string, limit int) ([]engine.SessionState, error)
	Count(ctx context.Context) (int, error)
	Faults(ctx context.Context, session string) ([]engine.SessionFault, error)
	SetFaults(ctx context.Context, session string, faults []engine.SessionFault) (engine.SessionState, error)
	FlipSwitch(ctx context.Context, session, name string, on bool) (engine.SessionState, error)
}

// Clocks are the sessions' clocks; [engine.Clocks] are.
type Clocks interface {
	Change(ctx context.Context, id string, change engine.ClockChange) (engine.ClockOutcome, error)
}

// Webhooks are the deliveries of webhooks; [engine.Webhooks] are.
type Webhooks interface {
	Deliveries(ctx context.Context, filter engine.DeliveryFilter) ([]engine.Delivery, error)
	Replay(ctx context.Context, id string) (engine.Delivery, error)
}

// Files are the configuration's files, for the editor.
type Files interface {
	// Paths are those that can be edited, the main one first.
	Paths() []string
	// PathOf returns the path of a file as rules name it, "" where it cannot be edited.
	PathOf(name string) string
	// Read returns a file's text, the tag with which it is written, and what it was before it was written last.
	Read(path string) (text, tag, before string, err error)
	// WithScenario returns a file's text with a scenario more that answers a login, and the line where that begins.
	WithScenario(ctx context.Context, name, bank, username, password string) (path, text string, line int, err error)
}

// Answers writes what a client of the bank's API would get now.
type Answers interface {
	Process(state *engine.ProcessState) json.RawMessage
	Connection(state *engine.ConnectionState) json.RawMessage
}

// Configuration is what the console shows of the rules and the last reload.
type Configuration struct {
	// Result of the last reload: applied, unchanged or refused.
	Result string
	At     time.Time
	// Problems of the files; the refused ones first.
	Problems []Problem
}

// Problem is something wrong in a file of the configuration.
type Problem struct {
	Position, Severity, Message, Hint string
}

// Config holds what the console needs from outside.
type Config struct {
	Bank     Bank
	Sessions Sessions
	Clocks   Clocks
	Webhooks Webhooks
	// Journal is nil where none is kept.
	Journal *journal.Journal
	// Configuration says how the last reload went.
	Configuration func() Configuration
	// Record writes a test of what was played in a session.
	Record func(ctx context.Context, session string) (Recording, error)
	// Endpoints are those that clients have, and Institutions the banks that they can choose.
	Endpoints    func() []Endpoint
	Institutions func() []Institution
	// Coverage says what was exercised in a session, "" for all.
	Coverage func(session string) coverage.Report
	// ChangeSession creates, resets or deletes a session, and what this node remembers of it.
	ChangeSession func(ctx context.Context, action, id string) error
	// CompileFaults reads the faults that a test gives to a session, or says what is wrong with them.
	CompileFaults func(text string) ([]engine.SessionFault, []Problem)
	// Files is nil where the configuration is not made of files.
	Files Files
	// Problem returns the HTTP status, the code and the words with which to tell people of an error.
	Problem func(err error) (status int, code, text string)
	// Play lets the bank answer a request, as if a client had sent it.
	Play http.Handler
	// CamelCase says that the bank's endpoints name their members in camelCase.
	CamelCase bool
	// BasePath is where the bank's endpoints are, Version the binary's and Node the node's name.
	BasePath, Version, Node string
	// ReadOnly says that nothing can be changed by the console.
	ReadOnly bool
	// SignsIn says whether who uses the console has signed in, and can sign out.
	SignsIn func() bool
	// Now is the wall clock.
	Now func() time.Time
}

// Console answers with pages, in the language that a request prefers.
type Console struct {
	config    Config
	templates map[*locale.Language]*template.Template
	assets    map[string]asset
	versions  map[string]string
}

// asset is a file that pages load.
type asset struct {
	content   []byte
	mediaType string
	// packed is the content compressed, once.
	packed func() []byte
}

//go:embed *.html
var templateFiles embed.FS

//go:embed assets
var assetFiles embed.FS

// mediaTypes are those of the assets, by the end of their names.
var mediaTypes = map[string]string{
	"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
}

// New returns the console.
func New(config Config) *Console {
	c := &Console{config: config, templates: map[*locale.Language]*template.Template{}, assets: map[string]asset{},
		versions: map[string]string{}}
	entries, err := fs.ReadDir(assetFiles, "assets")
	if err != nil {
		panic(err) // it is embedded
	}
	for _, entry := range entries {
		c.load(entry.Name())
	}
	for _, l := range languages {
		c.templates[l] = template.Must(template.New(l.Tag).Funcs(c.functions(l)).ParseFS(templateFiles, "*.html"))
	}
	return c
}

// load takes an asset in.
func (c *Console) load(name string) {
	content, err := assetFiles.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // it is embedded
	}
	kind := mediaTypes[name[lastDot(name)+1:]]
	if kind == "" {
		return // a licence, or where it came from
	}
	sum := sha256.Sum256(content)
	c.versions[name] = base64.RawURLEncoding.EncodeToString(sum[:9])
	c.assets[name] = asset{content, kind, sync.OnceValue(func() []byte { return pack(content, gzip.BestCompression) })}
}

func lastDot(name string) int {
	for i := len(name) - 1; i >= 0; i-- {
		if name[i] == '.' {
			return i
		}
	}
	return -1
}

// Asset answers with a file that the pages load. Its address holds its version, so that it is asked for once.
func (c *Console) Asset(w http.ResponseWriter, r *http.Request, name string) bool {
	a, found := c.assets[name]
	if !found {
		return false
	}
	header := w.Header()
	header.Set("Content-Type", a.mediaType)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == c.versions[name] {
		header.Set("Cache-Control", "private, max-age=31536000, immutable")
	}
	header.Set("ETag", `"`+c.versions[name]+`"`)
	serveAsset(w, r, a.content, a.packed)
	return true
}
