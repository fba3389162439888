package scenarios

import "github.com/mockbank/mockbank/engine"

// The types below are the scenario language. Each field's comment is what its key means, and its
// tags are what a schema needs:
//
//	yaml      the key
//	required  "true" where the key must be written
//	default   the value of a key that is not written
//	enum      the words that the value may be, where its type does not say so itself
//	example   a value, as it may be written
//
// A type that may be written in several ways says so in [Forms].

// Document is one configuration file.
type Document struct {
	Position `yaml:"-"`

	// Version of the scenario language that the file is written in.
	Version *int `yaml:"version" default:"1" enum:"1"`
	// Server is how mockbank itself runs. Only the main file has it.
	Server *Server `yaml:"server"`
	// DefaultBank is the slug of the bank for logins that name none. Only the main file has it. Where
	// there is only one bank, that is the default.
	DefaultBank string `yaml:"default_bank" example:"MockBank"`
	// Banks that clients can choose. Those of all files add up; a slug twice is an error.
	Banks []Bank `yaml:"banks"`
	// Include names further files to load before this one: a file, a folder (its *.yaml and *.yml by
	// name, without tests), a glob (`*`, `?`, `[a-z]`, and `**` for any number of folders), or a
	// ready-made pack (catalogue:NAME). Paths are relative to this file and stay within the
	// configuration's folder, wherever a link leads. A path that is there as it is written is that path.
	Include Words `yaml:"include" example:"[\"mockbank.d/*.yaml\", \"catalogue:outages\"]"`
	// Defaults are merged under each scenario of this file, key by key.
	Defaults *Defaults `yaml:"defaults"`
	// Scenarios in the order in which they are tried: the first that matches a login wins.
	Scenarios []Scenario `yaml:"scenarios"`
	// Imports are timelines that scenarios use by name (`import: name`).
	Imports map[string]*Import `yaml:"imports"`
	// Webhooks are told when something happens. Those of all files add up; a name twice is an error.
	Webhooks []Webhook `yaml:"webhooks"`
	// Switches are what a test flips to change how the bank behaves, each with what it means. They are off at
	// first, and each session has its own. Those of all files add up; a name twice is an error.
	Switches map[string]string `yaml:"switches" example:"{bank-down: The bank does not answer}"`
	// Errors complete what scenarios say about an error, by its code: a scenario's own words go
	// first, then these, then those that are built in.
	Errors map[string]*Failure `yaml:"errors"`
	// Faults shape answers on the wire, whatever scenario made them. Those of all files add up, in the
	// order of the files.
	Faults []Fault `yaml:"faults" example:"[{endpoint: banks, probability: 0.1, http_status: 503}]"`
	// APIs are declared ones: routes that another aggregator's client uses, over this bank. Those of all files
	// add up; a name twice is an error.
	APIs []API `yaml:"apis"`
	// Steps are further steps that the scenarios of all files can go to by name. Those of all files add
	// up; a name twice is an error. A scenario's own step of that name goes before.
	Steps map[string]*Step `yaml:"steps"`
	// Allow names the codes of warnings that are not told about this file.
	Allow Allowed `yaml:"allow" example:"[unused-step]"`

	// repeats are the file's `for`.
	repeats []*variables
}

// Bank is a bank that clients can choose.
type Bank struct {
	Position `yaml:"-"`

	// Slug identifies the bank in requests and in `when`.
	Slug string `yaml:"slug" required:"true" example:"MockBank"`
	// Name is what people read; the slug where it is not written.
	Name string `yaml:"name" null:"true" example:"Mock Bank"`
	// IsMockBank hides the bank from lists that do not ask for mock banks.
	IsMockBank bool `yaml:"is_mock_bank" default:"false"`
	// MultibankingAPIProvider is the provider that clients see and filter by.
	MultibankingAPIProvider string `yaml:"multibanking_api_provider" null:"true"`
	// Countries in which the bank is, as two letters: filters of declared apis go by them. Everywhere where none
	// is written.
	Countries Words `yaml:"countries" example:"[DE, AT]"`
	// For makes a bank for each combination of the values, in place: `${number}` in any text is the value.
	For Variables `yaml:"for" example:"{number: 1..1000}"`

	// Usernames says which texts name the same user, where they need not be alike: for what is matched, and
	// for every count.
	Usernames *Usernames `yaml:"usernames" example:"{ignore_case: true, trim: true}"`

	choice *choice
}

