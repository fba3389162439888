package web

import (
	"net/http"

	"github.com/mockbank/mockbank/engine/coverage"
)

// Coverage shows what of the live rule set was exercised.
func (p *Pages) Coverage(w http.ResponseWriter, report *coverage.Report) error {
	return p.show(w, http.StatusOK, "coverage.html", "Coverage", "", report)
}
