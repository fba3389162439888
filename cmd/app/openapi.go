package app

import (
	"github.com/mockbank/mockbank/httpapi"
	"github.com/mockbank/mockbank/scenarios"
)

// OpenAPI describes the API that a configuration serves, and the apis that it declares, as OpenAPI in JSON.
func OpenAPI(config *scenarios.Config) ([]byte, error) {
	return httpapi.Describe(config.Rules, config.Server.BasePath, config.Server.Naming == scenarios.NamingCamelCase)
}
