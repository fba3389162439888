// Package mcp lets a model's client work with a running bank: a server of the Model Context Protocol whose tools are calls
// of the admin API and of the bank's own. It keeps no state, and decides nothing that the bank does not.
//
// [Serve] answers on a pair of streams. Each file tools_*.go holds the tools of one kind; tool.go is what all have in
// common: how large an answer may be, and how an error of the bank is told.
//
// It is compiled into the program where the build has the tag mcp: the SDK takes as long to compile as it does.
package mcp
