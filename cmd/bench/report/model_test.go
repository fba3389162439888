package report

import (
	"strings"
	"testing"
	"time"
)

// plain are inputs by which everything can be reckoned by hand.
var plain = Inputs{
	Login: Cost{Node: 100 * time.Microsecond, Database: 60 * time.Microsecond, Commits: 0.1, WAL: 1000},
	Turn:  Cost{Node: time.Millisecond, Database: 600 * time.Microsecond, Commits: 1, WAL: 6000},
	// Polls, reads and connections made cost nothing.
	RowBytes: 500, JobBytes: 1000,
}

func TestReckon(t *testing.T) {
	t.Parallel()
	d := Times(12)
	if d.Logins != 12_000 || d.Polls != 60_000 || d.Connects != 3000 || d.Reads != 15_000 || d.Turns != 10_000 || d.Imports != 1.2e6 || d.Rows != 12e6 {
		t.Errorf("demand %+v", d)
	}
	n := Reckon(plain, d)
	for _, one := range []struct {
		name      string
		got, want float64
	}{
		{"processors of nodes", n.Node, 1.2 + 10}, {"nodes", float64(n.Nodes), 5}, {"connections", float64(n.Connections), 45},
		{"processors of the database", n.Database, 0.72 + 6}, {"that it has to have", n.DatabaseCores, 6.72 / 0.6},
		{"commits", n.Commits, 1200 + 10_000}, {"log", n.WAL, 12e6 + 60e6}, {"size", n.Bytes, 6e9 + 1.2e9},
	} {
		if diff := one.got - one.want; diff > 1e-6*one.want || diff < -1e-6*one.want {
			t.Errorf("%s: %v, want %v", one.name, one.got, one.want)
		}
	}
	slow := plain
	slow.TurnsOfNode = 500
	if n := Reckon(slow, d); n.Nodes != 20 {
		t.Errorf("%d nodes of 500 turns each for 10,000", n.Nodes)
	}
	if idle := Reckon(plain, Demand{}); idle.Nodes != 2 {
		t.Errorf("%d nodes for nothing", idle.Nodes)
	}
}

func TestWhatGivesWayFirst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		need Need
		want string
		used float64
	}{
		{Need{Connections: 20, DatabaseCores: 3}, "connections", 0.2},
		{Need{Connections: 20, DatabaseCores: 128}, "the database's processors", 2},
		{Need{Connections: 20, DatabaseCores: 64, WAL: 2e9}, "its log, MB a second", 4},
		{Need{Connections: 20, DatabaseCores: 64, WAL: 5e8, Bytes: 4e13}, "its size, GB", 10},
	} {
		if all := c.need.GivesWay(); len(all) != len(Limits) || all[0].Name != c.want || all[0].Times != c.used {
			t.Errorf("%+v: %+v", c.need, all[0])
		}
	}
}

func TestModelIsATable(t *testing.T) {
	t.Parallel()
	text := Model(plain)
	for _, want := range []string{
		"× 1000", "100,000,000", "nothing; connections at 18 %", "connections × 3.5, the database's processors × 1.5", "- connections: raise",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
