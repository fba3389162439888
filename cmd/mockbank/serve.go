package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/cmd/app"
)

func newServeCommand(t terminal) *cobra.Command {
	options := serveOptions{Options: app.Options{Build: thisBuild()}}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the bank",
		Long: `Runs the bank that a configuration declares, and reads the configuration again whenever it is
saved. A configuration with mistakes changes nothing: the last good one keeps serving.

SIGTERM and Ctrl-C end requests under way, then the program, and so does closing the terminal that it was started
in. Where there was none, SIGHUP reloads.

Once the bank answers, its URL is written alone on a line of standard output, and into the file of --url-file; the
log goes to standard error.`,
		Example: "  mockbank serve --config mockbank.yaml\n  mockbank serve --config scenarios/ --listen 127.0.0.1:9000",
		Args:    onlyFlags("config"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkServe(&options.Options); err != nil {
				return err
			}
			return serve(cmd.Context(), t, options)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&options.Config, "config", "c", "mockbank.yaml", "configuration `file or folder`")
	flags.StringVar(&options.Listen, "listen", "", "`address` to serve on, instead of the configuration's; port 0 takes a free one")
	flags.StringVar(&options.Database, "database", "", "`file`, :memory: or postgres://..., instead of the configuration's")
	flags.StringVar(&options.LogLevel, "log-level", "", "trace, debug, info, warn or error, instead of the configuration's")
	flags.StringVar(&options.LogFormat, "log-format", "", "pretty, json or auto (pretty on a terminal), instead of the configuration's")
	flags.StringVar(&options.urlFile, "url-file", "", "`file` to write the bank's URL into, once it answers")
	flags.BoolVar(&options.exitWithParent, "exit-with-parent", false,
		"end when standard input closes, or the process that started this one is gone")
	completeWords(cmd, "log-level", logLevels...)
	completeWords(cmd, "log-format", logFormats...)
	return cmd
}

var (
	logLevels  = []string{"trace", "debug", "info", "warn", "error"}
	logFormats = []string{"auto", "pretty", "json"}
)

// checkServe refuses values of flags that nothing could be served with.
func checkServe(options *app.Options) error {
	if err := checkListen(options.Listen); err != nil {
		return err
	}
	if options.LogLevel != "" {
		if err := oneOf("log-level", options.LogLevel, logLevels...); err != nil {
			return err
		}
	}
	if options.LogFormat != "" {
		return oneOf("log-format", options.LogFormat, logFormats...)
	}
	return nil
}

// serveOptions are what serve is told besides what the bank is.
type serveOptions struct {
	app.Options
	urlFile        string
	exitWithParent bool
}

// serve runs the bank until ctx ends.
func serve(ctx context.Context, t terminal, options serveOptions) error {
	// Who closes a terminal hangs up on what runs in it; elsewhere a SIGHUP reloads. nohup has it ignored, and means it.
	closes := (onTerminal(t.stdin) || onTerminal(t.stderr)) && !signal.Ignored(syscall.SIGHUP)
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	options.Log, options.Terminal = t.stderr, isTerminal(t.stderr)
	if !options.Terminal { // on one people see each line as it is written
		log := newBulkLog(t.stderr)
		defer log.Close()
		options.Log = log
	}
	if t.tune != nil {
		t.tune(t.lookupEnv)
	}
	options.AdminToken, _ = t.lookupEnv("MOCKBANK_ADMIN_TOKEN")
	if options.exitWithParent {
		ctx = withParent(ctx, t.stdin)
	}
	if err := forgetURL(options.urlFile); err != nil {
		return err
	}
	a, err := app.Start(ctx, options.Options)
	var refused *app.ConfigurationError
	if errors.As(err, &refused) {
		if err := writeReport(t, refused.Report, "text"); err != nil {
			return err
		}
		return errors.New("the configuration has errors; nothing was started")
	}
	if err != nil {
		return err
	}
	if err := reportURL(t, options.urlFile, a.URL()); err != nil {
		return errors.Join(err, a.Stop())
	}
	if t.tune != nil {
		go debug.FreeOSMemory() // what starting took, a config of megabytes may be among it
	}
	for {
		select {
		case <-hangup:
			if closes {
				return a.Stop()
			}
			a.Reload()
		case err := <-a.Failed():
			return errors.Join(err, a.Stop())
		case <-ctx.Done():
			return a.Stop()
		}
	}
}

// onTerminal reports whether a stream is a terminal's. /dev/null is a device too, and none.
func onTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && isatty.IsTerminal(file.Fd())
}
