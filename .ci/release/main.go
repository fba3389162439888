// Command release builds the program as a release does, for this machine: by the flags, tags and environment that
// .goreleaser.yaml names, which goreleaser's own reader has read, strictly.
//
//	release CONFIGURATION TREE FILE
//
// It writes the program of the tree to the file. Exit status: 0 it is built, 1 it is not.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/goreleaser/goreleaser/v2/pkg/config"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "release: name the configuration, the tree, and the file to write")
		os.Exit(1)
	}
	if err := build(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func build(configuration, tree, file string) error {
	project, err := config.Load(configuration)
	if err != nil {
		return fmt.Errorf("%s: %w", configuration, err)
	}
	if len(project.Builds) != 1 {
		return fmt.Errorf("%s: %d builds, want one", configuration, len(project.Builds))
	}
	file, err = filepath.Abs(file)
	if err != nil {
		return err
	}
	facts, err := factsOf(tree)
	if err != nil {
		return err
	}
	recipe := project.Builds[0]
	ldflags, err := facts.fill(strings.Join(recipe.Ldflags, " "))
	if err != nil {
		return err
	}
	args := append([]string{"build", "-o", file}, recipe.Flags...)
	args = append(args, "-tags", strings.Join(recipe.Tags, ","), "-ldflags", ldflags, recipe.Main)
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Stderr = tree, os.Stderr
	cmd.Env = append(append(os.Environ(), "GOFLAGS=-mod=readonly"), recipe.Env...)
	return cmd.Run()
}

// facts are what goreleaser knows of a commit.
type facts struct{ Version, FullCommit, CommitDate string }

func factsOf(tree string) (*facts, error) {
	out, err := exec.Command("git", "-C", tree, "log", "-1", "--format=%H %cI").Output()
	if err != nil {
		return nil, fmt.Errorf("git log: %w", err)
	}
	commit, date, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	return &facts{"0.0.0-check", commit, date}, nil
}

// fill puts the facts into a template.
func (f *facts) fill(text string) (string, error) {
	parsed, err := template.New("").Parse(text)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = parsed.Execute(&out, f)
	return out.String(), err
}
