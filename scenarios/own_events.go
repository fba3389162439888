package scenarios

import (
	"bytes"
	"reflect"
	"regexp"
	"slices"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// EventName is the name of an event of one's own.
type EventName string

// EventData are the members of an event of one's own. Each ${name} in its texts stands for what the login's
// named group captured, or for what `set` of `respond` knows by that name.
type EventData struct {
	Position `yaml:"-"`

	// Text is the members as a JSON object.
	Text engine.Text
}

// maxEventName bounds the name of an event.
const maxEventName = 100

var eventName = regexp.MustCompile(`^[a-z0-9]+([._-][a-z0-9]+)*$`)

func init() {
	forms[reflect.TypeFor[EventName]()] = []Form{
		{Form: "scalar", Doc: "small letters and digits, with dots, hyphens or underscores between", Example: "consent.expiring",
			Pattern: eventName.String()},
	}
	forms[reflect.TypeFor[EventData]()] = []Form{{Form: "mapping", Doc: "members, sent as JSON", Example: "{days_left: 7}"}}
	decoders[reflect.TypeFor[EventName]()] = decodeEventName
	decoders[reflect.TypeFor[EventData]()] = decodeEventData
}

// decodeEventName reads the name of an event of one's own, which is none of the built-in ones.
func decodeEventName(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	name, ok := d.scalar(node, what, "a name such as consent.expiring")
	if !ok {
		return
	}
	switch {
	case slices.Contains(engine.WebhookEvents(), engine.WebhookEvent(name)):
		d.problem(node, CodeBadName, "give it another name", "%q is told by itself, where it happens", name)
	case !wellNamedEvent(name):
		d.problem(node, CodeBadName, "write small letters and digits, with dots, hyphens or underscores between, such as consent.expiring",
			"%q cannot be the name of an event", name)
	default:
		into.SetString(name)
	}
}

func wellNamedEvent(name string) bool {
	return len(name) <= maxEventName && eventName.MatchString(name)
}

// decodeEventData reads a mapping of members.
func decodeEventData(d *decoder, node *yaml.Node, into reflect.Value, what string) {
	node = follow(node)
	data := into.Addr().Interface().(*EventData)
	*data = EventData{Position: Position{file: d.file, node: node}}
	if node.Kind != yaml.MappingNode {
		d.wrongForm(node, what, "members such as {days_left: 7}")
		return
	}
	for key := range pairs(node) {
		if slices.Contains(engine.UsualMembers(), key.Value) {
			d.problem(key, CodeConflict, "give it another name", "every event has %q already", key.Value)
		}
	}
	var out bytes.Buffer
	d.writeObject(&out, node, what)
	data.Text = engine.Text(out.String())
}

// decodeWebhookEvent reads an event that a webhook is told of: a built-in one, or one of somebody's own. A name
// that is nearly a built-in one is taken for a slip.
func decodeWebhookEvent(d *decoder, node *yaml.Node, into reflect.Value, _ string) {
	built := texts(engine.WebhookEvents())
	name := follow(node).Value
	if follow(node).Kind == yaml.ScalarNode && !slices.Contains(built, name) && wellNamedEvent(name) && !slipOf(name, built) {
		into.SetString(name)
		return
	}
	decodeWord(built)(d, node, into, "event")
}

// slipOf reports whether a name is one of the words, but for a letter or two.
func slipOf(name string, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return engine.EditDistance(foldWord(name), foldWord(word)) <= 2 })
}

// ownEvent compiles the event that a step or a point names; nil is none.
func (f *flowCompiler) ownEvent(in Position, name EventName, data *EventData) *engine.OwnEvent {
	if name == "" {
		if data != nil {
			f.report.add(in.key("data"), CodeMissingKey, "add the event's name: `event: consent.expiring`",
				"`data` is what an `event` tells, and there is none")
		}
		return nil
	}
	f.compiler.emits(name)
	event := &engine.OwnEvent{Name: engine.WebhookEvent(name)}
	if data != nil {
		event.Data = f.responses().said(data.Position, "", data.Text)
	}
	return event
}
