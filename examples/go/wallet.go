// Package wallet is a small app that imports its users' bank accounts: what the example's tests test.
package wallet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// User is asked by the wallet where the bank wants something of its user.
type User interface {
	// Answer is the user's answer to the bank's question, such as a TAN.
	Answer(question string) string
	// Wait is called between two looks at what the user decides elsewhere: on the phone, on the bank's page.
	// The wallet's own sleeps; a test's turns the clock.
	Wait(process string)
}

// BankError is an answer of the bank's that the user should hear of.
type BankError struct {
	Code      string `json:"code"`
	Text      string `json:"display_message"`
	Retryable bool   `json:"retryable"`
}

// Error is what people are shown.
func (e *BankError) Error() string {
	if e.Retryable {
		return e.Text + " (try again)"
	}
	return e.Text
}

// Wallet imports accounts from the bank whose API begins at Bank.
type Wallet struct {
	Bank string
	HTTP *http.Client
}

// record is what the bank says of a process or a connection.
type record struct {
	Process   string     `json:"bank_authentication_process_id"`
	ID        string     `json:"id"`
	Status    string     `json:"status"`
	Progress  int        `json:"import_progress"`
	Error     *BankError `json:"error"`
	Challenge *struct {
		Message string `json:"message"`
	} `json:"challenge"`
}

// Login brings a user's login to its end and returns the process that can be connected.
func (w Wallet) Login(ctx context.Context, username, password string, user User) (process string, err error) {
	at, err := w.post(ctx, "/bank_connections/authenticate", map[string]string{"username": username, "password": password})
	for err == nil {
		switch at.Status {
		case "AUTHENTICATED":
			return at.Process, nil
		case "AUTHENTICATION_FAILED":
			return "", at.Error
		case "CHALLENGE_RESPONSE_REQUIRED":
			at, err = w.post(ctx, "/bank_connections/confirm_challenge_response", map[string]string{
				"bank_authentication_process_id": at.Process, "challenge_response": user.Answer(at.Challenge.Message),
			})
		default: // the user decides on the phone, or on the bank's page
			user.Wait(at.Process)
			at, err = w.get(ctx, "/bank_connections/authenticate/"+at.Process)
		}
	}
	return "", err
}

// Connect begins an import and returns the connection's identifier.
func (w Wallet) Connect(ctx context.Context, process string) (connection string, err error) {
	at, err := w.post(ctx, "/bank_connections", map[string]string{"bank_authentication_process_id": process})
	return at.ID, err
}

// Progress is how far an import has come, in percent, and its error where it has failed.
func (w Wallet) Progress(ctx context.Context, connection string) (percent int, err error) {
	at, err := w.get(ctx, "/bank_connections/"+connection)
	if err == nil && at.Error != nil {
		err = at.Error
	}
	return at.Progress, err
}

func (w Wallet) post(ctx context.Context, path string, fields map[string]string) (record, error) {
	return w.ask(ctx, http.MethodPost, path, fields)
}

func (w Wallet) get(ctx context.Context, path string) (record, error) {
	return w.ask(ctx, http.MethodGet, path, nil)
}

// ask sends a request, up to three times where the bank is busy.
func (w Wallet) ask(ctx context.Context, method, path string, fields map[string]string) (at record, err error) {
	body, err := json.Marshal(fields)
	if err != nil {
		return at, err
	}
	for attempt := 1; ; attempt++ {
		again, err := w.try(ctx, method, path, body, &at)
		if !again || attempt == 3 {
			return at, err
		}
	}
}

// try sends a request once; again says that the bank asks to come back, and that it is time to.
func (w Wallet) try(ctx context.Context, method, path string, body []byte, at *record) (again bool, err error) {
	request, err := http.NewRequestWithContext(ctx, method, w.Bank+path, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := w.HTTP.Do(request)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return false, err
	}
	if response.StatusCode/100 == 2 {
		return false, json.Unmarshal(content, at)
	}
	seconds, asked := strconv.Atoi(response.Header.Get("Retry-After"))
	if asked == nil {
		select {
		case <-time.After(time.Duration(seconds) * time.Second):
		case <-ctx.Done():
		}
	}
	return asked == nil, fmt.Errorf("the bank answered %s", response.Status)
}
