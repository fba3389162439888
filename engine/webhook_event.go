package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// webhookEvent is something that happened, as webhooks are told of it.
type webhookEvent struct {
	kind WebhookEvent
	// key identifies the event for ever: told twice, it is told once.
	key string
	// stream orders events: those of one process, and of the connection made from it.
	stream                            string
	bank, username, scenario, session string
	// at is the session's time of it.
	at   time.Time
	data any
	// What conditions may ask of the record.
	caseID          string
	captures        Captures
	authenticatedAt *time.Time
	run             *runFact
	// process and connection are the records as they were then, as far as the event knows them.
	process    *ProcessState
	connection *ConnectionState
	// values are what a webhook's `set` may refer to, besides the login's captures.
	values Values
}

// processData is what a webhook tells about a process.
type processData struct {
	ProcessID    string       `json:"bank_authentication_process_id"`
	BankSlug     string       `json:"bank_slug"`
	Session      string       `json:"session"`
	Status       Status       `json:"status"`
	Error        *FailureData `json:"error"`
	ConnectionID *string      `json:"bank_connection_id"`
	CreatedAt    string       `json:"created_at"`
}

// importData is what a webhook tells about a step of an import.
type importData struct {
	ConnectionID string        `json:"bank_connection_id"`
	ProcessID    string        `json:"bank_authentication_process_id"`
	BankSlug     string        `json:"bank_slug"`
	Session      string        `json:"session"`
	Status       ImportStatus  `json:"status"`
	Progress     int           `json:"import_progress"`
	Message      *string       `json:"import_message"`
	Error        *FailureData  `json:"error"`
	Warnings     []FailureData `json:"warnings"`
	Run          int           `json:"run"`
	Number       int           `json:"number"`
}

// processEvent is an event of a process that enters a step, but for what it tells.
func processEvent(flow *Flow, p *Process, step int, at time.Time) webhookEvent {
	status := flow.Steps[step].Status
	then := *p
	then.Step, then.Wrong = step, ""
	state := flow.State(then, at)
	return webhookEvent{
		process: &state,
		stream:  p.ID, bank: p.Bank, username: p.Username, scenario: p.Scenario, session: p.Session, at: at,
		caseID: p.Trigger, authenticatedAt: authenticatedSince(flow, step, at),
		captures: p.Captures, values: Values{
			"process_id": p.ID, "connection_id": orNull(p.ConnectionID), "status": string(status), "progress": nil,
			"username": p.Username, "state": orNull(p.State), "now": FormatTime(at),
		},
	}
}

// resolvedEvent tells that a process has entered a step that ends it, as the visit of this number.
func resolvedEvent(flow *Flow, p Process, step, visit int, at time.Time) webhookEvent {
	p.Step, p.Wrong = step, ""
	state := flow.State(p, at)
	data := processData{
		ProcessID: p.ID, BankSlug: p.Bank, Session: p.Session, Status: state.Status, Error: state.Error.Data(),
		CreatedAt: FormatTime(p.CreatedAt),
	}
	if p.ConnectionID != "" {
		data.ConnectionID = &p.ConnectionID
	}
	e := processEvent(flow, &p, step, at)
	e.kind, e.key, e.data = EventProcessResolved, "process "+p.ID+" "+strconv.Itoa(visit), data
	return e
}

// enteredEvents tell that a process has entered a step, as the visit of this number: that it ends there, and the
// step's own event.
func enteredEvents(flow *Flow, p *Process, step, visit int, at time.Time) []webhookEvent {
	var events []webhookEvent
	entered := &flow.Steps[step]
	if entered.Status.Ended() {
		events = append(events, resolvedEvent(flow, *p, step, visit, at))
	}
	if own := entered.Event; own != nil {
		data := usualData{ProcessID: p.ID, BankSlug: p.Bank, Session: p.Session}
		if p.ConnectionID != "" {
			data.ConnectionID = &p.ConnectionID
		}
		e := processEvent(flow, p, step, at)
		e.kind, e.key, e.data = own.Name, "own process "+p.ID+" "+strconv.Itoa(visit), ownData{data, own}
		events = append(events, e)
	}
	return events
}

// stepEvents tell of a step of a connection's import, and then of the event that the point names.
func stepEvents(c *Connection, step *ImportStep) []webhookEvent {
	var events []webhookEvent
	if !step.Quiet {
		events = append(events, stepEvent(c, step))
	}
	if own := step.Event; own != nil {
		data := usualData{ProcessID: c.ProcessID, ConnectionID: &c.ID, BankSlug: c.Bank, Session: c.Session}
		e := importEvent(c, step)
		e.kind, e.key, e.data = own.Name, fmt.Sprintf("own import %s %d %d", c.ID, step.Run, step.Number), ownData{data, own}
		events = append(events, e)
	}
	return events
}

// importEvent is an event of a step of a connection's import, but for what it tells.
func importEvent(c *Connection, step *ImportStep) webhookEvent {
	return webhookEvent{
		connection: stateAt(c, step),
		stream:     c.ProcessID, bank: c.Bank, username: c.Username, scenario: c.Scenario, session: c.Session, at: step.At,
		caseID: c.Trigger, authenticatedAt: &c.AuthenticatedAt, run: runOf(step.Run),
		captures: c.Captures, values: Values{
			"process_id": c.ProcessID, "connection_id": c.ID, "status": string(step.Status), "progress": step.Progress,
			"username": c.Username, "now": FormatTime(step.At),
		},
	}
}

