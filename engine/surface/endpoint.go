package surface

import (
	"net/textproto"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// Endpoint is a route of an api, and what it does.
type Endpoint struct {
	API *API
	// Method and Path are as declared; Path is beneath the api's base.
	Method, Path string
	Source       engine.Source
	Description  string
	// Cases are tried in their order; the first whose condition holds answers.
	Cases []*Case
	// Expects is what a request must hold, whichever case answers it.
	Expects *Expects
	// RateLimit is counted before any answer, nil for none.
	RateLimit *RateLimit
	// Open says that requests need no token, though the api issues some.
	Open bool

	variables []string
	// veiled are those of the variables that hold what nobody may see.
	veiled []string
	open   bool
	// name, path and parts follow from what is above, once the endpoint is one of a [Set].
	name  string
	parts []string
}

// Case is one thing that an endpoint does.
type Case struct {
	When    *Condition
	Expects *Expects
	// Of names the record that the operation works on, nil where the path or nothing does.
	Of        Node
	Operation Operation
	// Keep are the fields of the request that are stored with the process.
	Keep []Kept
	// Answers are tried in their order; the first whose condition holds is given.
	Answers []*Answer

	// Issues says that an answer issues tokens, and Renews that it issues a refresh token.
	Issues, Renews bool

	secrets [][]string // paths into the request to what nobody may see
	faults  []engine.Endpoint
	inputs  []string // the names of the operation's
	reads   reads    // what its answers are written of
	early   bool     // it asks for records before the operation
}

// Kept is a field that is stored with the process.
type Kept struct {
	Name string
	// Value is what is stored, nil for the field of that name.
	Value Node
}

// Answer is what an endpoint says.
type Answer struct {
	When *Condition
	// Status is 200 where it is 0.
	Status  int
	Headers []Header
	// Body is nil for none. Raw says that it is a text that is sent as it is.
	Body Node
	Raw  bool
	// Set is laid over the body's members, an object, and Remove are dotted names of those that are taken away
	// before; nil changes nothing.
	Set    Node
	Remove []string
	// Refuses says that the answer is chosen before anything is done, and that nothing is; RateLimit, where set, that
	// it is given only to requests beyond that many.
	Refuses   bool
	RateLimit *RateLimit
	// Response shapes the answer on the wire further, nil for not at all.
	Response *engine.Response
	Source   engine.Source
}

// Header is a field of an answer's header.
type Header struct {
	Name  string
	Value Node
}

// RateLimit is how many requests pass in a time.
type RateLimit struct {
	Limit engine.RateLimit
	// For says whose requests are counted together: session, user, process, connection or account.
	For string
	// Headers are sent with every answer that was counted.
	Headers []Header
}

// Name names the endpoint in metrics, journals and faults: "apis.NAME METHOD /path".
func (e *Endpoint) Name() string {
	if e.name != "" {
		return e.name
	}
	return "apis." + e.API.Name + " " + e.Method + " " + e.Path
}

// FullPath is the path that requests have.
func (e *Endpoint) FullPath() string { return e.API.Base + e.Path }

func (e *Endpoint) segments() []string { return splitPath(e.FullPath()) }

// finish works out what follows from an endpoint's parts, once they are compiled.
func (e *Endpoint) finish(shared reads) {
	e.variables, e.parts, e.name = Variables(e.Path), e.segments(), e.Name()
	e.open, e.veiled = e.Open, nil
	for _, name := range e.variables {
		if kind := e.API.ids[name]; kind != nil && kind.Secret {
			e.veiled = append(e.veiled, name)
		}
	}
	for _, c := range e.Cases {
		c.foresee(e, shared)
		c.faults, c.inputs = faultNames(e.API, e, c.Operation.Kind), sortedNames(c.Operation.Inputs)
		e.open = e.open || c.Issues || c.Operation.Kind == DoesKeys || c.Operation.Kind == DoesRefresh
		c.secrets = nil
		for _, name := range sortedNames(c.Operation.Inputs) {
			if secretInputs[name] {
				c.hide(c.Operation.Inputs[name])
			}
		}
		for _, name := range sortedNames(c.Operation.Fields) {
			c.hide(c.Operation.Fields[name])
		}
		e.veil(c)
	}
}

// veil keeps the variables of the path to itself that hold a secret input, or that may be a secret identifier.
func (e *Endpoint) veil(c *Case) {
	for _, path := range c.secrets {
		if path[0] == "path" && len(path) == 2 {
			e.veiled = append(e.veiled, path[1])
		}
	}
	x, is := c.Of.(*Expression)
	if !is || !e.API.hasSecretIDs() {
		return
	}
	if path := requestPath(x.source); len(path) == 2 && path[0] == "path" {
		e.veiled = append(e.veiled, path[1])
	}
}

// veiledIn returns the segments of a request's path that hold what nobody may see.
func (e *Endpoint) veiledIn(segments []string) (veiled []string) {
	if len(e.veiled) == 0 {
		return nil
	}
	for i, part := range e.parts {
		if name := variableOf(part); name != "" && slices.Contains(e.veiled, name) && segments[i] != "" {
			veiled = append(veiled, segments[i])
		}
	}
	return veiled
}

// secretsAmong returns the segments of a path that leads nowhere that look like secret identifiers of the api.
func (a *API) secretsAmong(segments []string) (found []string) {
	for _, segment := range segments {
		for _, kind := range a.ids {
			if kind.Secret && a.looksLike(kind, segment) {
				found = append(found, segment)
				break
			}
		}
	}
	return found
}

func (a *API) looksLike(kind *Kind, text string) bool {
	rest, is := strings.CutPrefix(text, kind.Prefix)
	if !is {
		return false
	}
	if a.numbers[kind.Name] {
		return len(rest) == numberDigits && strings.Trim(rest, "0123456789") == ""
	}
	_, is = canonicalUUID(rest)
	return is
}

func (a *API) hasSecretIDs() bool {
	for _, kind := range a.ids {
		if kind.Secret {
			return true
		}
	}
	return false
}

// hide lets no journal hold what a node reads from the request.
func (c *Case) hide(node Node) {
	switch node := node.(type) {
	case *Expression:
		c.secrets = append(c.secrets, requestPaths(node.source)...)
	case *Members:
		for _, member := range node.Nodes {
			c.hide(member)
		}
	}
}

// requestPaths returns the paths into the request of an expression: those of each side of a `??`, however it is shaped.
func requestPaths(source string) (paths [][]string) {
	for side := range strings.SplitSeq(source, "??") {
		side, _, _ = strings.Cut(side, "|")
		if path := requestPath(strings.TrimSpace(side)); len(path) > 1 {
			paths = append(paths, path)
		}
	}
	return paths
}

// requestPath returns the names of a path into the request, nil for any other expression.
func requestPath(source string) []string {
	if strings.ContainsAny(source, " []|?'\"") {
		return nil
	}
	path := strings.Split(source, ".")
	if path[0] == "header" && len(path) == 2 {
		path[1] = textproto.CanonicalMIMEHeaderKey(path[1])
	}
	return path
}
