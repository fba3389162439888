package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// journalOptions are the flags of journal.
type journalOptions struct {
	remote
	follow                            bool
	session, scenario, endpoint, form string
	limit                             int
}

func newJournalCommand(t terminal) *cobra.Command {
	var options journalOptions
	cmd := &cobra.Command{
		Use:   "journal",
		Short: "Show what a running bank was asked, what it answered, and why",
		Long: `Shows the last exchanges of a running bank, one a line: time, endpoint, HTTP status, what the bank said,
and the scenario that spoke. With --follow it goes on until Ctrl-C.`,
		Example: "  mockbank journal --follow\n  mockbank journal --session s --limit 5 --format json",
		Args:    onlyFlags("session"),
		RunE:    func(cmd *cobra.Command, _ []string) error { return showJournal(cmd.Context(), t, options) },
	}
	remoteFlags(cmd, &options.remote)
	flags := cmd.Flags()
	flags.BoolVarP(&options.follow, "follow", "f", false, "go on as exchanges come, until Ctrl-C")
	flags.StringVar(&options.session, "session", "", "only those of the session of this `name`")
	flags.StringVar(&options.scenario, "scenario", "", "only those that the scenario of this `name` answered")
	flags.StringVar(&options.endpoint, "endpoint", "", "only those of this endpoint's `name`, such as authenticate")
	flags.IntVar(&options.limit, "limit", 20, "how many that are past, 200 at most")
	flags.StringVar(&options.form, "format", "text", "text, or json: one object a line")
	completeWords(cmd, "format", "text", "json")
	return cmd
}

func (o *journalOptions) query(form string) string {
	q := url.Values{}
	for name, value := range map[string]string{"session": o.session, "scenario": o.scenario, "route": o.endpoint} {
		if value != "" {
			q.Set(name, value)
		}
	}
	q.Set("limit", strconv.Itoa(o.limit))
	q.Set("format", form)
	return q.Encode()
}

func showJournal(ctx context.Context, t terminal, options journalOptions) error {
	if options.form != "text" && options.form != "json" {
		return fmt.Errorf("--format %q: use text or json", options.form)
	}
	if options.limit < 1 || options.limit > 200 {
		return fmt.Errorf("--limit %d: it is from 1 to 200", options.limit)
	}
	if options.follow {
		return followJournal(ctx, t, options)
	}
	answer, err := options.call(ctx, http.MethodGet, "/admin/v1/journal?"+options.query(options.form), nil)
	if err != nil || options.form == "text" {
		return errors.Join(err, written(t.stdout, answer))
	}
	page, err := newJournalPage(answer)
	for _, exchange := range page.Exchanges {
		err = errors.Join(err, written(t.stdout, append(exchange, '\n')))
	}
	return err
}

func written(w io.Writer, content []byte) error {
	_, err := w.Write(content)
	return err
}

// journalPage is a part of the journal.
type journalPage struct {
	Exchanges []json.RawMessage
	NextSince int64 `json:"next_since"`
}

func newJournalPage(answer []byte) (page journalPage, err error) {
	if err := json.Unmarshal(answer, &page); err != nil {
		return page, fmt.Errorf("the bank's answer: %w", err)
	}
	return page, nil
}

// since is the number after which the page's exchanges come, and those that follow them.
func (p *journalPage) since() int64 {
	var first struct{ ID int64 }
	if len(p.Exchanges) > 0 && json.Unmarshal(p.Exchanges[0], &first) == nil {
		return max(first.ID-1, 1)
	}
	return max(p.NextSince, 1)
}

// followJournal writes the last exchanges, and others as they come, until ctx ends.
func followJournal(ctx context.Context, t terminal, options journalOptions) error {
	past, err := options.call(ctx, http.MethodGet, "/admin/v1/journal?"+options.query("json"), nil)
	if err != nil {
		return err
	}
	page, err := newJournalPage(past)
	if err != nil {
		return err
	}
	query := options.query(options.form) + "&since=" + strconv.FormatInt(page.since(), 10)
	answer, err := options.send(ctx, http.MethodGet, "/admin/v1/journal/stream?"+query, nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, maxAnswer)
	event := ""
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case name == "event":
			event = value
		case name == "data" && event == "exchange":
			if _, err := fmt.Fprintln(t.stdout, value); err != nil {
				return err
			}
		}
	}
	if ctx.Err() != nil {
		return nil // Ctrl-C is how it ends
	}
	return errors.Join(errors.New("the bank ended the stream"), lines.Err())
}
