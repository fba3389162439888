package surface

import (
	"github.com/mockbank/mockbank/engine"
)

// Webhook says what a webhook of an api sends, and where to.
type Webhook struct {
	Name string
	// URL takes the deliveries of an event; what is null or "" is nobody.
	URL Node
	// When must hold for it to be told, nil for always.
	When *Condition
	// Body is what is sent, nil for what webhooks of the bank are told.
	Body Node
}

// Webhooks returns the scope of the api's webhooks: an event is known there, and no request.
func (s *Scope) Webhooks() *Scope {
	inner := *s
	inner.webhook, inner.anyPath, inner.found = true, true, new(findings)
	return &inner
}

// MessageWriter writes what webhooks of declared apis send. It is an [engine.WebhookMessageWriter].
type MessageWriter struct {
	// Key is the secret that identifiers follow from; all nodes of a database share it.
	Key []byte
	// BaseURL is the address at which clients reach the server, "" where that is not known.
	BaseURL string
	NewID   func() string
}

// deliveryAPIs are what texts of webhooks may ask of the bank.
type deliveryAPIs struct {
	APIs
	newID func() string
}

// NewID implements [APIs].
func (b deliveryAPIs) NewID() string { return b.newID() }

// WriteMessage implements [engine.WebhookMessageWriter].
func (l *MessageWriter) WriteMessage(tx engine.Tx, rs *engine.RuleSet, n *engine.Notice) (*engine.WebhookMessage, error) {
	api, known := Of(rs).API(n.Webhook.API)
	if !known {
		return &engine.WebhookMessage{}, nil
	}
	declared := api.webhook(n.Webhook.Name)
	if declared == nil {
		return &engine.WebhookMessage{}, nil
	}
	session := ""
	switch {
	case n.Process != nil:
		session = n.Process.Session
	case n.Connection != nil:
		session = n.Connection.Session
	}
	data, err := DecodeJSON(n.Payload)
	if err != nil {
		return nil, err
	}
	notified, _ := memberOf(data, "data")
	p := &play{
		response: &Response{}, selected: &Case{},
		Env: Env{
			api: api, host: &Host{APIs: deliveryAPIs{newID: l.NewID}, Rules: rs, Key: l.Key, BaseURL: sessionURL(l.BaseURL, session)},
			request: &Request{Session: session}, session: session, now: n.At, process: n.Process, connection: n.Connection, records: tx,
			holdsFacts: n.Holds,
			event: &Object{
				Names: []string{"id", "type", "timestamp", "data"}, Values: []any{n.ID, string(n.Event), n.At, notified},
			},
		},
	}
	if holds := declared.When.holds(&p.Env); p.err != nil || !holds {
		return &engine.WebhookMessage{}, p.err
	}
	message := &engine.WebhookMessage{URL: Text(declared.URL.Eval(&p.Env)), Payload: n.Payload}
	if message.URL != "" && declared.Body != nil {
		message.Payload = declared.Body.append(&p.Env, nil)
	}
	if p.err != nil {
		return nil, p.err
	}
	return message, p.save(tx)
}

// sessionURL is the address at which requests belong to a session.
func sessionURL(base, session string) string {
	if base == "" || session == "" || session == engine.DefaultSession {
		return base
	}
	return base + "/sessions/" + session
}

func (a *API) webhook(name string) *Webhook {
	for _, one := range a.Webhooks {
		if one.Name == name {
			return one
		}
	}
	return nil
}
