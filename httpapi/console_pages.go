package httpapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/console"
)

// consoleDesk is what the console needs of a server, beside its pages.
type consoleDesk struct {
	*console.Console
	// changes counts what was changed by way of this node and is in no journal.
	changes atomic.Int64
	streams chan struct{} // holds one for each that is open
}

func (a *api) newConsole() *consoleDesk {
	if a.config.Console == ConsoleOff {
		return nil
	}
	d := &consoleDesk{streams: make(chan struct{}, maxConsoleStreams)}
	d.Console = console.New(console.Config{
		Bank: a.bank, Sessions: consoleSessions{a.sessions}, Clocks: a.clocks, Webhooks: a.webhooks, Journal: a.journal,
		Configuration: a.consoleConfiguration, Problem: consoleProblem,
		Play: http.HandlerFunc(a.playAgain), BasePath: a.config.BasePath, CamelCase: a.config.CamelCase, Version: a.config.Version,
		Node:     a.config.Node,
		Coverage: a.coverage.Report, ChangeSession: a.changeSession, CompileFaults: a.consoleFaults, Record: a.consoleRecord,
		Endpoints: a.consoleEndpoints, Institutions: a.consoleInstitutions, Files: a.consoleFiles(),
		ReadOnly: a.config.Console == ConsoleReadOnly, SignsIn: func() bool { return a.access().gate != nil }, Now: a.now,
	})
	return d
}

// playAgain answers a request that the console sends once more, with a token where the bank wants one.
func (a *api) playAgain(w http.ResponseWriter, r *http.Request) {
	if token := a.access().first; token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	a.ServeHTTP(w, r)
}

// consoleConfiguration says how the last reload went.
func (a *api) consoleConfiguration() console.Configuration {
	last := a.configuration.Status().Last
	shown := console.Configuration{Result: last.Result, At: last.At}
	shown.Problems = a.consoleProblems(last.Problems)
	return shown
}

// consoleProblems names files as the editor does, where it can show them.
func (a *api) consoleProblems(problems []ConfigurationProblem) []console.Problem {
	files := a.consoleFiles()
	var shown []console.Problem
	for _, p := range problems {
		position := p.File
		if files != nil {
			position = cmp.Or(files.PathOf(p.File), p.File)
		}
		if p.Line > 0 {
			position += ":" + strconv.Itoa(p.Line)
		}
		shown = append(shown, console.Problem{Position: position, Severity: p.Severity, Message: p.Message, Hint: p.Hint})
	}
	return shown
}

// consoleFaults reads the faults that the console gives to a session.
func (a *api) consoleFaults(text string) ([]engine.SessionFault, []console.Problem) {
	faults, problems := a.compileFaults(text)
	return faults, a.consoleProblems(problems)
}

// consoleProblem returns the status, the code and the words with which the console tells of an error.
func consoleProblem(err error) (status int, code, text string) {
	p, _ := describe(err)
	return p.Status, string(p.Code), p.Detail
}

