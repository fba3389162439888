package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// headerField is a field of an answer's header.
type headerField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// answer is a composed answer, not yet sent. Its exported fields and its body are what a repeat of
// the request gets again.
type answer struct {
	Status      int           `json:"status"`
	ContentType string        `json:"content_type,omitempty"`
	Scenario    string        `json:"scenario,omitempty"`
	Rules       string        `json:"rules,omitempty"`
	Header      []headerField `json:"header,omitempty"`

	body bytes.Buffer
	// without are the headers that are not sent, whoever would.
	without []string
}

func (a *answer) reset() {
	a.Status, a.ContentType, a.Scenario, a.Rules, a.without = 0, "", "", "", nil
	a.Header = a.Header[:0]
	a.body.Reset()
}

// keptAnswer is an answer as the store keeps it.
type keptAnswer struct {
	*answer
	Body string `json:"body"`
	// HeldUntil is when the answer is released to the first request, if all goes well: a repeat must
	// wait until then.
	HeldUntil time.Time `json:"held_until,omitzero"`
}

func (a *answer) pack(heldUntil time.Time) ([]byte, error) {
	return json.Marshal(keptAnswer{answer: a, Body: a.body.String(), HeldUntil: heldUntil})
}

// unpack makes a kept answer this one, and returns until when it is held back.
func (a *answer) unpack(kept []byte) (heldUntil time.Time, err error) {
	a.reset()
	from := keptAnswer{answer: a}
	if err := json.Unmarshal(kept, &from); err != nil {
		return time.Time{}, err
	}
	a.body.WriteString(from.Body)
	return from.HeldUntil, nil
}

// compose makes body, encoded as JSON, the exchange's answer.
func (x *exchange) compose(status int, body any) {
	x.answer.reset()
	x.answer.Status = status
	x.answer.ContentType = "application/json"
	x.encode(body)
}

// madeBy says which scenario of which rule set made the answer.
func (x *exchange) madeBy(scenario, rules string) {
	x.answer.Scenario, x.answer.Rules = scenario, rules
}

func (x *exchange) encode(body any) {
	if err := x.encoder.Encode(body); err != nil {
		panic(err) // every answer is a struct of texts, numbers and lists
	}
}

// send writes the composed answer.
func (x *exchange) send() {
	x.prepareHeader()
	x.WriteHeader(x.answer.Status)
	if x.answer.body.Len() > 0 {
		_, _ = x.Write(x.answer.body.Bytes()) // a client that went away is no fault of ours
	}
}

func (x *exchange) prepareHeader() {
	header := x.w.Header()
	if x.answer.ContentType != "" {
		header["Content-Type"] = []string{x.answer.ContentType}
		header["Content-Length"] = []string{strconv.Itoa(x.answer.body.Len())}
	}
	header["Cache-Control"] = noStore
	header["X-Content-Type-Options"] = noSniff
	x.nameRules(x.answer.Scenario, x.answer.Rules)
	for _, field := range x.answer.Header {
		if field.Name == "Vary" { // on the origin, too
			header.Add(field.Name, field.Value)
			continue
		}
		header.Set(field.Name, field.Value)
	}
	for _, name := range x.answer.without {
		header[name] = nil // which net/http does not fill in either
	}
}

// nameRules puts into the header which scenario of which rule set speaks.
func (x *exchange) nameRules(scenario, rules string) {
	header := x.w.Header()
	if scenario != "" {
		x.scenario = scenario
		header["X-Mockbank-Scenario"] = []string{scenario}
	}
	if rules != "" {
		header["X-Mockbank-Rules"] = []string{rules}
	}
}

var (
	noStore = []string{"no-store"}
	noSniff = []string{"nosniff"}
)

// noContent makes an empty 204 the exchange's answer.
func (x *exchange) noContent() {
	x.answer.reset()
	x.answer.Status = http.StatusNoContent
}
