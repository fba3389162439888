module github.com/mockbank/mockbank/cmd/mockbank/e2e/clients/plaidgo

go 1.26

require github.com/plaid/plaid-go/v20 v20.1.0 // indirect
