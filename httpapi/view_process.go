package httpapi

import (
	"net/http"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// processBody is a bank authentication process as clients get it.
type processBody struct {
	ID          string         `json:"bank_authentication_process_id"`
	BankSlug    string         `json:"bank_slug"`
	Status      engine.Status  `json:"status"`
	Challenge   *challengeBody `json:"challenge"`
	RedirectURL *string        `json:"redirect_url"`
	Error       *failureBody   `json:"error"`
	CreatedAt   string         `json:"created_at"`
	UpdatedAt   string         `json:"updated_at"`
	ExpiresAt   *string        `json:"expires_at"`
	// Explanation is there only where the client asked for it.
	Explanation *explanationBody `json:"explanation,omitempty"`
}

// challengeBody is what the user is asked.
type challengeBody struct {
	Kind             engine.ChallengeKind `json:"kind"`
	Message          *string              `json:"message"`
	AnswerFieldLabel *string              `json:"answer_field_label"`
	Image            *imageBody           `json:"image"`
	Images           []imageBody          `json:"images"`
	OpticalData      *string              `json:"optical_data"`
	Fields           []challengeFieldBody `json:"fields"`
	Procedures       []procedureBody      `json:"two_step_procedures"`
	AttemptsLeft     *int                 `json:"attempts_left"`
}

// imageBody is a picture that the user reads or scans; data is in base64.
type imageBody struct {
	MIMEType *string `json:"mime_type"`
	Data     *string `json:"data"`
}

// challengeFieldBody is one of several fields in which the user answers.
type challengeFieldBody struct {
	Name  string  `json:"name"`
	Label *string `json:"label"`
}

// procedureBody is a method that the user can choose.
type procedureBody struct {
	ID            string               `json:"id"`
	Name          string               `json:"name"`
	ChallengeKind engine.ChallengeKind `json:"challenge_kind"`
}

// failureBody is what the bank says went wrong.
type failureBody = engine.FailureData

// composeProcess makes the process the exchange's answer.
func (x *exchange) composeProcess(state *engine.ProcessState) {
	body := x.processBody(state)
	body.Explanation = x.explanation
	in := translator{x: x}
	in.process(&body, state)
	x.compose(http.StatusOK, &body)
	in.announce()
	x.madeBy(state.Scenario, state.Rules)
}

func (x *exchange) processBody(state *engine.ProcessState) processBody {
	x.about.process(state)
	body := processBody{
		ID: state.ID, BankSlug: state.Bank, Status: state.Status,
		Challenge: x.challengeBody(state), Error: state.Error.Data(),
		CreatedAt: stamp(state.CreatedAt), ExpiresAt: stampOrNull(state.ExpiresAt),
	}
	if body.UpdatedAt = body.CreatedAt; !state.UpdatedAt.Equal(state.CreatedAt) {
		body.UpdatedAt = stamp(state.UpdatedAt)
	}
	switch {
	case state.NoRedirectURL:
	case state.RedirectURL != nil:
		body.RedirectURL = state.RedirectURL
	case state.Status == engine.RedirectRequired:
		login := x.baseURL() + x.prefix + "/login/" + state.ID
		body.RedirectURL = &login
	}
	return body
}

func (x *exchange) challengeBody(state *engine.ProcessState) *challengeBody {
	challenge := state.Challenge
	if challenge == nil {
		return nil
	}
	body := &challengeBody{
		Kind: challenge.Kind, Message: engine.Shown(challenge.Message.String(), challenge.Verbatim["message"]),
		AttemptsLeft:     challenge.AttemptsLeft,
		AnswerFieldLabel: engine.Shown(challenge.AnswerFieldLabel.String(), challenge.Verbatim["answer_field_label"]),
	}
	if challenge.Procedures != nil {
		body.Procedures = make([]procedureBody, 0, len(challenge.Procedures))
	}
	for _, p := range challenge.Procedures {
		body.Procedures = append(body.Procedures, procedureBody{p.ID, string(p.Name.Default), p.ChallengeKind})
	}
	body.Image, body.OpticalData = x.picture(state)
	if challenge.Image != nil {
		image := newImageBody(challenge.Image)
		body.Image = &image
	}
	if challenge.Images != nil {
		body.Images = make([]imageBody, len(challenge.Images))
	}
	for i := range challenge.Images {
		body.Images[i] = newImageBody(&challenge.Images[i])
	}
	if challenge.Fields != nil {
		body.Fields = make([]challengeFieldBody, len(challenge.Fields))
	}
	for i, field := range challenge.Fields {
		body.Fields[i] = challengeFieldBody{field.Name, engine.Shown(string(field.Label.Default), field.Verbatim["label"])}
	}
	return body
}

func newImageBody(image *engine.Image) imageBody {
	mimeType, data := image.Strings()
	return imageBody{mimeType, data}
}

func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// listed returns the texts as a list, which is never null.
func listed(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}

func stamp(t time.Time) string { return engine.FormatTime(t) }

func stampOrNull(t *time.Time) *string {
	if t == nil {
		return nil
	}
	text := stamp(*t)
	return &text
}
