package surface

import (
	"encoding/json"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// Env is what the texts of an answer are about: one request, and the records that it turned out to name.
type Env struct {
	api     *API
	host    *Host
	request *Request
	session string
	now     time.Time

	process    *engine.ProcessState
	connection *engine.ConnectionState
	bank       *engine.Institution
	login      *engine.Login
	banks      []any
	// banksTotal is how many banks fit, those beyond the page too.
	banksTotal int
	// connections are those of a list, as objects.
	connections []any
	problem     *Problem
	event       any
	subject     subject
	// holder is the token that the request bears, or that it is refreshed by; nil for none.
	holder *engine.Identifier

	records  engine.SurfaceRecords
	kept     map[string]any
	keptRead bool
	ids      identifiers
	issued   issued

	// holdsFacts asks for facts in place of the bank, where it is set; asked are those that were drawn by chance.
	holdsFacts func(w *engine.Condition, owner string) (bool, error)
	asked      map[*Condition]bool

	elements []element
	// made are how many elements of lists the answer has so far.
	made     int
	dataSeen map[string]any
	// secrets are texts that no journal may hold.
	secrets []string
	// err is the first failure of the store while values were read.
	err error
}

// element is that of an `each` which is being written.
type element struct {
	value any
	index int
	binds []string
}

func (e *Env) push(value any, index int, binds []string) {
	e.elements = append(e.elements, element{value, index, binds})
}

func (e *Env) pop() { e.elements = e.elements[:len(e.elements)-1] }

// element returns the element of the k-th `each` around, the innermost is 0.
func (e *Env) element(k int) any {
	if k >= len(e.elements) {
		return nil
	}
	return e.elements[len(e.elements)-1-k].value
}

// index returns which element of its list an identifier of the kind numbers here: that of an `each` around,
// else the one that the request names.
func (e *Env) index(kind string) (int, bool) {
	for i := len(e.elements) - 1; i >= 0; i-- {
		for _, bound := range e.elements[i].binds {
			if bound == kind {
				return e.elements[i].index, true
			}
		}
	}
	if e.subject.kind == kind {
		return e.subject.element, true
	}
	return 0, false
}

// numberedElement returns the element that an identifier of the kind numbers here, with its id where it is
// wanted as a whole.
func (e *Env) numberedElement(kind *Kind, whole bool) any {
	index, ok := e.index(kind.Name)
	if !ok {
		return nil
	}
	elements := e.list(kind)
	if index >= len(elements) {
		return nil
	}
	if !whole {
		return elements[index]
	}
	o := &Object{}
	o.add("id", e.identifier(kind, index))
	switch member := elements[index].(type) {
	case *Object:
		for i, name := range member.Names {
			if name != "id" {
				o.add(name, member.Values[i])
			}
		}
	case map[string]any:
		for _, name := range sortedNames(member) {
			if name != "id" {
				o.add(name, member[name])
			}
		}
	}
	return o
}

// list returns the elements that a kind of identifier numbers.
func (e *Env) list(kind *Kind) []any {
	key := "each " + kind.Name
	if seen, ok := e.dataSeen[key]; ok {
		return listOf(seen)
	}
	elements := e.elements
	e.elements = nil
	list := listOf(kind.Each.Eval(e))
	e.elements = elements
	e.see(key, list)
	return list
}

// data returns an entry of the api's data, worked out once for each answer.
func (e *Env) data(name string) any {
	if seen, ok := e.dataSeen[name]; ok {
		return seen
	}
	elements := e.elements
	e.elements = nil
	value := e.api.dataNodes[name].Eval(e)
	e.elements = elements
	e.see(name, value)
	return value
}

func (e *Env) see(name string, value any) {
	if e.dataSeen == nil {
		e.dataSeen = make(map[string]any)
	}
	e.dataSeen[name] = value
}

func (e *Env) processMember(name string) any { return processMembers[name](e, e.process) }

// failure returns what the bank says went wrong with the import, else with the login; nil for nothing.
func (e *Env) failure() *engine.Failure {
	if e.connection != nil && e.connection.Error != nil {
		return e.connection.Error
	}
	if e.process != nil {
		return e.process.Error
	}
	return nil
}

// authenticatedAt returns when the user was last authenticated.
func (e *Env) authenticatedAt() (time.Time, bool) {
	switch {
	case e.connection != nil:
		return e.connection.AuthenticatedAt, true
	case e.process != nil && e.process.Status == engine.Authenticated:
		return e.process.EnteredAt, true
	default:
		return time.Time{}, false
	}
}

func (e *Env) capture(name string) any {
	var captures engine.Captures
	switch {
	case e.process != nil:
		captures = e.process.Captures
	case e.connection != nil:
		captures = e.connection.Captures
	}
	if text, ok := captures[name]; ok {
		return text
	}
	return nil
}

// bankValue returns the bank that the request names, else that of the record.
func (e *Env) bankValue() any {
	if e.bank != nil {
		return e.bank
	}
	slug := ""
	switch {
	case e.process != nil:
		slug = e.process.Bank
	case e.connection != nil:
		slug = e.connection.Bank
	default:
		return nil
	}
	bank, ok := e.institution(slug)
	if !ok {
		return nil
	}
	e.bank = bank
	return bank
}

// keptFields returns what the api keeps of the process.
func (e *Env) keptFields() any {
	if e.keptRead || e.process == nil && e.connection == nil {
		return e.kept
	}
	if e.process != nil && e.process.API == "" {
		e.keptRead = true
		return e.kept
	}
	id := e.processID()
	k, err := e.records.Kept(id)
	if err != nil {
		e.fail(ignoreMissing(err))
		return e.kept
	}
	e.kept, e.keptRead = decodeKept(k.Fields), true
	return e.kept
}

func decodeKept(fields string) map[string]any {
	if fields == "" {
		return nil
	}
	value, err := DecodeJSON([]byte(fields))
	if err != nil {
		return nil // it is what we wrote
	}
	object, _ := value.(map[string]any)
	return object
}

func encodeKept(fields map[string]any) string {
	if len(fields) == 0 {
		return ""
	}
	encoded, err := json.Marshal(fields)
	if err != nil {
		return "" // they were decoded from JSON
	}
	return string(encoded)
}

// fail keeps the first failure; values that could not be read are absent.
func (e *Env) fail(err error) {
	if e.err == nil && err != nil {
		e.err = err
	}
}

// hide lets no journal hold a text.
func (e *Env) hide(text string) {
	if text != "" {
		e.secrets = append(e.secrets, text)
	}
}

// hideAll lets no journal hold a value, nor any part of it.
func (e *Env) hideAll(value any) {
	e.hide(Text(value))
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			e.hideAll(item)
		}
	case map[string]any:
		for _, member := range value {
			e.hideAll(member)
		}
	}
}

// moment returns a time, nil for none.
func moment(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}
