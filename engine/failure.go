package engine

// Failure is what the bank says went wrong: the `error` of a process or of a connection.
// It is part of an answer; a refused request is an [Error].
type Failure struct {
	// Code is stable and upper case, such as INVALID_CREDENTIALS.
	Code Text `json:"code"`
	// Message is for the developer of the importing app.
	Message LocalizedText `json:"message,omitzero"`
	// DisplayMessage may be shown to the user.
	DisplayMessage LocalizedText `json:"display_message,omitzero"`
	// Retryable says that the same request may work later.
	Retryable bool `json:"retryable,omitempty"`
	// Actor says who must act.
	Actor Actor `json:"actor,omitempty"`
	// Verbatim holds, by their names in answers, the members that are written as "" or null, as JSON: their
	// values alone do not tell that they were written.
	Verbatim map[string]string `json:"verbatim,omitempty"`
}

// FailureData is a failure as answers and webhooks tell it: every member of it is present.
type FailureData struct {
	Code           *string `json:"code"`
	Message        *string `json:"message"`
	DisplayMessage *string `json:"display_message"`
	Retryable      *bool   `json:"retryable"`
	Actor          *Actor  `json:"actor"`
}

// Data returns the failure as answers tell it, nil for none.
func (f *Failure) Data() *FailureData {
	if f == nil {
		return nil
	}
	data := &FailureData{
		Code: Shown(string(f.Code), `""`), Retryable: &f.Retryable,
		Message:        Shown(f.Message.String(), f.Verbatim["message"]),
		DisplayMessage: Shown(f.DisplayMessage.String(), f.Verbatim["display_message"]),
	}
	if f.Verbatim["code"] == "null" {
		data.Code = nil
	}
	if f.Verbatim["retryable"] == "null" {
		data.Retryable = nil
	}
	if f.Actor != "" {
		data.Actor = &f.Actor
	}
	return data
}

// Shown returns a text as answers tell it: an empty one is nil, which is null, but where it is written as "".
func Shown(text, verbatim string) *string {
	if text == "" && verbatim != `""` {
		return nil
	}
	return &text
}

// Expand completes the failure's texts with what the login's named groups captured.
func (f *Failure) Expand(captures Captures) *Failure {
	if f == nil || !f.Code.refers() && !f.Message.refers() && !f.DisplayMessage.refers() {
		return f
	}
	out := *f
	out.Code = Text(f.Code.Expand(captures))
	out.Message = f.Message.Expand(captures)
	out.DisplayMessage = f.DisplayMessage.Expand(captures)
	return &out
}
