//go:build unix

package store

import (
	"errors"
	"os"
	"syscall"
)

// lockFile locks the file's inode for this process until the file is closed, and reports whether nobody else has.
func lockFile(file *os.File) (taken bool, err error) {
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		default:
			return err == nil, err
		}
	}
}

// inodeOf returns the number of the file's inode.
func inodeOf(info os.FileInfo) (inode uint64, known bool) {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(stat.Ino), true
	}
	return 0, false
}
