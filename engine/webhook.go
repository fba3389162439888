package engine

import (
	"slices"
	"time"
)

// Webhook is an address that is told when something happens. The live rule set's count: nothing about
// a webhook is frozen, neither with a process nor with a delivery that waits.
type Webhook struct {
	Name   string
	Source Source
	// URL takes the deliveries, as POST requests.
	URL string
	// API is the declared api whose processes it is told of, and which says what is sent, and where to; "" for one of
	// all processes.
	API string
	// Sign says how deliveries are signed; "" is [SignStandard].
	Sign Signing
	// SignHeader is the header that takes a signature of [SignJWT], "" for the usual one.
	SignHeader string
	// Events that it is told of; none means all.
	Events []WebhookEvent
	// When is what else must hold, of the records that an event is about, and at its moment.
	When Condition
	// Secrets sign the deliveries, each for itself, as while one takes another's place; without any they are not
	// signed.
	Secrets []Secret
	// Attempts is how often a delivery is tried before it is given up. Default: 8.
	Attempts int
	// Pause is the time after the first failed attempt, doubled after each further one up to five
	// minutes. Default: 1 s.
	Pause time.Duration
	// Timeout bounds one attempt. Default: 10 s.
	Timeout time.Duration
	// Patch is laid over each delivery's body, before it is signed.
	Patch *Patch
	// Faults try the receiver. Of those that fit an event, the first that its probability does not
	// spare is played.
	Faults []WebhookFault
}

// Signing is a way in which deliveries are signed.
type Signing string

// The ways of signing.
const (
	// SignStandard: after the Standard Webhooks specification, where there is a secret.
	SignStandard Signing = "standard"
	// SignNone: not at all, and without that specification's headers.
	SignNone Signing = "none"
	// SignJWT: by a JSON Web Token with ES256, whose public key `does: keys` serves.
	SignJWT Signing = "jwt_es256"
)

// Signings lists the ways of signing.
func Signings() []Signing { return []Signing{SignStandard, SignNone, SignJWT} }

// WebhookEvent is a kind of event that webhooks are told of.
type WebhookEvent string

// The events of webhooks.
const (
	// EventProcessResolved: a process became AUTHENTICATED or AUTHENTICATION_FAILED.
	EventProcessResolved WebhookEvent = "process.resolved"
	// EventImportStep: an import made a step that is in its history, and goes on.
	EventImportStep WebhookEvent = "import.step"
	// EventImportFinished: an import made its last step.
	EventImportFinished WebhookEvent = "import.finished"
)

// WebhookEvents lists every event of webhooks.
func WebhookEvents() []WebhookEvent {
	return []WebhookEvent{EventProcessResolved, EventImportStep, EventImportFinished}
}

// WebhookFault is something that a webhook does wrong on purpose.
type WebhookFault struct {
	Kind WebhookFaultKind
	// Events that it concerns; none means all that the webhook is told of.
	Events []WebhookEvent
	// Probability of it; nil: always.
	Probability *float64
	// Delay is how long a late delivery waits, and how long a reordered one waits for another to
	// overtake it.
	Delay time.Duration
}

// WebhookFaultKind is a way in which webhooks go wrong.
type WebhookFaultKind string

// The faults of webhooks.
const (
	// DeliverTwice sends a delivery again at once, with the same identifier.
	DeliverTwice WebhookFaultKind = "duplicate"
	// DeliverLate sends it, and with it what follows, only after a delay.
	DeliverLate WebhookFaultKind = "late"
	// DeliverReordered lets the next delivery overtake it.
	DeliverReordered WebhookFaultKind = "reordered"
	// DeliverForged signs the first attempt with a wrong secret. Those after it are signed well.
	DeliverForged WebhookFaultKind = "badly_signed"
	// DeliverNever does not send it at all.
	DeliverNever WebhookFaultKind = "never"
)

// WebhookFaultKinds lists every fault of webhooks.
func WebhookFaultKinds() []WebhookFaultKind {
	return []WebhookFaultKind{DeliverTwice, DeliverLate, DeliverReordered, DeliverForged, DeliverNever}
}

// Secret is a key that no log, message or answer shows.
type Secret []byte

// String hides the secret.
func (Secret) String() string { return "[secret]" }

// GoString hides the secret.
func (Secret) GoString() string { return "[secret]" }

// MarshalText hides the secret.
func (Secret) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }

// Webhook returns the webhook of this name.
func (rs *RuleSet) Webhook(name string) (*Webhook, bool) {
	for i := range rs.Webhooks {
		if rs.Webhooks[i].Name == name {
			return &rs.Webhooks[i], true
		}
	}
	return nil, false
}

func (w *Webhook) compile() error {
	if err := w.When.compile(); err != nil {
		return err
	}
	if err := w.Patch.Check(); err != nil {
		return err
	}
	setDefault(&w.Attempts, 8)
	setDefault(&w.Pause, time.Second)
	setDefault(&w.Timeout, 10*time.Second)
	return nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// mayWant reports whether the webhook is to be told of the event, facts aside.
func (w *Webhook) mayWant(rs *RuleSet, e *webhookEvent) bool {
	if !concerns(w.Events, e.kind) {
		return false
	}
	if w.When.Empty() {
		return true
	}
	login := rs.loginOf(e.session, e.bank, e.username, e.scenario)
	login.at = e.at
	return w.When.under(login.rule).verdict(login) != never
}

// wants reports whether the webhook is to be told of the event, as things were at its moment.
func (w *Webhook) wants(c *change, e *webhookEvent) (bool, error) {
	if !w.mayWant(c.rs, e) || !w.When.Factual() {
		return w.mayWant(c.rs, e), nil
	}
	return c.askEvent(&w.When, e, "webhook "+w.Name)
}

// askEvent holds a condition against an event, as things were at its moment.
func (c *change) askEvent(w *Condition, e *webhookEvent, owner string) (bool, error) {
	session, err := c.bank.sessionWithin(c.tx, e.session)
	if err != nil {
		return false, err
	}
	q := &inquiry{
		tx: c.tx, rules: c.rs, login: c.rs.loginOf(e.session, e.bank, e.username, e.scenario), caseID: e.caseID, now: e.at,
		session: session, captures: e.captures, authenticatedAt: e.authenticatedAt, run: e.run,
	}
	q.login.at = e.at
	return q.askRecord(w, owner)
}

func concerns(events []WebhookEvent, kind WebhookEvent) bool {
	return len(events) == 0 || slices.Contains(events, kind)
}

// longestWebhookPause bounds the time between two attempts.
const longestWebhookPause = 5 * time.Minute

// pauseAfter returns the time after this many failed attempts.
func (w *Webhook) pauseAfter(failed int) time.Duration {
	return min(longestWebhookPause, w.Pause<<min(max(failed-1, 0), 16))
}
