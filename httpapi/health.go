package httpapi

import (
	"net/http"
)

// healthBody says whether the server is well.
type healthBody struct {
	Status string `json:"status"`
}

// showHealth answers as long as the process can answer at all.
func showHealth(x *exchange) error {
	x.compose(http.StatusOK, &healthBody{Status: "ok"})
	return nil
}

// showReadiness answers whether requests can be served now.
func showReadiness(x *exchange) error {
	if ready := x.api.config.Ready; ready != nil {
		if err := ready(x.context()); err != nil {
			x.api.logger.Warn().Err(err).Msg("not ready")
			return refuse(codeNotReady, "this node cannot serve requests now; the log says why")
		}
	}
	x.compose(http.StatusOK, &healthBody{Status: "ready"})
	return nil
}
