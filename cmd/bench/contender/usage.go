package contender

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of /proc's CPU times; Linux has had no other for user space since 2.6.
const clockTick = 10 * time.Millisecond

// CPU returns the processor time that the server has used so far, 0 where there is no /proc.
func (s *Server) CPU() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.process.Process.Pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])   // the kernel writes numbers
	system, _ := strconv.Atoi(fields[12]) // likewise
	return time.Duration(user+system) * clockTick
}

// Resident returns the server's resident memory in bytes, now and at its highest, 0 where there is
// no /proc.
func (s *Server) Resident() (now, highest int64) {
	return s.status("VmRSS:"), s.status("VmHWM:")
}

func (s *Server) status(name string) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid))
	if err != nil {
		return 0
	}
	_, rest, found := strings.Cut(string(status), name)
	if !found {
		return 0
	}
	line, _, _ := strings.Cut(rest, "\n")
	kilobytes, _ := strconv.ParseInt(strings.Fields(line)[0], 10, 64) // the kernel writes numbers
	return kilobytes << 10
}

// Switches returns how often the server's threads were switched to or from, of their own accord or not, 0 where there is no
// /proc. Those of threads that have ended are not in it.
func (s *Server) Switches() (sum int64) {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", s.process.Process.Pid))
	if err != nil {
		return 0
	}
	for _, task := range tasks {
		status, err := os.ReadFile(task)
		if err != nil {
			continue // it has ended
		}
		for line := range strings.Lines(string(status)) {
			if _, count, found := strings.Cut(line, "ctxt_switches:"); found {
				n, _ := strconv.ParseInt(strings.TrimSpace(count), 10, 64) // the kernel writes numbers
				sum += n
			}
		}
	}
	return sum
}

// Threads returns how many threads the server has.
func (s *Server) Threads() int {
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", s.process.Process.Pid))
	if err != nil {
		return 0
	}
	return len(tasks)
}
