package surface

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// listBanks finds the banks that the inputs do not leave out: of all that fit the page that `offset` and `limit` name.
func (p *play) listBanks() error {
	var filters [3]string
	for i, name := range inputNames[DoesBanks][:len(filters)] {
		text, err := p.input(name, maxName)
		if err != nil {
			return err
		}
		filters[i] = text
	}
	p.banks = []any{}
	for _, bank := range p.institutions() {
		if selects(bank, filters[0], filters[1], filters[2]) {
			p.banks = append(p.banks, bank)
		}
	}
	p.banksTotal = len(p.banks)
	offset, err := p.wholeInput("offset", 0)
	if err != nil {
		return err
	}
	limit, err := p.wholeInput("limit", p.banksTotal)
	if err != nil {
		return err
	}
	p.banks = p.banks[min(offset, p.banksTotal):]
	p.banks = p.banks[:min(limit, len(p.banks))]
	return nil
}

// wholeInput returns an input that is a whole number, or what it is where the request lacks it.
func (p *play) wholeInput(name string, absent int) (int, error) {
	text, err := p.input(name, maxName)
	if err != nil || text == "" {
		return absent, err
	}
	number, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0, p.invalidInput(name, p.selected.Operation.Inputs[name], "must be a whole number, 0 or more")
	}
	return int(number), nil
}

func selects(bank *engine.Institution, mock, search, country string) bool {
	if (mock == "true" || mock == "false") && (mock == "true") != bank.IsMockBank {
		return false
	}
	search = strings.ToLower(search)
	if !strings.Contains(strings.ToLower(bank.Name), search) && !strings.Contains(strings.ToLower(bank.Slug), search) {
		return false
	}
	if country == "" || len(bank.Countries) == 0 {
		return true
	}
	for _, one := range bank.Countries {
		if strings.EqualFold(one, country) {
			return true
		}
	}
	return false
}

// bankList returns the banks that an answer lists.
func (e *Env) bankList() any {
	if e.banks == nil {
		for _, bank := range e.institutions() {
			e.banks = append(e.banks, bank)
		}
		e.banksTotal = len(e.banks)
	}
	return e.banks
}

// institutions lists the declared banks, and after them, where the api says so, the scenarios.
func (e *Env) institutions() []*engine.Institution { return e.api.Institutions(e.host.Rules) }

// Institutions lists the declared banks, and after them, where the api says so, what it makes of the scenarios.
func (a *API) Institutions(rules *engine.RuleSet) []*engine.Institution {
	all := make([]*engine.Institution, 0, len(rules.Banks))
	for i := range rules.Banks {
		all = append(all, &rules.Banks[i])
	}
	if !a.BanksFromScenarios {
		return all
	}
	for _, scenario := range rules.Scenarios {
		if _, declared := rules.Bank(scenario.Name); !declared && !scenario.NeedsCaptures() {
			all = append(all, scenarioBank(scenario))
		}
	}
	return all
}

func scenarioBank(scenario *engine.Scenario) *engine.Institution {
	return &engine.Institution{Slug: scenario.Name, Name: cmp.Or(scenario.Description, scenario.Name), IsMockBank: true}
}

// institution returns a bank of the api by its slug.
func (e *Env) institution(slug string) (*engine.Institution, bool) {
	if bank, ok := e.host.Rules.Bank(slug); ok {
		return &bank, true
	}
	if !e.api.BanksFromScenarios {
		return nil, false
	}
	scenario, ok := e.host.Rules.Scenario(slug)
	if !ok || scenario.NeedsCaptures() {
		return nil, false
	}
	return scenarioBank(scenario), true
}
