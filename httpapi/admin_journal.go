package httpapi

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/mockbank/mockbank/httpapi/journal"
)

// listJournal answers with the exchanges that this node keeps.
func listJournal(x *exchange) error {
	if err := x.needJournal(); err != nil {
		return err
	}
	page, format, err := x.journalPage()
	if err != nil {
		return err
	}
	entries, status := x.api.journal.List(page)
	if format == "text" {
		x.composeText(journalText(entries))
		return nil
	}
	body := &journalBody{
		Node: x.api.config.Node, Exchanges: make([]exchangeBody, len(entries)), NextSince: status.Last,
		Missed: status.Missed, Entries: status.Entries, Bytes: status.Bytes, Evicted: status.Evicted,
	}
	body.MaxEntries, body.MaxBytes = x.api.journal.Limits().Entries, x.api.journal.Limits().Bytes
	for i, e := range entries {
		body.Exchanges[i] = x.api.exchangeBody(e)
	}
	x.compose(http.StatusOK, body)
	return nil
}

// forgetJournal drops the exchanges of a session, or all of them.
func forgetJournal(x *exchange) error {
	if err := x.needJournal(); err != nil {
		return err
	}
	q := x.query()
	said := q.text("session")
	if err := q.err(); err != nil {
		return err
	}
	session, err := x.sessionAsked(said)
	if err != nil {
		return err
	}
	x.api.forgetJournal(session)
	x.noContent()
	return nil
}

func (x *exchange) needJournal() error {
	if x.api.journal == nil {
		return refuse(codeNoJournal, "this node is configured to keep no journal; set server.journal_entries to keep one")
	}
	return nil
}

// journalPage returns what the request's query asks for, and in which format.
func (x *exchange) journalPage() (page journal.Page, format string, err error) {
	q := x.query()
	format = q.choice("format", "json", "text")
	page = journal.Page{
		Filter: journal.Filter{
			Scenario: q.text("scenario"), Route: q.text("route"),
			Process: q.uuid("bank_authentication_process_id"), Connection: q.uuid("bank_connection_id"),
		},
		Since: q.journalID("since"), Limit: q.page().limit,
	}
	page.Filter.StatusFrom, page.Filter.StatusTo = q.httpStatus("status")
	said := q.text("session")
	if err := q.err(); err != nil {
		return page, format, err
	}
	page.Filter.Session, err = x.sessionAsked(said)
	return page, format, err
}

func (q *query) uuid(name string) string {
	text := q.text(name)
	id, ok := canonicalUUID(text)
	if text != "" && !ok {
		q.fault(name, "must be a UUID")
	}
	return id
}

func (q *query) journalID(name string) int64 {
	text := q.text(name)
	if text == "" {
		return 0
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 0 || id > maxWhole {
		q.fault(name, "must be the id of an exchange, or a next_since")
		return 0
	}
	return max(id, 1) // 0 would mean that nothing was said
}

// httpStatus returns the statuses that 404, or 4xx, stands for.
func (q *query) httpStatus(name string) (from, to int) {
	text := q.text(name)
	if text == "" {
		return 0, 0
	}
	if len(text) == 3 && text[1:] == "xx" && text[0] >= '1' && text[0] <= '5' {
		from = int(text[0]-'0') * 100
		return from, from + 99
	}
	status, err := strconv.Atoi(text)
	if err != nil || status < firstStatus || status >= firstStatus+statusCount {
		q.fault(name, fmt.Sprintf("must be a status from %d to %d, or a class such as 4xx", firstStatus, firstStatus+statusCount-1))
	}
	return status, status
}
