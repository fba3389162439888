package journal

import (
	"encoding/binary"
	"time"

	"github.com/mockbank/mockbank/engine"
)

// kept is an entry as the journal keeps it: one block of bytes without a pointer in it, which a
// collector of garbage need not look into, and what cannot be in such a block. Thousands of entries
// would otherwise be looked through over and over again.
type kept struct {
	id     int64
	data   []byte
	flow   *engine.Flow
	moves  []engine.Move
	choice Decision
	near   []engine.ExplainedScenario
	// decided says that the entry has a decision, which choice is.
	decided bool
}

// pack returns the entry as it is kept. It shares no memory with e but the rules' own and the moves.
func (p *packer) pack(e *Entry) kept {
	p.data = p.data[:0]
	p.time(e.At)
	p.time(e.SessionTime)
	p.time(e.DecidedAt)
	p.number(int64(e.Took))
	p.texts(e.Session, e.Route, e.RequestID, e.TraceID, e.Process, e.Connection, e.State)
	r := &e.Request
	p.texts(r.Method, r.Path)
	p.fields(r.Query)
	p.fields(r.Header)
	p.fields(r.Body)
	p.number(int64(r.Hidden))
	p.number(int64(r.Bytes))
	a := &e.Response
	p.number(int64(a.Status))
	p.fields(a.Header)
	p.texts(string(a.Body), a.Scenario, a.Rules, a.Code, a.WireFault)
	p.number(int64(a.Bytes))
	p.number(int64(a.Delayed))
	p.flags(a.Shaped, a.Replaced, a.Refused)
	k := kept{id: e.ID, data: append([]byte(nil), p.data...), flow: e.Flow, moves: e.Moves, near: e.Near, decided: e.Decision != nil}
	if k.decided {
		k.choice = *e.Decision
	}
	return k
}

// entry returns the entry that was packed.
func (k *kept) entry() *Entry {
	u := unpacker{k.data}
	e := &Entry{ID: k.id, Flow: k.flow, Moves: k.moves, Near: k.near}
	e.At, e.SessionTime, e.DecidedAt, e.Took = u.time(), u.time(), u.time(), time.Duration(u.number())
	u.texts(&e.Session, &e.Route, &e.RequestID, &e.TraceID, &e.Process, &e.Connection, &e.State)
	r := &e.Request
	u.texts(&r.Method, &r.Path)
	r.Query, r.Header, r.Body = u.fields(), u.fields(), u.fields()
	r.Hidden, r.Bytes = int(u.number()), int(u.number())
	a := &e.Response
	a.Status, a.Header = int(u.number()), u.fields()
	var body string
	u.texts(&body, &a.Scenario, &a.Rules, &a.Code, &a.WireFault)
	if body != "" {
		a.Body = []byte(body)
	}
	a.Bytes, a.Delayed = int(u.number()), time.Duration(u.number())
	u.flags(&a.Shaped, &a.Replaced, &a.Refused)
	if k.decided {
		choice := k.choice
		e.Decision = &choice
	}
	return e
}

// The memory that an entry takes beside its bytes, a move, and a scenario that was missed, roughly.
const (
	keptOverhead = 150
	moveOverhead = 80
	nearOverhead = 1000
)

// size is the memory that the entry takes, in bytes, roughly.
func (k *kept) size() int {
	return keptOverhead + cap(k.data) + moveOverhead*len(k.moves) + nearOverhead*len(k.near)
}

// packer writes entries. It is used again and again.
type packer struct{ data []byte }

func (p *packer) number(n int64) { p.data = binary.AppendVarint(p.data, n) }

// time writes a time to the microsecond; the zero time stays zero.
func (p *packer) time(t time.Time) {
	if t.IsZero() {
		p.number(0)
		return
	}
	p.number(t.UnixMicro())
}

// flags writes truths, as one number.
func (p *packer) flags(flags ...bool) {
	set := int64(0)
	for i, flag := range flags {
		if flag {
			set |= 1 << i
		}
	}
	p.number(set)
}

func (p *packer) texts(texts ...string) {
	for _, text := range texts {
		p.number(int64(len(text)))
		p.data = append(p.data, text...)
	}
}

func (p *packer) fields(fields []Field) {
	p.number(int64(len(fields)))
	for _, field := range fields {
		p.texts(field.Name, field.Value)
	}
}

// unpacker reads what a packer wrote.
type unpacker struct{ data []byte }

func (u *unpacker) number() int64 {
	n, length := binary.Varint(u.data)
	u.data = u.data[length:]
	return n
}

func (u *unpacker) time() time.Time {
	n := u.number()
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}

func (u *unpacker) flags(into ...*bool) {
	set := u.number()
	for i, flag := range into {
		*flag = set&(1<<i) != 0
	}
}

func (u *unpacker) texts(into ...*string) {
	for _, text := range into {
		length := u.number()
		*text = string(u.data[:length])
		u.data = u.data[length:]
	}
}

func (u *unpacker) fields() []Field {
	n := u.number()
	if n == 0 {
		return nil
	}
	fields := make([]Field, n)
	for i := range fields {
		u.texts(&fields[i].Name, &fields[i].Value)
	}
	return fields
}