// Usernames says which texts name the same user of a bank.
type Usernames struct {
	Position `yaml:"-"`

	// IgnoreCase takes capital and small letters for the same.
	IgnoreCase bool `yaml:"ignore_case" default:"false"`
	// Trim leaves out the white space around a username.
	Trim bool `yaml:"trim" default:"false"`
}

// Defaults are merged under each scenario of their file, key by key: a mapping adds the keys that the
// scenario lacks, anything else holds where the scenario has nothing.
type Defaults struct {
	Position `yaml:"-"`

	// Enabled takes all scenarios of the file out of play where it is false.
	Enabled *bool `yaml:"enabled" default:"true"`
	// Tags of each scenario that has none of its own.
	Tags Words `yaml:"tags"`
	// When holds conditions that the scenarios share.
	When When `yaml:"when"`
	// Authentication of each scenario that has none of its own.
	Authentication *Step `yaml:"authentication"`
	// Steps that every scenario of the file can go to.
	Steps map[string]*Step `yaml:"steps"`
	// Import of each scenario that has none of its own, or the keys that its own lacks.
	Import *Import `yaml:"import"`
	// Update of each scenario that has none of its own.
	Update Update `yaml:"update"`
}

// Scenario is a case: which logins it answers, and what the bank then does.
type Scenario struct {
	Position `yaml:"-"`

	// Name is unique over all files.
	Name string `yaml:"name" required:"true" example:"challenge-required"`
	// Description tells people what the case is about.
	Description string `yaml:"description"`
	// Tags group scenarios, for filters and reports.
	Tags Words `yaml:"tags" example:"[sca, slow]"`
	// Enabled takes the scenario out of play where it is false.
	Enabled *bool `yaml:"enabled" default:"true"`
	// For makes a scenario for each combination of the values, in place and with the first key outermost:
	// `${code}` in any text, the name included, is the value. There are 10,000 at most.
	For Variables `yaml:"for" example:"{code: [A, B], percent: [20, 60]}"`
	// Like names a scenario, of any file, that this one takes over what it lacks from, key by key: a mapping
	// adds the keys that this one's lacks, anything else holds where this one has nothing. What that scenario
	// has from the defaults of its file goes before the defaults of this one's. Name, description, tags,
	// `enabled` and `for` are not taken over; a scenario that is not enabled may be named.
	Like string `yaml:"like" example:"challenge-required"`
	// Allow names the codes of warnings that are not told about this scenario.
	Allow Allowed `yaml:"allow" example:"[waits-for-ever]"`
	// When holds the conditions on a login, all of which must hold. Without any it takes every login.
	When When `yaml:"when"`
	// Authentication is the step that a login starts in. It is written here, or named: `{goto: tan}`.
	Authentication *Step `yaml:"authentication" required:"true" example:"AUTHENTICATED"`
	// Steps are further steps by name, for `goto`. Those at the top of any file can be gone to as well.
	Steps map[string]*Step `yaml:"steps"`
	// Reusable lets one authentication be connected more than once.
	Reusable bool `yaml:"reusable" default:"false"`
	// Import is what the connection made from this login does.
	Import *Import `yaml:"import"`
	// Update is what a later update of the connection does: where it is not written, the import again.
	Update Update `yaml:"update"`

	origin origin
	// broken says that what the scenario is like cannot be told, so that it lacks what it has from there.
	broken bool
	// template says that the scenario is out of play and lacks what it answers.
	template bool
}

