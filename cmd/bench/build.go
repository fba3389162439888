package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mockbank/mockbank/cmd/bench/contender"
	"github.com/mockbank/mockbank/cmd/bench/report"
)

// bench is a benchmark under way.
type bench struct {
	plan
	binary, baseline, defaultFile string
	mockbank                      *contender.Contender
	contenders                    []*contender.Contender
	part                          string // of the benchmark, under way
	results                       report.Results
}

// build compiles what is compared, as it is shipped.
func (b *bench) build(ctx context.Context, folder string) error {
	root, err := output(ctx, "go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return fmt.Errorf("run it inside of mockbank's source: %w", err)
	}
	b.defaultFile = filepath.Join(root, "mockbank.yaml")
	b.binary, b.baseline = filepath.Join(folder, "mockbank"), filepath.Join(folder, "baseline")
	for binary, place := range map[string]string{b.binary: "./cmd/mockbank", b.baseline: "./cmd/bench/baseline"} {
		command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, place)
		command.Dir = root
		command.Env = append(os.Environ(), "CGO_ENABLED=0")
		if said, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", place, err, said)
		}
	}
	info, err := os.Stat(b.binary)
	if err != nil {
		return err
	}
	b.results.Binary = info.Size()
	modules, err := output(ctx, "go", "version", "-m", b.binary)
	b.results.Modules = strings.Count(modules, "\tdep\t")
	return err
}

func output(ctx context.Context, program string, arguments ...string) (string, error) {
	out, err := exec.CommandContext(ctx, program, arguments...).Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(failed.Stderr))
	}
	return strings.TrimSpace(string(out)), err
}

// gather lists who takes part, in the order of a round.
func (b *bench) gather(peers []*contender.Contender) {
	b.mockbank = contender.Mockbank(b.binary)
	for _, c := range append(contender.Baselines(b.baseline), b.mockbank, contender.Durable(b.binary)) {
		if c.Name == contender.MuxBaseline || contender.Wanted(c.Name, b.only) {
			b.contenders = append(b.contenders, c)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.also)) {
		b.contenders = append(b.contenders, contender.OtherBuild(name, b.also[name]))
	}
	for _, peer := range peers {
		if peer.Missing != "" {
			b.results.NotMeasured(peer.Name, peer.Missing)
			b.progress("%s: not measured: %s", peer.Name, peer.Missing)
			continue
		}
		b.contenders = append(b.contenders, peer)
	}
	for _, c := range b.contenders {
		b.results.Contenders = append(b.results.Contenders, report.Contender{Name: c.Name, Family: string(c.Family), Note: c.Note})
	}
}

// progress tells whoever watches how far it is.
func (b *bench) progress(format string, arguments ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", arguments...)
}
