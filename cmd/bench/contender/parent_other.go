//go:build !linux

package contender

import "syscall"

func withParent() *syscall.SysProcAttr { return nil }
