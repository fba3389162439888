package main

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	createPostgres = `CREATE TABLE IF NOT EXISTS processes (id text COLLATE "C" PRIMARY KEY, session text, bank text, username text,
		scenario text, status text, created_at timestamptz(3), updated_at timestamptz(3), version bigint)`
	insertPostgres = `INSERT INTO processes VALUES ($1, 'default', $2, $3, $4, $5, $6, $7, 1)`
	insertMany     = `INSERT INTO processes SELECT id, 'default', bank, username, scenario, status, created_at, updated_at, 1
		FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[])
		AS t (id, bank, username, scenario, status, created_at, updated_at)`
	selectPostgres = `SELECT id, bank, status, created_at, updated_at FROM processes WHERE id = $1`
)

// How many connections the pool has, and how many goroutines write batches: one writes while another waits for its commit.
// More of either made it no faster.
const (
	poolSize = 8
	writers  = 2
)

// openPostgres keeps rows in PostgreSQL: one by one, each its own transaction, or those that wait in one statement.
func openPostgres(ctx context.Context, kind, address string) (*rows, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	config.MaxConns = poolSize
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if _, err := pool.Exec(ctx, createPostgres); err != nil {
		pool.Close()
		return nil, err
	}
	r := &rows{
		insert: func(p process, c credentials) error {
			_, err := pool.Exec(ctx, insertPostgres, p.ID, p.BankSlug, c.username, c.password, p.Status, p.CreatedAt, p.UpdatedAt)
			return err
		},
		find: func(id string) (p process, err error) {
			err = pool.QueryRow(ctx, selectPostgres, id).Scan(&p.ID, &p.BankSlug, &p.Status, &p.CreatedAt, &p.UpdatedAt)
			return p, err
		},
		close: func() error { pool.Close(); return nil },
	}
	if kind == "postgres-batched" {
		waiting := make(chan *row, maxBatch)
		for range writers {
			go writeBatches(ctx, pool, waiting)
		}
		r.insert = (&group{waiting: waiting}).insert
	}
	return r, nil
}

func writeBatches(ctx context.Context, pool *pgxpool.Pool, waiting chan *row) {
	for first := range waiting {
		batch := []*row{first}
		for len(batch) < maxBatch && len(waiting) > 0 {
			batch = append(batch, <-waiting)
		}
		_, err := pool.Exec(ctx, insertMany, columnsOf(batch)...)
		for _, r := range batch {
			r.written <- err
		}
	}
}

// columnsOf returns an array for each column.
func columnsOf(batch []*row) []any {
	var texts [5][]string
	var times [2][]time.Time
	for _, r := range batch {
		for i, text := range []string{r.process.ID, r.process.BankSlug, r.login.username, r.login.password, r.process.Status} {
			texts[i] = append(texts[i], text)
		}
		times[0], times[1] = append(times[0], r.process.CreatedAt), append(times[1], r.process.UpdatedAt)
	}
	return []any{texts[0], texts[1], texts[2], texts[3], texts[4], times[0], times[1]}
}
