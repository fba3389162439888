package e2e

import (
	"os/exec"
	"syscall"
)

// endWithTest lets a program that is about to start end when the tests' process does, however that ends.
func endWithTest(program *exec.Cmd) {
	program.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
