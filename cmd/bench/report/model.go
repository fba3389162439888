package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Cost is what a piece of work costs a node, and the database's server.
type Cost struct {
	Node, Database time.Duration
	Commits, WAL   float64
}

// Inputs are what the model reckons with. All are measured but the shape of the load.
type Inputs struct {
	Login, Poll, Read, Connect, Turn Cost
	// TurnsOfNode is how many turns a second one node does at most, 0 where that was not measured.
	TurnsOfNode float64
	// RowBytes is what a row takes in the database, indexes included, JobBytes the row of a job.
	RowBytes, JobBytes float64
}

// Demand is what a bank has to carry at its peak: logins, polls of processes, connections made and read, and turns of imports'
// jobs, each a second; imports under way, and rows that are kept.
type Demand struct {
	Logins, Polls, Connects, Reads, Turns float64
	Imports, Rows                         float64
}

// The load that is called today's: a thousand logins a second, of which each is polled five times and every fourth connected and
// read five times. Imports take twenty minutes and have ten turns.
const (
	todaysLogins   = 1_000
	pollsOfLogin   = 5
	connectOfLogin = 0.25
	readsOfConnect = 5
	todaysImports  = 100_000
	todaysRows     = 1_000_000
	turnsOfImport  = 10
	importSeconds  = 20 * 60
)

// Times is so many times today's load.
func Times(factor float64) Demand {
	logins, imports := todaysLogins*factor, todaysImports*factor
	connects := logins * connectOfLogin
	return Demand{
		Logins: logins, Polls: logins * pollsOfLogin, Connects: connects, Reads: connects * readsOfConnect,
		Turns: imports * turnsOfImport / importSeconds, Imports: imports, Rows: todaysRows * factor,
	}
}

// What a node and a database are taken to be.
const (
	nodeProcessors  = 4
	busyAtMost      = 0.6 // of a processor's time, so that the tail stays short
	nodesAtLeast    = 2
	nodeConnections = 9 // six for requests, three for jobs
)

// Need is what a demand takes.
type Need struct {
	Nodes int
	// Node and Database are processors, as they are used and as they have to be there.
	Node, Database, DatabaseCores float64
	// WAL is in bytes a second, Bytes the size of the database.
	WAL, Commits, Bytes float64
	Connections         int
}

// Reckon returns what a demand takes by the inputs.
func Reckon(in Inputs, d Demand) Need {
	var n Need
	for _, one := range []struct {
		rate float64
		cost Cost
	}{{d.Logins, in.Login}, {d.Polls, in.Poll}, {d.Connects, in.Connect}, {d.Reads, in.Read}, {d.Turns, in.Turn}} {
		n.Node += one.rate * one.cost.Node.Seconds()
		n.Database += one.rate * one.cost.Database.Seconds()
		n.WAL += one.rate * one.cost.WAL
		n.Commits += one.rate * one.cost.Commits
	}
	n.Nodes = max(nodesAtLeast, int(math.Ceil(n.Node/(nodeProcessors*busyAtMost))))
	if in.TurnsOfNode > 0 {
		n.Nodes = max(n.Nodes, int(math.Ceil(d.Turns/in.TurnsOfNode)))
	}
	n.DatabaseCores = n.Database / busyAtMost
	n.Connections = n.Nodes * nodeConnections
	n.Bytes = d.Rows*in.RowBytes + d.Imports*in.JobBytes
	return n
}

// Limit is how much of something one database can be given, and what is to be done beyond.
type Limit struct {
	Name  string
	Most  float64
	Of    func(Need) float64
	Cure  string
	Write func(float64) string
}

// Limits are those of one large PostgreSQL, in the order of the table.
var Limits = []Limit{
	{"connections", 100, func(n Need) float64 { return float64(n.Connections) },
		"raise max_connections, or put pgbouncer in session mode between", number},
	{"the database's processors", 64, func(n Need) float64 { return n.DatabaseCores },
		"several databases, the sessions shared out among them", number},
	{"its log, MB a second", 500, func(n Need) float64 { return n.WAL / 1e6 },
		"several databases, the sessions shared out among them", number},
	{"its size, GB", 4_000, func(n Need) float64 { return n.Bytes / 1e9 },
		"a shorter retention, or several databases", number},
}

// GivesWay returns how many times each limit a need is, the limit first that is met first.
func (n Need) GivesWay() []Used {
	var all []Used
	for _, limit := range Limits {
		all = append(all, Used{limit, limit.Of(n) / limit.Most})
	}
	slices.SortStableFunc(all, func(a, b Used) int { return cmp.Compare(b.Times, a.Times) })
	return all
}

// Used is by how many times a limit is used; above 1 it gives way.
type Used struct {
	Limit
	Times float64
}

// givesWay says which limits give way, the first first.
func givesWay(n Need) string {
	var over []string
	all := n.GivesWay()
	for _, used := range all {
		if used.Times > 1 {
			over = append(over, fmt.Sprintf("%s × %s", used.Name, number(used.Times)))
		}
	}
	if len(over) == 0 {
		return fmt.Sprintf("nothing; %s at %.0f %%", all[0].Name, 100*all[0].Times)
	}
	return strings.Join(over, ", ")
}

// factors are the times of today's load that are reckoned with.
var factors = []float64{1, 10, 100, 1000}

// Model is the table of what 1, 10, 100 and 1,000 times today's load takes.
func Model(in Inputs) string {
	head := []string{"of today's load"}
	for _, factor := range factors {
		head = append(head, fmt.Sprintf("× %.0f", factor))
	}
	t := newTable(head...)
	row := func(name string, cell func(Demand, Need) string) {
		cells := []string{name}
		for _, factor := range factors {
			d := Times(factor)
			cells = append(cells, cell(d, Reckon(in, d)))
		}
		t.add(cells...)
	}
	row("logins / polls / connections made a second", func(d Demand, _ Need) string {
		return number(d.Logins) + " / " + number(d.Polls) + " / " + number(d.Connects)
	})
	row("imports under way, of 20 min", func(d Demand, _ Need) string { return number(d.Imports) })
	row("turns of their jobs a second", func(d Demand, _ Need) string { return number(d.Turns) })
	row("rows kept", func(d Demand, _ Need) string { return number(d.Rows) })
	row(fmt.Sprintf("nodes of %d processors", nodeProcessors), func(_ Demand, n Need) string { return fmt.Sprint(n.Nodes) })
	row("commits a second", func(_ Demand, n Need) string { return number(n.Commits) })
	for _, limit := range Limits {
		row(limit.Name+" (of "+number(limit.Most)+")", func(_ Demand, n Need) string { return limit.Write(limit.Of(n)) })
	}
	row("what gives way, the first first", func(_ Demand, n Need) string { return givesWay(n) })
	text := t.String() + "What is then to be done:\n\n"
	for _, limit := range Limits {
		text += "- " + limit.Name + ": " + limit.Cure + "\n"
	}
	return text + "\n"
}
