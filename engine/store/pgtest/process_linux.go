package pgtest

import (
	"os/exec"
	"syscall"
)

// EndWithTest lets a program that is about to start end when the test's process does, however that ends.
func EndWithTest(program *exec.Cmd) {
	if program.SysProcAttr == nil {
		program.SysProcAttr = &syscall.SysProcAttr{}
	}
	program.SysProcAttr.Pdeathsig = syscall.SIGINT
}
