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
func (p *Pages) Index(w http.ResponseWriter) error {
	rules := p.config.Bank.Rules()
	return p.show(w, http.StatusOK, "index.html", "mockbank", "", indexPage{
		BasePath: p.config.BasePath, Generation: rules.Generation, Hash: rules.Hash,
		Banks: rules.Banks[:min(len(rules.Banks), maxIndexBanks)], Scenarios: len(rules.Scenarios),
	})
}
