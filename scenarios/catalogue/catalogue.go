// Package catalogue holds ready-made scenarios of what real banks do, in packs by theme. They are
// nothing but YAML: a configuration plays them with `include: catalogue:NAME`, and a copy of a pack is a
// good start for one's own.
package catalogue

import "embed"

// Files holds the packs, NAME.yaml each.
//
//go:embed *.yaml
var Files embed.FS
