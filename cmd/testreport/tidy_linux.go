package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// prSetChildSubreaper makes a process the parent of its descendants whose own parents have ended; see prctl(2).
const prSetChildSubreaper = 36

// tidy gives the tests a folder for temporary files that goes with them, and makes this process the one that
// inherits what they leave running. What it returns ends and removes all that, and names the processes.
func tidy() (clearAway func() []string, err error) {
	if _, _, failed := syscall.RawSyscall(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0); failed != 0 {
		return nil, fmt.Errorf("inherit what tests leave running: %w", failed)
	}
	folder, err := os.MkdirTemp("", "tests-")
	if err != nil {
		return nil, err
	}
	before, had := os.LookupEnv("TMPDIR")
	// Some programs that tests start run as other users, as PostgreSQL does.
	if err := errors.Join(os.Chmod(folder, 0o755), os.Setenv("TMPDIR", folder)); err != nil {
		return nil, err
	}
	return func() []string {
		ended := endChildren()
		if had {
			_ = os.Setenv("TMPDIR", before) // what it was before cannot be refused
		} else {
			_ = os.Unsetenv("TMPDIR")
		}
		_ = os.RemoveAll(folder) // a folder too many harms nobody
		return ended
	}, nil
}

// endChildren ends the children of this process, and those that these leave, and returns the names of their programs.
func endChildren() (names []string) {
	for {
		children := childrenOf(os.Getpid())
		if len(children) == 0 {
			slices.Sort(names)
			return names
		}
		for _, child := range children {
			name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", child))
			if syscall.Kill(child, syscall.SIGKILL) == nil {
				names = append(names, strings.TrimSpace(string(name)))
			}
			_, _ = syscall.Wait4(child, nil, 0, nil) // it was killed
		}
	}
}

// childrenOf returns the children of all threads of a process.
func childrenOf(process int) (children []int) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", process)) // the pattern is a good one
	for _, list := range lists {
		text, _ := os.ReadFile(list) // of a thread that has ended since
		for _, field := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(field); err == nil {
				children = append(children, child)
			}
		}
	}
	return children
}
