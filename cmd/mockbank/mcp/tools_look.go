package mcp

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// most are how many things a list shows at most.
const most = 100

func (t *tools) addLooks() {
	add(t, "bank_status", reads, "What the bank plays: version, files, when they were loaded, and how the last reload went, with every "+
		"problem.", t.status)
	add(t, "list_scenarios", reads, "The scenarios in the order in which they are tried, with what each answers (when), its place, and "+
		"how often it did. Search by words.", t.listScenarios)
	add(t, "show_scenario", reads, "A scenario with its whole flow: steps, transitions, errors, and the import.", t.showScenario)
	add(t, "explain_login", reads, "Which scenario would answer a login, and, for the nearest others, which condition failed. Changes "+
		"nothing.", t.explainLogin)
	add(t, "explain_exchange", reads, "One exchange of the journal by its id: what was asked and answered, which scenario spoke and "+
		"why, which steps were taken.", t.explainExchange)
	add(t, "read_journal", reads, "The last exchanges with the bank, the youngest last, with the scenario that spoke. Secrets are "+
		"redacted by the bank.", t.readJournal)
	add(t, "list_sessions", reads, "The sessions: each has records, counters and a clock of its own.", t.listSessions)
}

type nothing struct{}

func (t *tools) status(ctx context.Context, _ *nothing) (any, error) {
	return t.bank.admin(ctx, "GET", "/status", nil, nil)
}

type scenariosIn struct {
	Search string `json:"search,omitempty" jsonschema:"words that the name, the description, a tag or the password has, in any case"`
	Limit  int    `json:"limit,omitempty" jsonschema:"how many at most, 100 at most; 20 where it is left out"`
	Skip   int    `json:"skip,omitempty" jsonschema:"how many of those found to leave out, to read on"`
}

// foundScenarios are those that were asked for.
type foundScenarios struct {
	Scenarios []json.RawMessage `json:"scenarios"`
	// Found is how many there are, those shown included.
	Found int `json:"found"`
}

func (t *tools) listScenarios(ctx context.Context, in *scenariosIn) (any, error) {
	found := foundScenarios{Scenarios: []json.RawMessage{}}
	limit := within(in.Limit, 20, most)
	for cursor := ""; ; {
		answer, err := t.bank.admin(ctx, "GET", "/scenarios", query("limit", "200", "cursor", cursor), nil)
		if err != nil {
			return nil, err
		}
		var page struct {
			Scenarios  []json.RawMessage
			NextCursor string `json:"next_cursor"`
		}
		if err := json.Unmarshal(answer, &page); err != nil {
			return nil, err
		}
		for _, scenario := range page.Scenarios {
			if !hasWords(scenario, in.Search) {
				continue
			}
			if found.Found++; found.Found > in.Skip && len(found.Scenarios) < limit {
				found.Scenarios = append(found.Scenarios, scenario)
			}
		}
		if cursor = page.NextCursor; cursor == "" {
			return found, nil
		}
	}
}

