package httpapi

import (
	"cmp"

	"github.com/mockbank/mockbank/engine"
)

// patch lays what scenarios set over the answer's members, and takes away what they remove.
func (x *exchange) patch(shape *engine.ResponseShape) {
	if shape.Body != nil {
		return // it says all that there is to say
	}
	before := x.answer.body.Bytes()
	after := shape.Patched(before)
	if string(before) == string(after) {
		return
	}
	patched := append([]byte(nil), after...)
	x.answer.body.Reset()
	x.answer.body.Write(patched)
	x.answer.body.WriteByte('\n')
}

// resolved returns how the answer is shaped, with texts that know what it says.
func (x *exchange) resolved() engine.ResponseShape {
	complete := func(shape *engine.ResponseShape) engine.ResponseShape {
		if !shape.Refers() {
			return *shape
		}
		return shape.Resolve(x.values(shape))
	}
	w := &x.outgoing
	if !w.open || w.step == nil {
		return complete(w.fault)
	}
	step := complete(w.step)
	if w.fault == nil {
		return step
	}
	fault := complete(w.fault)
	return step.Under(&fault)
}

// values are what texts of the answer may refer to: what it tells of, as it is composed.
func (x *exchange) values(shape *engine.ResponseShape) engine.Values {
	a := &x.about
	values := engine.Values{
		"process_id": orNil(a.processID), "connection_id": orNil(a.connectionID), "status": orNil(a.state),
		"progress": nil, "username": orNil(cmp.Or(a.username, x.login.Username)), "state": orNil(cmp.Or(a.returns, x.login.State)),
		"now": nil,
	}
	connection := a.progress >= 0 && a.connectionID != ""
	if connection {
		values["progress"] = a.progress
	}
	if now, err := x.api.bank.Now(x.context(), x.sessionOfRecord()); err == nil {
		values["now"] = stamp(now)
	}
	if connection && shape.Mentions("state") {
		if process, err := x.api.bank.Process(x.context(), a.processID); err == nil { // a connection knows none
			values["state"] = orNil(process.State)
		}
	}
	return values
}

// orNil returns a text, nil where it is empty.
func orNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}
