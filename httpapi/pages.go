package httpapi

import (
	"errors"
	"net/http"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/web"
)

// showIndex leads a browser to the console, where there is one, and else shows where what is.
func showIndex(x *exchange) error {
	if x.api.desk != nil && x.fromBrowser() {
		return x.seeOther("/console/live")
	}
	return x.api.pages.Index(x, x.r)
}

// showLogin shows the bank's login page for a process.
func showLogin(x *exchange) error { return x.showPage((*web.Pages).Login) }

// decideLogin takes what the user decided on the login page.
func decideLogin(x *exchange) error { return x.decidePage((*web.Pages).Decide) }

// showPhone shows what the bank's app shows of a process.
func showPhone(x *exchange) error { return x.showPage((*web.Pages).Phone) }

// decideOnPhone takes what the user decided in the bank's app.
func decideOnPhone(x *exchange) error { return x.decidePage((*web.Pages).DecideOnPhone) }

// findPhone leads from a process's identifier to its phone.
func findPhone(x *exchange) error {
	q := x.query()
	said := q.text("process")
	if err := q.err(); err != nil {
		return x.failPage(err)
	}
	id, err := checkIdentifier(processNoun, said)
	if err != nil {
		return x.api.pages.Find(x, x.r, said)
	}
	return x.api.pages.Found(x, x.r, id)
}

// processPage is a page about one process.
type processPage func(*web.Pages, http.ResponseWriter, *http.Request, string) error

func (x *exchange) showPage(page processPage) error {
	id, err := x.identifier(processNoun)
	if err != nil {
		return x.failPage(err)
	}
	x.r = x.r.WithContext(x.context())
	show, err := x.withFault(id, func(w http.ResponseWriter) error { return page(x.api.pages, w, x.r, id) })
	if err != nil {
		return x.failPage(err)
	}
	if !show {
		return nil
	}
	return page(x.api.pages, x, x.r, id)
}

// decidePage shows the page that follows from a decision, which another site's page cannot make.
func (x *exchange) decidePage(page processPage) error {
	if err := x.api.crossOrigin.Check(x.r); err != nil {
		return x.failPage(refuse(codeCrossOrigin, "the decision was not made on this bank's own page"))
	}
	if err := x.bodyForPage(); err != nil {
		return x.failPage(err)
	}
	return x.showPage(page)
}

// failPage shows the page that tells of err, and returns err.
func (x *exchange) failPage(err error) error {
	var own *refusal
	if errors.As(err, &own) {
		for _, field := range own.header {
			x.Header().Set(field.Name, field.Value)
		}
	}
	return x.api.pages.Failure(x, x.r, err)
}

// phoneURL returns where the user decides in the bank's app, "" where the process does not ask there.
func (x *exchange) phoneURL(state *engine.ProcessState) string {
	if !state.Takes(engine.EventApproval) {
		return ""
	}
	return x.baseURL() + x.prefix + "/phone/" + state.ID
}

func describedCode(err error) engine.Code {
	p, _ := describe(err)
	return p.Code
}

// pageProblem returns the status and the code with which a page tells of err.
func pageProblem(err error) (status int, code engine.Code) {
	p, _ := describe(err)
	return p.Status, p.Code
}
