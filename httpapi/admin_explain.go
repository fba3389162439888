package httpapi

import (
	"net/http"
	"net/textproto"

	"github.com/mockbank/mockbank/engine"
)

// explain tells what a login would be answered with, and why. Nothing is changed by it.
func explain(x *exchange) error {
	f, err := x.fields()
	if err != nil {
		return err
	}
	login := engine.Login{
		Bank: f.optional("bank_slug", maxName), Username: f.required("username", maxName),
		Password: f.required("password", maxSecret), Scenario: f.optional("scenario", maxScenario),
		Header: f.headers("headers"),
	}
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

// assumed returns the field as facts that stand in place of those in the store.
func (f *fields) assumed(name string) engine.AssumedFacts {
	var facts engine.AssumedFacts
	f.into(name, "an object with the whole numbers attempt, connections and open_processes, and counters by name", &facts)
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
