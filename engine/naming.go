package engine

import (
	"bytes"
	"strings"
)

// CamelCase returns a name of snake_case in camelCase: import_progress as importProgress.
func CamelCase(name string) string {
	if !strings.Contains(name, "_") {
		return name
	}
	var out strings.Builder
	for i, word := range strings.Split(name, "_") {
		if i > 0 && word != "" {
			word = strings.ToUpper(word[:1]) + word[1:]
		}
		out.WriteString(word)
	}
	return out.String()
}

// SnakeCase returns a name of camelCase in snake_case; one that is in snake_case already stays as it is.
func SnakeCase(name string) string {
	var out strings.Builder
	for i := range len(name) {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			if i > 0 {
				out.WriteByte('_')
			}
			c += 'a' - 'A'
		}
		out.WriteByte(c)
	}
	return out.String()
}

// Members are the members of an object of the bank's API whose names may be written in another way: by name, with
// those of the object, or of the list's objects, that is their value. Names of one word are left out where nothing
// beneath them is renamed. Members that an author adds by `set` are not mockbank's, and keep their names.
type Members map[string]Members

// CamelCase returns a body with its members in camelCase. A body that is no JSON object stays as it is.
func (m Members) CamelCase(body []byte) []byte {
	if len(m) == 0 {
		return body
	}
	parsed, err := parseJSON(body)
	object, is := parsed.(jsonObject)
	if err != nil || !is {
		return body
	}
	var out bytes.Buffer
	writeJSON(&out, m.camelCase(object))
	return out.Bytes()
}

func (m Members) camelCase(value any) any {
	switch value := value.(type) {
	case jsonObject:
		renamed := make(jsonObject, 0, len(value))
		for _, member := range value {
			if inner, own := m[member.name]; own {
				name := CamelCase(member.name)
				if name != member.name && value.position(name) >= 0 {
					continue // the author's own of that name was laid over it
				}
				member = jsonMember{name, inner.camelCase(member.value)}
			}
			renamed = append(renamed, member)
		}
		return renamed
	case []any:
		for i := range value {
			value[i] = m.camelCase(value[i])
		}
	}
	return value
}

// SnakeCase gives the members of a decoded body that came in camelCase their names in snake_case again.
func (m Members) SnakeCase(value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range m {
			said := CamelCase(name)
			if held, there := value[said]; there {
				inner.SnakeCase(held)
				delete(value, said)
				value[name] = held
			}
		}
	case []any:
		for i := range value {
			m.SnakeCase(value[i])
		}
	}
}

var (
	failureMembers   = Members{"display_message": nil}
	challengeMembers = Members{
		"answer_field_label": nil, "optical_data": nil, "attempts_left": nil,
		"image": imageMembers, "images": imageMembers, "two_step_procedures": {"challenge_kind": nil},
	}
	imageMembers = Members{"mime_type": nil}

	// ProcessMembers are those of an answer that tells of a process.
	ProcessMembers = Members{
		"bank_authentication_process_id": nil, "bank_slug": nil, "redirect_url": nil, "created_at": nil, "updated_at": nil,
		"expires_at": nil,
		"challenge":  challengeMembers, "error": failureMembers, "explanation": {"no_scenario": failureMembers},
	}
	// ConnectionMembers are those of an answer that tells of a connection.
	ConnectionMembers = Members{
		"bank_slug": nil, "bank_authentication_process_id": nil, "import_progress": nil, "import_message": nil,
		"authentication_status": nil,
		"created_at":            nil, "updated_at": nil, "finished_at": nil, "error": failureMembers, "warnings": failureMembers,
	}
	// ConnectionsMembers are those of a page of connections.
	ConnectionsMembers = Members{"bank_connections": ConnectionMembers, "next_cursor": nil}
	// BankMembers are those of an answer that tells of a bank.
	BankMembers = Members{"is_mock_bank": nil, "multibanking_api_provider": nil}
	// BanksMembers are those of a page of banks.
	BanksMembers = Members{"banks": BankMembers, "next_cursor": nil}

	usualMembers = Members{"bank_authentication_process_id": nil, "bank_connection_id": nil, "bank_slug": nil}
	// processWebhookMembers and importWebhookMembers are those of what webhooks are told.
	processWebhookMembers = Members{"data": {
		"bank_authentication_process_id": nil, "bank_connection_id": nil, "bank_slug": nil, "created_at": nil, "error": failureMembers,
	}}
	importWebhookMembers = Members{"data": {
		"bank_authentication_process_id": nil, "bank_connection_id": nil, "bank_slug": nil, "import_progress": nil, "import_message": nil,
		"error": failureMembers, "warnings": failureMembers,
	}}
	ownWebhookMembers = Members{"data": usualMembers}
)

// members are those of the event's deliveries.
func (e *webhookEvent) members() Members {
	switch e.data.(type) {
	case processData:
		return processWebhookMembers
	case importData:
		return importWebhookMembers
	default:
		return ownWebhookMembers
	}
}
