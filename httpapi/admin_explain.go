package httpapi

import (
	"net/http"
	"net/textproto"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// explain tells what a login would be answered with, and why. Nothing is changed by it.
func explain(x *exchange) error {
	q := x.query()
	format := q.choice("format", "json", "text")
	if err := q.err(); err != nil {
		return err
	}
	f, err := x.fields()
	if err != nil {
		return err
	}
	login := engine.Login{
		Bank: f.optional("bank_slug", maxName), Username: f.required("username", maxName),
		Password: f.required("password", maxSecret), Scenario: f.optional("scenario", maxScenario),
		Header: f.headers("headers"), Fields: map[string]string{},
	}
	f.into("fields", "an object of texts, by the members' names", &login.Fields)
	assumed := f.assumed("assume")
	said := f.optional("session", maxName)
	if err := f.err(); err != nil {
		return err
	}
	if login.Session, err = x.sessionAsked(said); err != nil {
		return err
	}
	explanation, err := x.api.bank.Explain(x.context(), login, assumed)
	if err != nil {
		return err
	}
	if format == "text" {
		var text strings.Builder
		err = engine.WriteExplanation(&text, &explanation)
		x.composeText(text.String())
		return err
	}
	x.compose(http.StatusOK, newExplanationBody(&explanation))
	return nil
}

// headers returns the field as a request's header.
func (f *fields) headers(name string) func(string) string {
	sent := map[string]string{}
	f.into(name, "an object of texts, by the headers' names", &sent)
	header := make(map[string]string, len(sent))
	for name, value := range sent {
		header[textproto.CanonicalMIMEHeaderKey(name)] = value
	}
	return func(name string) string { return header[textproto.CanonicalMIMEHeaderKey(name)] }
}

// assumedBody are facts that are assumed, in the words of `when`.
type assumedBody struct {
	Attempt           *int            `json:"attempt"`
	Connections       *int            `json:"connections"`
	OpenProcesses     *int            `json:"open_processes"`
	Counters          map[string]int  `json:"counters"`
	Time              *time.Time      `json:"time"`
	SessionAge        *string         `json:"session_age"`
	LastAuthenticated *string         `json:"last_authenticated"`
	Draw              *float64        `json:"draw"`
	Switches          map[string]bool `json:"switches"`
}

// assumed returns the field as facts that stand in place of those in the store.
func (f *fields) assumed(name string) engine.AssumedFacts {
	var said assumedBody
	f.into(name, "an object with the whole numbers attempt, connections and open_processes, counters and switches by name, time, "+
		"session_age, last_authenticated and draw", &said)
	facts := engine.AssumedFacts{
		Attempt: said.Attempt, Connections: said.Connections, OpenProcesses: said.OpenProcesses, Counters: said.Counters,
		Time: said.Time, Draw: said.Draw, Switches: said.Switches,
	}
	for key, length := range map[string]struct {
		text *string
		to   **time.Duration
	}{"session_age": {said.SessionAge, &facts.SessionAge}, "last_authenticated": {said.LastAuthenticated, &facts.LastAuthenticated}} {
		if length.text == nil {
			continue
		}
		d, err := engine.ParseDuration(*length.text)
		if err != nil {
			f.fault(name, "has no duration as "+key+": "+err.Error())
		}
		*length.to = &d
	}
	return facts
}

// explainIfAsked explains the login before it changes anything, where its client asks for that.
func (x *exchange) explainIfAsked(login engine.Login) error {
	switch asked, err := x.single("X-Mockbank-Explain"); {
	case err != nil:
		return err
	case asked == "":
		return nil
	case asked != "1":
		return refuse(codeInvalidHeader, "X-Mockbank-Explain takes 1, which puts an explanation into the answer to a login")
	}
	explanation, err := x.api.bank.Explain(x.context(), login, engine.AssumedFacts{})
	if err != nil {
		return err
	}
	x.explanation = newExplanationBody(&explanation)
	return nil
}
