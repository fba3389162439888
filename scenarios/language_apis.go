package scenarios

import (
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
	"gopkg.in/yaml.v3"
)

// API is a declared api: routes over this bank that an aggregator's own client can use, by its base URL alone.
type API struct {
	Position `yaml:"-"`

	// Name is unique over all files; faults, journals and metrics name the api by it.
	Name string `yaml:"name" required:"true" example:"shop"`
	// Base is the path that all routes of the api begin with.
	Base string `yaml:"base" required:"true" example:"/shop/v1"`
	// Connects says when the import begins: `by_call`, or `when_authenticated`, as the user is in.
	Connects string `yaml:"connects" default:"by_call" enum:"by_call,when_authenticated"`
	// Credentials are in the request, or `on_page`: the user types them on the bank's page.
	Credentials string `yaml:"credentials" default:"in_request" enum:"in_request,on_page"`
	// Returns is what the browser brings back from the bank's page, by the decision: approved, declined, or one of
	// the scenario's own.
	Returns map[string]*APIReturns `yaml:"returns" example:"{declined: {query: {error: access_denied}}}"`
	// Words are tables: what the api calls a word of the bank. `any` stands for words without an entry; without it
	// they are sent as they are.
	Words map[string]map[string]Value `yaml:"words" example:"{account: {SUCCESS: READY, any: PROCESSING}}"`
	// Problem is how refusals look: a body, or a list of answers of which the first that fits is given. Without it
	// they are RFC 9457 problems.
	Problem *APIProblem `yaml:"problem" example:"{summary: \"${problem.title}\", status_code: \"${problem.status}\"}"`
	// IDs are the api's own identifiers, by name: `${ids.name}` gives one, and requests may bring it in a path
	// variable of that name, or where `of` says.
	IDs map[string]*APIIdentifier `yaml:"ids" example:"{code: {of: process, prefix: code-, once: true, expires_after: 5m}}"`
	// Banks are the declared ones, or `from_scenarios`: beside them each scenario is a bank to choose.
	Banks string `yaml:"banks" default:"declared" enum:"declared,from_scenarios"`
	// Data are constants that answers use as `${data.name}`. Texts in them may hold `${…}` too.
	Data map[string]Value `yaml:"data" example:"{accounts: [{iban: DE02120300000000202051, currency: EUR}]}"`
	// Tokens lets the api issue bearer tokens, and check them on all endpoints but those that issue some.
	Tokens *APITokens `yaml:"tokens" example:"{expires_after: 1h, refresh: 30d}"`
	// Replaces are routes of mockbank's own that the api takes over.
	Replaces Words `yaml:"replaces" example:"[GET /api/v1/banks]"`
	// Accept is a media type: the api answers only requests that accept it, and those before mockbank's own routes.
	Accept string `yaml:"accept" example:"application/vnd.api+json"`
	// Webhooks are told of what the api began, in its own words.
	Webhooks []APIWebhook `yaml:"webhooks" example:"[{name: app, url: \"${kept.webhook}\", body: {code: \"${words.event[event.type]}\"}, sign: jwt_es256}]"`
	// Endpoints are the routes, METHOD /path/{variable}, and what each does.
	Endpoints map[string]*APIEndpoint `yaml:"endpoints" required:"true"`
}

// APIWebhook is as a webhook of the bank, of the processes that the api began, and says what it likes.
type APIWebhook struct {
	Position        `yaml:"-"`
	WebhookSettings `yaml:",inline"`

	// When holds conditions on the records of an event, as they were at its moment, all of which must hold.
	When *APIWhen `yaml:"when" example:"{connection: FAILED_WITH_ERROR}"`
	// Body is what is sent, with the `${…}` of answers and `${event.type}`, `${event.id}`, `${event.timestamp}` and
	// `${event.data}`. Without it, what webhooks of the bank are told. The `url` may hold `${…}` too, such as
	// `${kept.webhook}`; where it leads to nothing, nobody is told.
	Body *Value `yaml:"body" example:"{webhook_type: TRANSACTIONS, item_id: \"${ids.item}\"}"`
	// Sign says how deliveries are signed: `standard` by the `secret`, `none` with none of the usual headers, or
	// `jwt_es256` by a token whose public key `does: keys` serves.
	Sign engine.Signing `yaml:"sign" default:"standard"`
	// SignHeader takes the token of `jwt_es256`.
	SignHeader string `yaml:"sign_header" example:"X-Signature"`
}

// APIReturns is what the browser brings back to the app.
type APIReturns struct {
	Position `yaml:"-"`

	// Query is added to the address to come back to; null takes a parameter away.
	Query map[string]Value `yaml:"query" example:"{ref: \"${kept.reference}\", state: null}"`

	// nowhere says that the browser is not sent back.
	nowhere bool
}

// APIProblem is how an api's refusals look.
type APIProblem struct {
	Position `yaml:"-"`

	// Body is the body of every refusal, where it is written as one.
	Body *Value `yaml:"-"`
	// Answers are tried in their order, where several are written.
	Answers []APIAnswer `yaml:"-"`
}

