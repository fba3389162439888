// Command plaidgo lets plaid-go play catalogue:plaid. It is a module of its own, so that the client weighs on
// nobody else.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"

	"github.com/plaid/plaid-go/v20/plaid"
)

func main() {
	failed := 0
	for _, one := range []struct {
		name string
		run  func() error
	}{
		{"link, authentication, accounts, transactions", happy},
		{"wrong credentials", refused("wrong_password", "INVALID_CREDENTIALS")},
		{"a locked user", refused("item_locked", "ITEM_LOCKED")},
		{"a bank that is down", refused("institution_down", "INSTITUTION_DOWN")},
		{"a login that is required a good while later", loginRequired},
		{"a first synchronization that half fails", halfSynced},
		{"a public token works once", once},
		{"a limit of requests", limited},
	} {
		if err := one.run(); err != nil {
			failed++
			fmt.Printf("not ok - %s: %v\n", one.name, err)
			continue
		}
		fmt.Printf("ok - %s\n", one.name)
	}
	if failed > 0 {
		os.Exit(1)
	}
}

func client(session string) *plaid.APIClient {
	configuration := plaid.NewConfiguration()
	configuration.AddDefaultHeader("PLAID-CLIENT-ID", "id")
	configuration.AddDefaultHeader("PLAID-SECRET", "secret")
	configuration.UseEnvironment(plaid.Environment(os.Args[1] + "/sessions/" + session + "/plaid"))
	return plaid.NewAPIClient(configuration)
}

func advance(session, by string) error {
	response, err := http.Post(os.Args[1]+"/admin/v1/sessions/"+session+"/clock", "application/json",
		bytes.NewBufferString(`{"advance":"`+by+`"}`))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the clock: %s", response.Status)
	}
	return nil
}

var background = context.Background()

func publicToken(c *plaid.APIClient, password string) (string, error) {
	request := plaid.NewSandboxPublicTokenCreateRequest("ins_109508", []plaid.Products{plaid.PRODUCTS_TRANSACTIONS})
	options := plaid.NewSandboxPublicTokenCreateRequestOptions()
	options.SetOverrideUsername("user_good")
	options.SetOverridePassword(password)
	request.SetOptions(*options)
	made, _, err := c.PlaidApi.SandboxPublicTokenCreate(background).SandboxPublicTokenCreateRequest(*request).Execute()
	return made.GetPublicToken(), err
}

func exchange(c *plaid.APIClient, token string) (string, error) {
	exchanged, _, err := c.PlaidApi.ItemPublicTokenExchange(background).
		ItemPublicTokenExchangeRequest(*plaid.NewItemPublicTokenExchangeRequest(token)).Execute()
	return exchanged.GetAccessToken(), err
}

func item(c *plaid.APIClient, password string) (string, error) {
	token, err := publicToken(c, password)
	if err != nil {
		return "", err
	}
	return exchange(c, token)
}

func accounts(c *plaid.APIClient, token string) ([]plaid.AccountBase, error) {
	found, _, err := c.PlaidApi.AccountsGet(background).AccountsGetRequest(*plaid.NewAccountsGetRequest(token)).Execute()
	return found.GetAccounts(), err
}

func sync(c *plaid.APIClient, token string) ([]plaid.Transaction, error) {
	found, _, err := c.PlaidApi.TransactionsSync(background).TransactionsSyncRequest(*plaid.NewTransactionsSyncRequest(token)).Execute()
	return found.GetAdded(), err
}

// wants reports an error that is not the client's own of this code.
func wants(err error, code string) error {
	var body struct {
		Code string `json:"error_code"`
	}
	refused, is := err.(plaid.GenericOpenAPIError)
	if !is {
		return fmt.Errorf("the error is %v, want %s", err, code)
	}
	if json.Unmarshal(refused.Body(), &body) != nil || body.Code != code {
		return fmt.Errorf("the error is %s, want %s", refused.Body(), code)
	}
	return nil
}

func happy() error {
	c := client("go-good")
	token, err := item(c, "pass_good")
	if err != nil {
		return err
	}
	if found, err := accounts(c, token); err != nil || len(found) != 2 {
		return fmt.Errorf("%d accounts, %v", len(found), err)
	}
	if err := advance("go-good", "6s"); err != nil {
		return err
	}
	if added, err := sync(c, token); err != nil || len(added) != 2 {
		return fmt.Errorf("%d transactions, %v", len(added), err)
	}
	return nil
}

func refused(password, code string) func() error {
	return func() error {
		_, err := item(client("go-refused"), password)
		return wants(err, code)
	}
}

func loginRequired() error {
	c := client("go-login")
	token, err := item(c, "login_required")
	if err != nil {
		return err
	}
	if err := advance("go-login", "7d"); err != nil {
		return err
	}
	_, err = accounts(c, token)
	return wants(err, "ITEM_LOGIN_REQUIRED")
}

func halfSynced() error {
	c := client("go-half")
	token, err := item(c, "half_synced")
	if err != nil {
		return err
	}
	if err := advance("go-half", "10s"); err != nil {
		return err
	}
	_, err = sync(c, token)
	return wants(err, "INSTITUTION_NOT_RESPONDING")
}

func once() error {
	c := client("go-once")
	token, err := publicToken(c, "pass_good")
	if err != nil {
		return err
	}
	if _, err := exchange(c, token); err != nil {
		return err
	}
	_, err = exchange(c, token)
	return wants(err, "INVALID_PUBLIC_TOKEN")
}

func limited() error {
	c := client("go-limit")
	token, err := item(c, "pass_good")
	if err != nil {
		return err
	}
	request := *plaid.NewAccountsBalanceGetRequest(token)
	for range 5 {
		if _, _, err := c.PlaidApi.AccountsBalanceGet(background).AccountsBalanceGetRequest(request).Execute(); err != nil {
			return err
		}
	}
	_, _, err = c.PlaidApi.AccountsBalanceGet(background).AccountsBalanceGetRequest(request).Execute()
	return wants(err, "BALANCE_LIMIT")
}
