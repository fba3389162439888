package contender

import "syscall"

// withParent lets a program end when the benchmark does, however that ends.
func withParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
