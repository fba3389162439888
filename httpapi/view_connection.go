package httpapi

import (
	"net/http"

	"github.com/mockbank/mockbank/engine"
)

// connectionBody is a bank connection as clients get it.
type connectionBody struct {
	ID                   string              `json:"id"`
	BankSlug             string              `json:"bank_slug"`
	ProcessID            string              `json:"bank_authentication_process_id"`
	Status               engine.ImportStatus `json:"status"`
	ImportProgress       int                 `json:"import_progress"`
	ImportMessage        *string             `json:"import_message"`
	Error                *failureBody        `json:"error"`
	Warnings             []*failureBody      `json:"warnings"`
	AuthenticationStatus *engine.Status      `json:"authentication_status"`
	CreatedAt            string              `json:"created_at"`
	UpdatedAt            string              `json:"updated_at"`
	FinishedAt           *string             `json:"finished_at"`
}

func newConnectionBody(state *engine.ConnectionState) connectionBody {
	body := connectionBody{
		ID: state.ID, BankSlug: state.Bank, ProcessID: state.ProcessID,
		Status: state.Status, ImportProgress: state.Progress, ImportMessage: state.ShownMessage(),
		Error: state.Error.Data(), Warnings: make([]*failureBody, len(state.Warnings)),
		CreatedAt: stamp(state.CreatedAt), UpdatedAt: stamp(state.UpdatedAt),
		FinishedAt: stampOrNull(state.FinishedAt),
	}
	for i := range state.Warnings {
		body.Warnings[i] = state.Warnings[i].Data()
	}
	if state.AuthenticationStatus != "" {
		body.AuthenticationStatus = &state.AuthenticationStatus
	}
	return body
}

// composeConnection makes the connection the exchange's answer.
func (x *exchange) composeConnection(state *engine.ConnectionState) {
	x.composeConnectionAs(http.StatusOK, state)
}

// composeCreated makes the new connection the exchange's answer, and says where it is.
func (x *exchange) composeCreated(state *engine.ConnectionState) {
	x.composeConnectionAs(http.StatusCreated, state)
	x.answer.Header = append(x.answer.Header,
		headerField{"Location", x.prefix + x.api.config.BasePath + "/bank_connections/" + state.ID})
}

func (x *exchange) composeConnectionAs(status int, state *engine.ConnectionState) {
	x.about.connection(state)
	body := newConnectionBody(state)
	in := translator{x: x}
	in.connection(&body, state)
	x.compose(status, &body)
	in.announce()
	x.madeBy(state.Scenario, state.Rules)
}
