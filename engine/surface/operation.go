package surface

import (
	"context"
	"fmt"

	"github.com/mockbank/mockbank/engine"
)

// OperationKind is what an endpoint does.
type OperationKind string

// The operations.
const (
	DoesNothing        OperationKind = ""
	DoesAuthenticate   OperationKind = "authenticate"
	DoesRead           OperationKind = "read"
	DoesAnswer         OperationKind = "answer"
	DoesConnect        OperationKind = "connect"
	DoesReadConnection OperationKind = "read_connection"
	// DoesReadConnections reads those that a list names, or a text with commas.
	DoesReadConnections OperationKind = "read_connections"
	DoesUpdate          OperationKind = "update"
	DoesDelete          OperationKind = "delete"
	DoesKeys            OperationKind = "keys"
	DoesBanks           OperationKind = "banks"
	DoesRefresh         OperationKind = "refresh"
)

// OperationKinds lists every operation.
func OperationKinds() []OperationKind {
	return []OperationKind{
		DoesAuthenticate, DoesRead, DoesAnswer, DoesConnect, DoesReadConnection, DoesReadConnections, DoesUpdate, DoesDelete, DoesKeys,
		DoesBanks, DoesRefresh,
	}
}

// inputNames are the inputs that an operation takes.
var inputNames = map[OperationKind][]string{
	DoesAuthenticate: {"bank", "username", "password", "redirect_uri", "state", "fields", "scenario"},
	DoesAnswer:       {"response", "choice", "password"},
	DoesBanks:        {"is_mock_bank", "search", "country", "offset", "limit"},
	DoesRefresh:      {"refresh"},

	DoesReadConnections: {"ids"},
}

// Inputs lists the names of the inputs that an operation takes.
func (k OperationKind) Inputs() []string { return inputNames[k] }

// secretInputs are those that nobody may see.
var secretInputs = map[string]bool{"password": true, "response": true, "state": true, "refresh": true, "fields": true}

// fault returns what faults call the operation, "" where none concerns it.
func (k OperationKind) fault() engine.Endpoint {
	switch k {
	case DoesAuthenticate:
		return engine.EndpointAuthenticate
	case DoesRead:
		return engine.EndpointProcess
	case DoesAnswer:
		return engine.EndpointConfirm
	case DoesConnect:
		return engine.EndpointConnect
	case DoesReadConnection:
		return engine.EndpointConnection
	case DoesReadConnections:
		return engine.EndpointConnections
	case DoesUpdate:
		return engine.EndpointUpdate
	case DoesBanks:
		return engine.EndpointBanks
	case DoesDelete:
		return "delete"
	default:
		return ""
	}
}

// needs returns the record that the operation works on.
func (k OperationKind) needs() Target {
	switch k {
	case DoesRead, DoesAnswer, DoesConnect:
		return OfProcess
	case DoesReadConnection, DoesUpdate, DoesDelete:
		return OfConnection
	default:
		return ""
	}
}

// NeedsRecord reports whether the operation works on a process or a connection that the request names.
func (k OperationKind) NeedsRecord() bool { return k.needs() != "" }

// Operation is what an endpoint does, with where its inputs come from.
type Operation struct {
	Kind   OperationKind
	Inputs map[string]Node
	// Fields are further fields of a login, by name.
	Fields map[string]Node
}

// bringsCredentials reports whether the request itself says who logs in.
func (o *Operation) bringsCredentials() bool {
	return o.Inputs["username"] != nil || o.Inputs["password"] != nil
}

// The longest inputs, in bytes.
const (
	maxName     = 1024
	maxSecret   = 4096
	maxRedirect = 2048
)

// input returns an input's text. One that is too long is a fault.
func (p *play) input(name string, longest int) (string, error) {
	node := p.selected.Operation.Inputs[name]
	if node == nil {
		return "", nil
	}
	value := node.Eval(&p.Env)
	text := Text(value)
	if secretInputs[name] {
		p.hide(text)
	}
	if len(text) > longest {
		return "", p.invalidInput(name, node, fmt.Sprintf("must have at most %d bytes", longest))
	}
	return text, nil
}

// operate lets the bank do what the case says.
func (p *play) operate(ctx context.Context) error {
	switch p.selected.Operation.Kind {
	case DoesAuthenticate:
		return p.authenticate(ctx)
	case DoesRead:
		return p.read(ctx)
	case DoesAnswer:
		return p.answerChallenge(ctx)
	case DoesConnect:
		return p.connect(ctx)
	case DoesReadConnection:
		return p.readConnection(ctx)
	case DoesReadConnections:
		return p.readConnections(ctx)
	case DoesUpdate:
		return p.update(ctx)
	case DoesDelete:
		return p.host.Bank.DeleteConnection(ctx, p.connection.ID)
	case DoesBanks:
		return p.listBanks()
	case DoesRefresh:
		return p.refreshTokens(ctx)
	default:
		return nil
	}
}

