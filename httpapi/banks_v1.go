package httpapi

import (
	"net/http"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// Version 1 of the API, which has the banks alone, writes its names in camelCase.

// bankV1 is an institution as clients of version 1 get it.
type bankV1 struct {
	Slug                    string  `json:"bankSlug"`
	Name                    string  `json:"name"`
	IsMockBank              bool    `json:"isMockBank"`
	MultibankingAPIProvider *string `json:"multibankingApiProvider"`
}

// banksV1 is a page of institutions.
type banksV1 struct {
	Banks      []bankV1 `json:"banks"`
	NextCursor *string  `json:"nextCursor"`
}

func newBankV1(bank *engine.Institution) bankV1 { return bankV1(newBankBody(bank)) }

// showBankV1 is [showBank] for clients of version 1.
func showBankV1(x *exchange) error {
	bank, err := x.namedBank()
	if err != nil {
		return err
	}
	body := newBankV1(bank)
	x.compose(http.StatusOK, &body)
	return nil
}

// listBanksV1 is [listBanks] for clients of version 1. The names of the query's parameters in version 3 do, too.
func listBanksV1(x *exchange) error {
	q := x.query()
	page := q.page()
	mock, provider := q.either("isMockBank", "is_mock_bank"), q.either("multibankingProvider", "multibanking_provider")
	wanted := bankFilter{
		mock: q.choice(mock, "false", "true", "any"), search: strings.ToLower(q.text("search")),
		provider: q.text(provider), after: page.after,
	}
	if err := q.err(); err != nil {
		return err
	}
	found := page.banks(wanted.among(x.api.bank.Rules().Banks))
	body := &banksV1{Banks: make([]bankV1, len(found.Banks)), NextCursor: found.NextCursor}
	for i, bank := range found.Banks {
		body.Banks[i] = bankV1(bank)
	}
	x.compose(http.StatusOK, body)
	return nil
}

// either returns which of a parameter's two names was sent. That both were, with two values, is a fault.
func (q *query) either(name, other string) string {
	switch {
	case !q.values.Has(other):
		return name
	case q.values.Has(name) && q.values.Get(name) != q.values.Get(other):
		q.fault(other, "must not come together with "+name)
	}
	return other
}
