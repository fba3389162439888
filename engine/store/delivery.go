package store

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/engine"
)

var (
	// deliveryFixed are the columns that never change; the database gives the number.
	deliveryFixed = columnsOf(`id session webhook stream event event_key payload url created_at`)
	// deliveryMoving are those that every [engine.Tx.SaveDelivery] writes.
	deliveryMoving = columnsOf(`fault state attempts next_at leased_until holder last_status last_error attempt_log delivered_at version`)
	deliveryAll    = slices.Concat(deliveryFixed, deliveryMoving)

	selectDeliveries = "SELECT number, " + deliveryAll.list() + " FROM webhook_deliveries"
	insertDelivery   = insert("webhook_deliveries", deliveryAll, 1) + " ON CONFLICT (webhook, event_key) DO NOTHING"
	updateDelivery   = "UPDATE webhook_deliveries SET " + deliveryMoving.set() + " WHERE id = ? AND version = ?"
)

// maxDeliveries bounds a page of deliveries.
const maxDeliveries = 1000

func appendFixedDelivery(args []any, d dialect, v *engine.Delivery) []any {
	return append(args, v.ID, v.Session, v.Webhook, v.Stream, string(v.Event), v.Key, string(v.Payload), textOrNull(v.URL),
		d.time(v.CreatedAt))
}

func appendMovingDelivery(args []any, d dialect, v *engine.Delivery) []any {
	return append(args, textOrNull(v.Fault), string(v.State), v.Attempts, d.time(v.NextAt), timeOrNull(d, v.LeasedUntil),
		textOrNull(v.Holder), v.LastStatus, textOrNull(v.LastError), jsonOrNull(len(v.Log) == 0, v.Log), timeOrNull(d, v.DeliveredAt),
		v.Version)
}

// deliveryTargets are where the number and the values of [deliveryAll] are read to.
func deliveryTargets(v *engine.Delivery) []any {
	return []any{
		&v.Number, &v.ID, &v.Session, &v.Webhook, &v.Stream, &v.Event, &v.Key, &v.Payload, optionalText[string]{&v.URL},
		stamp{&v.CreatedAt},
		optionalText[engine.WebhookFaultKind]{&v.Fault}, &v.State, &v.Attempts, stamp{&v.NextAt}, optionalStamp{&v.LeasedUntil},
		optionalText[string]{&v.Holder}, &v.LastStatus, optionalText[string]{&v.LastError},
		document[[]engine.AttemptRecord]{&v.Log}, optionalStamp{&v.DeliveredAt}, &v.Version,
	}
}

// Deliveries implements [engine.Store].
func (s *Store) Deliveries(ctx context.Context, filter engine.DeliveryFilter) (page []engine.Delivery, err error) {
	query, args := s.deliveriesQuery(&filter)
	begin := func() { page = nil }
	err = s.readRows(ctx, query, args, begin, func(rows *sql.Rows) error {
		var d engine.Delivery
		err := rows.Scan(deliveryTargets(&d)...)
		page = append(page, d)
		return err
	})
	return page, err
}

const (
	lastDelivery   = `SELECT coalesce(max(number), 0) FROM webhook_deliveries WHERE session = ?`
	countDelivered = `SELECT count(*) FROM webhook_deliveries WHERE session = ? AND state = 'delivered' AND number > ?`
)

// LastDelivery implements [engine.Store].
func (s *Store) LastDelivery(ctx context.Context, session string) (number int64, err error) {
	err = s.readRow(ctx, lastDelivery, []any{session}, &number)
	return number, err
}

// CountDelivered implements [engine.Store].
func (s *Store) CountDelivered(ctx context.Context, session string, after int64) (count int, err error) {
	err = s.readRow(ctx, countDelivered, []any{session, after}, &count)
	return count, err
}

// deliveriesQuery selects a page. What is due is looked for by its time: of what is pending most may wait.
func (s *Store) deliveriesQuery(filter *engine.DeliveryFilter) (query string, args []any) {
	where, order := []string{"number > ?"}, "number"
	args = append(args, filter.After)
	if filter.Latest {
		where[0], order = "number < ?", "number DESC"
		if filter.After == 0 {
			args[0] = int64(math.MaxInt64)
		}
	}
	for _, one := range []struct{ column, value string }{
		{"id", filter.ID}, {"session", filter.Session}, {"webhook", filter.Webhook}, {"stream", filter.Stream},
		{"event", string(filter.Event)},
	} {
		if one.value != "" {
			where = append(where, one.column+" = ?")
			args = append(args, one.value)
		}
	}
	if filter.State == engine.DeliveryPending {
		where = append(where, "state = 'pending'") // for the index
	} else if filter.State != "" {
		where = append(where, "state = ?")
		args = append(args, string(filter.State))
	}
	if !filter.DueBy.IsZero() {
		where = append(where, "next_at <= ?")
		args = append(args, s.dialect.time(filter.DueBy))
		order = "number + 0" // so that no index is gone through in the order of numbers
	}
	limit := maxDeliveries
	if filter.Limit > 0 {
		limit = min(filter.Limit, maxDeliveries)
	}
	return selectDeliveries + " WHERE " + strings.Join(where, " AND ") + " ORDER BY " + order + " LIMIT ?", append(args, limit)
}

// InsertDelivery implements [engine.Tx].
func (t *transaction) InsertDelivery(d engine.Delivery) error {
	d.Version = 1
	args := appendMovingDelivery(appendFixedDelivery(nil, t.store.dialect, &d), t.store.dialect, &d)
	rows, err := t.write(insertDelivery, args...)
	if err == nil && rows > 0 && d.State == engine.DeliveryPending {
		t.enqueueStream(&d)
	}
	return err
}

// enqueueStream lets a job come for the delivery's stream. One a change is enough.
func (t *transaction) enqueueStream(d *engine.Delivery) {
	want := DeliveryJob{Webhook: d.Webhook, Stream: d.Stream}
	if !slices.ContainsFunc(t.jobs[t.jobsMark:], func(j job) bool { return j == job(want) }) {
		t.jobs = append(t.jobs, want)
	}
}

// Delivery implements [engine.Tx].
func (t *transaction) Delivery(id string) (d engine.Delivery, err error) {
	err = notFound(t.row(selectDeliveries+" WHERE id = ?", []any{id}, deliveryTargets(&d)...))
	return d, err
}

const pendingDeliveries = " WHERE webhook = ? AND stream = ? AND state = 'pending' ORDER BY number LIMIT ?"

// PendingDeliveries implements [engine.Tx].
func (t *transaction) PendingDeliveries(webhook, stream string, limit int) (pending []engine.Delivery, err error) {
	err = t.rows(selectDeliveries+pendingDeliveries, []any{webhook, stream, limit}, func(rows *sql.Rows) error {
		var d engine.Delivery
		err := rows.Scan(deliveryTargets(&d)...)
		pending = append(pending, d)
		return err
	})
	return pending, err
}

// SaveDelivery implements [engine.Tx].
func (t *transaction) SaveDelivery(d engine.Delivery, enqueue bool) error {
	before := d.Version
	d.Version++
	args := append(appendMovingDelivery(nil, t.store.dialect, &d), d.ID, before)
	if err := stale(t.write(updateDelivery, args...)); err != nil {
		return err
	}
	if enqueue {
		t.enqueueStream(&d)
	}
	return nil
}
