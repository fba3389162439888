package engine

import (
	"errors"
	"time"
)

// Notice is an event that a webhook of a declared api is told of.
type Notice struct {
	// Webhook is the one that is told, and ID that of the delivery.
	Webhook *Webhook
	ID      string
	Event   WebhookEvent
	// At is the session's time of the event, and Payload what other webhooks are told of it.
	At      time.Time
	Payload []byte
	// Process is the one that the event is about, or that led to the connection, and Connection the connection, nil
	// where there is none: both as they were at the event's moment.
	Process    *ProcessState
	Connection *ConnectionState
	// Holds asks a condition as things were at the event's moment. owner names whose draws they are.
	Holds func(w *Condition, owner string) (bool, error)
}

// WebhookMessage is what a webhook of a declared api sends.
type WebhookMessage struct {
	// URL takes it; "" is nobody.
	URL     string
	Payload []byte
}

// WebhookMessageWriter writes what webhooks of declared apis send. It works within the transaction that makes the event,
// and may be asked more than once for the same.
type WebhookMessageWriter interface {
	WriteMessage(tx Tx, rs *RuleSet, n *Notice) (*WebhookMessage, error)
}

// message returns what a webhook sends of an event, nil where it is not told: it belongs to an api that did not begin
// the process, or has nowhere to send it to.
func (c *change) message(webhook *Webhook, e *webhookEvent, id string) (*WebhookMessage, error) {
	if webhook.API == "" {
		payload, err := e.patched(c.tx, webhook)
		if c.bank.camelCase {
			payload = e.members().CamelCase(payload)
		}
		return &WebhookMessage{Payload: payload}, err
	}
	if c.bank.messageWriter == nil {
		return nil, nil
	}
	payload, err := e.patched(c.tx, webhook)
	if err != nil {
		return nil, err
	}
	process, connection, err := c.about(e)
	if err != nil {
		return nil, err
	}
	message, err := c.bank.messageWriter.WriteMessage(c.tx, c.rs, &Notice{
		Webhook: webhook, ID: id, Event: e.kind, At: e.at, Payload: payload, Process: process, Connection: connection,
		Holds: func(w *Condition, owner string) (bool, error) { return c.askEvent(w, e, owner) },
	})
	if err != nil || message.URL == "" {
		return nil, err
	}
	return message, nil
}

// about returns the records of an event as they were at its moment.
func (c *change) about(e *webhookEvent) (*ProcessState, *ConnectionState, error) {
	process, connection := e.process, e.connection
	switch {
	case process != nil && connection == nil && process.ConnectionID != "":
		record, err := c.tx.Connection(process.ConnectionID)
		if err != nil {
			return process, nil, ignoreMissing(err)
		}
		connection = &ConnectionState{Connection: record}
	case process == nil && connection != nil:
		record, err := c.tx.Process(connection.ProcessID)
		if err != nil {
			return nil, connection, ignoreMissing(err)
		}
		process = &ProcessState{Process: record, Status: Authenticated}
		if connection.AuthenticationStatus != "" {
			process.Status = connection.AuthenticationStatus
		}
	}
	return process, connection, nil
}

// begunBy reports whether the api began the process.
func (c *change) begunBy(api, processID string) (bool, error) {
	if name, known := c.begun[processID]; known {
		return name == api, nil
	}
	process, err := c.tx.Process(processID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, err
	}
	c.recordBegun(processID, process.API)
	return process.API == api, nil
}

// notifies reports whether some webhook may be told of the process: one of the bank's, or of the api that began it.
func (c *change) notifies(p *Process) bool {
	for i := range c.rs.Webhooks {
		if api := c.rs.Webhooks[i].API; api == "" || api == p.API {
			c.recordBegun(p.ID, p.API)
			return true
		}
	}
	return false
}

func (c *change) recordBegun(processID, api string) {
	if c.begun == nil {
		c.begun = make(map[string]string)
	}
	c.begun[processID] = api
}
