package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Expected is what a test expects of a session as it ends.
type Expected struct {
	Session string
	// Scenarios says how many logins each of these is to have answered. Those that are not named do not matter.
	Scenarios map[string]Range
	// NoFallback says that no login is to have been answered by no scenario, or by one that takes everything.
	NoFallback bool
	// AllDelivered says that every delivery of a webhook is to have reached its receiver.
	AllDelivered bool
}

// Discrepancy is something that is not as expected.
type Discrepancy struct {
	// Path is the member of the expectation, and Name the scenario's there, "" for none.
	Path, Name string
	// Expected and Actual are how it was to be, and how it is.
	Expected, Actual string
	// Message says it in words.
	Message string
}

// Verify holds a session against what a test expects of it: as its records are in the database, whichever node wrote
// them. Logins that were refused before they were processed are none. What is due is written and sent first. It
// refuses with [CodeUnknownScenario] where neither a rule nor a login knows a scenario that is named.
func (ss Sessions) Verify(ctx context.Context, expected Expected) ([]Discrepancy, error) {
	rs := ss.bank.rules.Load()
	logins, err := ss.bank.store.CountLogins(ctx, expected.Session, credentialsFlow().hash)
	if err != nil {
		return nil, err
	}
	if err := checkScenarios(rs, &expected, logins); err != nil {
		return nil, err
	}
	var all []Discrepancy
	for _, name := range sortedNames(expected.Scenarios) {
		if want := expected.Scenarios[name]; !want.Contains(logins[name]) {
			all = append(all, Discrepancy{
				Path: "scenarios", Name: name, Expected: want.String(), Actual: fmt.Sprint(logins[name]),
				Message: fmt.Sprintf("the scenario %q answered %s, not %s", name, countOf(logins[name], "login"), want),
			})
		}
	}
	if expected.NoFallback {
		all = append(all, rs.fallen(logins)...)
	}
	if expected.AllDelivered {
		undelivered, err := ss.undelivered(ctx, expected.Session)
		if err != nil {
			return nil, err
		}
		all = append(all, undelivered...)
	}
	return all, nil
}

func checkScenarios(rs *RuleSet, expected *Expected, logins map[string]int) error {
	for _, name := range sortedNames(expected.Scenarios) {
		if _, known := rs.names[name]; known || logins[name] > 0 {
			continue
		}
		return &Error{Code: CodeUnknownScenario, Message: unknownName("scenario", name, sortedNames(rs.names)), Related: name}
	}
	return nil
}

// fallen lists the logins that no scenario, or one that takes everything, answered.
func (rs *RuleSet) fallen(logins map[string]int) (all []Discrepancy) {
	for _, name := range sortedNames(logins) {
		by := fmt.Sprintf("the scenario %q, which takes everything", name)
		if name == "" {
			by = "no scenario"
		} else if scenario, known := rs.Scenario(name); !known || !scenario.TakesAll() {
			continue
		}
		all = append(all, Discrepancy{
			Path: "no_fallback", Name: name, Expected: "0", Actual: fmt.Sprint(logins[name]),
			Message: countOf(logins[name], "login") + " answered by " + by,
		})
	}
	return all
}

// undelivered says how many deliveries of webhooks have not reached their receivers, once what is due was sent.
func (ss Sessions) undelivered(ctx context.Context, session string) ([]Discrepancy, error) {
	s, err := ss.bank.session(ctx, session)
	if err != nil {
		return nil, err
	}
	if _, _, err := ss.bank.Clocks().writeDue(ctx, session, ss.bank.at(s.Clock), maxChangePortions); err != nil {
		return nil, err
	}
	if ss.bank.courier != nil && len(ss.bank.rules.Load().Webhooks) > 0 {
		if err := ss.bank.courier.SendDue(ctx, ss.bank, session); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return nil, err
		}
	}
	states, err := ss.bank.store.CountDeliveries(ctx, session)
	if err != nil {
		return nil, err
	}
	left, parts := 0, []string{}
	for _, state := range DeliveryStates() {
		if n := states[state]; n > 0 && state != DeliveryDelivered {
			left, parts = left+n, append(parts, fmt.Sprintf("%d %s", n, state))
		}
	}
	if left == 0 {
		return nil, nil
	}
	actual := strings.Join(parts, ", ")
	return []Discrepancy{{
		Path: "webhooks", Expected: "all_delivered", Actual: actual,
		Message: countOf(left, "delivery") + " of webhooks did not reach the receiver: " + actual,
	}}, nil
}

// countOf says how many there are of something.
func countOf(n int, noun string) string {
	plural := noun + "s"
	if stem, ends := strings.CutSuffix(noun, "y"); ends {
		plural = stem + "ies"
	}
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %s", n, plural)
}

// Logins counts the logins of a session by the scenarios that answered them, whichever node they came to; "" is none.
func (ss Sessions) Logins(ctx context.Context, session string) (map[string]int, error) {
	return ss.bank.store.CountLogins(ctx, session, credentialsFlow().hash)
}
