package surface

import (
	"slices"
	"strings"
)

// storedInputs are the secret inputs that nothing may store; a state is one that the browser brings back.
var storedInputs = []string{"password", "response", "refresh", "fields"}

// KeepsSecret returns the first field that the case keeps though it holds a secret input, and that input; "" for none.
func (c *Case) KeepsSecret() (field, input string) {
	for _, kept := range c.Keep {
		for _, path := range kept.paths() {
			for _, name := range storedInputs {
				if holdsAny(path, pathsIn(c.Operation.Inputs[name])) {
					return kept.Name, name
				}
			}
			for _, name := range sortedNames(c.Operation.Fields) {
				if holdsAny(path, pathsIn(c.Operation.Fields[name])) {
					return kept.Name, "fields"
				}
			}
		}
	}
	return "", ""
}

// paths lists where the kept field comes from.
func (k *Kept) paths() [][]string {
	if k.Value != nil {
		return pathsIn(k.Value)
	}
	names := strings.Split(k.Name, ".")
	return [][]string{append([]string{"body"}, names...), append([]string{"query"}, names...)}
}

// pathsIn lists the paths into the request that a value is made of, as far as they are written alone.
func pathsIn(node Node) (paths [][]string) {
	switch node := node.(type) {
	case *Expression:
		paths = requestPaths(node.source)
	case *Members:
		for _, member := range node.Nodes {
			paths = append(paths, pathsIn(member)...)
		}
	case Items:
		for _, item := range node {
			paths = append(paths, pathsIn(item)...)
		}
	}
	return paths
}

// holdsAny reports whether one of the paths leads to what is at the path, or to a part of it, or the other way round.
func holdsAny(path []string, paths [][]string) bool {
	return slices.ContainsFunc(paths, func(other []string) bool {
		n := min(len(path), len(other))
		return slices.Equal(path[:n], other[:n])
	})
}
