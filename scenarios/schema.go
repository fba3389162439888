package scenarios

import _ "embed"

//go:generate go run ./reference

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (draft-07) of a configuration file, for editors. It is generated from
// the types of this package, and takes all that [Load] takes.
func Schema() []byte { return schema }
