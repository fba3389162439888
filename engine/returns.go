package engine

import (
	"net/url"
	"slices"
	"strings"
)

// Decision is a button on the bank's page beside approve and decline, which a `redirect` transition takes.
type Decision struct {
	ID   string        `json:"id"`
	Name LocalizedText `json:"name"`
}

// Returns is how the browser comes back to the client after a decision on the bank's page.
type Returns struct {
	// Query changes the parameters that are sent back, in order.
	Query []ReturnParameter `json:"query,omitempty"`
	// Nowhere says that the browser does not come back: the page says that it may be closed.
	Nowhere bool `json:"nowhere,omitempty"`
}

// ReturnParameter is a parameter that is added, or put in place of one of its name; nil takes that away.
type ReturnParameter struct {
	Name  string `json:"name"`
	Value *Text  `json:"value"`
}

// String describes the way back as a scenario writes it.
func (r *Returns) String() string {
	switch {
	case r == nil:
		return ""
	case r.Nowhere:
		return "nowhere"
	}
	parts := make([]string, len(r.Query))
	for i, p := range r.Query {
		parts[i] = p.Name + ": null"
		if p.Value != nil {
			parts[i] = p.Name + ": " + string(*p.Value)
		}
	}
	return "{query: {" + strings.Join(parts, ", ") + "}}"
}

// ReturnNowhere is the word for a browser that does not come back.
const ReturnNowhere = "nowhere"

// returns is how the transition that somebody's decision took has the browser come back, nil where it says nothing.
func (f *Flow) returns(moves []Move) *Returns {
	for _, move := range slices.Backward(moves) {
		if move.Transition >= 0 && move.Event.Spec().Cause == ByInput {
			return f.Steps[move.From].Next[move.Transition].Returns
		}
	}
	return nil
}

// ReturnURL is where the browser goes on after a decision: the client's redirect URI with the process's identifier,
// the client's state, and what the transition adds or takes away; "" where the client named none, or the browser
// does not come back. Whether a browser may be sent there is for others to say.
func (s *ProcessState) ReturnURL() string {
	if s.RedirectURI == "" || s.Returns != nil && s.Returns.Nowhere {
		return ""
	}
	target, err := url.Parse(s.RedirectURI)
	if err != nil {
		return ""
	}
	add := []parameter{{"bank_authentication_process_id", s.ID}}
	if s.State != "" {
		add = append(add, parameter{"state", s.State})
	}
	var gone []string
	if s.Returns != nil {
		for _, p := range s.Returns.Query {
			add = slices.DeleteFunc(add, func(one parameter) bool { return one.name == p.Name })
			if gone = append(gone, p.Name); p.Value != nil {
				add = append(add, parameter{p.Name, p.Value.Expand(s.values.texts())})
			}
		}
	}
	for _, one := range add {
		gone = append(gone, one.name)
	}
	query := withoutParameters(target.RawQuery, gone)
	for _, one := range add {
		query = append(query, url.QueryEscape(one.name)+"="+url.QueryEscape(one.value))
	}
	target.RawQuery = strings.Join(query, "&")
	if target.Host == "" && target.Path == "" && strings.HasPrefix(s.RedirectURI[len(target.Scheme):], "://") {
		return target.Scheme + "://?" + target.RawQuery // an app's, of which net/url forgets the slashes
	}
	return target.String()
}

type parameter struct{ name, value string }

// withoutParameters returns the parts of a query but those of these names, as they are written.
func withoutParameters(query string, names []string) []string {
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		if plain, err := url.QueryUnescape(name); part != "" && (err != nil || !slices.Contains(names, plain)) {
			kept = append(kept, part)
		}
	}
	return kept
}

// values are what the step's texts may refer to, beside what the client gets to know of it.
func (f *Flow) values(p *Process, status Status, now string) Values {
	return Values{
		"process_id": p.ID, "connection_id": orNull(p.ConnectionID), "status": string(status), "progress": nil,
		"username": p.Username, "state": orNull(p.State), "now": now,
	}.with(p.Captures)
}

// redirectURL is the step's own `redirect_url`, nil where the bank's page is meant. What it refers to stands in it as
// in a query.
func (s *Step) redirectURL(values Values) *string {
	if s.RedirectURL == nil {
		return nil
	}
	escaped := values.texts()
	for name, value := range escaped {
		escaped[name] = strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
	}
	to := s.RedirectURL.Expand(escaped)
	return &to
}

// WithQuery adds parameters to an address, or takes them away.
func WithQuery(address string, query map[string]*string) string {
	u, err := url.Parse(address)
	if err != nil || len(query) == 0 {
		return address
	}
	values := u.Query()
	for name, value := range query {
		if value == nil {
			values.Del(name)
			continue
		}
		values.Set(name, *value)
	}
	u.RawQuery = values.Encode()
	return u.String()
}

// OwnDecision is the scenario's own decision that led to the step that the process is in, "" where a plain one did, or
// something else may have.
func (s *ProcessState) OwnDecision() string {
	if s.flow == nil {
		return ""
	}
	own := ""
	for i := range s.flow.Steps {
		for k := range s.flow.Steps[i].Next {
			transition := &s.flow.Steps[i].Next[k]
			if transition.To != s.Step {
				continue
			}
			decision := transition.Event.ownDecision()
			if decision == "" || own != "" && own != decision {
				return ""
			}
			own = decision
		}
	}
	return own
}

// ownDecision is the decision of a scenario's own that the event is, "" for any other.
func (e *Event) ownDecision() string {
	door := e.Kind.Spec().Door
	if door == nil || !door.Page || e.Value.Equals == nil || *e.Value.Equals == Approved || *e.Value.Equals == Declined {
		return ""
	}
	return *e.Value.Equals
}

// Decision is how the user's login ended, in the words of decisions; "" while it has not.
func (s *ProcessState) Decision() string {
	switch s.Status {
	case Authenticated:
		return Approved
	case AuthenticationFailed:
		return Declined
	default:
		return ""
	}
}
