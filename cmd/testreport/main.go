package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv("CI") == "true", os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, ci bool, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("testreport", flag.ContinueOnError)
	flags.SetOutput(stderr)
	alone := flags.String("alone", "", "packages to run after all others (a pattern of go list)")
	packages := flags.String("packages", "./...", "packages to test (a pattern of go list)")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	groups, err := groupPackages(ctx, *packages, *alone)
	if err != nil {
		_, _ = fmt.Fprintf(stderr, "testreport: %v\n", err) // nowhere else to complain to
		return 2
	}
	report := newReport(stdout)
	for _, group := range groups {
		if err := testGroup(ctx, append(flags.Args(), group...), report, stderr); err != nil {
			_, _ = fmt.Fprintf(stderr, "testreport: %v\n", err)
			return 2
		}
	}
	if !report.finish(ci) {
		return 1
	}
	return 0
}

// testGroup runs the tests of some packages, and clears away what they leave.
func testGroup(ctx context.Context, args []string, report *report, stderr io.Writer) error {
	tidied, err := tidy()
	if err != nil {
		return err
	}
	err = goTest(ctx, args, report, stderr)
	if ended := tidied(); len(ended) > 0 {
		report.printf("--- ended what the tests left running: %s\n", strings.Join(ended, ", "))
	}
	return err
}
