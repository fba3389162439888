package engine

import (
	"context"
	"fmt"
	"sync"
)

// flowCache keeps decoded flows of rows that outlived their rule set, by hash. They never change,
// so a cached one is never wrong; when there are too many they are all forgotten.
type flowCache struct {
	mu    sync.RWMutex
	flows map[string]*Flow
}

const maxCachedFlows = 4096

func (c *flowCache) get(hash string) (*Flow, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	flow, ok := c.flows[hash]
	return flow, ok
}

func (c *flowCache) put(flow *Flow) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.flows == nil || len(c.flows) >= maxCachedFlows {
		c.flows = make(map[string]*Flow)
	}
	c.flows[flow.hash] = flow
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
