// Package table plays the specification's table by whatever client a bank is reached with.
package table

import (
	"context"
	"fmt"
	"time"
)

// Client is what a generated client is used for. Each method returns the status that the answer has.
type Client interface {
	Login(ctx context.Context, password string) (process, status string, err error)
	Answer(ctx context.Context, process, tan string) (status string, err error)
	Approve(ctx context.Context, process string) (status string, err error)
	Process(ctx context.Context, process string) (status string, err error)
	Connect(ctx context.Context, process string) (connection, status string, err error)
	Connection(ctx context.Context, connection string) (status string, progress int, err error)
}

// statuses is the specification's table: what a password of the user tester is answered with.
var statuses = map[string]string{
	"success": "AUTHENTICATED", "challengeRequired": "CHALLENGE_RESPONSE_REQUIRED", "decoupledAuthRequired": "DECOUPLED_AUTH_REQUIRED",
	"decoupledAuthRequiredSuccess": "DECOUPLED_AUTH_REQUIRED", "decoupledAuthRequiredError": "DECOUPLED_AUTH_REQUIRED",
	"redirectRequired": "REDIRECT_REQUIRED", "bankConnectionError": "AUTHENTICATED", "anything": "AUTHENTICATION_FAILED",
}

const patience = time.Minute

// Play logs in with every password, and follows each to where the table says that it ends.
func Play(c Client) error {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	processes := map[string]string{}
	for password, want := range statuses {
		process, status, err := c.Login(ctx, password)
		if err := expect("the login with "+password, status, want, err); err != nil {
			return err
		}
		processes[password] = process
	}
	status, err := c.Answer(ctx, processes["challengeRequired"], "123456")
	if err := expect("the TAN", status, "AUTHENTICATED", err); err != nil {
		return err
	}
	status, err = c.Approve(ctx, processes["decoupledAuthRequired"])
	if err := expect("the approval", status, "AUTHENTICATED", err); err != nil {
		return err
	}
	for password, want := range map[string]string{"decoupledAuthRequiredSuccess": "AUTHENTICATED",
		"decoupledAuthRequiredError": "AUTHENTICATION_FAILED"} {
		err := eventually(ctx, password, want, func() (string, error) { return c.Process(ctx, processes[password]) })
		if err != nil {
			return err
		}
	}
	for password, end := range map[string]struct {
		status   string
		progress int
	}{"success": {"SUCCESS", 100}, "bankConnectionError": {"FAILED_WITH_ERROR", 60}} {
		connection, status, err := c.Connect(ctx, processes[password])
		if err := expect("the connection of "+password, status, "IN_PROGRESS", err); err != nil {
			return err
		}
		progress := 0
		err = eventually(ctx, "the import of "+password, end.status, func() (status string, err error) {
			status, progress, err = c.Connection(ctx, connection)
			return status, err
		})
		if err != nil || progress != end.progress {
			return fmt.Errorf("the import of %s ends at %d %%, not %d: %w", password, progress, end.progress, err)
		}
	}
	return nil
}

func expect(what, status, want string, err error) error {
	if err != nil || status != want {
		return fmt.Errorf("%s is %q, want %q: %w", what, status, want, err)
	}
	return nil
}

// eventually asks until a status is there.
func eventually(ctx context.Context, what, want string, ask func() (string, error)) error {
	for {
		status, err := ask()
		if err == nil && status == want {
			return nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return expect(what, status, want, err)
		}
	}
}
