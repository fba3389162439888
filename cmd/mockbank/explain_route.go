package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/surface"
)

// explainedRoute is what explain tells of a route of a declared api.
type explainedRoute struct {
	surface.Explanation
	// Login tells of the login that the request leads to, null where there is none.
	Login *explained `json:"login"`
}

func explainRoute(ctx context.Context, t terminal, bank *engine.Bank, options *explainOptions) error {
	method, path, _ := strings.Cut(options.route, " ")
	path, query, _ := strings.Cut(path, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return fmt.Errorf("the query of %s: %w", path, err)
	}
	header := textproto.MIMEHeader{}
	for _, one := range options.headers {
		name, value, _ := strings.Cut(one, "=")
		header.Set(strings.TrimSpace(name), value)
	}
	rules := bank.Rules()
	match := surface.Of(rules).Match(method, path, header.Get("Accept"))
	if match == nil {
		return fmt.Errorf("no declared api has anything at %s", path)
	}
	about, err := match.Explain()
	if err != nil {
		return errors.New(surface.Describe(err).Detail)
	}
	result := explainedRoute{Explanation: *about}
	if options.body != "" || method == "GET" {
		if result.Login, err = explainRequest(ctx, bank, match, &surface.Request{
			Method: method, Path: path, Query: values, Header: header.Get, Session: options.session, Scenario: options.scenario,
		}, options); err != nil {
			return err
		}
	}
	if options.format == "json" {
		return writeJSON(t.stdout, result)
	}
	if err := writeRoute(t.stdout, &result.Explanation); err != nil || result.Login == nil {
		return err
	}
	if _, err := io.WriteString(t.stdout, "\n"); err != nil {
		return err
	}
	return writeExplanation(t.stdout, result.Login)
}

// explainRequest explains the login that a request leads to, nil where it leads to none.
func explainRequest(ctx context.Context, bank *engine.Bank, match *surface.Match, r *surface.Request,
	options *explainOptions) (*explained, error) {
	var err error
	if r.Body, err = surface.DecodeJSON([]byte(options.body)); err != nil {
		return nil, fmt.Errorf("--data: %w", err)
	}
	login, err := match.Login(ctx, &surface.Host{Bank: bank, APIs: bank.APIs(), Rules: bank.Rules()}, r, time.Now())
	if err != nil {
		return nil, errors.New(surface.Describe(err).Detail)
	}
	if login == nil {
		return nil, nil
	}
	return explainLogin(ctx, bank, *login, options)
}

// writeRoute writes what an endpoint does for people.
func writeRoute(w io.Writer, x *surface.Explanation) error {
	var out strings.Builder
	fmt.Fprintf(&out, "%s answers.\n  %s\n", x.Endpoint, x.Source)
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&out, "  %s\n", strings.TrimSpace(label+" "+text))
		}
	}
	line("", x.Description)
	if x.Token {
		line("It needs", "a bearer token that the api issued.")
	}
	line("It expects", strings.Join(x.Expects, ", "))
	line("It lets pass", x.RateLimit)
	for i := range x.Cases {
		writeCase(&out, &x.Cases[i], len(x.Cases) > 1)
	}
	names := make([]string, len(x.Faults))
	for i, name := range x.Faults {
		names[i] = fmt.Sprintf("%q", name)
	}
	fmt.Fprintf(&out, "\nFaults may call it %s.\n", strings.Join(names, ", "))
	_, err := io.WriteString(w, out.String())
	return err
}

func writeCase(out *strings.Builder, x *surface.ExplainedCase, several bool) {
	if several {
		fmt.Fprintf(out, "\nCase %s\n", orAlways(x.When))
	}
	does := x.Does
	var inputs []string
	for name, from := range x.Inputs {
		inputs = append(inputs, name+": "+from)
	}
	if slices.Sort(inputs); inputs != nil {
		does += " {" + strings.Join(inputs, ", ") + "}"
	}
	fmt.Fprintf(out, "  does %s\n", does)
	if x.Of != "" {
		fmt.Fprintf(out, "  of   %s\n", x.Of)
	}
	if x.Expects != nil {
		fmt.Fprintf(out, "  expects %s\n", strings.Join(x.Expects, ", "))
	}
	if x.Keep != nil {
		fmt.Fprintf(out, "  keeps %s\n", strings.Join(x.Keep, ", "))
	}
	for _, answer := range x.Answers {
		fmt.Fprintf(out, "  %d  %s (%s)\n", answer.Status, orAlways(answer.When), answer.Source)
		if answer.RateLimit != "" {
			fmt.Fprintf(out, "       beyond %s\n", answer.RateLimit)
		}
		if answer.Refuses {
			out.WriteString("       nothing is done\n")
		}
	}
}

func orAlways(when string) string {
	if when == "" {
		return "always"
	}
	return "when " + when
}
