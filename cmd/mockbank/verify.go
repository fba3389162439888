package main

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"
)

// verifyOptions are the flags of verify.
type verifyOptions struct {
	remote
	session, webhooks string
	scenarios         map[string]string
	noFallback        bool
}

func newVerifyCommand(t terminal) *cobra.Command {
	var options verifyOptions
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Hold a session of a running bank against what a test expects",
		Long: `Holds a session against what a test expects of it as it ends, and says what is not so. It counts in
the database, whichever node answered the logins. It exits with 0 where all holds, else with 2.`,
		Example: "  mockbank verify --session s --scenario success=2.. --scenario challenge-required=1 --no-fallback",
		Args:    onlyFlags("session"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return verifySession(cmd, t, options) },
	}
	remoteFlags(cmd, &options.remote)
	flags := cmd.Flags()
	flags.StringVar(&options.session, "session", "default", "the session's `name`")
	flags.StringToStringVar(&options.scenarios, "scenario", nil,
		"how many logins a scenario is to have answered: `name=number`, as 1, 1..2 or 2..")
	flags.BoolVar(&options.noFallback, "no-fallback", false,
		"no login is to have been answered by no scenario, or by one that takes everything")
	flags.StringVar(&options.webhooks, "webhooks", "", "`all_delivered`: every delivery is to have reached its receiver")
	return cmd
}

func verifySession(cmd *cobra.Command, t terminal, options verifyOptions) error {
	expected := map[string]any{"session": options.session}
	if len(options.scenarios) > 0 {
		expected["scenarios"] = options.scenarios
	}
	if options.noFallback {
		expected["no_fallback"] = true
	}
	if options.webhooks != "" {
		expected["webhooks"] = options.webhooks
	}
	answer, err := options.call(cmd.Context(), http.MethodPost, "/admin/v1/verify", expected)
	if err != nil {
		return err
	}
	var verdict struct {
		Holds       bool
		Differences []struct{ Detail string }
	}
	if err := json.Unmarshal(answer, &verdict); err != nil {
		return fmt.Errorf("the bank's answer: %w", err)
	}
	if verdict.Holds {
		_, err = fmt.Fprintf(t.stdout, "%s: all is as expected\n", options.session)
		return err
	}
	for _, one := range verdict.Differences {
		if _, err := fmt.Fprintf(t.stdout, "%s: %s\n", options.session, one.Detail); err != nil {
			return err
		}
	}
	return exitStatus(exitFailed)
}
