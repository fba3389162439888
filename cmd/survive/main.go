// Command survive tries what mockbank promises to survive, on this machine, against the binary that it builds:
//
//	go run ./cmd/survive                          # 100 rounds of kill -9 under load, on both databases
//	go run ./cmd/survive -what storage            # faults of files and disks
//	go run ./cmd/survive -what reload -rounds 2000
//	go run ./cmd/survive -what soak -for 1h
//	go run ./cmd/survive -what mutations -rounds 100000
//	go run ./cmd/survive -what apis -rounds 100000   # requests to the endpoints that the packs declare
//
// Whatever was acknowledged before a crash stands in a ledger, and is asked for after it: processes, connections,
// keys with their first answers, counters, challenges, clocks and webhooks. Everything that it starts, it ends. The
// exit code is 1 where something was lost.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "survive:", err)
		os.Exit(1)
	}
}

// plan is what the flags ask for.
type plan struct {
	what, database, binary string
	rounds                 int
	length                 time.Duration
	rate                   int
	seed                   uint64
}

func run(ctx context.Context, args []string, out io.Writer) error {
	var p plan
	flags := flag.NewFlagSet("survive", flag.ContinueOnError)
	flags.StringVar(&p.what, "what", "crash", "crash, storage, reload, soak, mutations, or apis: mutations of what the packs declare")
	flags.StringVar(&p.database, "database", "both", "sqlite, postgres or both")
	flags.StringVar(&p.binary, "binary", "", "a mockbank to try; built unless it is given")
	flags.IntVar(&p.rounds, "rounds", 100, "how many crashes, reloads or mutated requests")
	flags.Uint64Var(&p.seed, "seed", 14, "what mutated requests are drawn from")
	flags.IntVar(&p.rate, "rate", 0, "how many things a second the load of a soak does; 0: as many as it can")
	flags.DurationVar(&p.length, "for", time.Hour, "how long a soak takes")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if p.binary == "" {
		binary, remove, err := build(ctx)
		if err != nil {
			return err
		}
		defer remove()
		p.binary = binary
	}
	if p.what == "storage" {
		return storage(ctx, p.binary, out)
	}
	return eachDatabase(ctx, &p, out)
}

// eachDatabase runs the plan on SQLite, and on a PostgreSQL to throw away.
func eachDatabase(ctx context.Context, p *plan, out io.Writer) error {
	var errs []error
	if p.database != "postgres" {
		errs = append(errs, try(ctx, p, "sqlite", "", out))
	}
	if p.database != "sqlite" {
		server, err := contender.StartPostgres(ctx)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		address, err := server.NewDatabase(ctx)
		if err == nil {
			err = try(ctx, p, "postgres", address, out)
		}
		errs = append(errs, err, server.Stop())
	}
	return errors.Join(errs...)
}

// try runs the plan on one database; an empty address is a file.
func try(ctx context.Context, p *plan, name, address string, out io.Writer) (err error) {
	b, err := newBank(p.binary, address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	begun := time.Now()
	var result fmt.Stringer
	switch p.what {
	case "crash":
		result, err = crash(ctx, b, p.rounds)
	case "reload":
		result, err = reload(ctx, b, p.rounds)
	case "soak":
		result, err = soak(ctx, b, p.length, p.rate)
	case "mutations":
		result, err = mutate(ctx, b, p.rounds, p.seed)
	case "apis":
		result, err = mutateAPIs(ctx, b, p.rounds, p.seed)
	default:
		return fmt.Errorf("-what %q: it is crash, storage, reload, soak, mutations or apis", p.what)
	}
	_, _ = fmt.Fprintf(out, "%s, %s, %s: %s\n", p.what, name, time.Since(begun).Round(time.Second), result) // nowhere else to say it
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
