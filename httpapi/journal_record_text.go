package httpapi

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// recordQuery notes the parameters that may be shown, and counts the others.
func (x *exchange) recordQuery(recorded *journal.Request, query url.Values) {
	names := x.naming()
	for said := range query {
		if name := names.known(said); treatParameter(name) == shown {
			recorded.Query = append(recorded.Query, journal.Field{Name: said, Value: x.knownOrMasked(name, query.Get(said))})
		} else {
			recorded.Hidden++
		}
	}
}

// recordBody notes the body's fields that may be shown, and the names of those that are secret. Of a
// body that could not be decoded its length is all there is.
func (x *exchange) recordBody(recorded *journal.Request) {
	if x.declared != nil {
		x.recordDeclared(recorded)
		return
	}
	if text := x.about.faults; text != "" && len(text) <= maxRecordedBody {
		recorded.Body = append(recorded.Body, journal.Field{Name: "faults", Value: text})
	}
	if x.about.switched != "" {
		name := "switch_off"
		if x.about.switchedOn {
			name = "switch_on"
		}
		recorded.Body = append(recorded.Body, journal.Field{Name: name, Value: x.about.switched})
	}
	f := x.decoded
	if f == nil && x.r.PostForm != nil { // a page decoded it
		f = &fields{form: x.r.PostForm}
	}
	if f == nil {
		return
	}
	for i := range f.json {
		x.recordField(recorded, f, f.json[i].name)
	}
	for name := range f.form {
		x.recordField(recorded, f, name)
	}
}

func (x *exchange) recordField(recorded *journal.Request, f *fields, name string) {
	value := redacted
	treat := treatField(name)
	if treat == hidden && slices.Contains(x.api.bank.Rules().Fields, name) {
		treat = secret // as a password is
	}
	switch treat {
	case hidden:
		recorded.Hidden++
		return
	case shown:
		value = x.knownOrMasked(name, f.peek(name))
	case location:
		value = x.recordedRedirect(f.peek(name))
	}
	recorded.Body = append(recorded.Body, journal.Field{Name: f.naming.sent(name), Value: value})
}

// recordedRedirect returns where the browser is to be sent back, if it may be.
func (x *exchange) recordedRedirect(uri string) string {
	if x.api.redirects.Check(uri) != nil {
		return redacted
	}
	return withoutQuery(uri)
}

// recordHeader notes the fields that may be shown.
func (x *exchange) recordHeader(recorded []journal.Field, header http.Header, treat func(name string) treatment) []journal.Field {
	for name, values := range header {
		if len(values) == 0 {
			continue
		}
		value := redacted
		switch treat(name) {
		case hidden:
			continue
		case shown:
			value = x.knownOrMasked(name, values[0])
		case location:
			value = withoutQuery(values[0])
		}
		if x.declared != nil {
			value = x.declared.redactText(value)
		}
		recorded = append(recorded, journal.Field{Name: name, Value: value})
	}
	return recorded
}

func (x *exchange) recordedResponse(before *journal.Response) journal.Response {
	return journal.Response{
		Status: x.sent, Header: x.recordHeader(before.Header[:0], x.w.Header(), treatAnswerHeader), Body: x.recordedAnswerBody(),
		Bytes:     x.answer.body.Len(),
		WireFault: string(x.outgoing.broken), Delayed: x.outgoing.delayed, Shaped: x.outgoing.shaped, Replaced: x.outgoing.replaced,
		Refused:  x.request.Refused,
		Scenario: one(x.w.Header(), "X-Mockbank-Scenario"), Rules: one(x.w.Header(), "X-Mockbank-Rules"), Code: string(x.code),
	}
}

// recordedAnswerBody returns the composed body. A page composes none. A problem may repeat what named
// groups of a scenario took from the login, the password included, or the name of a parameter that nobody
// knows: that part is left out, and so are pictures.
func (x *exchange) recordedAnswerBody() []byte {
	body := withoutPictures(x.answer.body.Bytes())
	if len(body) == 0 || len(body) > maxRecordedBody {
		return nil
	}
	if x.declared != nil {
		return x.declared.redact(body, x.outgoing.shaped)
	}
	if x.outgoing.shaped && !json.Valid(body) {
		return nil
	}
	if x.answer.ContentType != problemMedia {
		return body
	}
	var p problem
	if json.Unmarshal(body, &p) != nil {
		return nil
	}
	repeated := slices.ContainsFunc(x.masked, func(said string) bool { return repeats(p.Detail, said) })
	if p.Code == engine.CodeScenarioValue || x.foreign || repeated {
		p.Detail, p.Errors = redacted, nil
	}
	recorded, err := json.Marshal(&p)
	if err != nil {
		return nil
	}
	return recorded
}

// recordedText returns a text as the journal keeps it.
func recordedText(text string) string {
	if len(text) > maxRecordedText {
		return strings.ToValidUTF8(text[:maxRecordedText], "") + "…"
	}
	return text
}

// withoutQuery returns the URI up to its query, which may bring a client's own secrets.
func withoutQuery(uri string) string {
	uri, query, _ := strings.Cut(uri, "?")
	if query != "" {
		return recordedText(uri) + "?" + redacted
	}
	return recordedText(uri)
}
