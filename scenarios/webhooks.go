package scenarios

import (
	"reflect"
	"strconv"
	"time"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// Webhook is an address that is told when something happens. Deliveries are signed after the Standard
// Webhooks specification, and those about one process and its connection are sent in order.
type Webhook struct {
	Position        `yaml:"-"`
	WebhookSettings `yaml:",inline"`

	// When holds conditions on what an event is about, and on its moment, all of which must hold.
	When When `yaml:"when" example:"{scenario: success}"`
}

// WebhookSettings are what webhooks of the bank and those of apis have in common.
type WebhookSettings struct {
	Position `yaml:"-"`

	// Name is unique over all files.
	Name string `yaml:"name" required:"true" example:"importing-app"`
	// URL takes the deliveries, as POST requests. `server.webhook_hosts` must allow its host.
	URL string `yaml:"url" required:"true" example:"http://127.0.0.1:9000/hooks/bank"`
	// Events that it is told of; all where it is not written.
	Events []engine.WebhookEvent `yaml:"events" example:"[process.resolved, import.finished]"`
	// Secret signs the deliveries: `whsec_` and 24 to 64 bytes in base64, or `${env:NAME}` or `${file:PATH}`. Without it
	// they are not signed. A list of up to five signs with each of them, the first one first, as while one takes another's place.
	Secret Words `yaml:"secret" secret:"true" example:"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"`
	// Attempts is how often a delivery is tried before it is given up.
	Attempts int `yaml:"attempts" default:"8"`
	// Pause is the time after the first failed attempt; it doubles after each further one, up to five minutes.
	Pause time.Duration `yaml:"pause" default:"1s"`
	// Timeout bounds one attempt; 30s is the most.
	Timeout time.Duration `yaml:"timeout" default:"10s"`
	// Set is laid over each delivery as it would be (`type`, `timestamp` and `data`), key by key, before it is
	// signed. Its texts know what those of an answer's `set` know.
	Set *Members `yaml:"set" example:"{data: {provider: demo}}"`
	// Remove takes members of the delivery away, before `set` is laid over it; a dot goes inside.
	Remove Words `yaml:"remove" example:"[data.session]"`
	// Faults try the receiver. Of those that fit an event, the first that its probability does not spare is played.
	Faults []WebhookFault `yaml:"faults" example:"[{fault: duplicate, probability: 0.1}]"`
}

// WebhookFault is something that a webhook does wrong on purpose.
type WebhookFault struct {
	Position `yaml:"-"`

	// Fault is what goes wrong: `duplicate` sends a delivery twice, `late` sends it (and what follows it)
	// after a delay, `reordered` lets the next one overtake it, `badly_signed` signs the first attempt with
	// a wrong secret, `never` does not send it.
	Fault engine.WebhookFaultKind `yaml:"fault" required:"true" example:"duplicate"`
	// Events that it concerns; all where it is not written.
	Events []engine.WebhookEvent `yaml:"events" example:"[import.step]"`
	// Probability of it, from 0 to 1; always where it is not written.
	Probability *Chance `yaml:"probability" example:"0.1"`
	// Delay is how long a late delivery waits, and how long at most a reordered one waits for another.
	Delay time.Duration `yaml:"delay" default:"5s"`
}

// Chance is a probability.
type Chance float64

func init() {
	decoders[reflect.TypeFor[engine.WebhookEvent]()] = decodeWebhookEvent
	decoders[reflect.TypeFor[engine.WebhookFaultKind]()] = decodeWord(texts(engine.WebhookFaultKinds()))
	decoders[reflect.TypeFor[Chance]()] = decodeChance
	forms[reflect.TypeFor[engine.WebhookEvent]()] = []Form{
		{Form: "scalar", Doc: "an event", Words: texts(engine.WebhookEvents())},
		{Form: "scalar", Doc: "an event that a step or a point names", Example: "consent.expiring", Pattern: eventName.String()},
	}
	forms[reflect.TypeFor[engine.WebhookFaultKind]()] = []Form{{Form: "scalar", Doc: "what goes wrong",
		Words: texts(engine.WebhookFaultKinds())}}
	forms[reflect.TypeFor[Chance]()] = []Form{{Form: "scalar", Doc: "a number from 0 to 1", Example: "0.1",
		Pattern: `^(0(\.\d{1,9})?|1(\.0{1,9})?)$`}}
	itemNames["webhooks"], itemNames["faults"], itemNames["events"] = "a webhook", "a fault", "an event"
}

func decodeChance(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	text, ok := d.scalar(node, what, "a number from 0 to 1")
	if !ok {
		return
	}
	chance, err := strconv.ParseFloat(text, 64)
	if err != nil || !(chance >= 0 && chance <= 1) {
		d.problem(node, CodeBadNumber, "write a number such as 0.1", "%s must be a number from 0 to 1, not %q", what, text)
		return
	}
	into.SetFloat(chance)
}