// Step is a state of the authentication.
type Step struct {
	Position `yaml:"-"`

	// Status that a client sees while the process is in this step.
	Status engine.Status `yaml:"status" required:"true"`
	// Challenge is what the user is asked.
	Challenge *Challenge `yaml:"challenge" null:"true"`
	// Error is why the authentication failed, or what the last answer did wrong; null is no error, where a failed
	// step else has one.
	Error *Failure `yaml:"error" null:"true"`
	// ExpiresAfter ends the step as AUTHENTICATION_FAILED, PROCESS_EXPIRED. Clients are told the
	// moment. For another end add an `after` of the same length, which goes before. At AUTHENTICATED it holds
	// until the process is connected.
	ExpiresAfter *engine.Duration `yaml:"expires_after" example:"120s"`
	// Count names counters of the user that go up by one when a login or an input enters the step.
	Count Words `yaml:"count" example:"burnt"`
	// Reset names counters of the user that are cleared when a login or an input enters the step.
	Reset Words `yaml:"reset" example:"burnt"`
	// Respond shapes the answer that enters the step on the wire, and under `polled` the later reads.
	Respond *StepResponse `yaml:"respond" example:"{delay: 2s}"`
	// RedirectURL is what clients get in place of the bank's own page, for REDIRECT_REQUIRED; null is none. It knows
	// what texts of `respond: {set}` know, and values stand in it as in a query.
	RedirectURL *engine.Text `yaml:"redirect_url" null:"true" example:"\"mybank://auth?p=${process_id}\""`
	// Decisions are further buttons on the bank's page, beside approve and decline, for `redirect` transitions.
	Decisions []Decision `yaml:"decisions" example:"[{id: partly, name: Only some accounts}]"`
	// Event is an event of one's own, which webhooks are told of when the step is entered.
	Event EventName `yaml:"event" example:"consent.expiring"`
	// Data are members of that event beside the usual ones.
	Data *EventData `yaml:"data" example:"{days_left: 7}"`
	// Next holds the ways out; of those that an event fits, the first is taken.
	Next []Transition `yaml:"next"`

	// Goto is the name of a step in `steps` that stands for this one, where it is written so.
	Goto string `yaml:"-"`
}

// Goto is a step by its name.
type Goto struct {
	Position `yaml:"-"`

	// Goto is the name of a step in `steps`.
	Goto string `yaml:"goto" required:"true" example:"soon-approved"`
}

// Challenge is what the user is asked in a step.
type Challenge struct {
	Position `yaml:"-"`

	// Kind of challenge.
	Kind engine.ChallengeKind `yaml:"kind" default:"TEXT"`
	// Message to the user; null is none, and "" the empty text.
	Message Wording `yaml:"message" null:"true" example:"Enter the TAN"`
	// AnswerFieldLabel is the label of the field that the user answers in; null is none, and "" the empty text.
	AnswerFieldLabel Wording `yaml:"answer_field_label" null:"true" example:"TAN"`
	// Attempts is how many wrong answers end the step; each one before leaves it as it is. A transition
	// `attempts: exhausted` must say where it then goes. Without it any number may be wrong.
	Attempts *int `yaml:"attempts" example:"3"`
	// Shows is what the picture or code of a PHOTO, QR or FLICKER_CODE challenge carries: up to 24
	// characters that people read from a photo beside a code for programs, up to 500 bytes in a QR code, and
	// for a TAN generator a start code of up to 12 digits, after which up to three data elements may
	// follow, each after a space ("123456 DE02120300000000202051 49,90").
	Shows engine.Text `yaml:"shows" example:"\"123456\""`
	// ChangesEvery makes that picture a new one, again and again, after this long each. Its code then
	// carries what it `shows`, a space and the picture's number: "123456 1", "123456 2". An answer that
	// repeats the code of the picture that is shown at that moment counts as what it `shows`; the code of
	// an older one counts as it is written, and so for wrong.
	ChangesEvery *engine.Duration `yaml:"changes_every" example:"2s"`
	// Image is the challenge's picture, in place of the one that is drawn of what it `shows`.
	Image *Image `yaml:"image" example:"{mime_type: image/gif, file: tan.gif}"`
	// Images are several pictures at once.
	Images []Image `yaml:"images" example:"[{file: front.png}, {file: back.png}]"`
	// Fields are those in which the user answers, where there are several: the answer is then an object, which
	// `challenge_response: {q1: …, q2: any}` transitions take.
	Fields []ChallengeField `yaml:"fields" example:"[{name: q1, label: First pet}, {name: q2, label: City}]"`
	// Procedures are the methods to choose from, which `two_step_procedure` transitions take; an empty list is
	// one too, of which nothing can be chosen. A choice that is not listed is never taken: `any` is any of those
	// listed.
	Procedures []Procedure `yaml:"choices" alias:"two_step_procedures" null:"true" example:"[{id: sms, name: SMS TAN}, {id: app, name: Banking app}]"`
}

