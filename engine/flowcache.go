package engine

import (
	"context"
	"fmt"
	"sync"
)

// flowCache keeps decoded flows of rows that outlived their rule set, by hash. They never change, so a cached one is
// never wrong. When half of the room is full, those are forgotten that were not asked for since it was full the last
// time: a flow that is in use stays.
type flowCache struct {
	mu sync.RWMutex
	// recent are those that were asked for since older were put aside.
	recent, older map[string]*Flow
}

const maxCachedFlows = 4096

func (c *flowCache) get(hash string) (*Flow, bool) {
	c.mu.RLock()
	flow, ok := c.recent[hash]
	aside, was := c.older[hash]
	c.mu.RUnlock()
	if ok || !was {
		return flow, ok
	}
	c.put(aside)
	return aside, true
}

func (c *flowCache) put(flow *Flow) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.recent == nil || len(c.recent) >= maxCachedFlows/2 {
		c.recent, c.older = make(map[string]*Flow), c.recent
	}
	c.recent[flow.hash] = flow
}

// flow returns the frozen flow of a row: from the live rules, the cache, or the store.
func (b *Bank) flow(ctx context.Context, hash string) (*Flow, error) {
	if rs := b.rules.Load(); rs != nil {
		if flow, ok := rs.flows[hash]; ok {
			return flow, nil
		}
	}
	if flow, ok := b.flows.get(hash); ok {
		return flow, nil
	}
	body, err := b.store.Flow(ctx, hash)
	return b.flows.decode(hash, body, err)
}

// flow is as [Bank.flow], within the transaction.
func (c *change) flow(hash string) (*Flow, error) {
	if flow, ok := c.rs.flows[hash]; ok {
		return flow, nil
	}
	if flow, ok := c.bank.flows.get(hash); ok {
		return flow, nil
	}
	body, err := c.tx.Flow(hash)
	return c.bank.flows.decode(hash, body, err)
}

// decode reads and keeps a flow that the store had, or did not.
func (c *flowCache) decode(hash string, body []byte, err error) (*Flow, error) {
	if err != nil {
		return nil, fmt.Errorf("flow %s: %w", hash, err)
	}
	flow, err := DecodeFlow(body)
	if err != nil {
		return nil, err
	}
	// A body that an older version wrote may encode to another hash now; the row's name stays.
	flow.hash = hash
	c.put(flow)
	return flow, nil
}
