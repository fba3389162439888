package jobs

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/mockbank/mockbank/engine/store"
)

// PresenceConfig holds the settings of a [Presence].
type PresenceConfig struct {
	// Node says who this is: its ID, Name and Version.
	Node store.Node
	// Rules returns the hash and the generation of the rule set that the node plays. Required.
	Rules  func() (hash string, generation int64)
	Logger *slog.Logger
	// Interval is how often the node tells that it is there. Default: 2 s.
	Interval time.Duration
	// Silence is for how long a node may tell nothing until it counts as dead, and others take its work.
	// Default: 8 s.
	Silence time.Duration
	// Grace is for how long nodes may play different rules, as they do while these are rolled out.
	// Default: 10 s.
	Grace time.Duration
	// Clock is what the node goes by; it is compared with the database's at each beat. Default: one of its own.
	Clock *NodeClock
	// Now is the machine's clock. Default: time.Now.
	Now func() time.Time
}

// NodeState is a node as others see it.
type NodeState struct {
	store.Node
	// Behind says that it plays other rules than the node with the newest, and has for longer than a
	// roll-out takes.
	Behind bool
	// ClockWrong says that its machine's clock is so far off the database's that it is to be set.
	ClockWrong bool
}

// Presence tells others on the database that this node is there, and watches over them.
type Presence struct {
	config  PresenceConfig
	records *store.Store
	cancel  context.CancelFunc
	ended   chan struct{}

	mu     sync.Mutex
	node   store.Node
	states []NodeState
	// beatAt is when the node last told that it is there, with success.
	beatAt time.Time
	behind bool
	// wrong says that it was told that the machine's clock is.
	wrong bool
}

// StartPresence tells of the node until [Presence.Stop]. The end of ctx only ends the start.
func StartPresence(ctx context.Context, records *store.Store, config PresenceConfig) (*Presence, error) {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Clock == nil {
		config.Clock = NewNodeClock(config.Now, time.Now)
	}
	config.Interval = cmp.Or(config.Interval, 2*time.Second)
	config.Silence = cmp.Or(config.Silence, 8*time.Second)
	config.Grace = cmp.Or(config.Grace, 10*time.Second)
	p := &Presence{config: config, records: records, node: config.Node, ended: make(chan struct{})}
	if err := p.compareClocks(ctx); err != nil {
		return nil, err
	}
	p.node.StartedAt = config.Clock.Now()
	if err := p.beat(ctx); err != nil {
		return nil, err
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	p.cancel = cancel
	go p.run(running)
	return p, nil
}

// Stop tells the others that the node leaves.
func (p *Presence) Stop(ctx context.Context) error {
	p.cancel()
	<-p.ended
	return p.records.RemoveNode(ctx, p.node.ID)
}

// Nodes returns the nodes as this one last saw them, by their names.
func (p *Presence) Nodes() []NodeState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.states)
}

func (p *Presence) run(ctx context.Context) {
	defer close(p.ended)
	tick := time.NewTicker(p.config.Interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := p.beat(ctx); err != nil && ctx.Err() == nil {
			p.config.Logger.WarnContext(ctx, "cannot notify other nodes of this one", "error", err)
		}
	}
}

// beat tells that the node is there, and looks after the others.
func (p *Presence) beat(ctx context.Context) error {
	if err := p.compareClocks(ctx); err != nil {
		return err
	}
	now := p.config.Clock.Now()
	if hash, generation := p.config.Rules(); p.node.RulesHash != hash || p.node.RulesSince.IsZero() {
		p.node.RulesHash, p.node.Generation, p.node.RulesSince = hash, generation, now
	}
	p.node.SeenAt = now
	if err := p.records.SaveNode(ctx, p.node); err != nil {
		return err
	}
	// After an outage of the database everybody was silent: whoever comes back first must not bury the others.
	steady := now.Sub(p.beatAt) < p.config.Silence/2
	p.beatAt = now
	if steady {
		if err := p.reap(ctx, now); err != nil {
			return err
		}
	}
	nodes, err := p.records.Nodes(ctx)
	if err != nil {
		return err
	}
	p.record(ctx, classifyNodes(nodes, now, p.config.Silence, p.config.Grace))
	return nil
}

func (p *Presence) reap(ctx context.Context, now time.Time) error {
	dead, err := p.records.RemoveSilentNodes(ctx, p.node.ID, now.Add(-p.config.Silence))
	for _, id := range dead {
		p.config.Logger.WarnContext(ctx, "a node has gone silent; the others take its work", "node", id)
	}
	return err
}

// classifyNodes finds the nodes that are left behind.
func classifyNodes(nodes []store.Node, now time.Time, silence, grace time.Duration) []NodeState {
	var newest store.Node
	for _, n := range nodes {
		if now.Sub(n.SeenAt) < silence && n.RulesSince.After(newest.RulesSince) {
			newest = n
		}
	}
	states := make([]NodeState, len(nodes))
	for i, n := range nodes {
		states[i] = NodeState{Node: n, Behind: n.RulesHash != newest.RulesHash && now.Sub(newest.RulesSince) > grace,
			ClockWrong: n.ClockAhead.Abs() > clockWarning}
	}
	return states
}

// record keeps what was seen, and logs when this node is left behind or has caught up.
func (p *Presence) record(ctx context.Context, states []NodeState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.states = states
	for _, n := range states {
		if n.ID != p.node.ID || n.Behind == p.behind {
			continue
		}
		p.behind = n.Behind
		if n.Behind {
			p.config.Logger.WarnContext(ctx, "this node is left behind: others play newer rules", "node", n.Name, "hash", n.RulesHash)
		} else {
			p.config.Logger.InfoContext(ctx, "this node plays the newest rules again", "node", n.Name, "hash", n.RulesHash)
		}
	}
}

// compareClocks compares the machine's clock with the database's, and says once when it is wrong and when it is right
// again. A clock that was set while the bank runs is told too: time that was played is played again, or left out.
func (p *Presence) compareClocks(ctx context.Context) error {
	ahead, within, err := p.records.ClockOffset(ctx, p.config.Now)
	if err != nil {
		return err
	}
	p.node.ClockAhead = ahead.Round(time.Millisecond)
	if set := p.config.Clock.Compared(ahead, within); set < -clockWarning {
		p.config.Logger.WarnContext(ctx, "the machine's clock was set back; what happened since waits for it to come there again, "+
			"unless the session's clock is turned: POST /admin/v1/sessions/default/clock", "by", (-set).Round(time.Millisecond).String())
	}
	wrong := max(0, ahead.Abs()-within) > clockWarning || p.wrong && ahead.Abs() > clockWarning/2
	if wrong == p.wrong {
		return nil
	}
	p.wrong = wrong
	if wrong {
		p.config.Logger.WarnContext(ctx, "this node's clock is wrong: set it (NTP); until then the node goes by the database's",
			"node", p.node.Name, "ahead", p.node.ClockAhead.String())
	} else {
		p.config.Logger.InfoContext(ctx, "this node's clock agrees with the database's again", "node", p.node.Name)
	}
	return nil
}
