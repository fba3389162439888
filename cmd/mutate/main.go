// Command mutate changes the code in small ways and asks the tests whether they notice: a change that no
// test notices shows what is not tested.
//
//	go run ./cmd/mutate [-sample 300] [-seed 1] [-skip 0] [-count 0] [-tests ./engine,...] PACKAGE...
//
// All changes of a package are compiled into one test program, each behind a switch of its own, and the
// tests run once for each that was drawn, which takes seconds where compiling each would take minutes.
// Tests that do not come by a change are not asked. With -skip and -count a sample is tried in parts, with
// -only what a report lists is tried again.
//
// The changes that survived are listed, one a line; those that are known, and why they may survive, stand
// in the file that -known names. Exit 0: none but known ones survived; 2: others did; 1: it could not run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"time"
)

// settings are what a run goes by.
type settings struct {
	packages []string
	// tests are further packages whose tests are asked too.
	tests []string
	// sample is how many changes are drawn, 0: all; seed is what they are drawn by.
	sample int
	seed   uint64
	// skip leaves out the first of what was drawn, and count is how many of the others are tried, 0: all.
	skip, count int
	// known names the file of survivors that are known, and only one of those that are tried, "" for all.
	known, only string
	// timeout bounds the tests of one change: one that never ends is noticed, too.
	timeout  time.Duration
	parallel int
	verbose  bool
}

var errSurvived = errors.New("changes survived that are not known")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); {
	case errors.Is(err, errSurvived):
		os.Exit(2)
	case err != nil && !errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	s, err := parseArgs(args, progress)
	if err != nil {
		return err
	}
	known, err := readKnown(s.known)
	if err != nil {
		return err
	}
	mutants, err := prepare(ctx, s)
	if err != nil {
		return err
	}
	defer mutants.remove()
	if err := mutants.try(ctx, s, progress); err != nil {
		return err
	}
	return report(out, mutants, known)
}

func parseArgs(args []string, help io.Writer) (settings, error) {
	var s settings
	var tests string
	flags := flag.NewFlagSet("mutate", flag.ContinueOnError)
	flags.SetOutput(help)
	flags.IntVar(&s.sample, "sample", 300, "how many changes are drawn; 0: all")
	flags.Uint64Var(&s.seed, "seed", 1, "what they are drawn by")
	flags.IntVar(&s.skip, "skip", 0, "how many of those that were drawn are left out at the beginning: a run in parts")
	flags.IntVar(&s.count, "count", 0, "how many of the others are tried; 0: all")
	flags.StringVar(&tests, "tests", "", "further `packages` whose tests are asked, with commas between them")
	flags.StringVar(&s.known, "known", "", "the `file` of known survivors")
	flags.StringVar(&s.only, "only", "", "a `file` of changes as a report lists them: no others are tried")
	flags.DurationVar(&s.timeout, "timeout", 2*time.Minute, "the time that the tests of one change may take")
	flags.IntVar(&s.parallel, "parallel", max(1, runtime.GOMAXPROCS(0)/2), "how many changes are tried at the same time")
	flags.BoolVar(&s.verbose, "v", false, "tell of each change")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if s.packages = flags.Args(); len(s.packages) == 0 {
		return s, errors.New("name the packages to change, such as ./engine")
	}
	if tests != "" {
		s.tests = strings.Split(tests, ",")
	}
	return s, nil
}