// routeConsole lays out the console's pages.
func (a *api) routeConsole() {
	if a.desk == nil {
		return
	}
	show := func(name, path string, page func(*exchange) error) {
		a.page(name, "GET", "/console"+path, func(x *exchange) error { return x.withinConsole(page) }).quiet = true
	}
	change := func(name, path string, page func(*exchange) error) *endpoint {
		return a.page(name, "POST", "/console"+path, func(x *exchange) error {
			return x.withinConsole(func(x *exchange) error { return x.changeByConsole(page) })
		})
	}
	show("console_live", "/live", func(x *exchange) error { return x.api.desk.Live(x, x.r) })
	show("console_rows", "/live/rows", func(x *exchange) error { return x.api.desk.Rows(x, x.r) })
	show("console_bar", "/bar", func(x *exchange) error { return x.api.desk.Bar(x, x.r) })
	show("console_events", "/events", followConsole)
	show("console_exchange", "/exchanges/{id}", func(x *exchange) error { return x.api.desk.Exchange(x, x.r, x.exchangeID()) })
	show("console_connections", "/connections", func(x *exchange) error { return x.api.desk.Connections(x, x.r) })
	show("console_find", "/find", findRecord)
	show("console_connection", "/connections/{id}", showConsoleConnection)
	show("console_process", "/processes/{id}", showConsoleProcess)
	show("console_scenarios", "/scenarios", func(x *exchange) error { return x.api.desk.Scenarios(x, x.r) })
	show("console_scenario", "/scenarios/{name:.+}", func(x *exchange) error { return x.api.desk.Scenario(x, x.r, x.variable("name")) })
	show("console_webhooks", "/webhooks", func(x *exchange) error { return x.api.desk.Webhooks(x, x.r) })
	show("console_sessions", "/sessions", func(x *exchange) error { return x.api.desk.Sessions(x, x.r) })
	show("console_session_page", "/sessions/{id}", func(x *exchange) error { return x.api.desk.Session(x, x.r, x.variable("id")) })
	show("console_endpoints", "/endpoints", func(x *exchange) error { return x.api.desk.Endpoints(x, x.r) })
	show("console_editor", "/editor", func(x *exchange) error { return x.api.desk.Editor(x, x.r) })
	show("console_file", "/files/{path:.+}", showFile)
	show("console_root", "", func(x *exchange) error { return x.seeOther("/console/live") })
	show("console_root_slash", "/", func(x *exchange) error { return x.seeOther("/console/live") })

	change("console_replay", "/exchanges/{id}/replay", func(x *exchange) error { return x.api.desk.Replay(x, x.r, x.exchangeID()) })
	change("console_try", "/scenarios/{name:.+}/try", func(x *exchange) error { return x.api.desk.Try(x, x.r, x.variable("name")) })
	change("console_session", "/sessions", func(x *exchange) error { return x.api.desk.ChangeSession(x, x.r) })
	change("console_faults", "/sessions/{id}/faults",
		func(x *exchange) error { return x.api.desk.ChangeFaults(x, x.r, x.variable("id")) }).journalled = true
	change("console_delivery", "/webhooks/{id}/replay", func(x *exchange) error {
		return x.ofRecord(deliveryNoun, func(id string) error { return x.api.desk.ReplayDelivery(x, x.r, id) })
	})
	for name, e := range map[string]*endpoint{
		"/diagnose":        {name: "console_diagnose", answer: diagnose},
		"/complete":        {name: "console_complete", answer: complete},
		"/files/{path:.+}": {name: "console_write_file", answer: writeFile},
	} {
		e.guard, e.largestBody, e.quiet = guardConsoleEditor, largestFileBody, true
		method := http.MethodPost
		if e.name == "console_write_file" {
			method, e.guard, e.quiet = http.MethodPut, guardConsoleWriter, false
		}
		a.add(method, "/console"+name, e)
	}
	change("console_switch", "/switch", func(x *exchange) error { return x.api.desk.Flip(x, x.r) }).journalled = true
	change("console_clock", "/clock", func(x *exchange) error { return x.api.desk.ChangeClock(x, x.r) })
	change("console_input", "/processes/{id}/input", func(x *exchange) error {
		return x.ofRecord(processNoun, func(id string) error { return x.api.desk.Input(x, x.r, id) })
	}).journalled = true

	a.page("console_sign_in", "GET", "/console/sign-in", func(x *exchange) error { return x.api.desk.AskToken(x, x.r) })
	a.page("console_sign_in_token", "POST", "/console/sign-in", func(x *exchange) error {
		return x.fromConsole(func(x *exchange) error { return x.api.desk.SignIn(x, x.r, x.api.access().gate) })
	})
	a.page("console_sign_out", "POST", "/console/sign-out", func(x *exchange) error {
		return x.fromConsole(func(x *exchange) error { return x.api.desk.SignOut(x, x.r, x.api.access().gate) })
	})
	a.page("console_asset", "GET", "/console/assets/{name}", func(x *exchange) error {
		if !x.api.desk.Asset(x, x.r, x.variable("name")) {
			return unknownPath(x)
		}
		return nil
	}).quiet = true
}

// withinConsole shows a page to those who may use the console. Others are sent to where they can sign in, or
// told why not.
func (x *exchange) withinConsole(page func(*exchange) error) error {
	err := guardConsole(x)
	switch {
	case err == nil:
		return page(x)
	case errors.Is(err, errSignIn) && x.fromBrowser():
		return x.api.desk.ToSignIn(x, x.r)
	case x.fromBrowser():
		return x.api.desk.Refuse(x, x.r, err)
	}
	return err
}

