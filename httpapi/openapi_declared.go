package httpapi

import (
	"bytes"
	"encoding/json"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
)

// Describe returns the description of the bank's own API, at its base path, and of every declared api, as OpenAPI in
// JSON. camelCase says how the bank's own names its members.
func Describe(rules *engine.RuleSet, basePath string, camelCase bool) ([]byte, error) {
	kept := documentAsJSON
	if camelCase {
		var err error
		if kept, err = describeInCamelCase(kept); err != nil {
			return nil, err
		}
	}
	var described map[string]json.RawMessage
	if err := json.Unmarshal(bytes.ReplaceAll(kept, []byte(DefaultBasePath), []byte(basePath)), &described); err != nil {
		return nil, err
	}
	if set := surface.Of(rules); set != nil {
		var paths map[string]json.RawMessage
		if err := json.Unmarshal(described["paths"], &paths); err != nil {
			return nil, err
		}
		declared := set.OpenAPI()
		for i, path := range declared.Names {
			item, err := json.Marshal(declared.Values[i])
			if err != nil {
				return nil, err
			}
			paths[path] = item
		}
		all, err := json.Marshal(paths)
		if err != nil {
			return nil, err
		}
		described["paths"] = all
	}
	return json.MarshalIndent(described, "", "  ")
}
