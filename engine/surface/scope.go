package surface

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// Scope knows which paths there are at a place of an api.
type Scope struct {
	api *API
	// path are the variables of the endpoint's path; anyPath says that there may be others.
	path    []string
	anyPath bool
	// elements are the shapes of the elements of `each` around the place, the innermost last, and bound the
	// kinds of identifiers that number them.
	elements []*shape
	bound    [][]string
	// listed are the kinds of identifiers that those elements themselves are, "" for none.
	listed []string
	// webhook says that the place tells of an event.
	webhook bool

	indexedBy reference
	found     *findings
}

// findings are what was seen on the way.
type findings struct {
	warnings []string
	named    map[string]bool // entries of data, tables of words and ids that were named: "data accounts"
	tokens   bool            // a token is issued
	refresh  bool            // and a refresh token
	reads    reads           // of the expression that is compiled
}

// readsRecords notes what an expression is written of.
func (s *Scope) readsRecords(of reads) { s.found.reads = s.found.reads.and(of) }

// names notes that something declared is named.
func (s *Scope) names(what string) {
	if s.found.named == nil {
		s.found.named = make(map[string]bool)
	}
	s.found.named[what] = true
}

// reference is what a path leads to, as far as that matters when the file is read.
type reference struct {
	shape      *shape
	identifier string // the kind of identifier, where it is `ids.KIND` alone
	// identifiers are the kinds of which it may be one, where it is not known which, or an element of a list of them.
	identifiers []string
	status      string // process or connection, where it is that one's status
}

// Root returns the scope of the whole api: nothing is said of a request's path.
func (a *API) Root() *Scope { return &Scope{api: a, anyPath: true, found: new(findings)} }

// Within returns the scope of an endpoint with these variables in its path.
func (s *Scope) Within(path []string) *Scope {
	inner := *s
	inner.path, inner.anyPath, inner.found = path, false, new(findings)
	return &inner
}

// limitShape is what the headers of a rate limit know beside all else.
var limitShape = leaves("limit", "remaining", "reset", "reset_at")

// Limits returns the scope of the headers that a rate limit adds.
func (s *Scope) Limits() *Scope {
	inner := *s
	inner.elements, inner.bound = append(slices.Clip(s.elements), limitShape), append(slices.Clip(s.bound), nil)
	inner.listed = append(slices.Clip(s.listed), "")
	return &inner
}

// Issues reports whether something that was compiled in the scope issues tokens.
func (s *Scope) Issues() bool { return s.found.tokens }

// Renews reports whether something that was compiled in the scope issues a refresh token.
func (s *Scope) Renews() bool { return s.found.refresh }

// Afresh returns the scope with nothing found in it.
func (s *Scope) Afresh() *Scope {
	inner := *s
	inner.found = new(findings)
	return &inner
}

// Warnings returns, once, what is doubtful about what was compiled.
func (s *Scope) Warnings() []string {
	warnings := s.found.warnings
	s.found.warnings = nil
	return warnings
}

// Each returns the scope within an `each` over the list, and the list with what it binds.
func (s *Scope) Each(list Node) (*Scope, *Each) {
	inner := *s
	each := &Each{List: list}
	element, ids := anything, ""
	if x, is := list.(*Expression); is {
		ids = x.about.identifier
		if x.about.shape != nil && x.about.shape.element != nil {
			element = x.about.shape.element
		}
		for _, name := range slices.Sorted(maps.Keys(s.api.ids)) {
			if kind := s.api.ids[name]; kind.numbers(x) {
				each.Binds = append(each.Binds, name)
			}
		}
	}
	inner.elements = append(slices.Clip(s.elements), element)
	inner.bound, inner.listed = append(slices.Clip(s.bound), each.Binds), append(slices.Clip(s.listed), ids)
	return &inner, each
}

func (s *Scope) isBound(kind string) bool {
	return slices.ContainsFunc(s.bound, func(kinds []string) bool { return slices.Contains(kinds, kind) })
}

