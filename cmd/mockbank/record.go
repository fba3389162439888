package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"

	"github.com/spf13/cobra"
)

// recordOptions are the flags of record.
type recordOptions struct {
	remote
	session, name, output string
}

func newRecordCommand(t terminal) *cobra.Command {
	var options recordOptions
	cmd := &cobra.Command{
		Use:   "record",
		Short: "Turn what was played in a session of a running bank into a test",
		Long: `Writes a file of tests with one test, which does what the journal of the running bank has of a session, and expects
what the bank answered. The journal holds no secret: passwords and answers are put in from the scenarios that took them.

It exits with 0 where the test passes with the configuration as it is; with 2 where something could not be written, which
a comment in the file tells, or where the test does not pass.`,
		Example: "  mockbank record --session s > s_test.yaml\n" +
			"  mockbank record --session s --name 'a TAN at the second try' --output tan_test.yaml",
		Args: onlyFlags("session"),
		RunE: func(cmd *cobra.Command, _ []string) error { return recordSession(cmd, t, options) },
	}
	remoteFlags(cmd, &options.remote)
	flags := cmd.Flags()
	flags.StringVar(&options.session, "session", "default", "the session's `name`")
	flags.StringVar(&options.name, "name", "", "the test's `name`")
	flags.StringVarP(&options.output, "output", "o", "", "the `file` to write, in place of standard output")
	return cmd
}

func recordSession(cmd *cobra.Command, t terminal, options recordOptions) error {
	query := url.Values{}
	if options.name != "" {
		query.Set("name", options.name)
	}
	path := "/admin/v1/sessions/" + url.PathEscape(options.session) + "/record?" + query.Encode()
	answer, err := options.call(cmd.Context(), http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	var recorded struct {
		Text    string
		Steps   int
		Passes  bool
		Failure string
		Gaps    []struct{ Detail string }
	}
	if err := json.Unmarshal(answer, &recorded); err != nil {
		return fmt.Errorf("the bank's answer: %w", err)
	}
	if options.output == "" {
		_, err = io.WriteString(t.stdout, recorded.Text)
	} else {
		err = os.WriteFile(options.output, []byte(recorded.Text), 0o644)
	}
	if err != nil {
		return err
	}
	if options.output != "" {
		_, _ = fmt.Fprintf(t.stderr, "%s: %d steps of the session %s\n", options.output, recorded.Steps, options.session)
	}
	for _, gap := range recorded.Gaps {
		_, _ = fmt.Fprintf(t.stderr, "not recorded: %s\n", gap.Detail)
	}
	if !recorded.Passes {
		_, _ = fmt.Fprintf(t.stderr, "the test does not pass: %s\n", recorded.Failure)
	}
	if !recorded.Passes || len(recorded.Gaps) > 0 {
		return exitStatus(exitFailed)
	}
	return nil
}
