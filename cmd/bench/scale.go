package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/fill"
	"github.com/mockbank/mockbank/cmd/bench/measure"
)

const (
	// keepAll is a retention by which nothing has to go of what package fill makes, and keepMost one by which a tenth has to.
	keepAll  = 31 * 24 * time.Hour
	keepMost = 26 * 24 * time.Hour
	// copiedRows is up to how many rows a database is made anew for each round, so that it stays as it is.
	copiedRows = 1_000_000
	// fillLimit bounds how long a database is filled.
	fillLimit = 10 * time.Minute
)

// kept is a kind of database for the part scale.
type kept struct {
	name string
	// empty makes one, copyOf one that holds what another one does, and remove removes one.
	empty  func(ctx context.Context) (string, error)
	copyOf func(ctx context.Context, address string) (string, error)
	remove func(ctx context.Context, address string) error
	use    func(ctx context.Context) (contender.DatabaseUse, error) // nil where it is no server of its own
}

// filled is a database with its rows.
type filled struct {
	address string
	rows    int64
	held    measure.Held
	grown   fill.Grown
}

// scale measures mockbank on databases of different sizes.
func (b *bench) scale(ctx context.Context) {
	for _, database := range b.databases {
		if ctx.Err() != nil {
			return
		}
		if err := b.scaleOn(ctx, database); err != nil {
			b.results.NotMeasured("scale on "+database, err.Error())
			b.progress("scale on %s: %v", database, err)
		}
	}
}

func (b *bench) scaleOn(ctx context.Context, database string) (err error) {
	k, stop, err := keptIn(ctx, database)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	seed, err := b.seed(ctx, k)
	if err != nil {
		return err
	}
	var all []filled
	for _, rows := range b.rows {
		f, err := b.fill(ctx, k, seed, int64(rows))
		if err != nil {
			b.results.NotMeasured(fmt.Sprintf("scale on %s: %d rows", k.name, rows), err.Error())
			b.progress("%v", err)
			break
		}
		all = append(all, f)
	}
	for round := range b.rounds {
		for i := range all {
			if err := b.scaleOnce(ctx, k, round, &all[i]); err != nil {
				return err
			}
		}
	}
	for i := range all {
		if err := b.cleanUp(ctx, k, &all[i]); err != nil {
			return err
		}
	}
	return nil
}

// keptIn begins with a kind of database.
func keptIn(ctx context.Context, database string) (kept, func() error, error) {
	if database == "sqlite" {
		return keptInFiles()
	}
	postgres, err := contender.StartPostgres(ctx)
	if err != nil {
		return kept{}, nil, err
	}
	return kept{
		name: "PostgreSQL", empty: postgres.NewDatabase, copyOf: postgres.CopyDatabase, remove: postgres.DropDatabase, use: postgres.Use,
	}, postgres.Stop, nil
}

func keptInFiles() (kept, func() error, error) {
	folder, err := os.MkdirTemp("", "mockbank-bench-scale-")
	if err != nil {
		return kept{}, nil, err
	}
	made := 0
	empty := func(context.Context) (string, error) {
		made++
		return filepath.Join(folder, fmt.Sprintf("%d.db", made)), nil
	}
	return kept{
		name: "SQLite", empty: empty,
		copyOf: func(ctx context.Context, from string) (string, error) {
			to, err := empty(ctx)
			return to, errors.Join(err, copyFile(from, to))
		},
		remove: func(_ context.Context, path string) error {
			files, err := filepath.Glob(path + "*")
			for _, file := range files {
				err = errors.Join(err, os.Remove(file))
			}
			return err
		},
	}, func() error { return os.RemoveAll(folder) }, nil
}

func copyFile(from, to string) (err error) {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	_, err = io.Copy(target, source)
	return err
}

// seed makes a database with the rows that the others are grown from, as a bank writes them.
func (b *bench) seed(ctx context.Context, k kept) (address string, err error) {
	if address, err = k.empty(ctx); err != nil {
		return "", err
	}
	s, err := contender.Scaled(b.binary, keepAll).Start(ctx, 1, address)
	if err != nil {
		return "", err
	}
	return address, errors.Join(b.load().Seed(ctx, s), s.Stop())
}