// itName names the element of an `each` as a whole.
const itName = "it"

// resolve finds what a path leads to: in an `each` a bare name is the element's member first.
func (s *Scope) resolve(root string, segments []segment) (Value, reference, error) {
	return s.resolveBeyond(0, root, segments)
}

// resolveBeyond is resolve without the elements of the innermost `each`, as many as that.
func (s *Scope) resolveBeyond(inner int, root string, segments []segment) (Value, reference, error) {
	for k := inner; k < len(s.elements); k++ {
		element := s.elements[len(s.elements)-1-k]
		if root == itName {
			return s.ofElement(k, element, segments)
		}
		if member, known := element.members[root]; known {
			value, about, err := s.below(func(e *Env) any {
				v, _ := memberOf(e.element(k), root)
				return v
			}, member, segments)
			return value, about, err
		}
		if element.open {
			return s.perhapsMember(k, root, segments)
		}
	}
	return s.root(root, segments)
}

func (s *Scope) ofElement(k int, element *shape, segments []segment) (Value, reference, error) {
	value, about, err := s.below(func(e *Env) any { return e.element(k) }, element, segments)
	if len(segments) == 0 {
		about.identifier = s.listed[len(s.listed)-1-k]
	}
	return value, about, err
}

// perhapsMember reads the member of an element of which nobody knows the members before it is there.
func (s *Scope) perhapsMember(k int, root string, segments []segment) (Value, reference, error) {
	outer, about, err := s.resolveBeyond(k+1, root, segments)
	if err != nil {
		if known := rootNames(s); slices.Contains(known, root) {
			return nil, about, err // the root is there, and what was asked of it is not
		}
		outer, about = nil, reference{shape: anything}
	}
	return func(e *Env) any {
		if v, ok := memberOf(e.element(k), root); ok {
			return walk(e, v, segments)
		}
		if outer == nil {
			return nil
		}
		return outer(e)
	}, reference{shape: about.shape}, nil
}

// below checks the further steps of a path against a shape, and follows them.
func (s *Scope) below(value Value, of *shape, segments []segment) (Value, reference, error) {
	at := of
	for _, step := range segments {
		next, err := at.step(step)
		if err != nil {
			return nil, reference{}, err
		}
		at = next
	}
	if len(segments) == 0 {
		return value, reference{shape: at}, nil
	}
	return func(e *Env) any { return walk(e, value(e), segments) }, reference{shape: at}, nil
}

func (s *shape) step(step segment) (*shape, error) {
	switch {
	case s == nil || s.open || step.value != nil:
		return anything, nil
	case s.element != nil:
		return s.element, nil
	case s.members == nil:
		return nil, &PathError{Message: fmt.Sprintf("there is no %q beneath a single value", step.name)}
	}
	next, known := s.members[step.name]
	if !known {
		return nil, &PathError{Message: fmt.Sprintf("there is no %q here", step.name), Hint: didYouMean(step.name, s.names())}
	}
	return next, nil
}

// walk follows steps into a value.
func walk(e *Env, v any, segments []segment) any {
	for i := range segments {
		next, ok := memberOf(v, segments[i].of(e))
		if !ok {
			return nil
		}
		v = next
	}
	return v
}

// rootNames lists what a path may begin with.
func rootNames(s *Scope) []string {
	names := slices.Collect(maps.Keys(roots))
	for name, kind := range s.api.ids {
		if kind.Each != nil || kind.each {
			names = append(names, name)
		}
	}
	if len(s.api.numbering()) > 0 && s.api.ids[accountName] == nil {
		names = append(names, accountName)
	}
	for name := range s.api.captures {
		names = append(names, name)
	}
	if s.webhook {
		names = append(names, "event")
	}
	slices.Sort(names)
	return names
}

