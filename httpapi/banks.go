package httpapi

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// bankBody is an institution as clients get it.
type bankBody struct {
	Slug                    string  `json:"slug"`
	Name                    string  `json:"name"`
	IsMockBank              bool    `json:"is_mock_bank"`
	MultibankingAPIProvider *string `json:"multibanking_api_provider"`
}

// banksBody is a page of institutions.
type banksBody struct {
	Banks      []bankBody `json:"banks"`
	NextCursor *string    `json:"next_cursor"`
}

func newBankBody(bank *engine.Institution) bankBody {
	return bankBody{
		Slug: bank.Slug, Name: bank.Name, IsMockBank: bank.IsMockBank,
		MultibankingAPIProvider: textOrNull(bank.MultibankingAPIProvider),
	}
}

// showBank answers with the bank of a slug, be it a mock bank or not.
func showBank(x *exchange) error {
	bank, err := x.namedBank()
	if err != nil {
		return err
	}
	body := newBankBody(bank)
	x.compose(http.StatusOK, &body)
	return nil
}

// namedBank returns the bank whose slug is in the path.
func (x *exchange) namedBank() (*engine.Institution, error) {
	slug := x.variable("slug")
	rules := x.api.bank.Rules()
	bank, ok := rules.Bank(slug)
	if !ok {
		return nil, refuse(engine.CodeNotFound, "%s", unknownName("bank has the slug", slug, slugs(rules.Banks)))
	}
	return &bank, nil
}

// listBanks answers with a page of the banks in the order of their slugs. Mock banks are left out
// unless they are asked for.
func listBanks(x *exchange) error {
	q := x.query()
	page := q.page()
	wanted := bankFilter{
		mock: q.choice("is_mock_bank", "false", "true", "any"), search: strings.ToLower(q.text("search")),
		provider: q.text("multibanking_provider"), after: page.after,
	}
	if err := q.err(); err != nil {
		return err
	}
	x.compose(http.StatusOK, page.banks(wanted.among(x.api.bank.Rules().Banks)))
	return nil
}

// choice returns the parameter, which must be one of the choices. The first stands for a missing one.
func (q *query) choice(name string, choices ...string) string {
	value := q.text(name)
	if value == "" {
		return choices[0]
	}
	if !slices.Contains(choices, value) {
		q.fault(name, "must be one of "+wordList(choices))
	}
	return value
}

// bankFilter selects banks.
type bankFilter struct {
	mock, search, provider, after string
}

func (f *bankFilter) selects(bank *engine.Institution) bool {
	return bank.Slug > f.after &&
		(f.mock == "any" || (f.mock == "true") == bank.IsMockBank) &&
		(f.provider == "" || f.provider == bank.MultibankingAPIProvider) &&
		(strings.Contains(strings.ToLower(bank.Name), f.search) || strings.Contains(strings.ToLower(bank.Slug), f.search))
}

func (f *bankFilter) among(banks []engine.Institution) []engine.Institution {
	var found []engine.Institution
	for i := range banks {
		if f.selects(&banks[i]) {
			found = append(found, banks[i])
		}
	}
	slices.SortFunc(found, func(a, b engine.Institution) int { return cmp.Compare(a.Slug, b.Slug) })
	return found
}

func (p page) banks(found []engine.Institution) *banksBody {
	shown := found[:min(len(found), p.limit)]
	body := &banksBody{Banks: make([]bankBody, len(shown))}
	for i := range shown {
		body.Banks[i] = newBankBody(&shown[i])
	}
	if len(found) > p.limit {
		body.NextCursor = cursorAfter(shown[len(shown)-1].Slug)
	}
	return body
}

func slugs(banks []engine.Institution) []string {
	all := make([]string, len(banks))
	for i := range banks {
		all[i] = banks[i].Slug
	}
	return all
}

// unknownName says that nothing has a name, and which names are nearest.
func unknownName(what, name string, known []string) string {
	said := fmt.Sprintf("no %s %q", what, shorten(name))
	if near := engine.Nearest(shorten(name), known, 3); len(near) > 0 {
		said += "; the nearest are " + strings.Join(near, ", ")
	}
	return said
}

// shorten bounds what a refusal repeats of a client's text.
func shorten(text string) string {
	const longest = 100
	if len(text) <= longest {
		return text
	}
	return strings.ToValidUTF8(text[:longest], "") + "…"
}
