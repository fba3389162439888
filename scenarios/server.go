package scenarios

import "time"

// Server is how mockbank itself runs. Flags and the environment go before what is written here.
// A reload does not change it: it takes a restart.
type Server struct {
	Place `yaml:"-"`

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
	// BasePath is the path that the bank's API is under.
	BasePath string `yaml:"base_path" default:"/api/v3/wealth_api"`
	// Tokens are the Bearer tokens that the bank's API takes. Without any it asks for none.
	Tokens Words `yaml:"tokens" secret:"true"`
	// AdminToken is the Bearer token of the admin API. Without one that answers loopback only.
	AdminToken string `yaml:"admin_token" secret:"true"`
	// LogLevel is the least level that is logged.
	LogLevel string `yaml:"log_level" default:"info" enum:"trace,debug,info,warn,error"`
	// LogFormat is `pretty` for people, `json` for machines, `auto` for pretty on a terminal.
	LogFormat string `yaml:"log_format" default:"auto" enum:"auto,pretty,json"`
	// SessionsByLogin lets a login name its session: the username tester+NAME means the user tester in
	// the session NAME.
	SessionsByLogin bool `yaml:"sessions_by_login" default:"false"`
	// JournalEntries is how many exchanges each node's journal keeps; -1 keeps none.
	JournalEntries int `yaml:"journal_entries" default:"10000"`
	// JournalBytes is how much memory each node's journal takes, roughly.
	JournalBytes int `yaml:"journal_bytes" default:"16777216"`
	// ShutdownTimeout is how long requests under way may take to end after SIGTERM.
	ShutdownTimeout time.Duration `yaml:"shutdown_timeout" default:"10s"`
	// Seed is what random choices start from: the same seed and the same calls, the same run.
	Seed int `yaml:"seed" default:"1"`
}
