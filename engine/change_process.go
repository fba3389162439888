package engine

// changedProcess is a process that a change makes, or moves.
type changedProcess struct {
	flow   *Flow
	record *Process
	// moves are those that led the record to where it is now; made says that it is new.
	moves []Move
	made  bool
	// rebound says that the record was there before its scenario was chosen.
	rebound bool
	// shapes says that the step that it is in shapes the answer.
	shapes bool
	// limited is the visit whose limit of reads has counted this one already, 0 where none has.
	limited int
	// history counts the login that made the process; nil where none did.
	history *userHistory
}

// process adds a process to what the change writes.
func (c *change) process(written *changedProcess) { c.written = append(c.written, written) }

func (p *changedProcess) count(c *change) error {
	if p.made {
		first := p.record.Step
		if len(p.moves) > 0 {
			first = p.moves[0].From
		}
		if err := p.flow.keepCounters(c, p.record, first); err != nil {
			return err
		}
	}
	if p.history != nil {
		if err := p.history.keep(); err != nil {
			return err
		}
	}
	for i := range p.moves {
		if !p.moves[i].counts() {
			continue
		}
		if err := p.flow.keepCounters(c, p.record, p.moves[i].To); err != nil {
			return err
		}
	}
	return p.flow.keepAuthenticated(c.tx, c.rs, p.record, p.moves, p.made)
}

func (p *changedProcess) shape(c *change) (err error) {
	switch {
	case !p.shapes:
	case p.limited == p.record.Visits:
		p.record.Answers++
	default:
		c.answer, err = p.flow.shapeAnswer(c.tx, p.record, c.now)
	}
	return err
}

func (p *changedProcess) save(c *change) error {
	p.flow.outlook(p.record)
	if p.rebound {
		err := c.tx.RebindProcess(*p.record, p.flow)
		p.record.Version++
		return err
	}
	if p.made {
		return c.tx.InsertProcess(*p.record, p.flow)
	}
	if err := c.tx.SaveProcess(*p.record); err != nil {
		return err
	}
	p.record.Version++
	return nil
}

// notify tells of each end that the moves led to, and plans to tell of the one that time will bring.
func (p *changedProcess) notify(c *change) error {
	if !c.notifies(p.record) {
		return nil
	}
	if err := c.notify(p.flow.notified(p.record, p.moves, p.made)...); err != nil {
		return err
	}
	next, err := c.nextEnding(p.flow, p.record)
	if err != nil || next == nil {
		return err
	}
	return c.tx.SaveEnding(*next, true)
}

// seenProcess is a process that a change reads where its own record is late: what time has done is told,
// and not written.
type seenProcess struct {
	flow   *Flow
	record *Process
	moves  []Move
}

func (seenProcess) shape(*change) error { return nil }
func (seenProcess) count(*change) error { return nil }
func (seenProcess) save(*change) error  { return nil }

func (p seenProcess) notify(c *change) error {
	if !c.notifies(p.record) {
		return nil
	}
	return c.notify(p.flow.notified(p.record, p.moves, false)...)
}

// timedProcess is a process that time has moved, or has yet to, and whose planned ending is told of.
type timedProcess struct {
	changedProcess
	planned Ending
	// next is the ending that is still to come, nil where there is none.
	next *Ending
}

func (p *timedProcess) save(c *change) error {
	if len(p.moves) == 0 {
		return nil
	}
	return p.changedProcess.save(c)
}

// notify leaves the job that is at work to come again: it enqueues no other.
func (p *timedProcess) notify(c *change) (err error) {
	c.recordBegun(p.record.ID, p.record.API)
	if err = c.notify(p.flow.notified(p.record, p.moves, false)...); err != nil {
		return err
	}
	if p.next, err = c.nextEnding(p.flow, p.record); err != nil {
		return err
	}
	switch {
	case p.next == nil:
		return c.tx.DropEnding(p.record.ID)
	case p.next.DueAt.Equal(p.planned.DueAt):
		p.next = &p.planned
		return nil
	}
	p.next.Generation = p.planned.Generation
	return c.tx.SaveEnding(*p.next, false)
}
