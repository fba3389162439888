package scenariotest

import (
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/httpapi/picture"
)

// processFields are the fields of a process as clients get them, and the scenario that made it.
func processFields(state *engine.ProcessState) map[string]any {
	fields := map[string]any{
		"bank_authentication_process_id": state.ID, "bank_slug": state.Bank, "status": string(state.Status),
		"challenge": challengeFields(state), "redirect_url": nil, "error": failureFields(state.Error),
		"created_at": state.CreatedAt, "updated_at": state.UpdatedAt, "expires_at": momentOrNil(state.ExpiresAt),
		"scenario": textOrNil(state.Scenario), "respond": shapeFields(state.Shape),
	}
	switch {
	case state.NoRedirectURL:
	case state.RedirectURL != nil:
		fields["redirect_url"] = *state.RedirectURL
	case state.Status == engine.RedirectRequired:
		fields["redirect_url"] = "/login/" + state.ID
	}
	return fields
}

// connectionFields are the fields of a connection as clients get them, and its scenario.
func connectionFields(state *engine.ConnectionState) map[string]any {
	warnings := make([]any, len(state.Warnings))
	for i := range state.Warnings {
		warnings[i] = failureFields(&state.Warnings[i])
	}
	return map[string]any{
		"id": state.ID, "bank_slug": state.Bank, "bank_authentication_process_id": state.ProcessID,
		"status": string(state.Status), "import_progress": state.Progress, "import_message": orNil(state.ShownMessage()),
		"error": failureFields(state.Error), "warnings": warnings,
		"authentication_status": textOrNil(string(state.AuthenticationStatus)),
		"created_at":            state.CreatedAt, "updated_at": state.UpdatedAt, "finished_at": momentOrNil(state.FinishedAt),
		"scenario": textOrNil(state.Scenario), "respond": shapeFields(state.Shape),
	}
}

func challengeFields(state *engine.ProcessState) any {
	challenge := state.Challenge
	if challenge == nil {
		return nil
	}
	fields := map[string]any{
		"kind": string(challenge.Kind), "message": orNil(engine.Shown(challenge.Message.String(), challenge.Verbatim["message"])),
		"answer_field_label":  orNil(engine.Shown(challenge.AnswerFieldLabel.String(), challenge.Verbatim["answer_field_label"])),
		"two_step_procedures": nil, "attempts_left": nil,
		"image": nil, "optical_data": nil, "shows": textOrNil(challenge.Code()),
	}
	if drawn, err := picture.For(challenge, state.ID, picture.Languages[0]); err == nil {
		if fields["optical_data"] = textOrNil(drawn.OpticalData); drawn.Base64 != "" {
			fields["image"] = map[string]any{"mime_type": drawn.MIMEType, "data": drawn.Base64}
		}
	}
	imagesAndFields(challenge, fields)
	if challenge.AttemptsLeft != nil {
		fields["attempts_left"] = *challenge.AttemptsLeft
	}
	if challenge.Procedures != nil {
		procedures := make([]any, len(challenge.Procedures))
		for i, p := range challenge.Procedures {
			procedures[i] = map[string]any{"id": p.ID, "name": string(p.Name.Default), "challenge_kind": string(p.ChallengeKind)}
		}
		fields["two_step_procedures"] = procedures
	}
	return fields
}

// imagesAndFields fills in what the challenge's author gives of pictures, and the fields in which it is answered.
func imagesAndFields(challenge *engine.ChallengeState, fields map[string]any) {
	image := func(image *engine.Image) any {
		mimeType, data := image.Strings()
		return map[string]any{"mime_type": orNil(mimeType), "data": orNil(data)}
	}
	fields["images"], fields["fields"] = nil, nil
	if challenge.Image != nil {
		fields["image"] = image(challenge.Image)
	}
	if challenge.Images != nil {
		images := make([]any, len(challenge.Images))
		for i := range challenge.Images {
			images[i] = image(&challenge.Images[i])
		}
		fields["images"] = images
	}
	if challenge.Fields != nil {
		asked := make([]any, len(challenge.Fields))
		for i, field := range challenge.Fields {
			asked[i] = map[string]any{"name": field.Name,
				"label": orNil(engine.Shown(string(field.Label.Default), field.Verbatim["label"]))}
		}
		fields["fields"] = asked
	}
}

func failureFields(failure *engine.Failure) any {
	if failure == nil {
		return nil
	}
	data := failure.Data()
	return map[string]any{
		"code": orNil(data.Code), "message": orNil(data.Message), "display_message": orNil(data.DisplayMessage),
		"retryable": orNil(data.Retryable), "actor": textOrNil(string(failure.Actor)),
	}
}

// orNil returns what a pointer leads to, nil for nothing.
func orNil[T any](value *T) any {
	if value == nil {
		return nil
	}
	return *value
}

// shapeFields say what a scenario does to the answer on the wire.
func shapeFields(shape *engine.ResponseShape) any {
	if shape == nil {
		return nil
	}
	fields := map[string]any{
		"delay": shape.Delay, "http_status": nil, "retry_after": nil, "fault": textOrNil(string(shape.Fault)), "body": nil,
	}
	if shape.HTTPStatus != 0 {
		fields["http_status"] = shape.HTTPStatus
	}
	if shape.RetryAfter != nil {
		fields["retry_after"] = *shape.RetryAfter
	}
	if shape.Body != nil {
		fields["body"] = *shape.Body
	}
	return fields
}

func historyFields(step *engine.ImportStep) map[string]any {
	return map[string]any{
		"run": step.Run, "at": step.At, "status": string(step.Status), "progress": step.Progress,
		"message": textOrNil(step.Message), "error": failureFields(step.Error),
	}
}

func textOrNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func momentOrNil(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}