// APIIdentifier is a kind of identifier of an api's own.
type APIIdentifier struct {
	Position `yaml:"-"`

	// Of is what it names.
	Of string `yaml:"of" required:"true" enum:"process,connection"`
	// Each is a list: each of its elements has an identifier.
	Each *Value `yaml:"each" example:"\"${data.accounts}\""`
	// Prefix stands before each.
	Prefix string `yaml:"prefix" example:"code-"`
	// Once says that it can be used one time.
	Once bool `yaml:"once" default:"false"`
	// ExpiresAfter is how long it is good for.
	ExpiresAfter time.Duration `yaml:"expires_after" example:"5m"`
	// NewWithEachConsent gives each connection identifiers of its own; `false` gives one for each user, bank and
	// element, which names the newest connection.
	NewWithEachConsent *bool `yaml:"new_with_each_consent" default:"true"`
	// Secret identifiers are redacted in the journal; those with `once` are, where nothing is written.
	Secret *bool `yaml:"secret"`
}

// APITokens are bearer tokens that an api issues.
type APITokens struct {
	Position `yaml:"-"`

	// ExpiresAfter is how long an access token is good for; for ever where it is not written.
	ExpiresAfter time.Duration `yaml:"expires_after" example:"1h"`
	// Refresh is how long a refresh token is good for; for ever where it is not written.
	Refresh time.Duration `yaml:"refresh" example:"30d"`
	// Form is what access tokens look like: `opaque`, or `jwt` for clients that read in them when they end.
	Form surface.TokenForm `yaml:"form" default:"opaque"`
}

// APIEndpoint is a route of an api.
type APIEndpoint struct {
	Position `yaml:"-"`
	APICase  `yaml:",inline"`

	// Description tells people what the endpoint is for.
	Description string `yaml:"description"`
	// Authorization is what requests need where the api issues tokens: a `bearer` token of its own, or `none`. Those
	// that issue tokens need none.
	Authorization string `yaml:"authorization" default:"bearer" enum:"bearer,none"`
	// RateLimit is how many requests pass in a time; those beyond are refused before anything is done.
	RateLimit *APIRateLimit `yaml:"rate_limit" example:"{per: 24h, requests: 4, for: account}"`
}

// APICase is what an endpoint does, and says.
type APICase struct {
	Position `yaml:"-"`

	// When holds conditions on the request: of an endpoint's cases the first is taken whose conditions hold.
	When *APIWhen `yaml:"when" example:"{fields: {grant_type: password}}"`
	// Of is the identifier that names what the endpoint works on, where its path does not.
	Of *Value `yaml:"of" example:"\"${body.access_token}\""`
	// Does is what the bank does: nothing where it is not written.
	Does *APIDoes `yaml:"does" example:"{authenticate: {bank: \"${body.institution_id}\"}}"`
	// Keep are fields of the request, by their dotted names, that are stored with the process: `${kept.name}`. As a
	// mapping, each name says what is kept.
	Keep *APIKeep `yaml:"keep" example:"[reference, redirect]"`
	// Expects is what the body must hold: a list of required fields, by their dotted names, or a JSON Schema.
	Expects *APIExpects `yaml:"expects" example:"[client_id, user.client_user_id]"`
	// Answer is what the endpoint says.
	Answer *APIAnswer `yaml:"answer"`
	// Answers are tried in their order: the first whose `when` holds is given.
	Answers []APIAnswer `yaml:"answers"`
}

// APIAnswer is an answer of an endpoint.
type APIAnswer struct {
	Position `yaml:"-"`

	// When holds conditions on the request and the record that it is about.
	When *APIWhen `yaml:"when" example:"{process: AUTHENTICATED}"`
	// Status is the status code.
	Status *int `yaml:"status" default:"200" example:"201"`
	// Headers of the answer.
	Headers map[string]Value `yaml:"headers" example:"{Location: \"${process.page_url}\"}"`
	// Body of the answer: data, sent as JSON, or a text, sent as it is; a `${…}` alone keeps its JSON type.
	Body *Value `yaml:"body" example:"{id: \"${process.id}\"}"`
	// Set is laid over the body's members, key by key; null is sent as null. Its texts know what those of the body know.
	Set *Value `yaml:"set" example:"{status: SOMETHING_NEW}"`
	// Remove takes members of the body away, before `set` is laid over it; a dot goes inside.
	Remove Words `yaml:"remove" example:"[account.iban]"`
	// Processed says whether the bank does what the endpoint lets it do. An answer for which it does not is looked at
	// first, before anything is done. Default: false with `rate_limit`, else true.
	Processed *bool `yaml:"processed"`
	// RateLimit lets some requests pass to the answers that follow, and gives this one to those beyond: as 429 with
	// Retry-After, where nothing else is written.
	RateLimit *APIRateLimit `yaml:"rate_limit" example:"{per: 24h, requests: 4, for: account}"`
	// Dribble lets the body come bit by bit, over this long by the wall clock.
	Dribble *Dribble `yaml:"dribble" example:"{over: 30s}"`
	// Delay is how long the answer is held back: an hour at most.
	Delay *engine.Delay `yaml:"delay" example:"2s"`
	// RetryAfter is sent as the header Retry-After, in whole seconds, rounded up.
	RetryAfter *engine.Duration `yaml:"retry_after" example:"30s"`
	// Fault breaks the answer on its way to the client.
	Fault engine.WireFault `yaml:"fault"`
	// Probability that the answer is held back, or broken.
	Probability *Probability `yaml:"probability" default:"1" example:"0.1"`
}

