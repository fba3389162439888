package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
	"gopkg.in/yaml.v3"
)

// maxRolling bounds how many requests a rolling window remembers.
const maxRolling = 10_000

// checkWindow reports a window of time that makes no sense.
func (r responses) checkWindow(written *RateLimit) {
	day := written.Window == engine.WindowDay
	switch {
	case day && written.has("per") && written.Per != 24*time.Hour:
		r.report.add(written.key("per"), CodeConflict, "take one of the two out", "a window of a `day` is as long as the day")
	case !day && !written.has("per") && !written.doubtful(doubtKey|doubtValue) && follow(written.node).Kind == yaml.MappingNode:
		r.report.add(written.at(), CodeMissingKey, "add `per: 24h`, or `window: day`", "the rate limit has no \"per\"")
	}
	if written.has("zone") && !day {
		r.report.add(written.key("zone"), CodeConflict, "add `window: day`, or take it out", "only a `day` has a zone")
	}
	if _, err := engine.LoadZone(written.Zone); err != nil {
		r.report.add(written.value("zone"), CodeBadTime, "a name such as Europe/Berlin, America/New_York or UTC",
			"no time zone is called %q", written.Zone)
	}
	if written.Window == engine.WindowRolling && written.Requests > maxRolling {
		r.report.add(written.value("requests"), CodeBadNumber, "use a fixed window", "a rolling window lets at most %d requests pass",
			maxRolling)
	}
	if written.For == engine.ScopeAccount || !r.scopes && written.For != "" && written.For != engine.ScopeProcess {
		if !r.scopes {
			r.report.add(written.value("for"), CodeScopeUnknown, "write a fault with the `rate_limit`", "a step's limit is of its process")
		}
	}
}

// limitValues are what the headers of a limit know.
var limitValues = []string{"limit", "remaining", "reset", "reset_at"}

// ofLimit reports what a limit does not know of a text.
func (r responses) ofLimit(under Position, name string, text engine.Text) engine.Text {
	for _, value := range names(text) {
		if !slices.Contains(limitValues, value) {
			r.report.add(under.value(name), CodeUnknownPlaceholder, didYouMean(value, limitValues), "a limit has no ${%s}", value)
		}
	}
	return text
}

// checkScope reports counts that an endpoint of the fault cannot keep.
func (c *compiler) checkScope(written *Fault) {
	if written.has("for") && written.Nth == nil {
		c.report.add(written.key("for"), CodeConflict, "add `nth`, or write it within `rate_limit`", "nothing counts `for: %s`",
			written.For)
	}
	check := func(in Position, scope engine.Scope) {
		for _, endpoint := range written.Endpoint {
			if scope.Needs()&^endpoint.Knows() != 0 {
				c.report.add(in.value("for"), CodeScopeUnknown, fmt.Sprintf("one of %s", strings.Join(scopesOf(endpoint), ", ")),
					"requests to %s cannot be counted by %s: none is known there", endpoint, scope)
				return
			}
		}
	}
	check(written.Position, written.For)
	if written.RateLimit != nil {
		check(written.RateLimit.Position, written.RateLimit.For)
	}
	if written.Nth != nil && written.Nth.To == 0 {
		c.report.add(written.value("nth"), CodeBadRange, "the first request is 1", "nth counts from 1")
	}
}

// scopesOf lists what requests to an endpoint can be counted for.
func scopesOf(endpoint engine.Endpoint) (scopes []string) {
	for _, scope := range engine.Scopes() {
		if scope.Needs()&^endpoint.Knows() == 0 {
			scopes = append(scopes, string(scope))
		}
	}
	return scopes
}
