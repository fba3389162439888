package engine

// Failure is what the bank says went wrong: the `error` of a process or of a connection.
// It is part of an answer; a refused request is an [Error].
type Failure struct {
	// Code is stable and upper case, such as INVALID_CREDENTIALS.
	Code Text `json:"code"`
	// Message is for the developer of the importing app.
	Message Text `json:"message,omitempty"`
	// DisplayMessage may be shown to the user.
	DisplayMessage Text `json:"display_message,omitempty"`
	// Retryable says that the same request may work later.
	Retryable bool `json:"retryable,omitempty"`
	// Actor says who must act.
	Actor Actor `json:"actor,omitempty"`
}

// Expand completes the failure's texts with what the login's named groups captured.
func (f *Failure) Expand(captures Captures) *Failure {
	if f == nil || len(captures) == 0 {
		return f
	}
	out := *f
	out.Code = Text(f.Code.Expand(captures))
	out.Message = Text(f.Message.Expand(captures))
	out.DisplayMessage = Text(f.DisplayMessage.Expand(captures))
	return &out
}
