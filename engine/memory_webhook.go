package engine

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// memoryWebhooks are the deliveries of a [Memory], in the order of their numbers, and the endings.
type memoryWebhooks struct {
	deliveries map[string]Delivery
	keys       map[[2]string]bool // webhook and key
	endings    map[string]Ending
	numbers    int64
}

func newMemoryWebhooks() memoryWebhooks {
	return memoryWebhooks{
		deliveries: make(map[string]Delivery), keys: make(map[[2]string]bool), endings: make(map[string]Ending),
	}
}

// Deliveries implements [Store].
func (m *Memory) Deliveries(_ context.Context, filter DeliveryFilter) ([]Delivery, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.selectDeliveries(&filter), nil
}

func (m *memoryWebhooks) selectDeliveries(filter *DeliveryFilter) []Delivery {
	var page []Delivery
	for _, d := range m.deliveries {
		if filter.selects(&d) {
			page = append(page, copyDelivery(d))
		}
	}
	slices.SortFunc(page, func(a, b Delivery) int { return cmp.Compare(a.Number, b.Number) })
	if filter.Latest {
		slices.Reverse(page)
	}
	if filter.Limit > 0 && len(page) > filter.Limit {
		page = page[:filter.Limit]
	}
	return page
}

func (f *DeliveryFilter) selects(d *Delivery) bool {
	return (f.ID == "" || d.ID == f.ID) && (f.Session == "" || d.Session == f.Session) && (f.Webhook == "" || d.Webhook == f.Webhook) &&
		(f.Stream == "" || d.Stream == f.Stream) && (f.Event == "" || d.Event == f.Event) &&
		(f.State == "" || d.State == f.State) && (d.Number > f.After && !f.Latest || f.Latest && (f.After == 0 || d.Number < f.After)) &&
		(f.DueBy.IsZero() || !d.NextAt.After(f.DueBy))
}

// LastDelivery implements [Store].
func (m *Memory) LastDelivery(_ context.Context, session string) (last int64, _ error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, d := range m.deliveries {
		if d.Session == session {
			last = max(last, d.Number)
		}
	}
	return last, nil
}

// CountDelivered implements [Store].
func (m *Memory) CountDelivered(_ context.Context, session string, after int64) (int, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.selectDeliveries(&DeliveryFilter{Session: session, State: DeliveryDelivered, After: after})), nil
}

// DueEndings implements [Store].
func (m *Memory) DueEndings(_ context.Context, session string, now time.Time, limit int) ([]Ending, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var due []Ending
	for _, e := range m.endings {
		if e.Session == session && !e.DueAt.After(now) {
			due = append(due, e)
		}
	}
	slices.SortFunc(due, func(a, b Ending) int {
		return cmp.Or(a.DueAt.Compare(b.DueAt), strings.Compare(a.ProcessID, b.ProcessID))
	})
	return due[:min(limit, len(due))], nil
}

func (tx *memoryTx) InsertDelivery(d Delivery) error {
	key := [2]string{d.Webhook, d.Key}
	if tx.keys[key] {
		return nil
	}
	put(tx, tx.keys, key, true)
	tx.numbers++ // one that is undone leaves a gap
	d.Number, d.Version = tx.numbers, 1
	put(tx, tx.deliveries, d.ID, copyDelivery(d))
	return nil
}

func (tx *memoryTx) Delivery(id string) (Delivery, error) {
	return find(tx.deliveries, id, copyDelivery)
}

func (tx *memoryTx) PendingDeliveries(webhook, stream string, limit int) ([]Delivery, error) {
	return tx.selectDeliveries(&DeliveryFilter{Webhook: webhook, Stream: stream, State: DeliveryPending, Limit: limit}), nil
}

func (tx *memoryTx) SaveDelivery(d Delivery, _ bool) error {
	if tx.deliveries[d.ID].Version != d.Version {
		return ErrStale
	}
	d.Version++
	put(tx, tx.deliveries, d.ID, copyDelivery(d))
	return nil
}

func (tx *memoryTx) Ending(processID string) (Ending, error) {
	return find(tx.endings, processID, func(e Ending) Ending { return e })
}

func (tx *memoryTx) SaveEnding(e Ending, _ bool) error {
	put(tx, tx.endings, e.ProcessID, e)
	return nil
}

func (tx *memoryTx) DropEnding(processID string) error {
	remove(tx, tx.endings, processID)
	return nil
}

// forgetWebhooks removes what a session's webhooks were told, and are to be told.
func (tx *memoryTx) forgetWebhooks(session string) {
	for id, d := range tx.deliveries {
		if d.Session == session {
			remove(tx, tx.keys, [2]string{d.Webhook, d.Key})
			remove(tx, tx.deliveries, id)
		}
	}
	for id, e := range tx.endings {
		if e.Session == session {
			remove(tx, tx.endings, id)
		}
	}
}

func copyDelivery(d Delivery) Delivery {
	d.Payload, d.Log = slices.Clone(d.Payload), slices.Clone(d.Log)
	d.LeasedUntil, d.DeliveredAt = copyTime(d.LeasedUntil), copyTime(d.DeliveredAt)
	return d
}
