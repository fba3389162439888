package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// DefaultBasePath is where the bank's endpoints are when [Config.BasePath] is empty.
const DefaultBasePath = "/api/v3/wealth_api"

// The bounds of a journal that [Config] does not set.
const (
	DefaultJournalEntries = 10_000
	DefaultJournalBytes   = 16 << 20
)

// Config holds what the handler needs from outside. Banks, the default bank and the scenarios are
// not here: they are reloaded while requests are in flight, and come from the bank's live rule set.
type Config struct {
	// Bank answers the bank's endpoints; [engine.Bank] is one. Required.
	Bank Bank
	// Sessions, Clocks, Webhooks and APIs are the rest of the bank, by noun. Default: those of an [engine.Bank];
	// required where Bank is none.
	Sessions Sessions
	Clocks   Clocks
	Webhooks Webhooks
	APIs     APIs
	// Requests keeps the answers to requests that bear an Idempotency-Key; every [engine.Store] is
	// one, and it must be the bank's own, so that answer and record share a transaction. Required.
	Requests Requests
	// Configuration reloads the scenarios and reports how that went. Required.
	Configuration Configuration
	// Files are the configuration's files, for the admin API and the console's editor; nil where it has none.
	Files Files
	// CompileFaults reads the faults that a test gives to a session, as JSON or YAML, and holds them against the rules
	// that are live; nil means that sessions have none of their own.
	CompileFaults func(text string) ([]engine.SessionFault, []ConfigurationProblem)
	// Record writes a test of what the journal has of a session, under a name or "" for one that is made of the session's;
	// nil means that there is none to write.
	Record func(ctx context.Context, session engine.SessionState, name string, entries []*journal.Entry) (RecordedTest, error)
	// Ready reports why requests cannot be served now; nil means always ready.
	Ready func(ctx context.Context) error
	// Logger takes one line for each request.
	Logger zerolog.Logger
	// Registry takes the metrics and is what /metrics shows; nil means one of its own.
	Registry *prometheus.Registry
	// Now is the clock for durations in the log and for the leases of idempotency keys; nil means
	// the wall clock. What the bank says about time comes from the bank.
	Now func() time.Time

	// BasePath is the path before /bank_connections, such as "/api/v3/wealth_api".
	BasePath string
	// CamelCase says that the members of the bank's endpoints, and their query, are in camelCase. Problems, declared
	// apis, the admin API and the console are not concerned.
	CamelCase bool
	// PublicURL is the scheme and authority at which browsers reach this server, such as
	// "https://bank.test". Empty means the scheme and host of each request.
	PublicURL string
	// RedirectHosts are the hosts to which a login page may send a browser back: "app.test" (any
	// port), "app.test:3000", or "*.app.test". Empty means loopback only.
	RedirectHosts []string
	// RedirectSchemes are schemes of apps that a login page may send a browser back to, besides http and https:
	// "myapp".
	RedirectSchemes []string
	// AllowedOrigins are the origins whose web pages may call the bank's endpoints, such as
	// "http://localhost:3000"; "*" stands for all.
	AllowedOrigins []string
	// LoopbackOnly says that nobody but this machine reaches the server. What stands beside the bank's
	// endpoints then answers no Host but loopback's, an address and that of PublicURL.
	LoopbackOnly bool
	// Tokens, where there are any, are the bearer tokens of which the bank's endpoints want one.
	Tokens []string
	// AdminToken, where set, is wanted by the admin API everywhere. Without one it answers
	// loopback only.
	AdminToken string
	// Access, where set, goes before Tokens and AdminToken, and may change while the server runs.
	Access *Access
	// SessionsByLogin lets a login name its session: the user name tester+NAME means the user tester
	// in the session NAME. A user name whose part after the last plus is no session's name, such as
	// an e-mail address, stays as it is.
	SessionsByLogin bool
	// JournalEntries and JournalBytes bound the journal of this node: how many exchanges it keeps,
	// and the memory that they take, roughly. 0 means [DefaultJournalEntries] and
	// [DefaultJournalBytes]; fewer than 0 entries mean no journal.
	JournalEntries, JournalBytes int
	// Observer is told what the bank does; it must be the one that the bank was made with. nil means
	// that the coverage counts nothing and the journal knows no transitions.
	Observer *Observer
	// Console is one of [ConsoleOn], which "" means, [ConsoleReadOnly] and [ConsoleOff].
	Console string
	// Stopping is closed when the server begins to shut down. It ends the streams that would hold it
	// up, and releases the answers that wait. nil means never.
	Stopping <-chan struct{}
	// FingerprintKey is the secret under which the bodies of repeatable requests are hashed. It
	// must be the same on every node of a database and after each start; nil means a random one,
	// good for as long as the process lives. At least 16 bytes.
	FingerprintKey []byte

	// IdentifierKey is the secret that the identifiers of declared apis follow from, on every node of a database
	// the same; nil means a random one, good for as long as the process lives.
	IdentifierKey []byte
	// SigningKey is the one that webhooks of declared apis are signed with by a token; nil serves none.
	SigningKey *engine.SigningKey

	// Version of the binary, Node's name and the kind of Database are shown by the admin API.
	Version, Node, Database string
	// Commit is what the binary was built from, and Date when that was committed; "" where it is not known.
	Commit, Date string
	// Nodes returns all nodes on the database, as this one last saw them; nil means that nobody knows.
	Nodes func() []NodeStatus
}

