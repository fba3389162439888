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

func (o *journalOptions) query() string {
	q := url.Values{}
	for name, value := range map[string]string{"session": o.session, "scenario": o.scenario, "route": o.endpoint} {
		if value != "" {
			q.Set(name, value)
		}
	}
	q.Set("limit", strconv.Itoa(o.limit))
	return q.Encode()
}

func showJournal(ctx context.Context, t terminal, options journalOptions) error {
	if options.form != "text" && options.form != "json" {
		return fmt.Errorf("--format %q: use text or json", options.form)
	}
	if options.limit < 1 || options.limit > 200 {
		return fmt.Errorf("--limit %d: it is from 1 to 200", options.limit)
	}
	answer, err := options.call(ctx, http.MethodGet, "/admin/v1/journal?"+options.query(), nil)
	if err != nil {
		return err
	}
	var page struct {
		Exchanges []json.RawMessage
		NextSince int64 `json:"next_since"`
	}
	if err := json.Unmarshal(answer, &page); err != nil {
		return fmt.Errorf("the bank's answer: %w", err)
	}
	for _, exchange := range page.Exchanges {
		if err := writeExchange(t.stdout, options.form, exchange); err != nil {
			return err
		}
	}
	if !options.follow {
		return nil
	}
	return followJournal(ctx, t, options, page.NextSince)
}

// followJournal writes exchanges as they come, until ctx ends.
func followJournal(ctx context.Context, t terminal, options journalOptions, since int64) error {
	answer, err := options.send(ctx, http.MethodGet, "/admin/v1/journal/stream?"+options.query()+"&since="+strconv.FormatInt(max(since, 1), 10), nil)
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
			if err := writeExchange(t.stdout, options.form, json.RawMessage(value)); err != nil {
				return err
			}
		}
	}
	if ctx.Err() != nil {
		return nil // Ctrl-C is how it ends
	}
	return errors.Join(errors.New("the bank ended the stream"), lines.Err())
}

// exchangeLine is what a line of the journal says.
type exchangeLine struct {
	At, Session, Route string
	State, Scenario    *string
	Request            struct {
		Method string
		Body   map[string]string
	}
	Response struct {
		Status *int
		Code   *string
	}
	Process    *string `json:"bank_authentication_process_id"`
	Connection *string `json:"bank_connection_id"`
}

func writeExchange(w io.Writer, form string, exchange json.RawMessage) error {
	if form == "json" {
		_, err := fmt.Fprintf(w, "%s\n", exchange)
		return err
	}
	var e exchangeLine
	if err := json.Unmarshal(exchange, &e); err != nil {
		return fmt.Errorf("the bank's answer: %w", err)
	}
	at := e.At
	if _, clock, found := strings.Cut(at, "T"); found {
		at = strings.TrimSuffix(clock, "Z")
	}
	status := "-"
	if e.Response.Status != nil {
		status = strconv.Itoa(*e.Response.Status)
	}
	words := []string{at, fmt.Sprintf("%-6s %-26s", e.Request.Method, e.Route), status}
	for _, word := range []*string{e.State, e.Response.Code} {
		if word != nil {
			words = append(words, *word)
		}
	}
	if user := e.Request.Body["username"]; user != "" {
		words = append(words, "user="+strconv.Quote(user))
	}
	if e.Scenario != nil {
		words = append(words, "scenario="+*e.Scenario)
	}
	if e.Session != "" && e.Session != "default" {
		words = append(words, "session="+e.Session)
	}
	switch {
	case e.Connection != nil:
		words = append(words, *e.Connection)
	case e.Process != nil:
		words = append(words, *e.Process)
	}
	_, err := fmt.Fprintln(w, strings.Join(words, "  "))
	return err
}
