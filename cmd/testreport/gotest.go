package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
)

// groupPackages lists what to test, in the groups that run one after the other.
func groupPackages(ctx context.Context, all, alone string) ([][]string, error) {
	rest, err := listPackages(ctx, all)
	if err != nil || alone == "" {
		return [][]string{rest}, err
	}
	last, err := listPackages(ctx, alone)
	if err != nil {
		return nil, err
	}
	rest = slices.DeleteFunc(rest, func(name string) bool { return slices.Contains(last, name) })
	groups := [][]string{rest, last}
	return slices.DeleteFunc(groups, func(group []string) bool { return len(group) == 0 }), nil
}

// listPackages lists broken packages too, so that `go test` says what is wrong with them.
func listPackages(ctx context.Context, pattern string) ([]string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-e", pattern).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("go list %s: %s", pattern, strings.TrimSpace(string(exit.Stderr)))
	}
	return strings.Fields(string(out)), err
}

// goTest runs `go test -json` and feeds what it says into the report. That tests failed is no error
// of its own: the report knows.
func goTest(ctx context.Context, args []string, report *report, stderr io.Writer) error {
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	read := readEvents(out, report)
	err = cmd.Wait()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("stopped: %w", context.Cause(ctx))
	case read != nil:
		return read
	case errors.As(err, &exit) && report.failures() == 0:
		return fmt.Errorf("go test: %w", err)
	case errors.As(err, &exit):
		return nil
	}
	return err
}

// readEvents reads test2json's lines. What is none, such as a tool's own words, is passed on.
func readEvents(r io.Reader, report *report) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			var e event
			if json.Unmarshal([]byte(line), &e) == nil && e.Action != "" {
				report.add(e)
			} else {
				report.printf("%s", line)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read go test's output: %w", err)
		}
	}
}
