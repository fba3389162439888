package httpapi

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// knownOrMasked returns the value of a field, parameter or header as the journal shows it.
func (x *exchange) knownOrMasked(name, value string) string {
	if x.isKnown(name, value) {
		return recordedText(value)
	}
	x.masked = append(x.masked, value)
	return redacted
}

// isKnown reports whether the journal may show the value of a field, parameter or header. Where the good
// values are known it shows only those: a client that mixes its fields up sends a password or a TAN in any
// of them. Others, such as a user's name, it shows as they are.
func (x *exchange) isKnown(name, value string) bool {
	switch name {
	case "bank_slug":
		_, known := x.api.bank.Rules().Bank(value)
		return known || value == ""
	case "bank_authentication_process_id":
		_, known := canonicalUUID(value)
		return known
	case "two_step_procedure_id":
		return x.isProcedure(value)
	case "decision":
		return value == engine.Approved || value == engine.Declined
	case "status":
		return engine.ImportStatus(value).Valid() || engine.Status(value).Valid()
	case "X-Mockbank-Scenario":
		_, known := x.api.bank.Rules().Scenario(value)
		return known
	case "X-Mockbank-Session":
		return validSession(value)
	case "is_mock_bank", "isMockBank":
		return value == "true" || value == "false" || value == "any"
	case "limit":
		_, err := strconv.Atoi(value)
		return err == nil && len(value) <= 3
	case "cursor":
		after, err := base64.RawURLEncoding.DecodeString(value)
		_, known := canonicalUUID(string(after))
		_, bank := x.api.bank.Rules().Bank(string(after))
		return err == nil && (known || bank)
	}
	return true
}

// isProcedure reports whether the process offers the procedure now, or its flow declares it.
func (x *exchange) isProcedure(id string) bool {
	for _, one := range x.about.offered {
		if one.ID == id {
			return true
		}
	}
	if x.about.flow == nil {
		return false
	}
	for i := range x.about.flow.Steps {
		challenge := x.about.flow.Steps[i].Challenge
		if challenge == nil {
			continue
		}
		for _, one := range challenge.Procedures {
			if one.ID == id {
				return true
			}
		}
	}
	return false
}

// repeats reports whether a message repeats what a client said, as it is or in quotes.
func repeats(message, said string) bool {
	return said != "" && (strings.Contains(message, said) || strings.Contains(message, strings.Trim(strconv.Quote(said), `"`)))
}