// Image is a picture as it is sent, broken on purpose or not. Its bytes are part of what a login freezes.
type Image struct {
	Position `yaml:"-"`

	// MIMEType is sent as it is written; null is none. Where it is not written it is what the file, or the data, is.
	MIMEType *engine.Text `yaml:"mime_type" null:"true" example:"image/gif"`
	// File is read when the configuration is, and again when it is saved: at most 1 MiB, relative to the file in which
	// it is named, and within the configuration's folder.
	File string `yaml:"file" example:"tan.gif"`
	// Data is in base64, and sent as it is written, whatever it is; null is none.
	Data *engine.Text `yaml:"data" null:"true" example:"R0lGODlhAQABAAAAACw="`
}

// ChallengeField is one of several fields in which the user answers a challenge.
type ChallengeField struct {
	Position `yaml:"-"`

	// Name is that of the field in the answer.
	Name string `yaml:"name" required:"true" example:"q1"`
	// Label is what the user reads beside it.
	Label Wording `yaml:"label" null:"true" example:"First pet"`
}

// Procedure is a two-step procedure (a TAN method) that the user can choose.
type Procedure struct {
	Position `yaml:"-"`

	// ID is what the client sends to choose it.
	ID string `yaml:"id" required:"true" example:"sms"`
	// Name is what the user reads.
	Name Wording `yaml:"name" required:"true" example:"SMS TAN"`
	// ChallengeKind is the kind of challenge that it leads to.
	ChallengeKind engine.ChallengeKind `yaml:"challenge_kind" default:"TEXT"`
}

// Transition is a way out of a step: one event, and what then happens.
type Transition struct {
	Position `yaml:"-"`

	// After is the time in this step; it takes effect at that moment, not when somebody looks.
	After *engine.Duration `yaml:"after" example:"2s"`
	// ChallengeResponse is the answer to the challenge; of one with `fields`, what each of them must be.
	ChallengeResponse *Answer `yaml:"challenge_response" example:"\"123456\""`
	// TwoStepProcedure is the id of the method that the user chose.
	TwoStepProcedure *engine.Matcher `yaml:"two_step_procedure" example:"sms"`
	// Password is an additional password.
	Password *engine.Matcher `yaml:"password" example:"decoupledAuthRequiredSuccess"`
	// Approval is the decision on the phone page or by the admin API.
	Approval string `yaml:"approval" enum:"approved,declined"`
	// Redirect is the decision on the bank's login page: approved, declined, or the id of one of the step's
	// `decisions`.
	Redirect string `yaml:"redirect" example:"approved"`
	// Attempts fires when the challenge's attempts are used up.
	Attempts string `yaml:"attempts" enum:"exhausted"`
	// Polls fires at that many reads in this step.
	Polls *int `yaml:"polls" example:"3"`
	// Login fires when the same user logs in again at the bank, whatever becomes of that login, while no connection
	// is made from the process.
	Login string `yaml:"login" enum:"another"`
	// Connected fires when a connection is made from the process, which must be AUTHENTICATED.
	Connected *bool `yaml:"connected" example:"true"`
	// When holds conditions on the moment, all of which must hold, else the transition is passed over. Beside
	// an event that time brings only `time`, `session_age` and `probability` may stand: they are asked once, as
	// the event is due, and where they fail the transition is spent for this visit of the step.
	When *When `yaml:"when" example:"{switches: {bank-down: on}}"`
	// Returns is how the browser comes back after a `redirect` decision: with other parameters in its query, or
	// not at all.
	Returns *Returns `yaml:"returns" example:"{query: {error: access_denied, state: null}}"`
	// Then is what follows: a status, a step, or `{goto: name}`.
	Then *Then `yaml:"then" required:"true" example:"AUTHENTICATED"`
}

