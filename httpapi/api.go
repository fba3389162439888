package httpapi

import (
	"cmp"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/mux"
	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine/coverage"
	"github.com/mockbank/mockbank/httpapi/journal"
	"github.com/mockbank/mockbank/httpapi/web"
)

// api is the handler that [New] returns.
type api struct {
	bank          Bank
	sessions      Sessions
	clocks        Clocks
	webhooks      Webhooks
	apis          APIs
	requests      Requests
	configuration Configuration
	config        Config
	logger        zerolog.Logger
	now           func() time.Time

	router         *mux.Router
	offered        []offered       // the bank's own API
	routes         []routed        // for the search of the nearest
	unrouted       *endpoint       // stands for requests that no route takes
	preflight      *endpoint       // stands for what browsers ask before they send a request
	ownRoots       map[string]bool // the first segments of all routes
	metrics        *metrics
	pages          *web.Pages
	redirects      web.RedirectHosts
	crossOrigin    *http.CrossOriginProtection
	origins        origins
	proxySeen      atomic.Bool // reported in the log
	nearestLookups throttle
	journal        *journal.Journal // nil where none is kept
	coverage       *coverage.Collector
	desk           *consoleDesk  // nil where there is no console
	phoneStreams   chan struct{} // holds one for each that is open
	nears          pace
	givenUp        chan struct{} // holds one for each claim that is given up later
	fingerprintKey []byte
	publicURL      string
	// description is that of an API whose members are in camelCase; nil for the one that is kept.
	description []byte
	// declaredEndpoints are those of declared apis that were asked, by name.
	declaredEndpoints sync.Map
}

// New returns the handler for everything that mockbank answers.
func New(config Config) (http.Handler, error) {
	config.complete()
	if err := config.check(); err != nil {
		return nil, err
	}
	if config.BasePath == "" {
		config.BasePath = DefaultBasePath
	}
	config.IdentifierKey = fingerprintKey(config.IdentifierKey)
	if config.Now == nil {
		config.Now = time.Now
	}
	redirects, err := web.NewRedirectHosts(config.RedirectHosts)
	if err != nil {
		return nil, err
	}
	if redirects, err = redirects.WithSchemes(config.RedirectSchemes); err != nil {
		return nil, err
	}
	if config.Access == nil {
		config.Access = NewAccess(config.Now, config.Tokens, config.AdminToken)
	}
	a := &api{
		bank: config.Bank, sessions: config.Sessions, clocks: config.Clocks, webhooks: config.Webhooks, apis: config.APIs,
		requests: config.Requests, configuration: config.Configuration,
		config: config, logger: config.Logger, now: config.Now,
		redirects:      redirects,
		fingerprintKey: fingerprintKey(config.FingerprintKey),
		publicURL:      strings.TrimSuffix(config.PublicURL, "/"),
		journal:        newJournal(&config),
		phoneStreams:   make(chan struct{}, maxPhoneStreams),
		givenUp:        make(chan struct{}, maxGivenUp),
	}
	if config.Observer == nil {
		config.Observer = NewObserver()
	}
	a.coverage = config.Observer.coverage
	a.coverage.Follow(config.Bank.Rules)
	if a.origins, err = newOrigins(config.AllowedOrigins); err != nil {
		return nil, err
	}
	if err := a.trustOwnOrigin(); err != nil {
		return nil, err
	}
	a.pages = web.New(web.Config{
		Bank: config.Bank, Sessions: config.Sessions, Redirects: redirects, Problem: pageProblem, Return: a.declaredReturn,
		BasePath: config.BasePath, Version: config.Version,
	})
	if a.metrics, err = newMetrics(config, a.journal); err != nil {
		return nil, err
	}
	if err := a.metrics.registry.Register(newStreamMetrics(a)); err != nil {
		return nil, err
	}
	if config.CamelCase {
		if a.description, err = describeInCamelCase(documentAsJSON); err != nil {
			return nil, err
		}
	}
	a.desk = a.newConsole()
	a.route()
	a.routeConsole()
	return a, a.collectRoots()
}

// collectRoots notes with what the paths of routes begin. A path that begins otherwise is a declared api's or nobody's, for
// which the routes need not be tried one by one.
func (a *api) collectRoots() error {
	a.ownRoots = make(map[string]bool)
	return a.router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		path, err := route.GetPathTemplate()
		if err == nil {
			a.ownRoots[firstSegment(path)] = true
		}
		return err
	})
}

// firstSegment is what stands between the first slash of a path and the second.
func firstSegment(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return first
}

// trustOwnOrigin lets the bank's own pages post their forms where a proxy changes the Host.
func (a *api) trustOwnOrigin() error {
	a.crossOrigin = http.NewCrossOriginProtection()
	if a.publicURL == "" {
		return nil
	}
	return a.crossOrigin.AddTrustedOrigin(a.publicURL)
}

// newJournal returns the journal that the configuration asks for, nil for none.
func newJournal(config *Config) *journal.Journal {
	if config.JournalEntries < 0 {
		return nil
	}
	return journal.New(journal.Limits{
		Entries: cmp.Or(config.JournalEntries, DefaultJournalEntries),
		Bytes:   cmp.Or(config.JournalBytes, DefaultJournalBytes),
		Streams: maxStreams,
	}, config.Now())
}

// ServeHTTP implements [http.Handler].
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := a.begin(w, r)
	defer x.finish()
	if err := x.identify(); err != nil {
		x.composeProblem(err)
		x.send()
		return
	}
	if x.isPreflight() {
		a.preflight.ServeHTTP(x, x.r)
		return
	}
	if !a.ownRoots[firstSegment(x.r.URL.Path)] { // nothing of mockbank's own is there
		if e := a.declaredFor(x, false); e != nil {
			e.ServeHTTP(x, r)
			return
		}
	}
	matched := a.router.Match(x.r, &x.match)
	own := matched && x.match.MatchErr == nil && x.match.Route != nil && x.match.Route.GetName() != ""
	if e := a.declaredFor(x, own); e != nil {
		e.ServeHTTP(x, r)
		return
	}
	if matched {
		x.match.Handler.ServeHTTP(x, r)
	}
}
