package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/scenarios"
	"github.com/mockbank/mockbank/scenarios/catalogue"
)

// healthOptions say where the bank is to be found.
type healthOptions struct {
	config, listen, url, urlFile string
	timeout                      time.Duration
}

// defaultAddress is where a bank listens that says nothing else.
const defaultAddress = "127.0.0.1:8080"

func newHealthcheckCommand(t terminal) *cobra.Command {
	var options healthOptions
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask a running bank whether it can serve requests",
		Long: `Asks the bank on this machine for /readyz, and exits with 0 where it is ready, with 1 where it is not. It
looks for the bank where serve would listen: at --url, at the address in --url-file, at --listen, else where the
configuration says. The image's health check is this command.`,
		Example: "  mockbank healthcheck\n  mockbank healthcheck --url http://127.0.0.1:9000",
		Args:    onlyFlags("url"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return healthcheck(cmd.Context(), t, options)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&options.config, "config", "c", "mockbank.yaml", "configuration `file or folder` that the bank runs with")
	flags.StringVar(&options.listen, "listen", "", "`address` that the bank serves on, instead of the configuration's")
	flags.StringVar(&options.url, "url", "", "`URL` of the bank, such as http://127.0.0.1:8080")
	flags.StringVar(&options.urlFile, "url-file", "", "`file` that the bank wrote its URL into")
	flags.DurationVar(&options.timeout, "timeout", 5*time.Second, "how long it may take to answer")
	return cmd
}

func healthcheck(ctx context.Context, t terminal, options healthOptions) error {
	ctx, cancel := context.WithTimeout(ctx, options.timeout)
	defer cancel()
	base, err := options.base(ctx)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(base, "/")+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("%q is no URL of a bank; write one such as http://127.0.0.1:8080", base)
	}
	answer, err := (&http.Client{Transport: &http.Transport{Proxy: nil}}).Do(request)
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the bank at %s did not answer within %s", base, options.timeout)
	}
	if err != nil {
		return fmt.Errorf("no bank answers at %s: %w", base, errors.Unwrap(err))
	}
	defer answer.Body.Close() //nolint:errcheck // only read from
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the bank at %s is not ready: %s", base, answer.Status)
	}
	_, err = io.WriteString(t.stdout, "ready\n")
	return err
}

// base returns where the bank is to be asked.
func (o *healthOptions) base(ctx context.Context) (string, error) {
	if o.url != "" {
		return o.url, nil
	}
	if o.urlFile != "" {
		text, err := os.ReadFile(o.urlFile)
		if err != nil {
			return "", fmt.Errorf("--url-file: %w", err)
		}
		return strings.TrimSpace(string(text)), nil
	}
	listen := o.listen
	if listen == "" {
		// A configuration that is refused keeps no bank from serving the last good one.
		config, _ := scenarios.Load(ctx, o.config, scenarios.Options{Catalogue: catalogue.Files})
		if config != nil {
			listen = config.Server.Listen
		}
	}
	return reachable(cmp.Or(listen, defaultAddress))
}

// reachable returns the URL at which this machine reaches a server that listens on an address.
func reachable(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	switch {
	case err != nil:
		return "", fmt.Errorf("%q is no address; write one such as 127.0.0.1:8080", listen)
	case port == "0":
		return "", errors.New("the bank takes a free port: name the file that it writes its URL into, with --url-file")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if ip != nil && ip.To4() == nil {
			host = "::1"
		}
	}
	return "http://" + net.JoinHostPort(host, port), nil
}
