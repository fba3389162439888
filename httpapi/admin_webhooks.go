package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// deliveryBody is a delivery in the log.
type deliveryBody struct {
	ID      string              `json:"id"`
	Webhook string              `json:"webhook"`
	Event   engine.WebhookEvent `json:"event"`
	Session string              `json:"session"`
	// ProcessID is the process whose deliveries are sent in order with this one.
	ProcessID   string               `json:"bank_authentication_process_id"`
	State       engine.DeliveryState `json:"state"`
	Fault       *string              `json:"fault"`
	Attempts    int                  `json:"attempts"`
	NextAt      *string              `json:"next_attempt_at"`
	LastStatus  *int                 `json:"last_http_status"`
	LastError   *string              `json:"last_error"`
	CreatedAt   string               `json:"created_at"`
	DeliveredAt *string              `json:"delivered_at"`
	Payload     json.RawMessage      `json:"payload"`
	AttemptLog  []attemptBody        `json:"attempt_log"`
}

// attemptBody is an attempt to deliver.
type attemptBody struct {
	At     string  `json:"at"`
	Status *int    `json:"http_status"`
	Error  *string `json:"error"`
	// Signed are the fields of the request's header by which its receiver knows who sent it.
	Signed map[string]string `json:"signed"`
}

func newAttemptBodies(log []engine.AttemptRecord) []attemptBody {
	all := []attemptBody{}
	for i := range log {
		one := attemptBody{At: stamp(log[i].At), Error: textOrNull(log[i].Problem), Signed: log[i].Signed}
		if log[i].Status != 0 {
			one.Status = &log[i].Status
		}
		if one.Signed == nil {
			one.Signed = map[string]string{}
		}
		all = append(all, one)
	}
	return all
}

// deliveriesBody is a page of deliveries, oldest first.
type deliveriesBody struct {
	Deliveries []deliveryBody `json:"webhook_deliveries"`
	NextCursor *string        `json:"next_cursor"`
}

const deliveryNoun = "webhook delivery"

func newDeliveryBody(d *engine.Delivery) deliveryBody {
	body := deliveryBody{
		ID: d.ID, Webhook: d.Webhook, Event: d.Event, Session: d.Session, ProcessID: d.Stream, State: d.State,
		Fault: textOrNull(string(d.Fault)), Attempts: d.Attempts, LastError: textOrNull(d.LastError),
		CreatedAt: stamp(d.CreatedAt), DeliveredAt: stampOrNull(d.DeliveredAt), Payload: d.Payload, AttemptLog: newAttemptBodies(d.Log),
	}
	if d.State == engine.DeliveryPending {
		body.NextAt = stampOrNull(&d.NextAt)
	}
	if d.LastStatus != 0 {
		body.LastStatus = &d.LastStatus
	}
	return body
}

// listDeliveries answers with a page of what webhooks were told, of all sessions unless one is named.
func listDeliveries(x *exchange) error {
	q := x.query()
	page := q.page()
	filter := engine.DeliveryFilter{
		Session: q.text("session"), Webhook: q.text("webhook"), Stream: q.uuid("bank_authentication_process_id"),
		Event: oneOf(q, "event", x.api.bank.Rules().Events()), State: oneOf(q, "state", engine.DeliveryStates()), Limit: page.limit + 1,
	}
	if page.after != "" {
		number, err := strconv.ParseInt(page.after, 10, 64)
		if err != nil || number < 0 {
			q.fault("cursor", cursorFault)
		}
		filter.After = number
	}
	if err := q.err(); err != nil {
		return err
	}
	found, err := x.api.webhooks.Deliveries(x.context(), filter)
	if err != nil {
		return err
	}
	body := &deliveriesBody{Deliveries: []deliveryBody{}}
	for i := range found[:min(len(found), page.limit)] {
		body.Deliveries = append(body.Deliveries, newDeliveryBody(&found[i]))
	}
	if len(found) > page.limit {
		body.NextCursor = cursorAfter(strconv.FormatInt(found[page.limit-1].Number, 10))
	}
	x.compose(http.StatusOK, body)
	return nil
}

// showDelivery answers with a delivery.
func showDelivery(x *exchange) error {
	id, err := x.identifier(deliveryNoun)
	if err != nil {
		return err
	}
	d, err := x.api.webhooks.Delivery(x.context(), id)
	if err != nil {
		return err
	}
	body := newDeliveryBody(&d)
	x.compose(http.StatusOK, &body)
	return nil
}

// oneOf returns a parameter that must be one of a few words, "" where it is missing.
func oneOf[Word ~string](q *query, name string, words []Word) Word {
	word := Word(q.text(name))
	if word != "" && !slices.Contains(words, word) {
		texts := make([]string, len(words))
		for i, one := range words {
			texts[i] = string(one)
		}
		q.fault(name, fmt.Sprintf("must be one of %s", strings.Join(texts, ", ")))
	}
	return word
}

// replayDelivery sends a delivery again.
func replayDelivery(x *exchange) error {
	id, err := x.identifier(deliveryNoun)
	if err != nil {
		return err
	}
	d, err := x.api.webhooks.Replay(x.context(), id)
	if err != nil {
		return err
	}
	body := newDeliveryBody(&d)
	x.compose(http.StatusAccepted, &body)
	return nil
}
