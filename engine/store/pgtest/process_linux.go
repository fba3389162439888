package pgtest

import "syscall"

// attributes let the server end when the test's process does, however that ends.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT} }
