//go:build !mcp

package main

import "testing"

// A program without the protocol's SDK says how to get one that has it.
func TestMCPIsBuiltByATag(t *testing.T) {
	t.Parallel()
	command(t, "", "mcp").wants(t, 1, "", "go build -tags mcp")
	command(t, "", "mcp", "--help").wants(t, 0, "--read-only", "")
}
