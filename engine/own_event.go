package engine

import (
	"encoding/json"
	"maps"
	"slices"
)

// OwnEvent is an event that a scenario names itself, at a point of an import or at a step.
type OwnEvent struct {
	Name WebhookEvent `json:"name"`
	// Data is a JSON object: members that its webhooks have beside the usual ones; "" for none. Its texts may
	// refer to the login's captures and to [Values].
	Data Text `json:"data,omitempty"`
}

// usualData is what every own event tells: the records that it is about.
type usualData struct {
	ProcessID    string  `json:"bank_authentication_process_id"`
	ConnectionID *string `json:"bank_connection_id"`
	BankSlug     string  `json:"bank_slug"`
	Session      string  `json:"session"`
}

// ownData is what an own event tells.
type ownData struct {
	usual usualData
	event *OwnEvent
}

// names lists the values that the event's members refer to.
func (d ownData) names() []string {
	if d.event == nil {
		return nil
	}
	return d.event.Data.Names()
}

// members returns the usual members and the event's own, whose texts may refer to the values.
func (d ownData) members(values Values) json.RawMessage {
	usual, err := json.Marshal(d.usual)
	if err != nil { // it holds texts only
		panic("encode an event's data: " + err.Error())
	}
	own := Patch{Set: json.RawMessage(d.event.Data)}
	return own.Apply(usual, values)
}

// UsualMembers lists the members that the data of every own event has.
func UsualMembers() []string {
	return []string{"bank_authentication_process_id", "bank_connection_id", "bank_slug", "session"}
}

// Events lists every event that webhooks may be told of: the built-in ones, and those that the live scenarios
// name, in the alphabet's order.
func (rs *RuleSet) Events() []WebhookEvent {
	own := map[WebhookEvent]bool{}
	record := func(event *OwnEvent) {
		if event != nil {
			own[event.Name] = true
		}
	}
	for _, s := range rs.Scenarios {
		for i := range s.Flow.Steps {
			record(s.Flow.Steps[i].Event)
		}
		for _, t := range s.Flow.timelines() {
			for i := range t.Points {
				record(t.Points[i].Event)
			}
		}
	}
	return append(WebhookEvents(), slices.Sorted(maps.Keys(own))...)
}

// Awaits reports whether an import of the flow awaits its user.
func (f *Flow) Awaits() bool {
	return slices.ContainsFunc(f.timelines(), func(t *Timeline) bool {
		return slices.ContainsFunc(t.Points, func(p Point) bool { return p.Await != nil })
	})
}

// timelines lists the import and those of the update's cases.
func (f *Flow) timelines() []*Timeline {
	all := []*Timeline{&f.Import}
	for i := range f.Update {
		all = append(all, &f.Update[i].Import)
	}
	return all
}
