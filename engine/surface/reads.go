package surface

// reads says which records something is written of, so that no other is looked at.
type reads struct{ process, connection bool }

func (r reads) and(other reads) reads {
	return reads{process: r.process || other.process, connection: r.connection || other.connection}
}

// both is what is written of what only one of the two may have.
var both = reads{process: true, connection: true}

// readsOf returns what a part of a body is written of.
func readsOf(node Node) (all reads) {
	switch node := node.(type) {
	case *Expression:
		return node.reads
	case *Mixed:
		return node.reads
	case *Members:
		for _, member := range node.Nodes {
			all = all.and(readsOf(member))
		}
	case Items:
		for _, item := range node {
			all = all.and(readsOf(item))
		}
	case *Each:
		return readsOf(node.List).and(readsOf(node.Is))
	}
	return all
}

// reads returns what a condition asks of. A bank, a user and a scenario are either record's to tell.
func (c *Condition) reads() (all reads) {
	c.Walk(func(one *Condition) {
		if one.Error != nil || one.aged || one.Facts != nil {
			all = both
		}
		all = all.and(reads{process: one.Process != nil, connection: one.Connection != nil})
	})
	return all
}

func (a *Answer) reads() reads {
	all := a.When.reads().and(readsOf(a.Body)).and(readsOf(a.Set))
	for _, header := range a.Headers {
		all = all.and(readsOf(header.Value))
	}
	return all
}

// reads returns what is written of beside endpoints: data, words, and what identifiers number.
func (a *API) reads() (all reads) {
	for _, node := range a.dataNodes {
		all = all.and(readsOf(node))
	}
	for _, table := range a.words {
		all = all.and(readsOf(table.Any))
		for _, word := range table.Entries {
			all = all.and(readsOf(word))
		}
	}
	for _, kind := range a.ids {
		all = all.and(readsOf(kind.Each))
	}
	return all
}

// foresee works out which records the case's answers are written of, and whether it asks for any before the operation.
func (c *Case) foresee(e *Endpoint, shared reads) {
	c.reads = shared
	c.early = e.RateLimit != nil
	for _, one := range e.Cases {
		c.early = c.early || one.When.NeedsRecord()
	}
	for _, answer := range c.Answers {
		c.reads = c.reads.and(answer.reads())
		c.early = c.early || answer.Refuses
	}
	for _, kept := range c.Keep {
		c.reads = c.reads.and(readsOf(kept.Value))
	}
}

// late reports whether the record that the request names need not be looked at before the operation, which does so.
func (p *play) late(c *Case) bool {
	if c.early {
		return false
	}
	switch c.Operation.Kind {
	case DoesRead:
		return p.subject.process != "" && p.subject.connection == ""
	case DoesReadConnection:
		return p.subject.connection != "" && p.subject.process != p.subject.connection
	default:
		return false
	}
}