// APIWhen is a condition on a request to an api, and on the record that it is about: every key that is written
// must hold.
type APIWhen struct {
	Position `yaml:"-"`

	// Bank is the slug of the record's bank.
	Bank *engine.Matcher `yaml:"bank" example:"MockBank"`
	// Username of the record's login.
	Username *engine.Matcher `yaml:"username" example:"tester"`
	// Scenario is the name of the scenario that the record is played by.
	Scenario *engine.Matcher `yaml:"scenario" example:"success"`
	// Session is the name of the test session.
	Session *engine.Matcher `yaml:"session"`
	// Headers of the request by name; a header that is absent has the value "".
	Headers map[string]engine.Matcher `yaml:"headers" example:"{X-Device: {prefix: iPhone}}"`
	// Fields of the request, JSON or form, by their dotted names, of its query, or variables of its path; a field that is
	// absent has the value "".
	Fields map[string]engine.Matcher `yaml:"fields" example:"{grant_type: password}"`
	// Process matches the status of the authentication.
	Process *engine.Matcher `yaml:"process" example:"AUTHENTICATED"`
	// Connection matches the status of the import; `any` means that there is a connection.
	Connection *engine.Matcher `yaml:"connection" example:"FAILED_WITH_ERROR"`
	// Error matches the code of what went wrong: of a refusal in `problem`, else of the import or the login.
	Error *engine.Matcher `yaml:"error" example:"CONSENT_EXPIRED"`
	// OlderThan is the age of the authentication from which on the condition holds.
	OlderThan *time.Duration `yaml:"older_than" example:"90d"`
	FactKeys  `yaml:",inline"`
	// AnyOf holds where one of these does.
	AnyOf []*APIWhen `yaml:"any_of" example:"[{process: AUTHENTICATION_FAILED}, {older_than: 90d}]"`
	// Not holds where this does not.
	Not *APIWhen `yaml:"not" example:"{connection: SUCCESS}"`
}

// APIRateLimit is how many requests to an endpoint pass in a time.
type APIRateLimit struct {
	Position `yaml:"-"`

	// Per is the time.
	Per time.Duration `yaml:"per" example:"24h"`
	// Requests is how many pass in it.
	Requests int `yaml:"requests" required:"true" example:"4"`
	// Window is which time that is: it begins with the first request (`fixed`), is the time up to now
	// (`rolling`), or goes from midnight to midnight (`day`, without `per`).
	Window engine.Window `yaml:"window" default:"fixed"`
	// Zone is the time zone of a `day`.
	Zone string `yaml:"zone" default:"UTC" example:"Europe/Berlin"`
	// For says whose requests are counted together.
	For string `yaml:"for" default:"session" enum:"session,user,process,connection,account"`
	// Headers are sent with every answer that was counted; they know ${limit}, ${remaining}, ${reset} and ${reset_at}.
	Headers map[string]Value `yaml:"headers" example:"{X-RateLimit-Remaining: \"${remaining}\"}"`
}

// APIDoes is what an endpoint lets the bank do: a word, a word with its inputs, or cases.
type APIDoes struct {
	Position `yaml:"-"`

	// operation is the word, "" where there are cases.
	operation string
	// inputs are written beneath the word, nil where there are none.
	inputs *yaml.Node
	cases  []APICase
}

// APIKeep is what an endpoint keeps of a request.
type APIKeep struct {
	Position `yaml:"-"`

	fields []string
	values map[string]Value
}

// APIExpects is what a body must hold: required fields, or a JSON Schema.
type APIExpects struct {
	Position `yaml:"-"`

	fields []string
	schema *APISchema
}

// APISchema is the part of JSON Schema that bodies are checked by.
type APISchema struct {
	Position `yaml:"-"`

	// Type is one JSON type, or several.
	Type Words `yaml:"type" example:"object"`
	// Required are the members that an object must have.
	Required Words `yaml:"required" example:"[client_id]"`
	// Properties are the schemas of an object's members.
	Properties map[string]*APISchema `yaml:"properties" example:"{client_id: {type: string}}"`
	// Items is the schema of a list's items.
	Items *APISchema `yaml:"items" example:"{type: string}"`
	// Enum lists the values that there are.
	Enum []Value `yaml:"enum" example:"[DE, AT]"`
	// Pattern is a regular expression (RE2) that a text must match somewhere.
	Pattern string `yaml:"pattern" example:"'^[A-Z]{2}$'"`
}

// Value is a piece of an answer: a text, a number, a truth, null, a list or an object. A `${…}` in a text stands for
// what its path leads to; a text that is one `${…}` alone keeps its JSON type, and `{each: list, is: …}` makes a list.
type Value struct {
	Position `yaml:"-"`
}
