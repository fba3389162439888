package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
}

func newExplainCommand(t terminal) *cobra.Command {
	var options explainOptions
	cmd := &cobra.Command{
		Use:   "explain",
		Short: "Say which scenario answers a login, and why",
		Long: `Says which scenario answers a login, which condition failed at the nearest others and what it would
have needed, and then what the bank will do, step by step. It asks the configuration, no running bank:
nothing has happened before, so facts such as connections are 0, and the attempt is the first one
unless --attempt says otherwise.`,
		Example: "  mockbank explain --username tester --password challengeRequired\n  mockbank explain --username tester --password lockAfter3 --attempt 3",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
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
	found, err := bank.Explain(ctx, login, engine.AssumedFacts{Attempt: &options.attempt})
	if err != nil {
		return refusal(err)
	}
	result := explained{Explanation: found}
	if found.Match != nil {
		scenario, _ := config.Rules.Scenario(found.Match.Name)
		flow := scenario.Flow.Describe()
		result.Flow = &flow
	}
	if options.format == "json" {
		encoder := json.NewEncoder(t.stdout)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		return encoder.Encode(result)
	}
	return writeExplanation(t.stdout, &result)
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
