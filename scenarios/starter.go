package scenarios

import _ "embed"

//go:embed starter.yaml
var starter []byte

// Starter returns a configuration file to begin with, with comments that explain it.
func Starter() []byte { return starter }
