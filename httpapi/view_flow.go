package httpapi

import (
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// whenBody is a scenario's condition, in the scenario language's words.
type whenBody struct {
	Bank     string            `json:"bank"`
	Username string            `json:"username"`
	Password string            `json:"password"`
	Session  string            `json:"session"`
	Headers  map[string]string `json:"headers"`
	Facts    map[string]string `json:"facts"`
}

func newWhenBody(when *engine.Condition) whenBody {
	body := whenBody{
		Bank: when.Bank.String(), Username: when.Username.String(), Password: when.Password.String(),
		Session: when.Session.String(), Headers: map[string]string{}, Facts: map[string]string{},
	}
	for name, matcher := range when.Headers {
		body.Headers[name] = matcher.String()
	}
	for _, part := range when.Parts() {
		switch key, _, _ := strings.Cut(part.Key, "."); key {
		case "bank", "username", "password", "session", "headers":
		default:
			body.Facts[part.Key] = part.Text
		}
	}
	return body
}

// flowBody is a scenario's behaviour.
type flowBody struct {
	Steps  []stepBody   `json:"steps"`
	Import importBody   `json:"import"`
	Update []updateBody `json:"update"`
}

// stepBody is a state that a process can be in.
type stepBody struct {
	Name         string         `json:"name"`
	Status       engine.Status  `json:"status"`
	Challenge    *challengeForm `json:"challenge"`
	Error        *failureBody   `json:"error"`
	ExpiresAfter *string        `json:"expires_after"`
	ExpiresTo    *string        `json:"expires_to"`
	Count        []string       `json:"count"`
	Reset        []string       `json:"reset"`
	// OwnEvent is the scenario's own event of entering the step.
	OwnEvent *string          `json:"event"`
	Next     []transitionBody `json:"next"`
}

// challengeForm is a challenge as it is declared.
type challengeForm struct {
	Kind             engine.ChallengeKind `json:"kind"`
	Message          *string              `json:"message"`
	AnswerFieldLabel *string              `json:"answer_field_label"`
	Attempts         *int                 `json:"attempts"`
	Procedures       []procedureBody      `json:"two_step_procedures"`
}

// transitionBody is a way out of a step: on the event, with the value where it takes one, to the step.
type transitionBody struct {
	Event engine.EventKind `json:"event"`
	Value string           `json:"value"`
	Then  string           `json:"then"`
	// When is what else must hold.
	When *string `json:"when"`
}

// importBody is a timeline.
type importBody struct {
	Takes    *string        `json:"takes"`
	StopsAt  *string        `json:"stops_at"`
	Outcome  *string        `json:"outcome"`
	Message  *string        `json:"message"`
	Error    *failureBody   `json:"error"`
	Warnings []*failureBody `json:"warnings"`
	Points   []pointBody    `json:"points"`
}

// pointBody is a moment of a timeline.
type pointBody struct {
	After    string         `json:"after"`
	Progress *string        `json:"progress"`
	Message  *string        `json:"message"`
	Status   *string        `json:"status"`
	Error    *failureBody   `json:"error"`
	Warnings []*failureBody `json:"warnings"`
	// OwnEvent is the scenario's own event of that moment, and Await the step in which the user is awaited.
	OwnEvent *string `json:"event"`
	Await    *string `json:"await"`
}

// updateBody is a case of a later import.
type updateBody struct {
	OlderThan *string `json:"older_than"`
	// When is what else must hold.
	When   *string    `json:"when"`
	Import importBody `json:"import"`
}

func newFlowBody(flow *engine.Flow) flowBody {
	body := flowBody{
		Steps: make([]stepBody, len(flow.Steps)), Import: newImportBody(flow, &flow.Import),
		Update: make([]updateBody, len(flow.Update)),
	}
	for i := range flow.Steps {
		body.Steps[i] = newStepBody(flow, &flow.Steps[i])
	}
	for i := range flow.Update {
		body.Update[i] = updateBody{durationOrNull(flow.Update[i].OlderThan), conditionOrNull(flow.Update[i].When),
			newImportBody(flow, &flow.Update[i].Import)}
	}
	return body
}

func newStepBody(flow *engine.Flow, step *engine.Step) stepBody {
	body := stepBody{
		Name: step.Name, Status: step.Status, Challenge: newChallengeForm(step.Challenge),
		Error: step.Error.Data(), ExpiresAfter: durationOrNull(step.ExpiresAfter),
		Count: listed(step.Count), Reset: listed(step.Reset), OwnEvent: ownEventOrNull(step.Event),
		Next: make([]transitionBody, len(step.Next)),
	}
	if body.ExpiresAfter != nil {
		body.ExpiresTo = &flow.Steps[step.ExpiresTo].Name
	}
	for i := range step.Next {
		event := &step.Next[i].Event
		body.Next[i] = transitionBody{event.Kind, event.What(), flow.Steps[step.Next[i].To].Name, conditionOrNull(step.Next[i].When)}
	}
	return body
}

// ownEventOrNull is the name of an event of the scenario's own.
func ownEventOrNull(event *engine.OwnEvent) *string {
	if event == nil {
		return nil
	}
	return textOrNull(string(event.Name))
}

// conditionOrNull is a condition in the scenario language's words.
func conditionOrNull(when *engine.Condition) *string {
	if when == nil {
		return nil
	}
	text := when.String()
	return &text
}

func newChallengeForm(challenge *engine.Challenge) *challengeForm {
	if challenge == nil {
		return nil
	}
	form := &challengeForm{
		Kind: challenge.Kind, Message: textOrNull(string(challenge.Message.Default)),
		AnswerFieldLabel: textOrNull(string(challenge.AnswerFieldLabel.Default)),
	}
	if challenge.Attempts > 0 {
		form.Attempts = &challenge.Attempts
	}
	for _, p := range challenge.Procedures {
		form.Procedures = append(form.Procedures, procedureBody{p.ID, string(p.Name.Default), p.ChallengeKind})
	}
	return form
}