// What [Config.Console] can be.
const (
	ConsoleOn       = "on"        // it shows and changes
	ConsoleReadOnly = "read_only" // it only shows
	ConsoleOff      = "off"       // there is none
)

// Requests is the part of [engine.Store] that remembers which requests were answered already.
type Requests interface {
	ClaimRequest(ctx context.Context, key engine.RequestKey, fingerprint string, now time.Time, lease time.Duration) (engine.Claim, error)
	Update(ctx context.Context, change func(tx engine.Tx) error) error
}

// Configuration is where the rule set comes from.
type Configuration interface {
	// Reload reads the configuration now and waits for the outcome, no longer than ctx. A configuration
	// that is refused is an outcome, not an error; an error means that its outcome is not known.
	Reload(ctx context.Context) (ReloadOutcome, error)
	// Status reports what is loaded and how the last reload went.
	Status() ConfigurationStatus
}

// The results of a reload.
const (
	ReloadApplied   = "applied"   // the new rule set is live
	ReloadUnchanged = "unchanged" // the files say what they said before
	ReloadRefused   = "refused"   // the last good rule set keeps serving
)

// ReloadOutcome tells how one reload went.
type ReloadOutcome struct {
	// Result is one of [ReloadApplied], [ReloadUnchanged] and [ReloadRefused].
	Result string
	// Trigger is what asked for it: "start", "watch", "rescan", "signal" or "api".
	Trigger string
	At      time.Time
	Took    time.Duration
	// Problems of the files, warnings included.
	Problems []ConfigurationProblem
}

// ConfigurationProblem is something wrong in a configuration file. Line and Column count from 1; 0
// means that the problem has no such place.
type ConfigurationProblem struct {
	File     string
	Line     int
	Column   int
	Severity string // "error" or "warning"
	Code     string
	Message  string
	Hint     string
}

// ConfigurationStatus is what is loaded, and how the last reload went.
type ConfigurationStatus struct {
	// Files that the live rule set was made from.
	Files []string
	// LoadedAt is when the live rule set went live.
	LoadedAt time.Time
	// Last is the last reload, or the load at the start.
	Last ReloadOutcome
	// Unwatched says why saved files are not seen at once, but at the next look at them; nil where they are.
	Unwatched error
}

// naming is how the bank's endpoints write their members, as `server.naming` says it.
func (c *Config) naming() string {
	if c.CamelCase {
		return "camel_case"
	}
	return "snake_case"
}

// complete takes the parts of the bank that nobody gave from the bank itself.
func (c *Config) complete() {
	bank, whole := c.Bank.(*engine.Bank)
	if !whole {
		return
	}
	if c.Sessions == nil {
		c.Sessions = bank.Sessions()
	}
	if c.Clocks == nil {
		c.Clocks = bank.Clocks()
	}
	if c.Webhooks == nil {
		c.Webhooks = bank.Webhooks()
	}
	if c.APIs == nil {
		c.APIs = bank.APIs()
	}
}

func (c *Config) check() error {
	switch {
	case c.Bank == nil || c.Sessions == nil || c.Clocks == nil || c.Webhooks == nil || c.APIs == nil:
		return errors.New("httpapi: Bank, and all of its parts, are required")
	case c.Requests == nil || c.Configuration == nil:
		return errors.New("httpapi: Requests and Configuration are required")
	case c.BasePath != "" && !validBasePath(c.BasePath):
		return fmt.Errorf("httpapi: base path %q must begin with a slash, not end with one, and hold only letters, digits and - . _ ~ /",
			c.BasePath)
	case strings.HasPrefix(c.BasePath+"/", "/sessions/") || strings.HasPrefix(c.BasePath+"/", "/admin/"):
		return fmt.Errorf("httpapi: base path %q must not begin with /sessions or /admin, which are mockbank's own", c.BasePath)
	case c.FingerprintKey != nil && len(c.FingerprintKey) < 16:
		return fmt.Errorf("httpapi: the fingerprint key has %d bytes, at least 16 are needed", len(c.FingerprintKey))
	}
	for _, token := range append(c.Tokens, c.AdminToken) {
		if strings.ContainsAny(token, " \t\r\n") {
			return errors.New("httpapi: a token must not contain white space")
		}
	}
	return checkPublicURL(c.PublicURL)
}

func validBasePath(path string) bool {
	for _, c := range path {
		if !isAlphanumeric(c) && !strings.ContainsRune("-._~/", c) {
			return false
		}
	}
	return path[0] == '/' && path[len(path)-1] != '/' && !strings.Contains(path, "//")
}

func isAlphanumeric(c rune) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

func checkPublicURL(public string) error {
	if public == "" {
		return nil
	}
	u, err := url.Parse(public)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil ||
		strings.TrimSuffix(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("httpapi: public URL %q must be a scheme and a host, such as https://bank.test", public)
	}
	return nil
}
