// Command oapicodegen plays the specification's table by the client that oapi-codegen makes of the description.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/google/uuid"

	"github.com/mockbank/mockbank/contract/oapicodegen"
	"github.com/mockbank/mockbank/contract/play/table"
)

func main() {
	generated, err := oapicodegen.NewClientWithResponses(os.Args[1])
	if err == nil {
		err = table.Play(client{generated})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type client struct {
	*oapicodegen.ClientWithResponses
}

func process(answer *http.Response, body []byte, p *oapicodegen.ProcessAnswer, err error) (id, status string, _ error) {
	if err != nil || p == nil {
		return "", "", refused(answer, body, err)
	}
	return p.BankAuthenticationProcessId.String(), string(p.Status), nil
}

func refused(answer *http.Response, body []byte, err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("%s: %s", answer.Status, body)
}

func (c client) Login(ctx context.Context, password string) (id, status string, err error) {
	username := "tester"
	got, err := c.AuthenticateWithResponse(ctx, nil, oapicodegen.AuthenticateRequest{Username: &username, Password: password})
	if err != nil {
		return "", "", err
	}
	return process(got.HTTPResponse, got.Body, got.JSON200, err)
}

func (c client) Answer(ctx context.Context, id, tan string) (status string, err error) {
	var answer oapicodegen.ConfirmRequest_ChallengeResponse
	if err := answer.FromConfirmRequestChallengeResponse0(tan); err != nil {
		return "", err
	}
	got, err := c.ConfirmChallengeResponseWithResponse(ctx, nil, oapicodegen.ConfirmRequest{BankAuthenticationProcessId: id,
		ChallengeResponse: &answer})
	if err != nil {
		return "", err
	}
	_, status, err = process(got.HTTPResponse, got.Body, got.JSON200, err)
	return status, err
}

func (c client) Approve(ctx context.Context, id string) (status string, err error) {
	got, err := c.ApproveProcessWithResponse(ctx, uuid.MustParse(id), nil)
	if err != nil {
		return "", err
	}
	if got.JSON200 == nil {
		return "", refused(got.HTTPResponse, got.Body, nil)
	}
	return string(got.JSON200.Status), nil
}

func (c client) Process(ctx context.Context, id string) (status string, err error) {
	got, err := c.GetProcessWithResponse(ctx, uuid.MustParse(id), nil)
	if err != nil {
		return "", err
	}
	_, status, err = process(got.HTTPResponse, got.Body, got.JSON200, err)
	return status, err
}

func (c client) Connect(ctx context.Context, id string) (connection, status string, err error) {
	got, err := c.CreateConnectionWithResponse(ctx, nil, oapicodegen.ConnectRequest{BankAuthenticationProcessId: id})
	if err != nil || got.JSON201 == nil {
		return "", "", err
	}
	return got.JSON201.Id.String(), string(got.JSON201.Status), nil
}

func (c client) Connection(ctx context.Context, id string) (status string, progress int, err error) {
	got, err := c.GetConnectionWithResponse(ctx, uuid.MustParse(id), nil)
	if err != nil || got.JSON200 == nil {
		return "", 0, err
	}
	return string(got.JSON200.Status), got.JSON200.ImportProgress, nil
}
