package mockbanktest

import _ "embed"

//go:generate cp ../../mockbank.yaml specification.yaml

// specification is mockbank.yaml, which a module that imports this package does not have at hand.
//
//go:embed specification.yaml
var specification string
