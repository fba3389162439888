package console

import (
	"strconv"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/diagram"
	"github.com/mockbank/mockbank/httpapi/journal"
)

// maxPast is how many exchanges about one process are shown.
const maxPast = 50

// past is something that happened to a process or its connection.
type past struct {
	row
	Moves []move
}

// past returns what this node's journal has about the process and its connection, the oldest first.
func (p *page) past(process, connection string) []past {
	var all []past
	for _, e := range p.about(process, connection) {
		entry := past{row: newRow(e)}
		for i := range e.Moves {
			entry.Moves = append(entry.Moves, newMove(e.Flow, &e.Moves[i]))
		}
		if n := len(all); n > 0 && len(entry.Moves) == 0 && all[n-1].same(&entry) {
			all[n-1] = entry // polls that saw the same say it once
			continue
		}
		all = append(all, entry)
	}
	return all
}

// same reports whether an exchange says no more than the one before it.
func (e *past) same(next *past) bool {
	return len(e.Moves) == 0 && e.Route == next.Route && e.State == next.State && e.Status == next.Status
}

func (p *page) about(process, connection string) []*journal.Entry {
	if p.config.Journal == nil {
		return nil
	}
	asked := journal.Page{Filter: journal.Filter{Process: process}, Limit: maxPast}
	if connection != "" {
		asked.Filter = journal.Filter{Connection: connection}
		later, _ := p.config.Journal.List(asked)
		asked.Filter = journal.Filter{Process: process}
		earlier, _ := p.config.Journal.List(asked)
		return merge(earlier, later)
	}
	entries, _ := p.config.Journal.List(asked)
	return entries
}

// merge returns the entries of both lists once, in order.
func merge(a, b []*journal.Entry) []*journal.Entry {
	var all []*journal.Entry
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].ID < b[0].ID:
			all, a = append(all, a[0]), a[1:]
		case len(a) == 0 || b[0].ID < a[0].ID:
			all, b = append(all, b[0]), b[1:]
		default:
			all, a, b = append(all, a[0]), a[1:], b[1:]
		}
	}
	return all
}

// light marks where the process and its import are, and the way that they came as far as the journal knows it.
func (p *page) light(d *diagram.Drawing, process *engine.ProcessView, connection *engine.ConnectionView) {
	boxes := make(map[string]*diagram.Box, len(d.Boxes))
	for i := range d.Boxes {
		boxes[d.Boxes[i].ID] = &d.Boxes[i]
	}
	mark := func(id string, m diagram.Mark) {
		if box := boxes[id]; box != nil && box.Mark != diagram.Current {
			box.Mark = m
		}
	}
	transition := func(from, to, text string) {
		for i := range d.Lines {
			if line := &d.Lines[i]; line.From == from && line.To == to && (text == "" || line.Text == text) {
				line.Mark = diagram.Passed
				return
			}
		}
	}
	for _, e := range p.about(process.ID, process.ConnectionID) {
		for i := range e.Moves {
			m := &e.Moves[i]
			mark(stepID(m.From), diagram.Passed)
			transition(stepID(m.From), stepID(m.To), eventOf(&e.Flow.Steps[m.From], m))
		}
	}
	here := stepID(process.Step)
	if connection == nil {
		mark(here, diagram.Current)
		return
	}
	mark(here, diagram.Passed)
	if connection.Run > 1 {
		return // the drawing shows the first import
	}
	transition(here, "i0", "")
	reached := -1
	for i := range connection.Moments {
		if connection.Moments[i].ChangedAt.After(connection.Now) {
			break
		}
		reached = i
		mark("i"+strconv.Itoa(i), diagram.Passed)
		if i > 0 {
			transition("i"+strconv.Itoa(i-1), "i"+strconv.Itoa(i), "")
		}
	}
	if reached >= 0 {
		if box := boxes["i"+strconv.Itoa(reached)]; box != nil {
			box.Mark = diagram.Current
		}
	}
}

func stepID(step int) string { return "s" + strconv.Itoa(step) }

func itoa(n int) string { return strconv.Itoa(n) }
