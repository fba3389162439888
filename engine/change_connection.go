package engine

import "time"

// changedConnection is a connection that a change makes, or brings forward.
type changedConnection struct {
	flow   *Flow
	record *Connection
	// made says that the record is new, due when its background job first has something to do by the wall
	// clock; restarts that it follows another course now, for which another job comes.
	made, restarts bool
	due            time.Time
	// began says that a run of the import begins, of a connection that was there.
	began bool
	// queued is the flow of an update that waits from now on, nil where none does.
	queued *Flow
	// steps are what the history gains.
	steps []ImportStep
	// run is the update that began the record's run, nil where none did; respond shapes its answer.
	run     *runFact
	respond *Response
}

// connection adds a connection to what the change writes.
func (c *change) connection(written *changedConnection) { c.written = append(c.written, written) }

// count keeps when the connection was updated, where a case of its update asks for that.
func (w *changedConnection) count(c *change) error {
	if w.run == nil || len(w.run.times) == 0 {
		return nil
	}
	return c.tx.SaveTimes(runsKey(w.record), w.run.times)
}

// shape chooses how the case of an update shapes the answer to it.
func (w *changedConnection) shape(c *change) (err error) {
	if w.respond == nil {
		return nil
	}
	name := "update of " + w.record.ID
	number, err := c.tx.AddCounter(CounterKey{Session: w.record.Session, Kind: CountDraws, Name: name}, 1)
	if err != nil {
		return err
	}
	c.answer, err = choice{
		response: w.respond, captures: w.record.Captures, seed: w.record.Seed, position: [2]int{-4, w.record.Case}, now: c.now,
		key: CounterKey{Session: w.record.Session, Kind: CountAnswers, Name: name},
	}.make(c.tx, number)
	return err
}

func runsKey(c *Connection) CounterKey {
	return CounterKey{Session: c.Session, Kind: CountRuns, Name: c.ID}
}

func (w *changedConnection) save(c *change) error {
	if w.queued != nil {
		if err := c.tx.KeepFlow(w.queued); err != nil {
			return err
		}
	}
	if w.made {
		if err := c.tx.InsertConnection(*w.record, w.flow, w.due); err != nil {
			return err
		}
	} else {
		if err := c.tx.SaveConnection(*w.record, w.restarts, w.flow); err != nil {
			return err
		}
		w.record.Version++
	}
	return c.tx.AppendHistory(w.steps...)
}

// notify tells of the import's steps.
func (w *changedConnection) notify(c *change) error {
	if len(c.rs.Webhooks) == 0 {
		return nil
	}
	var events []webhookEvent
	for i := range w.steps {
		events = append(events, stepEvents(w.record, &w.steps[i])...)
	}
	return c.notify(events...)
}

// deletedConnection is the identifier of a connection that a change removes, with its history.
type deletedConnection string

func (deletedConnection) shape(*change) error  { return nil }
func (deletedConnection) count(*change) error  { return nil }
func (deletedConnection) notify(*change) error { return nil }

func (id deletedConnection) save(c *change) error {
	return missing(c.tx.DeleteConnection(string(id)), connectionNoun, string(id))
}
