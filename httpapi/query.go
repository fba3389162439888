package httpapi

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The sizes of a list's page.
const (
	defaultLimit = 50
	maxLimit     = 200
)

// maxParameter is the longest value of a query parameter, in bytes.
const maxParameter = 1024

const cursorFault = "must be a next_cursor of this list, unchanged"

// query is a request's query, and what is wrong with the parameters that were asked for.
type query struct {
	values url.Values
	faults []fieldError
	// foreign says that a fault repeats a name that only the client knows.
	foreign bool
	naming  naming
}

func (x *exchange) query() *query {
	values, err := url.ParseQuery(x.r.URL.RawQuery)
	q := &query{values: values, naming: x.naming()}
	if err != nil { // a filter that got lost must not look like one that found everything
		q.fault("query", "must be well-formed: write % as %25 and ; as %3B")
	}
	q.checkNames(inputs[x.endpoint.name])
	q.rename()
	return q
}

// text returns the parameter, "" where it is missing.
func (q *query) text(name string) string {
	value := q.values.Get(name)
	if len(value) > maxParameter || !utf8.ValidString(value) || strings.IndexByte(value, 0) >= 0 {
		q.fault(name, fmt.Sprintf("must be UTF-8 of at most %d bytes, without NUL", maxParameter))
		return ""
	}
	return value
}

func (q *query) fault(name, detail string) { q.faultAt(q.naming.sent(name), detail) }

// faultAt is as fault, for a name as the client wrote it.
func (q *query) faultAt(name, detail string) {
	q.faults = append(q.faults, fieldError{Parameter: name, Detail: detail})
}

// err returns all faults as one refusal, nil where there are none.
func (q *query) err() error {
	if len(q.faults) == 0 {
		return nil
	}
	details := make([]string, len(q.faults))
	for i, fault := range q.faults {
		details[i] = fault.Parameter + " " + fault.Detail
	}
	r := refuse(codeInvalidParameters, "%s", strings.Join(details, "; "))
	r.errors, r.foreign = q.faults, q.foreign
	return r
}

// page says which part of a list is wanted: up to limit entries behind the one named after.
type page struct {
	after string
	limit int
}

func (q *query) page() page {
	p := page{limit: defaultLimit}
	if text := q.text("limit"); text != "" {
		limit, err := strconv.Atoi(text)
		if err != nil || limit < 1 || limit > maxLimit {
			q.fault("limit", fmt.Sprintf("must be a whole number from 1 to %d", maxLimit))
		}
		p.limit = limit
	}
	if text := q.text("cursor"); text != "" {
		after, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || !utf8.Valid(after) {
			q.fault("cursor", cursorFault)
			return p
		}
		p.after = string(after)
	}
	return p
}

// cursorAfter returns the cursor of the page that follows the entry.
func cursorAfter(entry string) *string {
	cursor := base64.RawURLEncoding.EncodeToString([]byte(entry))
	return &cursor
}