// Answer is what an answer to a challenge must be.
type Answer struct {
	Position `yaml:"-"`

	// Text is the condition on an answer of one text, nil where it has fields.
	Text *engine.Matcher `yaml:"-"`
	// Fields are the conditions on the fields of the challenge.
	Fields map[string]engine.Matcher `yaml:"-"`
}

// Decision is a button on the bank's page.
type Decision struct {
	Position `yaml:"-"`

	// ID is the decision that a `redirect` transition takes.
	ID string `yaml:"id" required:"true" example:"partly"`
	// Name is what the user reads on the button.
	Name Wording `yaml:"name" required:"true" example:"Only some accounts"`
}

// Returns is how the browser comes back to the client after a decision on the bank's page. Without it, it comes back
// with `bank_authentication_process_id` and the `state` of the login.
type Returns struct {
	Position `yaml:"-"`

	// Query adds parameters to what is sent back, or replaces those of their names; null takes one away. Values know
	// what texts of `respond: {set}` know.
	Query *Members `yaml:"query" required:"true" example:"{error: access_denied, state: null}"`

	// Nowhere says that it is written as `nowhere`.
	Nowhere bool `yaml:"-"`
}

// Then is what follows an event: a status, a step written in line, or a step of `steps` by its name.
type Then struct {
	Position `yaml:"-"`

	// Goto is the name of a step in `steps`.
	Goto string `yaml:"goto" example:"soon-approved"`
	// Step is the step that follows, where it is written in line.
	Step *Step `yaml:"-"`
}

// Import is what a connection does as time passes: a straight line (`takes`, `stops_at`, `outcome`),
// a list of points, or the name of one declared under `imports`.
type Import struct {
	Position `yaml:"-"`

	// Takes is the time to the end.
	Takes *engine.Duration `yaml:"takes" default:"3s"`
	// Outcome is the status at the end; `never` stays in progress for ever.
	Outcome string `yaml:"outcome" default:"SUCCESS" enum:"SUCCESS,FAILED_WITH_ERROR,never"`
	// StopsAt is the progress at the end: 100 for SUCCESS, else 0 where it is not written.
	StopsAt *engine.Percent `yaml:"stops_at" example:"60"`
	// Message is what the bank says it is doing meanwhile.
	Message Wording `yaml:"message" null:"true" example:"Reading accounts"`
	// Error is why the import failed; null is no error, where one that failed else has one.
	Error *Failure `yaml:"error" null:"true"`
	// Warnings of an import that succeeded in part.
	Warnings []Failure `yaml:"warnings"`

	// Name refers to `imports`, where the import is written as a name.
	Name string `yaml:"-"`
	// Points are the timeline, where the import is written as a list.
	Points []Point `yaml:"-"`
}

// Point is a moment of an import that is written as a list; between points nothing moves.
type Point struct {
	Position `yaml:"-"`

	// After is the time since the point before.
	After *engine.Duration `yaml:"after" default:"0s" example:"1s"`
	// Progress from 0 to 100; where it is not written, that of the point before, and 100 with SUCCESS.
	Progress *engine.Percent `yaml:"progress" example:"40"`
	// Message is what the bank says it is doing from here on, until a point says something else; null says nothing, and
	// "" the empty text.
	Message Wording `yaml:"message" null:"true" example:"Reading accounts"`
	// Await is the name of a step in `steps`: the import waits at this point, and opens the process
	// again in that step. It goes on once the user is AUTHENTICATED, and fails where the user does.
	Await string `yaml:"await" example:"confirm"`
	// Status ends the import; one must. `never` says that it never ends. Points may follow an end, and change the
	// status again: IN_PROGRESS begins anew, without an error or warnings.
	Status string `yaml:"status" enum:"SUCCESS,FAILED_WITH_ERROR,IN_PROGRESS,never"`
	// Error is why the import failed; null is no error, where one that failed else has one.
	Error *Failure `yaml:"error" null:"true"`
	// Warnings of an import that succeeded in part.
	Warnings []Failure `yaml:"warnings"`
	// Event is an event of one's own, which webhooks are told of at this moment.
	Event EventName `yaml:"event" example:"consent.expiring"`
	// Data are members of that event beside the usual ones.
	Data *EventData `yaml:"data" example:"{days_left: 7}"`
	// Respond shapes reads of the connection on the wire, from here to the next point.
	Respond *Response `yaml:"respond" example:"{fault: connection_reset}"`
}

