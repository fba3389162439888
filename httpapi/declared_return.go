package httpapi

import (
	"net/http"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
	"github.com/mockbank/mockbank/httpapi/web"
)

// declaredReturn returns what the browser brings back from a process that a declared api began, nil for any
// other: as that api says now.
func (a *api) declaredReturn(r *http.Request, state *engine.ProcessState, decision string) (*web.Return, error) {
	rules := a.bank.Rules()
	set := surface.Of(rules)
	if set == nil {
		return nil, nil
	}
	api, known := set.API(state.API)
	if !known {
		return nil, nil
	}
	host := surface.Host{Bank: a.bank, APIs: a.apis, Rules: rules, Key: a.config.IdentifierKey}
	query, nowhere, err := api.Return(r.Context(), &host, state, decision)
	return &web.Return{Query: query, Nowhere: nowhere}, err
}
