package web

import (
	"net/http"

	"github.com/mockbank/mockbank/engine"
)

// indexPage is the start page: where what is.
type indexPage struct {
	BasePath   string
	Generation int64
	Hash       string
	Banks      []engine.Institution
	Scenarios  int
}

// maxIndexBanks is how many banks the start page names.
const maxIndexBanks = 20

// Index shows the start page.
func (p *Pages) Index(w http.ResponseWriter, r *http.Request) error {
	rules := p.config.Bank.Rules()
	return p.view(w, r).show(http.StatusOK, "index.html", "index.title", indexPage{
		BasePath: p.config.BasePath, Generation: rules.Generation, Hash: rules.Hash,
		Banks: rules.Banks[:min(len(rules.Banks), maxIndexBanks)], Scenarios: len(rules.Scenarios),
	})
}

// Find asks for a process, whose phone is then shown. The process that was asked for, where it cannot be
// one, is shown again; "" stands for none.
func (p *Pages) Find(w http.ResponseWriter, r *http.Request, wrong string) error {
	status := http.StatusOK
	if wrong != "" {
		status = http.StatusNotFound
	}
	return p.view(w, r).show(status, "find.html", "find.title", wrong)
}

// Found sends the browser to the phone of a process.
func (p *Pages) Found(w http.ResponseWriter, r *http.Request, id string) error {
	return p.view(w, r).send("/phone/" + id)
}
