package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver
)

// client opens the file as another program would.
func client(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(10000)")
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// asClient runs a statement on the file as another program would.
func asClient(path, statement string) error {
	db, err := client(path)
	if err != nil {
		return err
	}
	_, err = db.Exec(statement)
	return errors.Join(err, db.Close())
}

// hold keeps everybody else from writing for so long.
func hold(db *sql.DB, length time.Duration) error {
	if _, err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	time.Sleep(length)
	_, err := db.Exec("ROLLBACK")
	return err
}

// locked has another program lock the file for longer than the bank waits: it says so, and goes on afterwards.
func locked(ctx context.Context, b *bank, l *ledger) (err error) {
	db, err := client(b.database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	ended := make(chan error, 1)
	go func() { ended <- hold(db, 15*time.Second) }()
	refusal, err := changeUntil(ctx, b, http.StatusServiceUnavailable)
	if err := errors.Join(err, <-ended); err != nil {
		return err
	}
	if !strings.Contains(string(refusal.body), `"unavailable"`) {
		return fmt.Errorf("it says %s", refusal.body)
	}
	return well(ctx, b, l)
}

// slow has another program hold each write up a little, as a slow disk does: nothing is refused.
func slow(ctx context.Context, b *bank, l *ledger) (err error) {
	db, err := client(b.database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	done := make(chan struct{})
	var held error
	var all sync.WaitGroup
	all.Go(func() {
		for held == nil {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
				held = hold(db, 50*time.Millisecond)
			}
		}
	})
	err = load(ctx, b, l, 2*time.Second, false)
	close(done)
	all.Wait()
	return errors.Join(err, held, well(ctx, b, l))
}

// damagedInTheMiddle writes over pages of tables and indexes. The start may be refused; else what cannot be read is 503 in words,
// and never an error of mockbank's own.
func damagedInTheMiddle(ctx context.Context, b *bank, l *ledger) error {
	if err := errors.Join(b.stop(), scribble(b.database, 5, 4)); err != nil {
		return err
	}
	if err := b.start(ctx); err != nil {
		if !strings.Contains(err.Error(), "damaged") {
			return fmt.Errorf("it says %w", err)
		}
		return nil
	}
	for _, e := range l.all(0) {
		if err := e.check(ctx, b); err != nil && (strings.Contains(err.Error(), "500:") || strings.Contains(err.Error(), "internal")) {
			return fmt.Errorf("%s %s: %w", e.kind, e.name, err)
		}
	}
	return nil
}

// change tries to change something.
func change(ctx context.Context, b *bank) (*answer, error) {
	return b.do(ctx, http.MethodPost, api+"/authenticate", nil, map[string]string{"username": "tester", "password": "success"})
}

// changeUntil tries again and again until the answer has a status, for ten seconds.
func changeUntil(ctx context.Context, b *bank, status int) (*answer, error) {
	within, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for {
		got, err := change(ctx, b)
		if err == nil && got.status == status {
			return got, nil
		}
		if within.Err() != nil {
			return nil, fmt.Errorf("no answer with %d within 10 s", status)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// well wants the bank to take changes again, and to have all that it acknowledged, also after a crash.
func well(ctx context.Context, b *bank, l *ledger) error {
	if _, err := changeUntil(ctx, b, http.StatusOK); err != nil {
		return err
	}
	if err := load(ctx, b, l, 100*time.Millisecond, true); err != nil {
		return err
	}
	if err := b.start(ctx); err != nil {
		return err
	}
	return l.holds(ctx, b)
}
