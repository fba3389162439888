package surface

import (
	"maps"
	"slices"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// API is a declared api: its routes, and all that their answers are made of.
type API struct {
	Name string
	// Base is the path that all routes begin with, "" for none.
	Base   string
	Source engine.Source
	// ConnectsWhenAuthenticated lets the import begin as the user is in, without a call.
	ConnectsWhenAuthenticated bool
	// CredentialsOnPage says that users log in on the bank's page.
	CredentialsOnPage bool
	// BanksFromScenarios lists every scenario as a bank, beside the declared ones.
	BanksFromScenarios bool
	// Accept is the media type that the api's requests ask for and its answers have, "" for JSON and any.
	Accept string
	// Replaces are the routes of mockbank's own, METHOD /path, that the api takes over.
	Replaces []string
	// Problems are how refusals look: the first whose condition holds. None is RFC 9457.
	Problems []*Answer
	// Returns are what the browser brings back, by decision.
	Returns map[string]*Returns
	// Tokens are those that the api issues, nil for none.
	Tokens    *Tokens
	Endpoints []*Endpoint
	// Webhooks are told of what the api began.
	Webhooks []*Webhook

	words      map[string]*Words
	ids        map[string]*Kind
	kept       map[string]bool
	dataNodes  map[string]Node
	dataShapes map[string]*Shape
	captures   map[string]bool
	captured   map[string]bool // the groups of captures that a text names
	numbers    map[string]bool
	endpoints  *routes
}

// NewAPI returns an api without endpoints. What its texts may refer to is declared before they are compiled.
func NewAPI(name, base string) *API {
	return &API{
		Name: name, Base: base, Returns: make(map[string]*Returns), words: make(map[string]*Words), ids: make(map[string]*Kind),
		kept: make(map[string]bool), dataNodes: make(map[string]Node), dataShapes: make(map[string]*Shape),
		captures: make(map[string]bool), captured: make(map[string]bool), numbers: make(map[string]bool), endpoints: new(routes),
	}
}

// Tokens are bearer tokens that an api issues.
type Tokens struct {
	// ExpiresAfter is how long an access token is good for, and Refresh how long a refresh token is.
	ExpiresAfter, Refresh time.Duration
	// Form is what access tokens look like: opaque, or claims that clients may read.
	Form TokenForm
}

// TokenForm is what access tokens look like.
type TokenForm string

// The forms of access tokens.
const (
	OpaqueTokens TokenForm = "opaque"
	// JSONWebTokens hold when they were issued and end, for clients that look there.
	JSONWebTokens TokenForm = "jwt"
)

// TokenForms lists every form.
func TokenForms() []TokenForm { return []TokenForm{OpaqueTokens, JSONWebTokens} }

// Words is a table of words: what a bank's word is called by the api.
type Words struct {
	Entries map[string]Node
	// Any is said for every word that has no entry, nil for the word itself.
	Any Node
}

func (w *Words) word(e *Env, step segment) any {
	var key any = step.name
	if step.value != nil {
		key = step.value(e)
	}
	if key != nil {
		if node, has := w.Entries[Text(key)]; has {
			return node.Eval(e)
		}
	}
	if w.Any != nil {
		return w.Any.Eval(e)
	}
	return key
}

// WordFor returns the first word of a table, in the alphabet's order, that stands for a text; "" is nothing.
func (a *API) WordFor(table, text string) (word string, found bool) {
	words := a.words[table]
	if words == nil {
		return "", false
	}
	for _, word := range slices.Sorted(maps.Keys(words.Entries)) {
		if said, is := words.Entries[word].(*Literal); is && (said.value == nil && text == "" || said.value != nil &&
			Text(said.value) == text) {
			return word, true
		}
	}
	return "", false
}

// DefineWords gives a table that was declared its words.
func (a *API) DefineWords(name string, table *Words) { *a.words[name] = *table }

// Kind is a kind of identifier that an api gives to records.
type Kind struct {
	Name string
	// Of is what it names: a process or a connection.
	Of Target
	// Each is the list whose elements it numbers, nil for none.
	Each Node
	// Prefix stands before each.
	Prefix string
	// Once says that it can be used one time, and ExpiresAfter how long it is good for, 0 for ever.
	Once         bool
	ExpiresAfter time.Duration
	// ForEachUser gives one for each user, bank and element in place of one for each connection: it names the
	// newest of them.
	ForEachUser bool
	// Secret identifiers are nowhere shown or stored.
	Secret bool

	each    bool // Each is declared, if not yet compiled
	element *shape
}

// numbers reports whether the kind numbers the elements of the list.
func (k *Kind) numbers(list *Expression) bool {
	if list.about.identifier == k.Name {
		return true
	}
	each, is := k.Each.(*Expression)
	return is && each.source == list.source
}

// Target is a kind of record that an identifier names.
type Target string

// The targets of identifiers.
const (
	OfProcess    Target = "process"
	OfConnection Target = "connection"
)

// Shape says which members a value has.
type Shape = shape

// ShapeOfScalar returns the shape of a text, a number or a boolean.
func ShapeOfScalar() *Shape { return scalar }

// ShapeOfAnything returns the shape of a value of which nothing is known.
func ShapeOfAnything() *Shape { return anything }

// ShapeOfList returns the shape of a list.
func ShapeOfList(element *Shape) *Shape { return &shape{element: element} }

// ShapeOfMembers returns the shape of an object.
func ShapeOfMembers(members map[string]*Shape) *Shape { return &shape{members: members} }

// Merge returns the shape of a value that has one of two shapes.
func (s *shape) Merge(other *Shape) *Shape {
	switch {
	case s == nil || s == other:
		return other
	case s.members == nil || other.members == nil:
		return anything
	}
	both := &shape{members: make(map[string]*shape)}
	for name, member := range s.members {
		both.members[name] = member
	}
	for name, member := range other.members {
		both.members[name] = both.members[name].Merge(member)
	}
	return both
}

// DeclareWords makes a table known.
func (a *API) DeclareWords(name string, table *Words) { a.words[name] = table }

// DeclareID makes a kind of identifier known. Its list, if it has one, is set by [API.SetEach].
func (a *API) DeclareID(kind *Kind, each bool) {
	kind.each = each
	a.ids[kind.Name] = kind
}

// SetEach sets the list whose elements a kind numbers.
func (a *API) SetEach(kind string, list Node) {
	a.ids[kind].Each = list
	if x, is := list.(*Expression); is && x.about.shape != nil {
		a.ids[kind].element = x.about.shape.element
	}
}

// DeclareKept makes a field known that some endpoint keeps.
func (a *API) DeclareKept(name string) { a.kept[name] = true }

// DeclareCapture makes a named group of some scenario known.
func (a *API) DeclareCapture(name string) { a.captures[name] = true }

// DeclareData makes an entry of the data known.
func (a *API) DeclareData(name string, of *Shape) { a.dataShapes[name] = of }

// SetData sets an entry of the data.
func (a *API) SetData(name string, node Node) { a.dataNodes[name] = node }

// Named returns, once, what declared things were named by what was compiled in the scope, each by its key and its name:
// "data accounts", "words login", "ids account".
func (s *Scope) Named() []string {
	names := slices.Sorted(maps.Keys(s.found.named))
	s.found.named = nil
	return names
}

// Returns is what the browser brings back to the app.
type Returns struct {
	// Query is added to the address; a value that is nil takes the parameter away.
	Names []string
	Nodes []Node
	// Nowhere says that the browser is not sent back.
	Nowhere bool
}
