package httpapi

import "time"

// NodeStatus is a node on the database, as this one last saw it.
type NodeStatus struct {
	Name, Version string
	// Hash and Generation are of the rule set that it plays since RulesSince.
	Hash       string
	Generation int64
	RulesSince time.Time
	StartedAt  time.Time
	SeenAt     time.Time
	// Behind says that it plays older rules than others, for longer than a roll-out takes.
	Behind bool
	// ClockAhead is by how much its machine's clock is ahead of the database's, negative where it is behind.
	ClockAhead time.Duration
}

// nodeBody is a node in the status.
type nodeBody struct {
	Node       string `json:"node"`
	Version    string `json:"version"`
	Hash       string `json:"hash"`
	Generation int64  `json:"generation"`
	RulesSince string `json:"rules_since"`
	StartedAt  string `json:"started_at"`
	SeenAt     string `json:"seen_at"`
	Behind     bool   `json:"behind"`
	ClockAhead int64  `json:"clock_ahead_ms"`
}

// nodes tells of every node on the database.
func (a *api) nodes() []nodeBody {
	bodies := []nodeBody{}
	if a.config.Nodes == nil {
		return bodies
	}
	for _, n := range a.config.Nodes() {
		bodies = append(bodies, nodeBody{
			Node: n.Name, Version: n.Version, Hash: n.Hash, Generation: n.Generation,
			RulesSince: stamp(n.RulesSince), StartedAt: stamp(n.StartedAt), SeenAt: stamp(n.SeenAt), Behind: n.Behind,
			ClockAhead: n.ClockAhead.Milliseconds(),
		})
	}
	return bodies
}
