package httpapi

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
	"github.com/mockbank/mockbank/httpapi/console"
)

// offered is an endpoint of the bank's own API.
type offered struct{ name, method, path string }

// consoleEndpoints lists the endpoints that clients of the bank have: its own, and those that apis declare.
func (a *api) consoleEndpoints() []console.Endpoint {
	var all []console.Endpoint
	set := surface.Of(a.bank.Rules())
	for _, own := range a.offered {
		one := console.Endpoint{Name: own.name, Method: own.method, Path: own.path}
		one.Description = summaries()[own.method+" "+strings.Replace(own.path, a.config.BasePath, DefaultBasePath, 1)]
		if set != nil {
			for _, declared := range set.APIs {
				if slices.Contains(declared.Replaces, own.method+" "+own.path) {
					one.ReplacedBy = declared.Name
				}
			}
		}
		all = append(all, one)
	}
	if set == nil {
		return all
	}
	for _, declared := range set.APIs {
		for _, e := range declared.Endpoints {
			all = append(all, console.Endpoint{
				API: declared.Name, Name: e.Name(), Method: e.Method, Path: e.FullPath(), Description: e.Description, Source: e.Source,
			})
		}
	}
	return all
}

// summaries are those of the API's description, by method and path as that has them.
var summaries = sync.OnceValue(func() map[string]string {
	var description struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(documentAsJSON, &description); err != nil {
		panic(err) // it is embedded, and tested
	}
	all := make(map[string]string)
	for path, item := range description.Paths {
		for method, text := range item {
			var operation struct {
				Summary string `json:"summary"`
			}
			if json.Unmarshal(text, &operation) == nil { // an item has members that are no operations
				all[strings.ToUpper(method)+" "+path] = operation.Summary
			}
		}
	}
	return all
})

// consoleInstitutions lists the banks that clients can choose: those of the configuration, and after them what apis make
// of the scenarios.
func (a *api) consoleInstitutions() []console.Institution {
	rules := a.bank.Rules()
	var all []console.Institution
	for i := range rules.Banks {
		all = append(all, console.Institution{Institution: rules.Banks[i], Default: rules.Banks[i].Slug == rules.DefaultBank})
	}
	set := surface.Of(rules)
	if set == nil {
		return all
	}
	var makers []string
	var made []*engine.Institution
	for _, declared := range set.APIs {
		if declared.BanksFromScenarios {
			makers = append(makers, declared.Name)
			made = declared.Institutions(rules)[len(rules.Banks):]
		}
	}
	slices.SortFunc(makers, cmp.Compare[string])
	for _, bank := range made {
		all = append(all, console.Institution{Institution: *bank, Scenario: bank.Slug, APIs: makers})
	}
	return all
}
