package httpapi

import (
	"net/http"

	"github.com/mockbank/mockbank/engine"
)

func showIndex(x *exchange) error { return x.api.pages.Index(x) }

// showLogin shows the bank's login page for a process.
func showLogin(x *exchange) error {
	id, err := x.identifier(processNoun)
	if err != nil {
		return x.api.pages.Failure(x, err)
	}
	x.r = x.r.WithContext(x.context())
	return x.api.pages.Login(x, x.r, id)
}

// decideLogin takes what the user decided on the login page.
func decideLogin(x *exchange) error {
	id, err := x.identifier(processNoun)
	if err != nil {
		return x.api.pages.Failure(x, err)
	}
	if err := x.api.crossOrigin.Check(x.r); err != nil {
		return x.api.pages.Failure(x, refuse(codeCrossOrigin, "the decision was not made on this bank's own page"))
	}
	x.r = x.r.WithContext(x.context())
	x.r.Body = http.MaxBytesReader(x.w, x.r.Body, maxBody)
	return x.api.pages.Decide(x, x.r, id)
}

func describedCode(err error) engine.Code {
	p, _ := describe(err)
	return p.Code
}

// tellPeople returns the status and the text with which a page tells of err.
func tellPeople(err error) (status int, title, detail string) {
	p, _ := describe(err)
	return p.Status, p.Title, p.Detail
}
