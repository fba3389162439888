package contender

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Goroutines ends a Go program in the way that makes it list its goroutines, and counts them.
func (s *Server) Goroutines() (int, error) {
	err := s.process.Process.Signal(syscall.SIGQUIT)
	timer := time.NewTimer(endPatience)
	defer timer.Stop()
	select {
	case <-s.ended:
	case <-timer.C:
		err = errors.Join(err, errors.New("it did not end"))
	}
	log, readErr := os.ReadFile(filepath.Join(s.Folder, "log"))
	count := bytes.Count(log, []byte("\ngoroutine "))
	return count, errors.Join(err, readErr, s.Stop())
}
