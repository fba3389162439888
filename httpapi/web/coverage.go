package web

import (
	"net/http"

	"github.com/mockbank/mockbank/engine/coverage"
)

// Coverage shows what of the live rule set was exercised.
func (p *Pages) Coverage(w http.ResponseWriter, r *http.Request, report *coverage.Report) error {
	s := p.view(w, r)
	s.frame.Kind = "wide"
	return s.show(http.StatusOK, "coverage.html", "coverage.title", report)
}