// refuseUnknownPath refuses a request for which there is no path: a browser gets a page, a program the problem.
func refuseUnknownPath(x *exchange) error {
	err := unknownPath(x)
	path := x.r.URL.Path
	if x.api.desk == nil || !x.fromBrowser() || strings.HasPrefix(path, x.api.config.BasePath) ||
		strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/admin/") {
		return err
	}
	x.code = describedCode(err)
	_ = x.api.desk.Unknown(x, x.r, err) // what it tells of is told
	return nil
}

// fromBrowser reports whether the request is one for a page to look at, or for a part of one.
func (x *exchange) fromBrowser() bool {
	return strings.Contains(one(x.r.Header, "Accept"), "text/html") || one(x.r.Header, "Hx-Request") == "true"
}

// guardConsole lets those in who may use the admin API: who signed in where a token is configured, else this
// machine alone.
func guardConsole(x *exchange) error {
	now := x.api.access()
	if now.gate == nil {
		return guardAdmin(x)
	}
	if now.gate.Admits(x.r) {
		return nil
	}
	if one(x.r.Header, "Authorization") == "" {
		return errSignIn
	}
	return now.admin.admit(x)
}

// errSignIn says that a browser is to be sent to where it can sign in.
var errSignIn = refuse(codeUnauthorized, "sign in at /console/sign-in, or send the header Authorization: Bearer TOKEN")

// fromConsole lets a form of this server's own pages through, and no other site's.
func (x *exchange) fromConsole(page func(*exchange) error) error {
	if err := x.api.crossOrigin.Check(x.r); err != nil {
		return refuse(codeCrossOrigin, "the form was not sent from this console's own page")
	}
	x.r.Body = http.MaxBytesReader(x.w, x.r.Body, maxBody)
	return page(x)
}

// changeByConsole lets a form change something, unless the console only shows.
func (x *exchange) changeByConsole(page func(*exchange) error) error {
	if x.api.config.Console == ConsoleReadOnly {
		return refuse(codeReadOnly, "the configuration says server.console: read_only")
	}
	defer x.api.desk.changes.Add(1)
	return x.fromConsole(func(x *exchange) error {
		x.r = x.r.WithContext(x.context())
		return page(x)
	})
}

func (x *exchange) seeOther(path string) error {
	x.Header()["Content-Type"] = nil // else a body is written
	http.Redirect(x, x.r, path, http.StatusSeeOther)
	return nil
}

// exchangeID is the journal's ID in the path, 0 where it is none.
func (x *exchange) exchangeID() int64 {
	id, err := strconv.ParseInt(x.variable("id"), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// ofRecord calls page with the record's identifier from the path.
func (x *exchange) ofRecord(noun string, page func(id string) error) error {
	id, err := x.identifier(noun)
	if err != nil {
		return err
	}
	return page(id)
}

func showConsoleProcess(x *exchange) error {
	return x.ofRecord(processNoun, func(id string) error { return x.api.desk.Process(x, x.r, id, consoleAnswers{x}) })
}

func showConsoleConnection(x *exchange) error {
	return x.ofRecord(connectionNoun, func(id string) error { return x.api.desk.Connection(x, x.r, id, consoleAnswers{x}) })
}

// findRecord leads to the page of the record that an identifier names.
func findRecord(x *exchange) error {
	id, valid := canonicalUUID(strings.TrimSpace(x.r.URL.Query().Get("id")))
	if !valid {
		return x.seeOther("/console/live?id=" + url.QueryEscape(strings.TrimSpace(x.r.URL.Query().Get("id"))))
	}
	if _, err := x.api.bank.PeekConnection(x.context(), id); err == nil {
		return x.seeOther("/console/connections/" + id)
	}
	return x.seeOther("/console/processes/" + id)
}

// consoleAnswers writes what a client would get now.
type consoleAnswers struct{ x *exchange }

// Process implements [console.Answers].
func (c consoleAnswers) Process(state *engine.ProcessState) json.RawMessage {
	body := c.x.processBody(state)
	in := translator{x: c.x}
	in.process(&body, state)
	return marshal(&body)
}

// Connection implements [console.Answers].
func (c consoleAnswers) Connection(state *engine.ConnectionState) json.RawMessage {
	body := newConnectionBody(state)
	in := translator{x: c.x}
	in.connection(&body, state)
	return marshal(&body)
}

func marshal(body any) json.RawMessage {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // every answer is a struct of texts, numbers and lists
	}
	return text
}
