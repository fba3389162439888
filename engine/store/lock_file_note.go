package store

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// noteSuffix names the file beside a database that tells which process has it. It is for people: the lock is what
// counts, and a note that cannot be written is left out.
const noteSuffix = "-owner"

func (o *ownedFile) writeNote() {
	note := o.path + noteSuffix
	if os.WriteFile(note, fmt.Appendf(nil, "%d\n", os.Getpid()), 0o644) == nil {
		o.note = note
	}
}

func (o *ownedFile) removeNote() {
	if o.note != "" && readNote(o.path) == os.Getpid() {
		_ = os.Remove(o.note) // one that stays does no harm
	}
}

// readNote returns the number of the process that is said to have the file, 0 where nobody said.
func readNote(path string) int {
	text, err := os.ReadFile(path + noteSuffix)
	if err != nil || len(text) > 32 {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || pid < 1 {
		return 0
	}
	return pid
}

// holderOf names the process that has a file locked, as " (process 123)", or nothing. Under another name of the file
// there is no note beside it; Linux lists the locks themselves.
func holderOf(file *os.File, path string) string {
	pid := 0
	if info, err := file.Stat(); err == nil {
		pid = lockedBy(info)
	}
	if pid == 0 {
		pid = readNote(path)
	}
	if pid == 0 {
		return ""
	}
	return fmt.Sprintf(" (process %d)", pid)
}

// lockedBy looks the lock on a file up in the list of the system, 0 where it is not there.
func lockedBy(info os.FileInfo) int {
	inode, known := inodeOf(info)
	list, err := os.Open("/proc/locks")
	if err != nil || !known {
		return 0
	}
	defer list.Close() //nolint:errcheck // it was only read
	end := ":" + strconv.FormatUint(inode, 10)
	for lines := bufio.NewScanner(list); lines.Scan(); {
		// 1: FLOCK  ADVISORY  WRITE 123 fd:00:456 0 EOF
		words := strings.Fields(lines.Text())
		if len(words) < 6 || words[1] != "FLOCK" || !strings.HasSuffix(words[5], end) {
			continue
		}
		if pid, err := strconv.Atoi(words[4]); err == nil && pid > 0 {
			return pid
		}
	}
	return 0
}