// stepEvent tells of a step of a connection's import.
func stepEvent(c *Connection, step *ImportStep) webhookEvent {
	data := importData{
		ConnectionID: c.ID, ProcessID: c.ProcessID, BankSlug: c.Bank, Session: c.Session,
		Status: step.Status, Progress: step.Progress, Error: step.Error.Data(), Warnings: []FailureData{},
		Run: step.Run, Number: step.Number,
	}
	data.Message = step.ShownMessage()
	e := importEvent(c, step)
	e.kind = EventImportStep
	if step.Ends {
		e.kind = EventImportFinished
		for i := range step.Warnings {
			data.Warnings = append(data.Warnings, *step.Warnings[i].Data())
		}
	}
	e.key, e.data = fmt.Sprintf("import %s %d %d", c.ID, step.Run, step.Number), data
	return e
}

// stateAt returns a connection as it was at a step of its import.
func stateAt(c *Connection, step *ImportStep) *ConnectionState {
	state := ConnectionState{Connection: *c}
	state.Status, state.Progress, state.Message, state.Blank = step.Status, step.Progress, step.Message, step.Blank
	state.Run, state.UpdatedAt = step.Run, step.At
	state.Error, state.Warnings, state.FinishedAt = step.Error, step.Warnings, nil
	if step.Status.Ended() {
		at := step.At
		state.FinishedAt = &at
	}
	return &state
}

// authenticatedSince is since when the user is, where the step says so, else nil.
func authenticatedSince(flow *Flow, step int, at time.Time) *time.Time {
	if flow.Steps[step].Status != Authenticated {
		return nil
	}
	return &at
}

// runOf returns the update that a run of an import is; the first run is none.
func runOf(run int) *runFact {
	if run < 2 {
		return nil
	}
	return &runFact{number: run - 1}
}

// orNull returns a text as a value, nil where it is empty.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// patched is the body of the event's deliveries to a webhook, with what that sets and removes.
func (e *webhookEvent) patched(tx Tx, w *Webhook) ([]byte, error) {
	own, _ := e.data.(ownData)
	if _, known := e.values["state"]; !known && (slices.Contains(w.Patch.Names(), "state") || slices.Contains(own.names(), "state")) {
		p, err := tx.Process(e.stream)
		if err != nil && !errors.Is(err, ErrNotFound) { // it may have aged out
			return nil, err
		}
		e.values["state"] = orNull(p.State)
	}
	return w.Patch.Apply(e.payload(), e.values.with(e.captures)), nil
}

// payload is the body of the event's deliveries.
func (e *webhookEvent) payload() []byte {
	data := e.data
	if own, is := data.(ownData); is {
		data = own.members(e.values.with(e.captures))
	}
	body, err := json.Marshal(struct {
		Type      WebhookEvent `json:"type"`
		Timestamp string       `json:"timestamp"`
		Data      any          `json:"data"`
	}{e.kind, FormatTime(e.at), data})
	if err != nil { // it holds texts, numbers and times only
		panic(fmt.Sprintf("encode webhook event: %v", err))
	}
	return body
}

// notify stores a delivery of each event for each webhook of the live rule set that wants it.
func (c *change) notify(events ...webhookEvent) error {
	for i := range events {
		e := &events[i]
		for j := range c.rs.Webhooks {
			webhook := &c.rs.Webhooks[j]
			wanted, err := c.wants(webhook, e)
			if err != nil {
				return err
			}
			if !wanted {
				continue
			}
			if err := c.deliver(webhook, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// wants reports whether a webhook is to be told of an event: one of a declared api is told of what that began.
func (c *change) wants(webhook *Webhook, e *webhookEvent) (bool, error) {
	if webhook.API != "" {
		if begun, err := c.begunBy(webhook.API, e.stream); err != nil || !begun {
			return false, err
		}
	}
	return webhook.wants(c, e)
}

func (c *change) deliver(webhook *Webhook, e *webhookEvent) error {
	id := c.bank.newID()
	message, err := c.message(webhook, e, id)
	if err != nil || message == nil {
		return err
	}
	fault, err := webhook.fault(c.tx, c.rs, e)
	if err != nil {
		return err
	}
	now := c.bank.now().UTC().Truncate(time.Millisecond)
	d := Delivery{
		ID: id, URL: message.URL, Session: e.session, Webhook: webhook.Name, Stream: e.stream, Event: e.kind, Key: e.key,
		Payload: message.Payload, State: DeliveryPending, NextAt: now, CreatedAt: now,
	}
	if fault != nil {
		d.Fault = fault.Kind
		switch fault.Kind {
		case DeliverNever:
			d.State = DeliveryWithheld
		case DeliverLate, DeliverReordered:
			d.NextAt = e.at.Add(fault.Delay) // by the session's clock
		}
	}
	return c.tx.InsertDelivery(d)
}

// fault returns the fault that is played with the event, nil where none is.
func (w *Webhook) fault(tx Tx, rs *RuleSet, e *webhookEvent) (*WebhookFault, error) {
	for i := range w.Faults {
		fault := &w.Faults[i]
		if !concerns(fault.Events, e.kind) {
			continue
		}
		if fault.Probability == nil {
			return fault, nil
		}
		name := w.Name + " " + strconv.Itoa(i)
		number, err := tx.AddCounter(CounterKey{Session: e.session, Kind: CountFaults, Name: "webhook " + name}, 1)
		if err != nil {
			return nil, err
		}
		session, err := tx.Session(e.session)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return nil, err
		}
		if rand.New(rand.NewPCG(loginSeed(session.seed(rs), name, number), 0)).Float64() < *fault.Probability {
			return fault, nil
		}
	}
	return nil, nil
}