// Update is what a later update of a connection does: cases, of which the first that fits is played.
// A single import may be written without a list.
type Update []UpdateCase

// UpdateCase is one case of an update: an import and the age from which on it is played.
type UpdateCase struct {
	Position `yaml:"-"`

	// OlderThan is the age of the authentication from which on the case fits; without it, it always does.
	OlderThan *engine.Duration `yaml:"older_than" example:"90d"`
	// When holds further conditions on the update, all of which must hold.
	When *When `yaml:"when" example:"{runs: 1..2}"`
	// Respond shapes the answer to the update; with `processed: false` the update is refused, and the connection
	// stays as it was.
	Respond *Response `yaml:"respond" example:"{http_status: 400, processed: false}"`
	// WhileRunning says what becomes of an update while an import runs: `refuse` answers 423; `queue` lets it begin
	// at the exact end of the run, as it was decided when it was asked for (one waits, a further one is 423, as is
	// one behind a run that never ends); `restart` ends the run where it is and begins the next one, and so closes
	// a question that it had open. It stands in a single case, or beside `cases`.
	WhileRunning string `yaml:"while_running" default:"refuse" enum:"refuse,queue,restart"`
	// Cases are those of the update, of which the first that fits is played, where `while_running` is said for all.
	Cases []UpdateCase `yaml:"cases" example:"[{older_than: 90d, outcome: FAILED_WITH_ERROR, error: CONSENT_EXPIRED}, {takes: 3s}]"`
	// Import is a named import or a list of points, where the case is not written as a straight line.
	Import *Import `yaml:"import"`
	// Takes is the time to the end.
	Takes *engine.Duration `yaml:"takes" default:"3s"`
	// Outcome is the status at the end; `never` stays in progress for ever.
	Outcome string `yaml:"outcome" default:"SUCCESS" enum:"SUCCESS,FAILED_WITH_ERROR,never"`
	// StopsAt is the progress at the end: 100 for SUCCESS, else 0 where it is not written.
	StopsAt *engine.Percent `yaml:"stops_at" example:"60"`
	// Message is what the bank says it is doing meanwhile.
	Message Wording `yaml:"message"`
	// Error is why the import failed; null is no error, where one that failed else has one.
	Error *Failure `yaml:"error" null:"true"`
	// Warnings of an import that succeeded in part.
	Warnings []Failure `yaml:"warnings"`
}

// Failure is what the bank says went wrong. It may be written as its code alone. What is not written comes from
// `errors`, and then from what is built in; what is written as null or "" is sent so.
type Failure struct {
	Position `yaml:"-"`

	// Code is stable and upper case; clients switch on it.
	Code engine.Text `yaml:"code" null:"true" example:"INVALID_CREDENTIALS"`
	// Message is for the developer of the importing app.
	Message Wording `yaml:"message" null:"true"`
	// DisplayMessage may be shown to the user.
	DisplayMessage Wording `yaml:"display_message" null:"true"`
	// Retryable says that the same request may work later.
	Retryable *bool `yaml:"retryable" null:"true"`
	// Actor says who must act.
	Actor engine.Actor `yaml:"actor" null:"true"`

	// None says that the error is written as null: there is none.
	None bool `yaml:"-"`
}

// Wording is a text that people read. It may be written once, or by language: clients get the one that
// their header Accept-Language prefers, and the first where it asks for none of them. Records, the history,
// webhooks and tests of scenarios have the first.
type Wording struct {
	Position `yaml:"-"`

	// Text is what is said in the first language.
	Text engine.Text `yaml:"-"`
	// Languages are all of them, where there are several.
	Languages []engine.Translation `yaml:"-"`
}

// Words is a list of texts. A single one may be written without a list.
type Words []string
