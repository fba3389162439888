package console

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/mockbank/mockbank/engine"
)

// webhooksPage is a part of what webhooks were told, the youngest first.
type webhooksPage struct {
	Session, State, Webhook string
	States, Webhooks        []string
	Rows                    []delivery
	Next, After             int64
	// Waits says that something shown is still to be sent, which no other news tells of.
	Waits, ReadOnly bool
}

// delivery is one message, with its body as it was sent.
type delivery struct {
	engine.Delivery
	Body string
}

// Webhooks lists what webhooks were told, and how that went.
func (c *Console) Webhooks(w http.ResponseWriter, r *http.Request) error {
	p := c.page(w, r, "webhooks")
	q := r.URL.Query()
	content := webhooksPage{Session: q.Get("session"), State: q.Get("state"), Webhook: q.Get("webhook"), ReadOnly: c.config.ReadOnly}
	for _, state := range engine.DeliveryStates() {
		content.States = append(content.States, string(state))
	}
	for _, webhook := range c.config.Bank.Rules().Webhooks {
		content.Webhooks = append(content.Webhooks, webhook.Name)
	}
	after, _ := strconv.ParseInt(q.Get("after"), 10, 64)
	content.After = max(after, 0)
	found, err := c.config.Webhooks.Deliveries(r.Context(), engine.DeliveryFilter{
		Session: content.Session, Webhook: content.Webhook, State: engine.DeliveryState(content.State), After: max(after, 0),
		Limit: pageSize + 1, Latest: true,
	})
	if err != nil {
		return p.refused(err)
	}
	if len(found) > pageSize {
		found = found[:pageSize]
		content.Next = found[pageSize-1].Number
	}
	for _, d := range found {
		content.Waits = content.Waits || d.State == engine.DeliveryPending
		content.Rows = append(content.Rows, delivery{d, indent(json.RawMessage(d.Payload))})
	}
	return p.show(http.StatusOK, "webhooks.html", "webhooks.title", content)
}

// ReplayDelivery sends a message once more.
func (c *Console) ReplayDelivery(w http.ResponseWriter, r *http.Request, id string) error {
	p := c.page(w, r, "webhooks")
	if _, err := c.config.Webhooks.Replay(r.Context(), id); err != nil {
		return p.refused(err)
	}
	return p.done(p.back("/console/webhooks"))
}
