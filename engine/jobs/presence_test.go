package jobs_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/jobs"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/pgtest"
)

// playing is a rule set's hash that a test changes.
type playing struct {
	mu   sync.Mutex
	hash string
}

func (p *playing) rules() (string, int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hash, 1
}

func (p *playing) play(hash string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hash = hash
}

// lines takes a log from several goroutines.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.text.String(), text)
}

func present(t *testing.T, records *store.Store, name string, p *playing, log *lines) *jobs.Presence {
	t.Helper()
	presence, err := jobs.StartPresence(t.Context(), records, jobs.PresenceConfig{
		Node: store.Node{ID: name + "-id", Name: name, Version: "1"}, Rules: p.rules, Logger: slog.New(slog.NewTextHandler(log, nil)),
		Interval: 20 * time.Millisecond, Silence: 400 * time.Millisecond, Grace: 200 * time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	return presence
}

func stop(t *testing.T, p *jobs.Presence) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := p.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func TestNodesWatchOverEachOther(t *testing.T) {
	databases(t, func(t *testing.T, address string) {
		records := newWorld(t, address, time.Second).records
		one, other := &playing{hash: "old"}, &playing{hash: "old"}
		log, quiet := &lines{}, &lines{}
		first, second := present(t, records, "one", one, log), present(t, records, "two", other, quiet)
		defer stop(t, first)
		behind := func(of *jobs.Presence) (names []string) {
			for _, n := range of.Nodes() {
				if n.Behind {
					names = append(names, n.Name)
				}
			}
			return names
		}
		eventually(t, "each knows the other", func() bool { return len(first.Nodes()) == 2 && len(second.Nodes()) == 2 })
		other.play("new")
		for _, watching := range []*jobs.Presence{first, second} {
			eventually(t, "the first is left behind", func() bool {
				names := behind(watching)
				return len(names) == 1 && names[0] == "one"
			})
		}
		eventually(t, "it says so", func() bool { return log.has("this node is left behind") })
		if quiet.has("left behind") {
			t.Error("the one with the newest rules believes to be left behind")
		}
		one.play("new")
		eventually(t, "it catches up", func() bool { return len(behind(first)) == 0 && log.has("plays the newest rules again") })
		stop(t, second)
		eventually(t, "one leaves", func() bool { return len(first.Nodes()) == 1 })
	})
}

// What a dead node held, the others take: long before the rescuer of jobs would.
func TestDeadNodeGivesItsWork(t *testing.T) {
	t.Parallel()
	address := pgtest.Start(t).NewDatabase(t)
	w := newWorld(t, address, time.Second)
	r := newReceiver(t)
	w.listening(t, time.Second, hook(r))
	dead := store.Node{ID: "dead-id", Name: "dead", RulesHash: "h", RulesSince: time.Now(), StartedAt: time.Now(), SeenAt: time.Now()}
	if err := w.records.SaveNode(t.Context(), dead); err != nil {
		t.Fatal(err)
	}
	p, err := w.bank.Authenticate(t.Context(), engine.Login{Username: "tester", Password: "straight"})
	if err != nil {
		t.Fatal(err)
	}
	claimed, err := w.bank.Webhooks().Claim(t.Context(), "app", p.ID, "dead-id", time.Hour)
	if err != nil || claimed.Delivery == nil {
		t.Fatalf("the dead one's claim: %+v, %v", claimed, err)
	}
	log := &lines{}
	alive := present(t, w.records, "alive", &playing{hash: "h"}, log)
	defer stop(t, alive)
	eventually(t, "the dead one is buried", func() bool { return len(alive.Nodes()) == 1 && log.has("gone silent") })
	w.start(t, jobs.Config{Node: "alive-id"})
	eventually(t, "its delivery is made by another", func() bool { return len(r.got()) == 1 })
}

// TestNodesWithWrongClocks: N-9. Neither takes the other for dead, each that is wrong says so, all see it, and what they
// go by agrees.
func TestNodesWithWrongClocks(t *testing.T) {
	t.Parallel()
	records := newWorld(t, pgtest.Start(t).NewDatabase(t), time.Second).records
	logs := map[time.Duration]*lines{}
	clocks := map[time.Duration]*jobs.NodeClock{}
	var watching *jobs.Presence
	for _, wrong := range []time.Duration{0, 20 * time.Second, -3 * time.Second} {
		wall := func() time.Time { return time.Now().Add(wrong) }
		logs[wrong], clocks[wrong] = &lines{}, jobs.NewNodeClock(wall, time.Now)
		presence, err := jobs.StartPresence(t.Context(), records, jobs.PresenceConfig{
			Node: store.Node{ID: wrong.String(), Name: "node" + wrong.String(), Version: "1"}, Rules: (&playing{hash: "h"}).rules,
			Logger: slog.New(slog.NewTextHandler(logs[wrong], nil)), Clock: clocks[wrong], Now: wall,
			Interval: 20 * time.Millisecond, Silence: 2500 * time.Millisecond,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer stop(t, presence)
		watching = presence
	}
	eventually(t, "all are seen, and which are wrong", func() bool {
		nodes, wrong := watching.Nodes(), 0
		for _, n := range nodes {
			if n.ClockWrong && (n.ClockAhead > 19*time.Second || n.ClockAhead < -2*time.Second) {
				wrong++
			}
		}
		return len(nodes) == 3 && wrong == 2
	})
	for wrong, log := range logs {
		if log.has("clock is wrong") != (wrong != 0) || log.has("gone silent") {
			t.Errorf("%v off: the log says %s", wrong, log.text.String())
		}
		if off := time.Until(clocks[wrong].Now()); off.Abs() > time.Second {
			t.Errorf("%v off: it goes by a time that is %v off", wrong, off)
		}
	}
}
