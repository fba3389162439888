package engine

import (
	"context"
	"strconv"
)

// inquire asks about a login.
func (c *change) inquire(login *Login) *inquiry {
	login.at = c.now
	return &inquiry{tx: c.tx, rules: c.rs, login: login, now: c.now, session: c.session, flow: c.flow}
}

// inquireProcess asks about a process, and the request that concerns it.
func (c *change) inquireProcess(ctx context.Context, p *Process) *inquiry {
	q := c.inquire(c.rs.loginOf(p.Session, p.Bank, p.Username, p.Scenario))
	q.login.Header = headerOf(ctx)
	q.caseID, q.captures, q.processID, q.connectionID = p.Trigger, p.Captures, p.ID, p.ConnectionID
	return q
}

// inquireConnection asks about a connection, and the request that concerns it. The process is needed only
// where the connection's import awaits the user.
func (c *change) inquireConnection(ctx context.Context, record *Connection, p *Process) *inquiry {
	q := c.inquire(c.rs.loginOf(record.Session, record.Bank, record.Username, record.Scenario))
	at := lastAuthenticated(record, p, c.now)
	q.login.Header = headerOf(ctx)
	q.caseID, q.captures, q.authenticatedAt = record.Trigger, record.Captures, &at
	q.processID, q.connectionID, q.run = record.ProcessID, record.ID, &runFact{number: record.Run}
	return q
}

// loginOf returns what is known of the login that led to a record.
func (rs *RuleSet) loginOf(session, bank, username, scenario string) *Login {
	login := &Login{Session: session, Bank: bank, Username: username, answered: scenario}
	login.under(rs.usernameRule(bank))
	return login
}

// askRecord is as ask, for a condition that the captures of the record's login complete.
func (q *inquiry) askRecord(w *Condition, owner string) (bool, error) {
	if err := q.drawFor(w, owner); err != nil {
		return false, err
	}
	w = w.under(q.login.rule)
	if w.captured {
		w = w.expanded(q.captures)
	}
	return w.holds(q)
}

// updateCase returns the index of the first case that fits the update that is asked for, -1 for the import.
func (f *Flow) updateCase(q *inquiry, c *Connection) (int, error) {
	if err := f.countRun(q, c); err != nil {
		return 0, err
	}
	age := q.now.Sub(*q.authenticatedAt)
	fits := -1
	for i := range f.Update {
		one := &f.Update[i]
		q.draws = drawing{seed: c.Seed, position: [3]int{-2, c.Run, i}}
		limit, err := one.OlderThan.Value(c.Captures, draw{c.Seed, q.draws.position})
		holds := err == nil && (one.OlderThan.IsZero() || age >= limit)
		if one.When != nil { // asked of every update: each numbers its draws
			asked, err := q.askRecord(one.When, "update "+strconv.Itoa(i)+" of "+f.Scenario)
			if err != nil {
				return 0, err
			}
			holds = holds && asked
		}
		if holds && fits < 0 {
			fits = i
		}
	}
	return fits, nil
}

// countRun numbers the update, with the times of those before where a case of the flow asks for them.
func (f *Flow) countRun(q *inquiry, c *Connection) error {
	q.run = &runFact{number: c.Run}
	most := f.runsKept()
	if most == 0 {
		return nil
	}
	times, err := q.tx.Times(runsKey(c))
	if err != nil {
		return err
	}
	times = append(times, q.now)
	q.run.times = times[max(0, len(times)-most):]
	return nil
}

// runsKept is how many times of updates the flow's cases ask for, 0 for none.
func (f *Flow) runsKept() (most int) {
	for i := range f.Update {
		if f.Update[i].When == nil {
			continue
		}
		f.Update[i].When.Walk(func(w *Condition) {
			if runs := w.Facts.Runs; runs != nil && !runs.Within.IsZero() {
				most = max(most, runs.most())
			}
		})
	}
	return most
}
