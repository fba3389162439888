package httpapi

import (
	"fmt"
	"slices"

	"github.com/mockbank/mockbank/engine"
)

// connect makes a connection from an authenticated process.
func connect(x *exchange) error {
	f, err := x.fields()
	if err != nil {
		return err
	}
	id := f.required("bank_authentication_process_id", maxName)
	if err := f.err(); err != nil {
		return err
	}
	if id, err = checkIdentifier(processNoun, id); err != nil {
		return err
	}
	state, err := x.api.bank.Connect(x.context(), id, x.keepConnection(x.composeCreated)...)
	x.outgoing.step = state.Shape
	switch {
	case err != nil:
	case state.Refused():
		x.composeNothing("", "")
	case !x.claim.kept:
		x.composeCreated(&state)
	}
	return err
}

// showConnection answers with a connection as it is now.
func showConnection(x *exchange) error {
	id, err := x.identifier(connectionNoun)
	if err != nil {
		return err
	}
	state, err := x.api.bank.Connection(x.context(), id)
	if err != nil {
		return err
	}
	x.outgoing.step = state.Shape
	x.composeConnection(&state)
	return nil
}

// updateConnection imports again. It takes no fields.
func updateConnection(x *exchange) error {
	id, err := x.identifier(connectionNoun)
	if err != nil {
		return err
	}
	state, err := x.api.bank.UpdateConnection(x.context(), id, x.keepConnection(x.composeConnection)...)
	x.outgoing.step = state.Shape
	if err == nil && !x.claim.kept {
		x.composeConnection(&state)
	}
	return err
}

func deleteConnection(x *exchange) error {
	id, err := x.identifier(connectionNoun)
	if err != nil {
		return err
	}
	x.aboutDeleted(id)
	if err := x.api.bank.DeleteConnection(x.context(), id); err != nil {
		return err
	}
	if x.request.Refused {
		x.composeNothing("", "")
		return nil
	}
	x.noContent()
	return nil
}

// aboutDeleted notes which connection goes: once it has gone, nobody knows of whom it was.
func (x *exchange) aboutDeleted(id string) {
	state, err := x.api.bank.PeekConnection(x.context(), id)
	if err != nil {
		return // the deletion says why
	}
	x.about.connection(&state)
	x.about.state, x.about.failure, x.about.progress = "", "", -1
}

// connectionsBody is a page of connections.
type connectionsBody struct {
	Connections []connectionBody `json:"bank_connections"`
	NextCursor  *string          `json:"next_cursor"`
}

// listConnections answers with a page of the session's connections, oldest first.
func listConnections(x *exchange) error {
	q := x.query()
	page := q.page()
	if _, ok := canonicalUUID(page.after); !ok && page.after != "" {
		q.fault("cursor", cursorFault)
	}
	filter := engine.ConnectionFilter{
		Session: x.session, Bank: q.text("bank_slug"), Status: q.importStatus("status"),
		After: page.after, Limit: page.limit + 1,
	}
	if err := q.err(); err != nil {
		return err
	}
	states, err := x.api.bank.Connections(x.context(), filter)
	if err != nil {
		return err
	}
	in := translator{x: x}
	body := page.connections(states)
	for i := range body.Connections {
		in.connection(&body.Connections[i], &states[i])
	}
	x.compose(200, body)
	in.announce()
	return nil
}

func (p page) connections(states []engine.ConnectionState) *connectionsBody {
	shown := states[:min(len(states), p.limit)]
	body := &connectionsBody{Connections: make([]connectionBody, len(shown))}
	for i := range shown {
		body.Connections[i] = newConnectionBody(&shown[i])
	}
	if len(states) > p.limit {
		body.NextCursor = cursorAfter(shown[len(shown)-1].ID)
	}
	return body
}

// importStatus returns the parameter as a status of an import, "" where it is missing.
func (q *query) importStatus(name string) engine.ImportStatus {
	status := engine.ImportStatus(q.text(name))
	if status != "" && !status.Valid() {
		q.fault(name, fmt.Sprintf("must be one of %s", wordList(engine.ImportStatuses())))
	}
	return status
}

func wordList[Word ~string](words []Word) string {
	text := ""
	for i, word := range slices.All(words) {
		if i > 0 {
			text += ", "
		}
		text += string(word)
	}
	return text
}