// hasWords reports whether a scenario has every word of the search.
func hasWords(scenario []byte, search string) bool {
	text := strings.ToLower(string(scenario))
	for _, word := range strings.Fields(strings.ToLower(search)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

type nameIn struct {
	Name string `json:"name" jsonschema:"the scenario's name"`
}

func (t *tools) showScenario(ctx context.Context, in *nameIn) (any, error) {
	return t.bank.admin(ctx, "GET", "/scenarios/"+url.PathEscape(in.Name), nil, nil)
}

type explainIn struct {
	Username string `json:"username"`
	Password string `json:"password"`
	Bank     string `json:"bank_slug,omitempty" jsonschema:"the default bank where it is left out"`
	Scenario string `json:"scenario,omitempty" jsonschema:"the scenario that the request asks for by name, whatever its login"`
	Session  string `json:"session,omitempty" jsonschema:"whose records and clock count; default where it is left out"`
	Attempt  int    `json:"attempt,omitempty" jsonschema:"assume that it is this attempt of the user"`
}

func (t *tools) explainLogin(ctx context.Context, in *explainIn) (any, error) {
	body := members("bank_slug", in.Bank, "scenario", in.Scenario, "session", in.Session)
	body["username"], body["password"] = in.Username, in.Password
	if in.Attempt > 0 {
		body["assume"] = map[string]any{"attempt": in.Attempt}
	}
	return t.bank.admin(ctx, "POST", "/explain", query("format", "text"), body)
}

type exchangeIn struct {
	ID int `json:"id" jsonschema:"the exchange's id, as read_journal shows it"`
}

func (t *tools) explainExchange(ctx context.Context, in *exchangeIn) (any, error) {
	answer, err := t.bank.admin(ctx, "GET", "/journal", query("since", number(max(in.ID-1, 0)), "limit", "1"), nil)
	if err != nil {
		return nil, err
	}
	var page struct{ Exchanges []json.RawMessage }
	if err := json.Unmarshal(answer, &page); err != nil {
		return nil, err
	}
	var found struct{ ID int }
	if len(page.Exchanges) == 0 || json.Unmarshal(page.Exchanges[0], &found) != nil || found.ID != in.ID {
		return nil, fmt.Errorf("the journal has no exchange %d, or has it no longer", in.ID)
	}
	return page.Exchanges[0], nil
}

type journalIn struct {
	Session    string `json:"session,omitempty"`
	Scenario   string `json:"scenario,omitempty" jsonschema:"only those that the scenario of this name answered"`
	Endpoint   string `json:"endpoint,omitempty" jsonschema:"only those of this endpoint, such as authenticate or connect"`
	Process    string `json:"process_id,omitempty"`
	Connection string `json:"connection_id,omitempty"`
	Status     string `json:"status,omitempty" jsonschema:"an HTTP status, such as 404 or 4xx"`
	Limit      int    `json:"limit,omitempty" jsonschema:"how many at most, 100 at most; 10 where it is left out"`
	Long       bool   `json:"long,omitempty" jsonschema:"whole exchanges instead of one line each"`
}

func (t *tools) readJournal(ctx context.Context, in *journalIn) (any, error) {
	q := query("session", in.Session, "scenario", in.Scenario, "route", in.Endpoint, "status", in.Status,
		"bank_authentication_process_id", in.Process, "bank_connection_id", in.Connection, "limit", number(within(in.Limit, 10, most)))
	if !in.Long {
		return t.journalLines(ctx, q)
	}
	return t.bank.admin(ctx, "GET", "/journal", q, nil)
}

// journalLine is an exchange in short.
type journalLine struct {
	ID         int64   `json:"id"`
	At         string  `json:"at"`
	Session    string  `json:"session"`
	Route      string  `json:"route"`
	Status     *int    `json:"http_status"`
	State      *string `json:"state"`
	Scenario   *string `json:"scenario"`
	Process    *string `json:"bank_authentication_process_id"`
	Connection *string `json:"bank_connection_id"`
}

func (t *tools) journalLines(ctx context.Context, q url.Values) (any, error) {
	answer, err := t.bank.admin(ctx, "GET", "/journal", q, nil)
	if err != nil {
		return nil, err
	}
	var page struct {
		Exchanges []struct {
			journalLine
			Response struct{ Status *int }
		}
	}
	if err := json.Unmarshal(answer, &page); err != nil {
		return nil, err
	}
	lines := make([]journalLine, len(page.Exchanges))
	for i, one := range page.Exchanges {
		lines[i] = one.journalLine
		lines[i].Status = one.Response.Status
	}
	return map[string]any{"exchanges": lines}, nil
}

type sessionsIn struct {
	Limit  int    `json:"limit,omitempty" jsonschema:"how many at most, 100 at most; 20 where it is left out"`
	Cursor string `json:"cursor,omitempty" jsonschema:"next_cursor of the list before"`
}

func (t *tools) listSessions(ctx context.Context, in *sessionsIn) (any, error) {
	return t.bank.admin(ctx, "GET", "/sessions", query("limit", number(within(in.Limit, 20, most)), "cursor", in.Cursor), nil)
}
