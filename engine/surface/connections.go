package surface

import (
	"context"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

// maxListed is how many connections one request may name.
const maxListed = 100

// readConnections reads the connections that the input names, in its order. What there is not, or another's, is left out.
func (p *play) readConnections(ctx context.Context) error {
	var ids []string
	switch named := p.inputValue("ids").(type) {
	case nil:
	case []any:
		for _, one := range named {
			ids = append(ids, Text(one))
		}
	default:
		ids = strings.Split(Text(named), ",")
	}
	if len(ids) > maxListed {
		return refuse(CodeInvalidFields, "at most %d bank connections are read at once", maxListed)
	}
	holder := p.subject
	p.connections = []any{}
	for _, id := range ids {
		listed, err := p.listed(ctx, holder, strings.TrimSpace(id))
		if code := codeOf(err); code == CodeUnknownID || code == CodeIDExpired || code == engine.CodeNotFound {
			continue
		}
		if err != nil {
			return err
		}
		p.connections = append(p.connections, listed)
	}
	p.process, p.connection, p.subject = nil, nil, holder
	return nil
}

// inputValue returns the value of an input, nil where it is not mapped.
func (p *play) inputValue(name string) any {
	if node := p.selected.Operation.Inputs[name]; node != nil {
		return node.Eval(&p.Env)
	}
	return nil
}

// listed reads one connection of a list.
func (p *play) listed(ctx context.Context, holder subject, id string) (any, error) {
	p.process, p.connection, p.subject = nil, nil, subject{}
	if err := p.byRecord(OfConnection, id); err != nil {
		return nil, err
	}
	if err := p.checkHolder(ctx, holder); err != nil {
		return nil, err
	}
	state, err := p.host.Bank.PeekConnection(ctx, p.subject.connection)
	if err != nil {
		return nil, err
	}
	name := any(state.Bank)
	if bank, known := p.institution(state.Bank); known {
		name = bank.Name
	}
	o := objectOf(connectionShape, func(member string) any { return connectionMembers[member](&state) })
	o.add("bank_name", name)
	return o, nil
}
