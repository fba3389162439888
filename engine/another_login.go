package engine

import (
	"context"
	"errors"
	"time"
)

// anotherLogin moves the processes of the login's user whose step another login leaves and that nobody has connected,
// in the order of their identifiers. Only sessions in which such a flow was begun are looked at.
func (c *change) anotherLogin(ctx context.Context, login *Login, made *Flow) error {
	if !c.session.LoginsMove && !made.loginsMove {
		return nil
	}
	if err := c.tx.LockUser(login.Session, login.Bank, login.Username); err != nil {
		return err
	}
	if made.loginsMove && !c.session.LoginsMove {
		if err := c.keepLoginsMove(); err != nil {
			return err
		}
	}
	found, err := c.tx.UserProcesses(login.Session, login.Bank, login.Username, c.now)
	if err != nil {
		return err
	}
	for i := range found {
		moved, err := c.leaveBy(ctx, &found[i], ByLogin)
		if err != nil {
			return err
		}
		if moved != nil {
			c.process(moved)
		}
	}
	return nil
}

// leaveBy brings a process that nobody has connected up to now and takes the transition that this brings about; nil
// where its step has none.
func (c *change) leaveBy(ctx context.Context, p *Process, cause EventCause) (*changedProcess, error) {
	flow, err := c.flow(p.FlowHash)
	if err != nil {
		return nil, err
	}
	now := later(c.now, p.UpdatedAt)
	current, moves := flow.Resolve(*p, now)
	if current.ConnectionID != "" {
		return nil, nil
	}
	next, all, err := flow.cause(current, moves, cause, now, flow.asker(c.inquireProcess(ctx, &current)))
	if err != nil || len(all) == len(moves) {
		return nil, err
	}
	return &changedProcess{flow: flow, record: &next, moves: all}, nil
}

// keepLoginsMove notes that logins move processes of the session, which may be made by that.
func (c *change) keepLoginsMove() error {
	s, err := c.tx.Session(c.session.ID)
	if errors.Is(err, ErrNotFound) {
		wall := c.bank.now().UTC().Truncate(time.Millisecond)
		s, err = c.bank.Sessions().unmade(c.session.ID), nil
		s.CreatedAt, s.UsedAt = wall, wall
	}
	if err != nil || s.LoginsMove {
		return err
	}
	s.LoginsMove = true
	return c.tx.SaveSession(s)
}