// root finds what a path leads to by its first name.
func (s *Scope) root(root string, segments []segment) (Value, reference, error) {
	if find, known := roots[root]; known {
		return find(s, segments)
	}
	if kind, known := s.api.ids[root]; known && (kind.Each != nil || kind.each) {
		return s.numbered(kind, segments)
	}
	if root == accountName {
		if kinds := s.api.numbering(); len(kinds) > 0 {
			return s.numberedByAny(kinds, segments)
		}
	}
	if s.webhook && root == "event" {
		return s.below(func(e *Env) any { return e.event }, webhookShape, segments)
	}
	if s.api.captures[root] {
		s.api.captured[root] = true
		return s.below(func(e *Env) any { return e.capture(root) }, scalar, segments)
	}
	path := root
	for _, step := range segments {
		if step.value == nil {
			path += "." + step.name
		}
	}
	known := rootNames(s)
	for _, element := range s.elements {
		known = append(known, element.names()...)
	}
	return nil, reference{}, &PathError{Message: fmt.Sprintf("there is no path %q", path), Hint: didYouMean(root, known)}
}

// numbered reads the element that an identifier of the kind numbers, with its id.
func (s *Scope) numbered(kind *Kind, segments []segment) (Value, reference, error) {
	s.readsRecords(kind.reads())
	s.names("ids " + kind.Name)
	of := kind.element
	if of == nil {
		of = anything
	}
	if len(segments) > 0 && segments[0].value == nil && segments[0].name == "id" {
		value, about, err := s.below(func(e *Env) any {
			index, ok := e.index(kind.Name)
			if !ok {
				return nil
			}
			return e.identifier(kind, index)
		}, scalar, segments[1:])
		about.identifier = kind.Name
		return value, about, err
	}
	return s.below(func(e *Env) any { return e.numberedElement(kind, len(segments) == 0) }, of, segments)
}

// accountName names the element that is numbered at a place, whatever its kind is called.
const accountName = "account"

// numbering lists the kinds of identifiers that number the elements of a list.
func (a *API) numbering() []*Kind {
	var kinds []*Kind
	for _, name := range slices.Sorted(maps.Keys(a.ids)) {
		if kind := a.ids[name]; kind.Each != nil || kind.each {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// numberedByAny reads the element that an identifier of one of the kinds numbers, whichever does at the place.
func (s *Scope) numberedByAny(kinds []*Kind, segments []segment) (Value, reference, error) {
	var failed error
	var names []string
	var reads []Value
	var ids []string
	for _, kind := range kinds {
		value, of, err := s.numbered(kind, segments)
		if err != nil {
			failed = err
			continue
		}
		names, reads = append(names, kind.Name), append(reads, value)
		if of.identifier != "" {
			ids = append(ids, of.identifier)
		}
	}
	if len(reads) == 0 {
		return nil, reference{}, failed
	}
	return func(e *Env) any {
		for i, name := range names {
			if _, numbered := e.index(name); numbered {
				return reads[i](e)
			}
		}
		return nil
	}, reference{shape: anything, identifiers: s.numberedHere(ids)}, nil
}

// numberedHere returns which of the kinds number the element at the place: the first that an `each` around it binds,
// else those that the request's path names, else perhaps any.
func (s *Scope) numberedHere(kinds []string) []string {
	for _, kind := range kinds {
		if s.isBound(kind) {
			return []string{kind}
		}
	}
	var named []string
	for _, kind := range kinds {
		if slices.Contains(s.path, kind) {
			named = append(named, kind)
		}
	}
	if len(named) > 0 {
		return named
	}
	return kinds
}

// didYouMean returns a hint that names the candidate nearest to a word, or all where they are few.
func didYouMean(word string, candidates []string) string {
	if near := engine.Nearest(word, candidates, 1); len(near) > 0 {
		return fmt.Sprintf("did you mean %q?", near[0])
	}
	if len(candidates) > 0 && len(candidates) <= 24 {
		return "one of " + strings.Join(candidates, ", ")
	}
	return ""
}

// reads returns what identifiers of the kind are made for.
func (k *Kind) reads() reads { return reads{connection: k.Of == OfConnection} }
