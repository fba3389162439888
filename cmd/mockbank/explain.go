package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mockbank/mockbank/engine"
)

// explainOptions are the flags of explain.
type explainOptions struct {
	config, format                     string
	bank, username, password, scenario string
	session                            string
	headers                            []string
	attempt                            int
	// route is METHOD /path of a declared api, "" for none, and body what is sent there.
	route, body string
}

func newExplainCommand(t terminal) *cobra.Command {
	var options explainOptions
	cmd := &cobra.Command{
		Use:   "explain [METHOD /path]",
		Short: "Say which scenario answers a login, and why",
		Long: `Says which scenario answers a login, which condition failed at the nearest others and what it would
have needed, and then what the bank will do, step by step. It asks the configuration, no running bank:
nothing has happened before, so facts such as connections are 0, and the attempt is the first one
unless --attempt says otherwise.

With a route of a declared api it says what that endpoint expects, does and answers, and what faults call it;
with a --data too, which scenario answers the login that the request leads to.`,
		Example: "  mockbank explain --username tester --password challengeRequired\n" +
			"  mockbank explain --username tester --password lockAfter3 --attempt 3\n" +
			`  mockbank explain POST /shop/v1/logins --data '{"user": "jane", "secret": "good"}'`,
		Args: routeOnly,
		RunE: func(cmd *cobra.Command, args []string) error {
			options.route = strings.Join(args, " ")
			return explain(cmd.Context(), t, options)
		},
	}
	configFlag(cmd, &options.config)
	flags := cmd.Flags()
	flags.StringVar(&options.bank, "bank", "", "the bank's `slug`; the default bank where it is left out")
	flags.StringVar(&options.username, "username", "", "the login's `name`")
	flags.StringVar(&options.password, "password", "", "the login's password")
	flags.StringArrayVar(&options.headers, "header", nil, "a header of the request, as `NAME=VALUE`; may be given several times")
	flags.IntVar(&options.attempt, "attempt", 1, "which attempt of this user the login is")
	flags.StringVar(&options.session, "session", "", "the test session's `name`")
	flags.StringVar(&options.scenario, "scenario", "", "the scenario that the request asks for by `name`, whatever its login")
	flags.StringVar(&options.body, "data", "", "the `JSON` that is sent to the route")
	flags.StringVar(&options.format, "format", "text", "the answer's form: text or json")
	completeWords(cmd, "format", "text", "json")
	if err := cmd.RegisterFlagCompletionFunc("scenario", completeScenarios); err != nil {
		panic(err) // the command has no such flag: a defect
	}
	return cmd
}

// explained is what explain tells.
type explained struct {
	engine.Explanation
	// Flow is what the scenario that answers does; null where none does.
	Flow *engine.FlowDescription `json:"flow"`
}

// routeOnly takes METHOD /path, as one argument or two, or nothing.
func routeOnly(cmd *cobra.Command, args []string) error {
	method, path, two := strings.Cut(strings.Join(args, " "), " ")
	switch {
	case len(args) == 0:
		return nil
	case len(args) > 2 || !two || !strings.HasPrefix(path, "/") || method != strings.ToUpper(method):
		return fmt.Errorf("%q is no route; write it as POST /shop/v1/logins: %s", strings.Join(args, " "), cmd.UseLine())
	}
	return nil
}

func explain(ctx context.Context, t terminal, options explainOptions) error {
	if err := oneOf("format", options.format, "text", "json"); err != nil {
		return err
	}
	login, err := options.login()
	if err != nil {
		return err
	}
	config, err := loadConfiguration(ctx, t, options.config)
	if err != nil {
		return err
	}
	bank := engine.NewBank(engine.BankConfig{Store: engine.NewMemory(), Now: time.Now})
	bank.Use(config.Rules)
	if options.route != "" {
		return explainRoute(ctx, t, bank, &options)
	}
	result, err := explainLogin(ctx, bank, login, &options)
	if err != nil {
		return err
	}
	if options.format == "json" {
		return writeJSON(t.stdout, result)
	}
	return writeExplanation(t.stdout, result)
}

// explainLogin finds the scenario that answers a login, and what it does.
func explainLogin(ctx context.Context, bank *engine.Bank, login engine.Login, options *explainOptions) (*explained, error) {
	found, err := bank.Explain(ctx, login, engine.AssumedFacts{Attempt: &options.attempt})
	if err != nil {
		return nil, refusal(err)
	}
	result := &explained{Explanation: found}
	if found.Match != nil {
		scenario, _ := bank.Rules().Scenario(found.Match.Name)
		flow := scenario.Flow.Describe()
		result.Flow = &flow
	}
	return result, nil
}

// writeJSON writes a value for programs.
func writeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// refusal is an error of the engine in its public words.
func refusal(err error) error {
	var refused *engine.Error
	if errors.As(err, &refused) && refused.Cause == nil {
		return errors.New(refused.Message)
	}
	return err
}

// login builds the login that is to be explained.
func (o *explainOptions) login() (engine.Login, error) {
	headers := http.Header{}
	for _, one := range o.headers {
		name, value, found := strings.Cut(one, "=")
		if !found || strings.TrimSpace(name) == "" {
			return engine.Login{}, fmt.Errorf("--header %q: write NAME=VALUE", one)
		}
		headers.Set(strings.TrimSpace(name), value)
	}
	if o.attempt < 1 {
		return engine.Login{}, fmt.Errorf("--attempt %d: the first attempt is 1", o.attempt)
	}
	return engine.Login{
		Session: o.session, Bank: o.bank, Username: o.username, Password: o.password,
		Scenario: o.scenario, Header: headers.Get,
	}, nil
}