// read reads a process as a client does that waits for it.
func (p *play) read(ctx context.Context) error {
	id := p.subject.process
	if p.process != nil {
		id = p.process.ID
	}
	state, err := p.host.Bank.Poll(ctx, id)
	if err != nil {
		return err
	}
	return p.gotProcess(ctx, state)
}

// answerChallenge gives a process what its user answered or chose; nothing of it is a poll.
func (p *play) answerChallenge(ctx context.Context) error {
	for _, one := range []struct {
		name string
		kind engine.EventKind
	}{
		{"response", engine.EventChallengeResponse}, {"choice", engine.EventTwoStepProcedure}, {"password", engine.EventPassword},
	} {
		text, err := p.input(one.name, maxSecret)
		if err != nil {
			return err
		}
		if text == "" {
			continue
		}
		input := engine.Input{Kind: one.kind, Value: text}
		if one.name == "response" {
			input.Fields = p.answeredFields()
		}
		state, err := p.host.Bank.Continue(ctx, p.process.ID, input, p.withinProcess()...)
		if err != nil {
			return err
		}
		return p.gotProcess(ctx, state)
	}
	return p.read(ctx)
}

// answeredFields returns the answers to a challenge with several fields, where the response is an object; nil for a text.
// Nobody may see them.
func (p *play) answeredFields() map[string]string {
	value := p.selected.Operation.Inputs["response"].Eval(&p.Env)
	names := membersOf(value)
	if names == nil {
		return nil
	}
	fields := make(map[string]string, len(names))
	for _, name := range names {
		if answer, has := memberOf(value, name); has && answer != nil {
			fields[name] = Text(answer)
			p.hide(fields[name])
		}
	}
	return fields
}

// membersOf lists the names of an object's members, nil for any other value.
func membersOf(value any) []string {
	switch value := value.(type) {
	case *Object:
		return value.Names
	case map[string]any:
		return sortedNames(value)
	default:
		return nil
	}
}

// connect makes a connection from a process. Where the api connects by itself, the one that there is will do.
func (p *play) connect(ctx context.Context) error {
	if p.api.ConnectsWhenAuthenticated && p.connection != nil {
		return nil
	}
	state, err := p.host.Bank.Connect(ctx, p.process.ID, p.withinConnection()...)
	return p.gotConnection(state, err)
}

func (p *play) readConnection(ctx context.Context) error {
	id := p.subject.connection
	if p.connection != nil {
		id = p.connection.ID
	}
	state, err := p.host.Bank.Connection(ctx, id)
	if err != nil {
		return err
	}
	p.response.Step = state.Shape
	p.connection = &state
	if p.process != nil || !p.selected.reads.process {
		return nil
	}
	process, err := p.host.Bank.Process(ctx, state.ProcessID)
	if err == nil {
		p.setProcess(process)
	}
	if engine.CodeOf(err) == engine.CodeNotFound {
		return nil // it aged out
	}
	return err
}

// update begins another import. What its user is asked for then, the process tells.
func (p *play) update(ctx context.Context) error {
	state, err := p.host.Bank.UpdateConnection(ctx, p.connection.ID, p.withinConnection()...)
	if err := p.gotConnection(state, err); err != nil || p.composed || p.process == nil {
		return err
	}
	process, err := p.host.Bank.Process(ctx, p.process.ID)
	if err == nil {
		p.setProcess(process)
	}
	return err
}

// refreshTokens takes a refresh token. Where a new one is issued the old one is spent.
func (p *play) refreshTokens(ctx context.Context) error {
	text, err := p.input("refresh", maxSecret)
	if err != nil {
		return err
	}
	found, err := p.Env.refresh(text)
	if err != nil {
		return err
	}
	if p.selected.Renews {
		p.spent = &found
	}
	p.subject, p.holder = subject{process: found.Process, connection: found.Connection}, &found
	if p.now, err = p.nowOf(found.Session); err != nil {
		return err
	}
	p.session = found.Session
	return p.load(ctx, "")
}

// gotProcess takes the state that an operation led to, and looks at its connection.
func (p *play) gotProcess(ctx context.Context, state engine.ProcessState) error {
	if state.Refused() {
		p.response.Step = state.Shape
		return errNotCarriedOut()
	}
	if p.response.Step == nil {
		p.response.Step = state.Shape
	}
	p.setProcess(state)
	if p.composed {
		return nil
	}
	if p.api.ConnectsWhenAuthenticated && state.Status == engine.Authenticated && state.ConnectionID == "" {
		connected, err := p.host.Bank.ConnectIfDue(ctx, state.ID)
		if err != nil {
			return err
		}
		p.setProcess(connected)
	}
	if p.connection == nil && !p.selected.reads.connection {
		return nil
	}
	return p.loadConnectionOf(ctx)
}

func (p *play) setProcess(state engine.ProcessState) { p.process = &state }

// gotConnection takes the state that an operation led to.
func (p *play) gotConnection(state engine.ConnectionState, err error) error {
	if err != nil {
		return err
	}
	if state.Refused() {
		p.response.Step = state.Shape
		return errNotCarriedOut()
	}
	p.connection = &state
	return nil
}
