package mcp

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/mockbank/mockbank/engine"
)

func (t *tools) addPlay() {
	add(t, "login", plays, "Log a user in, as a client of the bank does. With process_id it sends an additional password to a login "+
		"that waits for one.", t.login)
	add(t, "answer_challenge", plays, "Answer a login that asks: the TAN, or the procedure chosen of several. With neither it asks a "+
		"decoupled bank again.", t.answerChallenge)
	add(t, "decide", plays, "Do the user's part on the phone or on the bank's page: approve or decline a login.", t.decide)
	add(t, "connect", plays, "Make a connection of a login that is AUTHENTICATED; its import begins.", t.connect)
	add(t, "update_connection", plays, "Import a connection again.", t.updateConnection)
	add(t, "read_process", reads, "A login as it is now, seen from inside: status, challenge, scenario, session. It counts as no poll.",
		t.readProcess)
	add(t, "read_connection", reads, "A connection as it is now: status, progress, error.", t.readConnection)
}

// answered is what the bank said to one of its clients: a refusal may be just what a scenario wants.
type answered struct {
	HTTPStatus int             `json:"http_status"`
	Scenario   string          `json:"scenario,omitempty"`
	Answer     json.RawMessage `json:"answer"`
}

// play sends a request as a client of the bank does. The members of its body are named in snake_case; nil is no body.
func (t *tools) play(ctx context.Context, method, session, path string, body map[string]any) (any, error) {
	basePath, camelCase, err := t.bank.surface(ctx)
	if err != nil {
		return nil, err
	}
	asked := &request{method: method, path: basePath + "/bank_connections" + path, bank: true}
	if session != "" {
		asked.path = "/sessions/" + url.PathEscape(session) + asked.path
	}
	if body != nil {
		asked.body = named(body, camelCase)
	}
	answer, err := t.bank.send(ctx, asked)
	if err != nil {
		return nil, err
	}
	said := answered{HTTPStatus: answer.status, Scenario: answer.header.Get("X-Mockbank-Scenario"), Answer: answer.body}
	if !json.Valid(answer.body) { // a fault may have broken it
		text, err := json.Marshal(string(answer.body))
		if err != nil {
			return nil, err
		}
		said.Answer = text
	}
	return said, nil
}

// named returns the members of a body as the bank names them.
func named(body map[string]any, camelCase bool) map[string]any {
	if !camelCase {
		return body
	}
	renamed := make(map[string]any, len(body))
	for name, value := range body {
		renamed[engine.CamelCase(name)] = value
	}
	return renamed
}

type loginIn struct {
	Username    string `json:"username,omitempty"`
	Password    string `json:"password"`
	Bank        string `json:"bank_slug,omitempty" jsonschema:"the default bank where it is left out"`
	Session     string `json:"session,omitempty" jsonschema:"the session to log in to; default where it is left out"`
	ProcessID   string `json:"process_id,omitempty" jsonschema:"a login under way that this password is for"`
	RedirectURI string `json:"redirect_uri,omitempty" jsonschema:"where the bank's page sends the browser back to"`
	State       string `json:"state,omitempty"`
}

func (t *tools) login(ctx context.Context, in *loginIn) (any, error) {
	body := members("username", in.Username, "bank_slug", in.Bank, "redirect_uri", in.RedirectURI, "state", in.State,
		"bank_authentication_process_id", in.ProcessID)
	body["password"] = in.Password
	return t.play(ctx, "POST", in.Session, "/authenticate", body)
}

type answerIn struct {
	ProcessID string `json:"process_id"`
	Response  string `json:"response,omitempty" jsonschema:"the TAN, or what else the challenge asks for"`
	Procedure string `json:"two_step_procedure_id,omitempty" jsonschema:"the id of the procedure to use, where the bank offers several"`
}

func (t *tools) answerChallenge(ctx context.Context, in *answerIn) (any, error) {
	body := members("bank_authentication_process_id", in.ProcessID, "challenge_response", in.Response, "two_step_procedure_id",
		in.Procedure)
	return t.play(ctx, "POST", "", "/confirm_challenge_response", body)
}

type decideIn struct {
	ProcessID string `json:"process_id"`
	Decision  string `json:"decision" jsonschema:"approve or decline"`
}

func (t *tools) decide(ctx context.Context, in *decideIn) (any, error) {
	return t.bank.admin(ctx, "POST", "/processes/"+url.PathEscape(in.ProcessID)+"/"+url.PathEscape(in.Decision), nil, nil)
}

type processIn struct {
	ProcessID string `json:"process_id"`
}

func (t *tools) connect(ctx context.Context, in *processIn) (any, error) {
	return t.play(ctx, "POST", "", "", members("bank_authentication_process_id", in.ProcessID))
}

func (t *tools) readProcess(ctx context.Context, in *processIn) (any, error) {
	return t.bank.admin(ctx, "GET", "/processes/"+url.PathEscape(in.ProcessID), nil, nil)
}

type connectionIn struct {
	ConnectionID string `json:"connection_id"`
}

func (t *tools) updateConnection(ctx context.Context, in *connectionIn) (any, error) {
	return t.play(ctx, "POST", "", "/"+url.PathEscape(in.ConnectionID)+"/update", nil)
}

func (t *tools) readConnection(ctx context.Context, in *connectionIn) (any, error) {
	return t.play(ctx, "GET", "", "/"+url.PathEscape(in.ConnectionID), nil)
}
