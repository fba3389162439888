package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"
)

// mcpOptions are the flags of mcp.
type mcpOptions struct {
	remote
	bankToken string
	readOnly  bool
}

// serveMCP answers a client of the Model Context Protocol. It is nil where the program is built without the tag mcp, as by
// a plain `go run`: the protocol's SDK would cost whoever compiles mockbank for the first time some seconds more.
var serveMCP func(ctx context.Context, in io.ReadCloser, out io.WriteCloser, options *mcpOptions) error

func newMCPCommand(t terminal) *cobra.Command {
	var options mcpOptions
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "Let a model's client work with a running bank, by the Model Context Protocol",
		Long: `Speaks the Model Context Protocol on standard input and output, for a client that starts it: a model can then list and
explain scenarios, write and check one, play it, turn a session's clock, and read the journal of a running bank. It has what the
admin API may, and nothing of the machine besides; with --read-only it changes nothing.

A program that was built without it says so: build with -tags mcp, as releases and make build do.`,
		Example: "  mockbank mcp --url http://127.0.0.1:8080\n  mockbank mcp --read-only",
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return speakMCP(cmd.Context(), t, &options) },
	}
	remoteFlags(cmd, &options.remote)
	cmd.Flags().StringVar(&options.bankToken, "bank-token", "", "the `token` of the bank's own API, where it wants one")
	cmd.Flags().BoolVar(&options.readOnly, "read-only", false, "offer only what changes nothing")
	return cmd
}

func speakMCP(ctx context.Context, t terminal, options *mcpOptions) error {
	if serveMCP == nil {
		return errors.New("this program was built without it; build it with: go build -tags mcp -o bin/mockbank ./cmd/mockbank")
	}
	return serveMCP(ctx, io.NopCloser(t.stdin), unclosed{t.stdout}, options)
}

// unclosed is a stream that its reader does not close.
type unclosed struct{ io.Writer }

// Close implements [io.Closer].
func (unclosed) Close() error { return nil }
