// Command ogen plays the specification's table by the client that ogen makes of the description.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/google/uuid"

	ogen "github.com/mockbank/mockbank/contract/ogenclient"
	"github.com/mockbank/mockbank/contract/play/table"
)

func main() {
	generated, err := ogen.NewClient(os.Args[1], open{})
	if err == nil {
		err = table.Play(client{generated})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// open is the security of a bank that wants no tokens.
type open struct{}

func (open) AdminToken(context.Context, ogen.OperationName) (ogen.AdminToken, error) {
	return ogen.AdminToken{}, nil
}

func (open) BankToken(context.Context, ogen.OperationName) (ogen.BankToken, error) {
	return ogen.BankToken{}, nil
}

type client struct{ *ogen.Client }

// process takes a process out of an answer, which is of one type for each status of HTTP.
func process(answer any, err error) (id, status string, _ error) {
	switch p := answer.(type) {
	case *ogen.ProcessAnswerHeaders:
		return p.Response.BankAuthenticationProcessID.String(), string(p.Response.Status), err
	case *ogen.InspectedProcessAnswerHeaders:
		return p.Response.BankAuthenticationProcessID.String(), string(p.Response.Status), err
	}
	return "", "", refused(answer, err)
}

func refused(answer any, err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("the answer is %T: %+v", answer, answer)
}

func (c client) Login(ctx context.Context, password string) (id, status string, err error) {
	return process(c.Authenticate(ctx, &ogen.AuthenticateApplicationJSON{Username: ogen.NewOptNilString("tester"), Password: password},
		ogen.AuthenticateParams{}))
}

func (c client) Answer(ctx context.Context, id, tan string) (status string, err error) {
	_, status, err = process(c.ConfirmChallengeResponse(ctx, &ogen.ConfirmRequest{
		BankAuthenticationProcessID: id,
		ChallengeResponse:           ogen.NewOptConfirmRequestChallengeResponse(ogen.NewStringConfirmRequestChallengeResponse(tan)),
	}, ogen.ConfirmChallengeResponseParams{}))
	return status, err
}

func (c client) Approve(ctx context.Context, id string) (status string, err error) {
	_, status, err = process(c.ApproveProcess(ctx, ogen.ApproveProcessParams{ID: uuid.MustParse(id)}))
	return status, err
}

func (c client) Process(ctx context.Context, id string) (status string, err error) {
	_, status, err = process(c.GetProcess(ctx, ogen.GetProcessParams{ID: uuid.MustParse(id)}))
	return status, err
}

func (c client) Connect(ctx context.Context, id string) (connection, status string, err error) {
	answer, err := c.CreateConnection(ctx, &ogen.CreateConnectionApplicationJSON{BankAuthenticationProcessID: id},
		ogen.CreateConnectionParams{})
	made, ok := answer.(*ogen.ConnectionHeaders)
	if !ok {
		return "", "", refused(answer, err)
	}
	return made.Response.ID.String(), string(made.Response.Status), nil
}

func (c client) Connection(ctx context.Context, id string) (status string, progress int, err error) {
	answer, err := c.GetConnection(ctx, ogen.GetConnectionParams{ID: uuid.MustParse(id)})
	found, ok := answer.(*ogen.ConnectionAnswerHeaders)
	if !ok {
		return "", 0, refused(answer, err)
	}
	return string(found.Response.Status), found.Response.ImportProgress, nil
}
