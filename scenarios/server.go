package scenarios

import (
	"reflect"
	"slices"
	"time"
)

// Server is how mockbank itself runs. Flags and the environment go before what is written here.
// A reload changes the tokens alone; all else takes a restart.
type Server struct {
	Position `yaml:"-"`

	// Listen is the address to serve on. Others than loopback let other machines in.
	Listen string `yaml:"listen" default:"127.0.0.1:8080" example:"0.0.0.0:8080"`
	// Database is a SQLite file, ":memory:", or a postgres:// URL.
	Database string `yaml:"database" default:"mockbank.db"`
	// Durability says what an answered request survives: `full` a power cut, `normal` a crash of
	// mockbank alone. It concerns SQLite.
	Durability string `yaml:"durability" default:"normal" enum:"normal,full"`
	// PublicURL is how clients' browsers reach mockbank, for `redirect_url`; the request's host where
	// it is not written.
	PublicURL string `yaml:"public_url" example:"https://bank.test"`
	// RedirectHosts are the hosts that a `redirect_uri` may name: `app.test` (any port),
	// `app.test:3000`, `*.app.test` (all beneath). Loopback only where it is not written.
	RedirectHosts Words `yaml:"redirect_hosts" example:"[app.test, \"*.app.test\"]"`
	// AllowedOrigins are the origins whose web pages may call the bank's API (CORS), such as
	// `http://localhost:3000`; `"*"` stands for all. None where it is not written.
	AllowedOrigins Words `yaml:"allowed_origins" example:"[\"http://localhost:3000\"]"`
	// RedirectSchemes are schemes of apps that a `redirect_uri` may have besides http and https, whatever follows
	// them: `myapp` allows myapp://callback.
	RedirectSchemes Words `yaml:"redirect_schemes" example:"[myapp]"`
	// BasePath is the path that the bank's API is under.
	BasePath string `yaml:"base_path" default:"/api/v3/wealth_api"`
	// Naming is how the bank's API writes the members of requests, answers and webhooks, and its query: `snake_case`, or
	// `camel_case` for `bankSlug` and `importProgress`. YAML, `set` and tests write snake_case all the same, what `set` adds
	// and a `body` stay as they are written, and so do problems.
	Naming string `yaml:"naming" default:"snake_case" enum:"snake_case,camel_case"`
	// Tokens are the Bearer tokens that the bank's API takes. Without any it asks for none. `${env:NAME}` and
	// `${file:PATH}` stand for an environment variable and a file's text, here and in every secret.
	Tokens Words `yaml:"tokens" secret:"true"`
	// AdminToken is the Bearer token of the admin API, as is the environment variable MOCKBANK_ADMIN_TOKEN, which
	// goes before it. Without one that answers loopback only.
	AdminToken string `yaml:"admin_token" secret:"true" example:"${env:BANK_ADMIN_TOKEN}"`
	// LogLevel is the least level that is logged.
	LogLevel string `yaml:"log_level" default:"info" enum:"trace,debug,info,warn,error"`
	// LogFormat is `pretty` for people, `json` for machines, `auto` for pretty on a terminal.
	LogFormat string `yaml:"log_format" default:"auto" enum:"auto,pretty,json"`
	// SessionsByLogin lets a login name its session: the username tester+NAME means the user tester in
	// the session NAME.
	SessionsByLogin bool `yaml:"sessions_by_login" default:"false"`
	// Console is the page at /console: `on`, `read_only` where it only shows, or `off`. It is open to whom
	// the admin API is.
	Console string `yaml:"console" default:"on" enum:"on,read_only,off"`
	// JournalEntries is how many exchanges each node's journal keeps; -1 keeps none.
	JournalEntries int `yaml:"journal_entries" default:"10000"`
	// JournalBytes is how much memory each node's journal takes, roughly.
	JournalBytes int `yaml:"journal_bytes" default:"16777216"`
	// ShutdownTimeout is how long requests under way may take to end after SIGTERM.
	ShutdownTimeout time.Duration `yaml:"shutdown_timeout" default:"10s"`
	// WebhookHosts are where webhooks may go: host names (`app.test`, `*.app.test`), addresses and networks
	// (`10.0.0.0/8`). Loopback only where it is not written; where it is, add `localhost` for that.
	WebhookHosts Words `yaml:"webhook_hosts" example:"[app.test, 10.0.0.0/8]"`
	// Retention is how long processes, connections and deliveries of webhooks are kept after they last changed.
	Retention time.Duration `yaml:"retention" default:"30d"`
	// RequestRetention is how long the answers to requests with an Idempotency-Key are kept.
	RequestRetention time.Duration `yaml:"request_retention" default:"24h"`
	// SessionIdle is how long a session may be unused until it is removed with all its records.
	SessionIdle time.Duration `yaml:"session_idle" default:"24h"`
	// CleanUpEvery is how often old records are removed.
	CleanUpEvery time.Duration `yaml:"clean_up_every" default:"1h"`
	// DatabaseConnections bounds the connections that requests use on PostgreSQL, for each node.
	DatabaseConnections int `yaml:"database_connections" default:"6"`
	// Seed is what random choices start from: the same seed and the same calls, the same run.
	Seed int `yaml:"seed" default:"1"`
}

// NamingCamelCase is the value of `naming` for camelCase.
const NamingCamelCase = "camel_case"

// SameTokens reports whether both let the same in: a token may stand in a file outside, which the configuration's
// hash knows nothing of, since that is shown to everybody and a token may be short.
func (s Server) SameTokens(other Server) bool {
	return s.AdminToken == other.AdminToken && slices.Equal(s.Tokens, other.Tokens)
}

// liveKeys are those of `server` that a reload changes.
var liveKeys = []string{"tokens", "admin_token"}

// ChangedKeys lists the keys whose values differ from those of another and take a restart.
func (s Server) ChangedKeys(other Server) []string {
	var changed []string
	a, b := reflect.ValueOf(s), reflect.ValueOf(other)
	for _, field := range planOf(a.Type()).fields {
		if !slices.Contains(liveKeys, field.name) && !reflect.DeepEqual(a.FieldByIndex(field.index).Interface(),
			b.FieldByIndex(field.index).Interface()) {
			changed = append(changed, field.name)
		}
	}
	return changed
}
