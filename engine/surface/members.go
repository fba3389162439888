package surface

import (
	"slices"

	"github.com/mockbank/mockbank/engine"
)

// shape says which members a value has, as far as is known when the configuration is read. The nil shape has
// none that are known; of an open one any name may be asked.
type shape struct {
	members map[string]*shape
	// element is the shape of a list's elements.
	element *shape
	open    bool
}

var (
	anything = &shape{open: true}
	scalar   = &shape{}
)

func leaves(names ...string) *shape {
	s := &shape{members: make(map[string]*shape, len(names))}
	for _, name := range names {
		s.members[name] = scalar
	}
	return s
}

func (s *shape) with(name string, member *shape) *shape {
	s.members[name] = member
	return s
}

func (s *shape) withAll(other *shape) *shape {
	for name, member := range other.members {
		s.members[name] = member
	}
	return s
}

// names lists the members that are known.
func (s *shape) names() []string {
	names := make([]string, 0, len(s.members))
	for name := range s.members {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

var (
	errorShape     = leaves("code", "message", "display_message", "retryable", "actor")
	procedureShape = leaves("id", "name", "challenge_kind")
	challengeShape = leaves("kind", "message", "answer_field_label", "optical_data", "attempts_left").
			with("image", leaves("mime_type", "data")).with("two_step_procedures", &shape{element: procedureShape}).
			with("images", &shape{element: leaves("mime_type", "data")}).with("fields", &shape{element: leaves("name", "label")})
	processShape = leaves("id", "bank_slug", "username", "scenario", "status", "redirect_url", "page_url", "phone_url",
		"redirect_uri", "state", "connection_id", "authenticated_at", "created_at", "updated_at", "expires_at").
		with("challenge", challengeShape).with("error", errorShape)
	connectionShape = leaves("id", "bank_slug", "username", "scenario", "process_id", "status", "import_progress", "import_message",
		"authentication_status", "authenticated_at", "created_at", "updated_at", "finished_at", "run").
		with("error", errorShape).with("warnings", &shape{element: errorShape})
	listedShape  = leaves("bank_name").withAll(connectionShape)
	bankShape    = leaves("slug", "name", "is_mock_bank", "multibanking_api_provider", "country").with("countries", &shape{element: scalar})
	problemShape = leaves("type", "title", "status", "detail", "code", "request_id", "connection_id").
			with("errors", &shape{element: leaves("pointer", "parameter", "detail")})
	keyShape     = leaves("alg", "crv", "kid", "kty", "use", "x", "y")
	tokensShape  = leaves("access", "refresh", "expires_in", "refresh_expires_in", "expires_at")
	webhookShape = leaves("id", "type", "timestamp").with("data", anything)
)

type processReader func(e *Env, s *engine.ProcessState) any

// processMembers read the members of `process`.
var processMembers map[string]processReader

func init() {
	processMembers = map[string]processReader{
		"id":           func(_ *Env, s *engine.ProcessState) any { return s.ID },
		"bank_slug":    func(_ *Env, s *engine.ProcessState) any { return s.Bank },
		"username":     func(_ *Env, s *engine.ProcessState) any { return some(s.Username) },
		"scenario":     func(_ *Env, s *engine.ProcessState) any { return some(s.Scenario) },
		"status":       func(_ *Env, s *engine.ProcessState) any { return string(s.Status) },
		"page_url":     func(e *Env, s *engine.ProcessState) any { return e.host.pageURL(s.ID) },
		"redirect_uri": func(_ *Env, s *engine.ProcessState) any { return some(s.RedirectURI) },
		"state":        func(_ *Env, s *engine.ProcessState) any { return some(s.State) },
		"created_at":   func(_ *Env, s *engine.ProcessState) any { return s.CreatedAt },
		"expires_at":   func(_ *Env, s *engine.ProcessState) any { return moment(s.ExpiresAt) },
		"challenge":    challengeObject,
		"error":        func(_ *Env, s *engine.ProcessState) any { return errorObject(s.Error) },
		"redirect_url": func(e *Env, s *engine.ProcessState) any {
			if s.Status != engine.RedirectRequired {
				return nil
			}
			return e.host.pageURL(s.ID)
		},
		"phone_url": func(e *Env, s *engine.ProcessState) any {
			if !s.Takes(engine.EventApproval) {
				return nil
			}
			return e.host.phoneURL(s.ID)
		},
		"connection_id": func(e *Env, s *engine.ProcessState) any {
			if e.connection != nil {
				return e.connection.ID
			}
			return some(s.ConnectionID)
		},
		"updated_at": func(_ *Env, s *engine.ProcessState) any { return s.UpdatedAt },
		"authenticated_at": func(e *Env, _ *engine.ProcessState) any {
			at, ok := e.authenticatedAt()
			if !ok {
				return nil
			}
			return at
		},
	}
}

// keys lists the public keys that webhooks are signed with.
func (e *Env) keys() any {
	if e.host.SigningKey == nil {
		return []any{}
	}
	key := &Object{}
	for _, member := range e.host.SigningKey.JWK() {
		key.add(member[0], member[1])
	}
	return []any{key}
}

func challengeObject(e *Env, s *engine.ProcessState) any {
	c := s.Challenge
	if c == nil {
		return nil
	}
	o := &Object{}
	o.add("kind", string(c.Kind))
	o.add("message", textOrNull(engine.Shown(c.Message.String(), c.Verbatim["message"])))
	o.add("answer_field_label", textOrNull(engine.Shown(c.AnswerFieldLabel.String(), c.Verbatim["answer_field_label"])))
	var image, optical any
	if e.host.Picture != nil {
		image, optical = e.host.Picture(s)
	}
	if c.Image != nil {
		image = imageObject(c.Image)
	}
	o.add("image", image)
	o.add("optical_data", optical)
	procedures := make([]any, len(c.Procedures))
	for i, p := range c.Procedures {
		procedures[i] = &Object{Names: []string{"id", "name", "challenge_kind"},
			Values: []any{p.ID, string(p.Name.Default), string(p.ChallengeKind)}}
	}
	o.add("two_step_procedures", procedures)
	var left any
	if c.AttemptsLeft != nil {
		left = *c.AttemptsLeft
	}
	o.add("attempts_left", left)
	addOwn(o, c)
	return o
}

// addOwn adds the pictures that the challenge has in place of one, and the fields in which it is answered.
func addOwn(o *Object, c *engine.ChallengeState) {
	if c.Images != nil {
		images := make([]any, len(c.Images))
		for i := range c.Images {
			images[i] = imageObject(&c.Images[i])
		}
		o.add("images", images)
	}
	if c.Fields == nil {
		return
	}
	fields := make([]any, len(c.Fields))
	for i, field := range c.Fields {
		label := textOrNull(engine.Shown(field.Label.String(), field.Verbatim["label"]))
		fields[i] = &Object{Names: []string{"name", "label"}, Values: []any{field.Name, label}}
	}
	o.add("fields", fields)
}

func imageObject(image *engine.Image) *Object {
	mimeType, data := image.Strings()
	return &Object{Names: []string{"mime_type", "data"}, Values: []any{textOrNull(mimeType), textOrNull(data)}}
}

func errorObject(f *engine.Failure) any {
	if f == nil {
		return nil
	}
	data := f.Data()
	var retryable any
	if data.Retryable != nil {
		retryable = *data.Retryable
	}
	return &Object{
		Names:  []string{"code", "message", "display_message", "retryable", "actor"},
		Values: []any{textOrNull(data.Code), textOrNull(data.Message), textOrNull(data.DisplayMessage), retryable, some(string(f.Actor))},
	}
}

// textOrNull returns a text that may be missing.
func textOrNull(text *string) any {
	if text == nil {
		return nil
	}
	return *text
}

type connectionReader func(s *engine.ConnectionState) any

// connectionMembers read the members of `connection`.
var connectionMembers = map[string]connectionReader{
	"id":                    func(s *engine.ConnectionState) any { return s.ID },
	"bank_slug":             func(s *engine.ConnectionState) any { return s.Bank },
	"username":              func(s *engine.ConnectionState) any { return some(s.Username) },
	"scenario":              func(s *engine.ConnectionState) any { return some(s.Scenario) },
	"process_id":            func(s *engine.ConnectionState) any { return s.ProcessID },
	"status":                func(s *engine.ConnectionState) any { return string(s.Status) },
	"import_progress":       func(s *engine.ConnectionState) any { return s.Progress },
	"import_message":        func(s *engine.ConnectionState) any { return textOrNull(s.ShownMessage()) },
	"authentication_status": func(s *engine.ConnectionState) any { return some(string(s.AuthenticationStatus)) },
	"authenticated_at":      func(s *engine.ConnectionState) any { return s.AuthenticatedAt },
	"created_at":            func(s *engine.ConnectionState) any { return s.CreatedAt },
	"updated_at":            func(s *engine.ConnectionState) any { return s.UpdatedAt },
	"finished_at":           func(s *engine.ConnectionState) any { return moment(s.FinishedAt) },
	"run":                   func(s *engine.ConnectionState) any { return s.Run },
	"error":                 func(s *engine.ConnectionState) any { return errorObject(s.Error) },
	"warnings": func(s *engine.ConnectionState) any {
		list := make([]any, len(s.Warnings))
		for i := range s.Warnings {
			list[i] = errorObject(&s.Warnings[i])
		}
		return list
	},
}

// bankMembers read the members of a bank.
var bankMembers = map[string]func(b *engine.Institution) any{
	"slug":                      func(b *engine.Institution) any { return b.Slug },
	"name":                      func(b *engine.Institution) any { return b.Name },
	"is_mock_bank":              func(b *engine.Institution) any { return b.IsMockBank },
	"multibanking_api_provider": func(b *engine.Institution) any { return some(b.MultibankingAPIProvider) },
	"countries": func(b *engine.Institution) any {
		list := make([]any, len(b.Countries))
		for i, country := range b.Countries {
			list[i] = country
		}
		return list
	},
	"country": func(b *engine.Institution) any {
		if len(b.Countries) == 0 {
			return nil
		}
		return b.Countries[0]
	},
}

func bankObject(b *engine.Institution) *Object {
	o := &Object{}
	for _, name := range []string{"slug", "name", "is_mock_bank", "multibanking_api_provider", "countries"} {
		o.add(name, bankMembers[name](b))
	}
	return o
}

// objectOf gathers all members of a record that reads them by name.
func objectOf(s *shape, read func(name string) any) *Object {
	o := &Object{}
	for _, name := range s.names() {
		o.add(name, read(name))
	}
	return o
}
