package httpapi

// treatment says what the journal makes of a field: nothing that is not known gets into it, so that a
// password which a client puts where none belongs stays out, too.
type treatment int

const (
	hidden   treatment = iota // it is counted at most
	shown                     // with its value
	secret                    // by its name
	location                  // a URI without its query, which may bring a client's own secrets
)

// treatField says what is shown of a body's field.
func treatField(name string) treatment {
	switch name {
	case "bank_slug", "username", "bank_authentication_process_id", "two_step_procedure_id", "decision":
		return shown
	case "password", "challenge_response", "state":
		return secret
	case "redirect_uri":
		return location
	}
	return hidden
}

// treatParameter says what is shown of a query's parameter.
func treatParameter(name string) treatment {
	switch name {
	case "limit", "cursor", "status", "bank_slug", "is_mock_bank", "isMockBank", "search", "multibanking_provider", "multibankingProvider":
		return shown
	}
	return hidden
}

// treatHeader says what is shown of a request's header.
func treatHeader(name string) treatment {
	switch name {
	case "Accept", "Accept-Language", "Content-Type", "Idempotency-Key", "Traceparent", "User-Agent", "X-Request-Id",
		"X-Mockbank-Explain", "X-Mockbank-Scenario", "X-Mockbank-Session":
		return shown
	case "Authorization", "Cookie":
		return secret
	}
	return hidden
}

// treatAnswerHeader says what is shown of an answer's header.
func treatAnswerHeader(name string) treatment {
	switch name {
	case "Allow", "Content-Language", "Content-Type", "Idempotency-Replayed", "Retry-After", "X-Request-Id",
		"X-Mockbank-Fault", "X-Mockbank-Rules", "X-Mockbank-Scenario":
		return shown
	case "Location":
		return location
	}
	return hidden
}
