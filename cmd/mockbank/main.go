// Command mockbank plays a bank that fails on demand, as YAML scenarios say.
//
// Each file of this package holds one command; `mockbank help` lists them.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once, whatever it is doing
	code := run(ctx, terminal{
		args: os.Args[1:], lookupEnv: os.LookupEnv, environ: os.Environ(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		tune: tune,
	})
	stop()
	os.Exit(code)
}