// fill makes a database of so many rows.
func (b *bench) fill(ctx context.Context, k kept, seed string, rows int64) (f filled, err error) {
	ctx, cancel := context.WithTimeout(ctx, fillLimit)
	defer cancel()
	began := time.Now()
	f.rows = rows
	if f.address, err = k.copyOf(ctx, seed); err != nil {
		return f, err
	}
	if f.grown, err = fill.Grow(ctx, f.address, rows); err != nil {
		return f, err
	}
	if err := b.startOnce(ctx, f.address); err != nil {
		return f, err
	}
	b.progress("%s: %+v, filled in %v", k.name, f.grown, time.Since(began).Round(time.Millisecond))
	b.results.Grown = append(b.results.Grown, measure.Grown{Database: k.name, Wanted: rows, Grown: f.grown})
	for _, one := range []struct {
		table, condition string
		into             *[]string
	}{
		{"bank_authentication_processes", "1 = 1", &f.held.Processes},
		{"bank_connections", "1 = 1", &f.held.Connections},
	} {
		const drawn = 20_000
		if *one.into, err = fill.Identifiers(ctx, f.address, one.table, one.condition, drawn); err != nil {
			return f, err
		}
	}
	return f, nil
}

// startOnce has a server take a database over that was filled beside it: only the first start has to write all that to the disk.
func (b *bench) startOnce(ctx context.Context, address string) error {
	s, err := contender.Scaled(b.binary, keepAll).Start(ctx, 1, address)
	if err != nil {
		return err
	}
	return s.Stop()
}

// scaleOnce measures everything once on one of the databases.
func (b *bench) scaleOnce(ctx context.Context, k kept, round int, f *filled) error {
	return b.onCopy(ctx, k, f, keepAll, func(s *contender.Server) error {
		var use measure.Use
		if k.use != nil {
			use = func() (contender.DatabaseUse, error) { return k.use(ctx) }
		}
		samples, err := b.load().Scale(ctx, s, f.held, use)
		for i := range samples {
			samples[i].Contender, samples[i].Stubs = k.name, int(f.rows)
		}
		b.record(round, samples...)
		return err
	})
}

// onCopy runs a server on a copy of a database, or on itself where it is large.
func (b *bench) onCopy(ctx context.Context, k kept, f *filled, retention time.Duration, use func(*contender.Server) error) (err error) {
	address := f.address
	if f.rows <= copiedRows {
		if address, err = k.copyOf(ctx, f.address); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, k.remove(ctx, address)) }()
	}
	s, err := contender.Scaled(b.binary, retention).Start(ctx, 1, address)
	if err != nil {
		return err
	}
	return errors.Join(use(s), s.Stop())
}

// cleanUpLength is for how long logins are looked at while a clean-up goes on.
const cleanUpLength = 20 * time.Second

// cleanUp measures what a clean-up does to logins: a start with a retention by which a tenth of the rows has to go, beside one
// by which none has.
func (b *bench) cleanUp(ctx context.Context, k kept, f *filled) error {
	c := measure.CleanUp{Database: k.name, Rows: f.rows, Rate: cleanUpRate}
	err := b.onCopy(ctx, k, f, keepAll, func(s *contender.Server) error {
		result := b.load().Beside(ctx, s, c.Rate, cleanUpLength/2)
		c.Without, c.Failed = result.Quantile(0.99), result.Failed
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	err = b.onCopy(ctx, k, f, keepMost, func(s *contender.Server) (err error) {
		began := time.Now()
		result := b.load().Beside(ctx, s, c.Rate, cleanUpLength)
		c.P99, c.Took = result.Quantile(0.99), time.Since(began)
		c.Failed += result.Failed
		c.Removed, err = measure.Removed(ctx, s)
		return err
	})
	b.results.CleanUps = append(b.results.CleanUps, c)
	b.progress("%+v", c)
	return err
}

// cleanUpRate is how many logins a second are due beside a clean-up.
const cleanUpRate = 2000
