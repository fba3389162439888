// Command bench compares mockbank with bare servers and with other mock servers, on this machine:
//
//	go run ./cmd/bench --rounds 5 --report docs/performance.md
//
// It builds mockbank and the baselines, installs the peers that registries offer into a cache, and
// gives each the same stubs. All are run in turn, round after round, so that whatever else the
// machine does meets all of them; figures are medians over the rounds, and ratios are taken within a
// round. It needs Go, and for the peers Node.js with npm, and Java; what is not there is listed as
// not measured. Nothing leaves the machine but the requests to the registries, and everything that
// it starts, it ends.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/report"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

// plan is what the flags ask for.
type plan struct {
	rounds      int
	duration    time.Duration
	connections int
	stubs       []int
	only, parts []string
	peers       map[string]string
	also        map[string]string
	cache       string
	inFlight    int
	rows        []int
	databases   []string
	report      string
	json        string
	earlier     string
}

// parts of the benchmark, in their order.
var allParts = []string{"start", "logins", "bank", "postgres", "nodes", "reload", "under-load", "in-flight", "in-flight-postgres", "scale"}

func readPlan(arguments []string) (plan, error) {
	p := plan{peers: map[string]string{}, also: map[string]string{}}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&p.rounds, "rounds", 5, "interleaved `rounds`; the medians are over them")
	flags.DurationVar(&p.duration, "duration", 3*time.Second, "of each measurement")
	flags.IntVar(&p.connections, "connections", 32, "`number` of connections kept open")
	stubs := flags.String("stubs", "10,1000,10000", "`numbers` of stubs")
	only := flags.String("only", "", "`words`: contenders whose names contain one; the mux baseline is always there")
	parts := flags.String("parts", strings.Join(allParts, ","), "`parts` to run")
	flags.StringVar(&p.cache, "cache", "", "`folder` in which peers are installed (default: the user's cache folder)")
	flags.IntVar(&p.inFlight, "in-flight", 100_000, "`imports` under way at once in the parts in-flight and in-flight-postgres")
	rows := flags.String("rows", "10000,100000,1000000", "`numbers` of rows that the part scale fills databases with; 10000000 takes 10 GB")
	database := flags.String("database", "both", "`kind` of database for the part scale: sqlite, postgres or both")
	flags.StringVar(&p.report, "report", "", "Markdown `file` to write the report into, its plots beside it")
	flags.StringVar(&p.json, "json", "", "`file` to write all samples into")
	flags.StringVar(&p.earlier, "continue", "", "JSON `file` of an earlier run, to go on from: what is not measured now is taken from it")
	flags.Func("peer", "`NAME=PATH` of a program that you have; NAME is hoverfly. May be repeated", adds(p.peers))
	flags.Func("also", "`NAME=PATH` of another build of mockbank, to be measured beside this one. May be repeated", adds(p.also))
	if err := flags.Parse(arguments); err != nil {
		return p, err
	}
	p.only, p.parts = words(*only), words(*parts)
	return p, errors.Join(p.check(*stubs), p.checkScale(*rows, *database))
}

// adds reads a program's NAME=PATH.
func adds(programs map[string]string) func(text string) error {
	return func(text string) error {
		name, path, found := strings.Cut(text, "=")
		if !found || name == "" || path == "" {
			return errors.New("want NAME=PATH")
		}
		programs[name] = path
		return nil
	}
}

func (p *plan) check(stubs string) (err error) {
	for _, text := range words(stubs) {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1_000_000 {
			return fmt.Errorf("--stubs: %q is no number from 1 to 1000000", text)
		}
		p.stubs = append(p.stubs, n)
	}
	for _, part := range p.parts {
		if !contains(allParts, part) {
			return fmt.Errorf("--parts: there is no %q; there are %s", part, strings.Join(allParts, ", "))
		}
	}
	switch {
	case len(p.stubs) == 0 || len(p.parts) == 0:
		return errors.New("--stubs and --parts must name at least one")
	case p.rounds < 1 || p.connections < 1 || p.duration <= 0:
		return errors.New("--rounds, --connections and --duration must be positive")
	}
	if p.cache == "" {
		folder, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("no cache folder: %w; name one with --cache", err)
		}
		p.cache = filepath.Join(folder, "mockbank-bench")
	}
	p.cache, err = filepath.Abs(p.cache)
	return err
}

// checkScale takes over what the part scale is to do.
func (p *plan) checkScale(rows, database string) error {
	for _, text := range words(rows) {
		n, err := strconv.Atoi(text)
		if err != nil || n < 10_000 || n > 100_000_000 {
			return fmt.Errorf("--rows: %q is no number from 10000 to 100000000", text)
		}
		p.rows = append(p.rows, n)
	}
	p.databases = []string{database}
	switch database {
	case "both":
		p.databases = []string{"sqlite", "postgres"}
	case "sqlite", "postgres":
	default:
		return fmt.Errorf("--database: there is no %q; there are sqlite, postgres, both", database)
	}
	return nil
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

func contains(list []string, word string) bool {
	for _, one := range list {
		if one == word {
			return true
		}
	}
	return false
}

func run(ctx context.Context, arguments []string) error {
	p, err := readPlan(arguments)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "mockbank-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	b := &bench{plan: p, results: report.Results{When: time.Now(), Machine: report.ThisMachine(), Rounds: p.rounds, Duration: p.duration,
		Connections: p.connections}}
	if err := b.build(ctx, folder); err != nil {
		return err
	}
	peers, err := contender.Peers(ctx, contender.Cache{Folder: p.cache}, p.only, p.peers)
	if err != nil {
		return err
	}
	b.gather(peers)
	err = b.measure(ctx)
	b.results.Finish()
	if p.earlier != "" {
		err = errors.Join(err, b.results.GoOnFrom(p.earlier))
	}
	return errors.Join(err, b.write())
}
