package surface

import (
	"time"

	"github.com/mockbank/mockbank/engine"
)

// Condition is the `when` of an answer, or of a case: all of it must hold. The zero Condition always does.
type Condition struct {
	// Bank, Username, Scenario and Session match the record that the request is about.
	Bank, Username, Scenario, Session *engine.Matcher
	// Headers by canonical name, and Fields of the request by their dotted names; what is absent is "".
	Headers, Fields map[string]engine.Matcher
	// Process and Connection match their status, "" where there is none, and Error the code of what went wrong.
	Process, Connection, Error *engine.Matcher
	// OlderThan is the age of the authentication from which on it holds.
	OlderThan time.Duration
	aged      bool
	// Facts are what the bank is asked for, nil for nothing: time, counts, switches, chance. Owner names whose draws
	// of chance they are.
	Facts *engine.Condition
	Owner string
	// AnyOf holds where one of them does, and Not where it does not.
	AnyOf []*Condition
	Not   *Condition
}

// SetOlderThan asks for an age of the authentication.
func (c *Condition) SetOlderThan(age time.Duration) { c.OlderThan, c.aged = age, true }

// Always reports whether the condition asks for nothing.
func (c *Condition) Always() bool {
	return c == nil || c.Bank == nil && c.Username == nil && c.Scenario == nil && c.Session == nil && c.Headers == nil && c.Fields == nil &&
		c.Process == nil && c.Connection == nil && c.Error == nil && !c.aged && c.Facts == nil && c.AnyOf == nil && c.Not == nil
}

// NeedsRecord reports whether the condition asks for the record that the request is about.
func (c *Condition) NeedsRecord() bool {
	if c == nil {
		return false
	}
	needs := c.Bank != nil || c.Username != nil || c.Scenario != nil || c.Process != nil || c.Connection != nil || c.Error != nil ||
		c.aged || c.Facts != nil
	for _, one := range c.AnyOf {
		needs = needs || one.NeedsRecord()
	}
	return needs || c.Not.NeedsRecord()
}

// Compile prepares the condition's patterns.
func (c *Condition) Compile() error {
	for _, m := range []*engine.Matcher{c.Bank, c.Username, c.Scenario, c.Session, c.Process, c.Connection, c.Error} {
		if m == nil {
			continue
		}
		if err := m.Compile(); err != nil {
			return err
		}
	}
	for _, named := range []map[string]engine.Matcher{c.Headers, c.Fields} {
		for name, m := range named {
			if err := m.Compile(); err != nil {
				return err
			}
			named[name] = m
		}
	}
	for _, one := range c.AnyOf {
		if err := one.Compile(); err != nil {
			return err
		}
	}
	if c.Not != nil {
		return c.Not.Compile()
	}
	return nil
}

// holds reports whether the condition holds for what the request is about.
func (c *Condition) holds(e *Env) bool {
	if c.Always() {
		return true
	}
	if !c.matches(e) || !c.aboutState(e) || c.Facts != nil && !e.ask(c) {
		return false
	}
	one := c.AnyOf == nil
	for _, alternative := range c.AnyOf {
		one = one || alternative.holds(e)
	}
	return one && (c.Not == nil || !c.Not.holds(e))
}

// matches reports whether the matchers hold.
func (c *Condition) matches(e *Env) bool {
	for name, m := range c.Headers {
		if !m.MatchAt(e.request.header(name), e.now) {
			return false
		}
	}
	for name, m := range c.Fields {
		v, _ := e.request.field(name)
		if !m.MatchAt(Text(v), e.now) {
			return false
		}
	}
	bank, username, scenario, session := e.named()
	return holds(c.Bank, bank) && holds(c.Username, username) && holds(c.Scenario, scenario) && holds(c.Session, session)
}

// aboutState reports whether what the condition says of the record's state holds.
func (c *Condition) aboutState(e *Env) bool {
	process, connection, code := "", "", ""
	if e.process != nil {
		process = string(e.process.Status)
	}
	if e.connection != nil {
		connection = string(e.connection.Status)
	}
	if failure := e.failure(); failure != nil {
		code = string(failure.Code)
	}
	if e.problem != nil {
		code = string(e.problem.Code)
	}
	if !present(c.Process, process) || !present(c.Connection, connection) || !present(c.Error, code) {
		return false
	}
	if !c.aged {
		return true
	}
	at, authenticated := e.authenticatedAt()
	return authenticated && e.now.Sub(at) >= c.OlderThan
}

func holds(m *engine.Matcher, value string) bool { return m == nil || m.Match(value) }

// present is as holds, where `any` means that there is one.
func present(m *engine.Matcher, value string) bool {
	return m == nil || m.Match(value) && (value != "" || !m.Any)
}

// named returns the bank, the user, the scenario and the session that the request is about.
func (e *Env) named() (bank, username, scenario, session string) {
	switch {
	case e.process != nil:
		return e.process.Bank, e.process.Username, e.process.Scenario, e.process.Session
	case e.connection != nil:
		return e.connection.Bank, e.connection.Username, e.connection.Scenario, e.connection.Session
	default:
		return "", "", "", e.session
	}
}

// ask asks the bank for the facts of a condition. What is drawn by chance is drawn once for each answer.
func (e *Env) ask(c *Condition) bool {
	if holds, asked := e.asked[c]; asked {
		return holds
	}
	var holds bool
	var err error
	switch {
	case e.holdsFacts != nil:
		holds, err = e.holdsFacts(c.Facts, c.Owner)
	case e.host.Bank != nil:
		tx, _ := e.records.(engine.Tx)
		holds, err = e.host.APIs.Holds(e.host.ctx, tx, c.Facts, c.Owner, e.about())
	}
	e.fail(err)
	if c.Facts.Facts.Probability != nil {
		if e.asked == nil {
			e.asked = make(map[*Condition]bool)
		}
		e.asked[c] = holds
	}
	return holds
}

// Walk visits the condition and those within it.
func (c *Condition) Walk(visit func(*Condition)) {
	if c == nil {
		return
	}
	visit(c)
	for _, one := range c.AnyOf {
		one.Walk(visit)
	}
	c.Not.Walk(visit)
}
