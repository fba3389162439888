package scenarios

import (
	"strings"

	"github.com/mockbank/mockbank/engine/surface"
)

// namesAPI reports whether a fault's endpoint is one of the declared apis.
func namesAPI(endpoint string) bool {
	return endpoint == "apis" || strings.HasPrefix(endpoint, "apis.")
}

// checkFaultNames reports faults of apis, or of endpoints of them, that there are not.
func (c *compiler) checkFaultNames(apis []*surface.API) {
	known := []string{"apis"}
	for _, api := range apis {
		known = append(known, "apis."+api.Name)
		for _, e := range api.Endpoints {
			known = append(known, e.Name())
		}
	}
	for i := range c.faults {
		one := &c.faults[i]
		endpoint := string(one.rule.Endpoint)
		if _, found := indexOf(known, endpoint); namesAPI(endpoint) && !found {
			c.report.add(one.written.value("endpoint"), CodeUnknownWord, didYouMean(endpoint, known), "%q is none of the declared apis",
				endpoint)
		}
	}
}
