package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"
)

// newDecideCommand returns approve or decline: the user's part on the phone, or on the bank's page.
func newDecideCommand(t terminal, decision, short string) *cobra.Command {
	var bank remote
	cmd := &cobra.Command{
		Use:     decision + " PROCESS_ID",
		Short:   short,
		Long:    short + ", on the phone or on the bank's page, wherever it asks. It answers with what the bank says then.",
		Example: "  mockbank " + decision + " 01a21fe2-38c3-7d90-ad99-c528b9d0fc97",
		Args:    needs(1, 1, "a process's identifier"),
		RunE: func(cmd *cobra.Command, args []string) error {
			answer, err := bank.call(cmd.Context(), http.MethodPost, "/admin/v1/processes/"+url.PathEscape(args[0])+"/"+decision, nil)
			if err != nil {
				return err
			}
			var process struct {
				Status string
				Error  *struct{ Code string }
			}
			if err := json.Unmarshal(answer, &process); err != nil {
				return fmt.Errorf("the bank's answer: %w", err)
			}
			line := process.Status
			if process.Error != nil {
				line += " " + process.Error.Code
			}
			_, err = fmt.Fprintln(t.stdout, line)
			return err
		},
	}
	remoteFlags(cmd, &bank)
	return cmd
}
