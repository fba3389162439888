//go:build mcp

package main

import (
	"context"
	"io"

	"github.com/mockbank/mockbank/cmd/mockbank/mcp"
)

func init() {
	serveMCP = func(ctx context.Context, in io.ReadCloser, out io.WriteCloser, options *mcpOptions) error {
		return mcp.Serve(ctx, in, out, mcp.Options{
			URL: options.url, AdminToken: options.token, BankToken: options.bankToken, ReadOnly: options.readOnly,
			Version: thisBuild().Version,
		})
	}
}
