package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// clockOptions are the flags of clock.
type clockOptions struct {
	remote
	session, advance       string
	toNext, freeze, resume bool
}

func newClockCommand(t terminal) *cobra.Command {
	var options clockOptions
	cmd := &cobra.Command{
		Use:   "clock",
		Short: "Turn the clock of a session of a running bank",
		Long: `Turns a session's clock: forward by a duration or to the next event, or freezes it, or lets it run
on. What falls due on the way happens before the command ends. Without a flag it shows the clock.`,
		Example: "  mockbank clock --session s --advance 90d\n  mockbank clock --freeze\n  mockbank clock --to-next",
		Args:    onlyFlags("session"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return changeClock(cmd, t, options) },
	}
	remoteFlags(cmd, &options.remote)
	flags := cmd.Flags()
	flags.StringVar(&options.session, "session", "default", "the session's `name`")
	flags.StringVar(&options.advance, "advance", "", "set it forward by this `duration`: 2s, 5m, 90d")
	flags.BoolVar(&options.toNext, "to-next", false, "set it to the next thing that is due")
	flags.BoolVar(&options.freeze, "freeze", false, "let it stand")
	flags.BoolVar(&options.resume, "resume", false, "let it run on")
	return cmd
}

// change is what the flags ask for, as the admin API takes it.
func (o *clockOptions) change() (map[string]any, error) {
	change := map[string]any{}
	if o.advance != "" {
		change["advance"] = o.advance
	}
	for name, asked := range map[string]bool{"to_next": o.toNext, "freeze": o.freeze, "resume": o.resume} {
		if asked {
			change[name] = true
		}
	}
	if o.freeze && o.resume {
		return nil, errors.New("--freeze and --resume: name one of them")
	}
	if o.toNext && o.advance != "" {
		return nil, errors.New("--to-next and --advance: name one of them")
	}
	return change, nil
}

func changeClock(cmd *cobra.Command, t terminal, options clockOptions) error {
	change, err := options.change()
	if err != nil {
		return err
	}
	path := "/admin/v1/sessions/" + url.PathEscape(options.session)
	var answer []byte
	if len(change) == 0 {
		answer, err = options.call(cmd.Context(), http.MethodGet, path, nil)
	} else {
		answer, err = options.call(cmd.Context(), http.MethodPost, path+"/clock", change)
	}
	if err != nil {
		return err
	}
	return writeClock(t, answer, options.toNext)
}

// dueThing is something that the clock was set forward to.
type dueThing struct {
	Kind, Status, Name string
	ProcessID          string `json:"bank_authentication_process_id"`
	ConnectionID       string `json:"bank_connection_id"`
}

// String says what it is, and where.
func (d dueThing) String() string {
	words := []string{strings.ReplaceAll(d.Kind, "_", " "), d.Status, d.Name, cmp.Or(d.ConnectionID, d.ProcessID)}
	return strings.Join(slices.DeleteFunc(words, func(word string) bool { return word == "" }), " ")
}

// writeClock says what the clock shows, and what happened on the way.
func writeClock(t terminal, answer []byte, toNext bool) error {
	var clock struct {
		ID, Now, Offset string
		Frozen, Left    bool
		Written, Sent   int
		Due             []dueThing
	}
	if err := json.Unmarshal(answer, &clock); err != nil {
		return fmt.Errorf("the bank's answer: %w", err)
	}
	state := "runs"
	if clock.Frozen {
		state = "stands"
	}
	line := fmt.Sprintf("%s: the clock %s at %s, %s ahead", clock.ID, state, clock.Now, clock.Offset)
	if clock.Written+clock.Sent > 0 {
		line += fmt.Sprintf("; %s written, %s sent", counted(clock.Written, "import"), counted(clock.Sent, "webhook"))
	}
	for _, due := range clock.Due {
		line += "; due: " + due.String()
	}
	if clock.Left {
		line += "; more is to come, turn it again"
	}
	if toNext && len(clock.Due) == 0 {
		line += "; nothing is due"
	}
	_, err := fmt.Fprintln(t.stdout, line)
	return err
}
