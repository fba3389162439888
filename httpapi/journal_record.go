package httpapi

import (
	"strings"
	"time"

	"github.com/mockbank/mockbank/httpapi/journal"
)

// What an entry of the journal holds at most, in bytes. A header's or field's value is cut there, a
// longer body left out.
const (
	maxRecordedText = 256
	maxRecordedBody = 16 << 10
)

// redacted stands for a value that the journal never holds.
const redacted = journal.Redacted

// record puts the exchange into the journal, once: before its answer is sent, so that whoever has the
// answer finds the entry.
func (x *exchange) record() {
	if x.recorded || x.api.journal == nil || !x.endpoint.journalled || !x.concernsBank() {
		return
	}
	x.recorded = true
	x.findSession()
	x.entry = journal.Entry{
		At: x.began, SessionTime: x.sessionTime(), DecidedAt: x.about.at, Took: x.api.now().Sub(x.began),
		Session: x.about.session, Route: x.endpoint.name, RequestID: x.requestID, TraceID: x.trace.id,
		Process: x.about.processID, Connection: x.about.connectionID,
		Near:  x.about.near,
		State: x.about.state, Flow: x.about.flow, Moves: x.about.moves,
		Request: x.recordedRequest(&x.entry.Request), Response: x.recordedResponse(&x.entry.Response),
	}
	if x.about.decided {
		x.entry.Decision = &x.about.decision
	}
	x.api.journal.Add(&x.entry)
}

// concernsBank reports whether the request has to do with the bank's endpoints, or was meant for them.
func (x *exchange) concernsBank() bool {
	if x.endpoint.guard != nil || x.endpoint.page != nil {
		return true // it found its endpoint
	}
	path := x.r.URL.Path
	return strings.HasPrefix(path, x.api.config.BasePath) || strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, sessionsPath)
}

// findSession finds the session of an exchange that was refused, or answered by a page, or by a kept
// answer: that of the record which the request names.
func (x *exchange) findSession() {
	if x.about.session != "" {
		return
	}
	x.about.session = strings.Clone(x.session)
	process, connection := x.named()
	switch {
	case process != "":
		if state, err := x.api.bank.Process(x.context(), process); err == nil {
			x.about.process(&state)
		}
	case connection != "":
		if state, err := x.api.bank.PeekConnection(x.context(), connection); err == nil {
			x.about.connection(&state)
		}
	}
}

// named returns the identifiers of the records that the request names.
func (x *exchange) named() (process, connection string) {
	id, _ := canonicalUUID(x.variable("id"))
	switch x.endpoint.name {
	case "connection", "update", "delete":
		return "", id
	}
	if id == "" && x.decoded != nil {
		id, _ = canonicalUUID(x.decoded.peek("bank_authentication_process_id"))
	}
	return id, ""
}

// sessionTime returns what the session's clock shows, zero where it cannot be read.
func (x *exchange) sessionTime() time.Time {
	now, err := x.api.bank.NowAsSeen(x.context(), x.about.session)
	if err != nil {
		return time.Time{}
	}
	return now
}

// recordedRequest notes the request. Lists of the one before are filled again.
func (x *exchange) recordedRequest(before *journal.Request) journal.Request {
	recorded := journal.Request{
		Method: x.r.Method, Path: recordedText(x.shownPath()), Bytes: x.body.Len(),
		Query: before.Query[:0], Header: x.recordHeader(before.Header[:0], x.r.Header, treatHeader), Body: before.Body[:0],
	}
	if x.declared != nil {
		recorded.Path = x.declared.redactText(recorded.Path)
	} else if x.r.URL.RawQuery != "" {
		x.recordQuery(&recorded, x.r.URL.Query())
	}
	x.recordBody(&recorded)
	return recorded
}
