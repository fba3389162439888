package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// samples is how many looks a soak takes.
const samples = 40

// sample is what the bank takes at one moment.
type sample struct {
	at                         time.Duration
	memory, files, rows, bytes int64 // kB, descriptors, things acknowledged, of the database's files
}

// soaked is how a soak went.
type soaked struct{ samples []sample }

// String draws what was seen, a line for each look.
func (s *soaked) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "\n%10s %12s %12s %14s %14s\n", "after", "memory kB", "descriptors", "acknowledged", "database kB")
	for _, one := range s.samples {
		fmt.Fprintf(&text, "%10s %12d %12d %14d %14d\n", one.at.Round(time.Second), one.memory, one.files, one.rows, one.bytes/1024)
	}
	return text.String()
}

// soak loads the bank for so long. Memory and descriptors of the last quarter may not exceed those of the second by
// more than a third: what grows without end would.
func soak(ctx context.Context, b *bank, length time.Duration) (*soaked, error) {
	result, l := &soaked{}, newLedger()
	if err := b.start(ctx); err != nil {
		return result, err
	}
	begun := time.Now()
	for range samples {
		if err := load(ctx, b, l, length/samples, false); err != nil {
			return result, err
		}
		one := b.sample()
		one.at, one.rows = time.Since(begun), int64(len(l.entries))
		result.samples = append(result.samples, one)
		if ctx.Err() != nil {
			return result, ctx.Err()
		}
	}
	return result, result.level()
}

func (s *soaked) level() error {
	quarter := func(from int, of func(sample) int64) (sum int64) {
		for _, one := range s.samples[from : from+samples/4] {
			sum += of(one)
		}
		return sum
	}
	for name, of := range map[string]func(sample) int64{
		"memory":      func(s sample) int64 { return s.memory },
		"descriptors": func(s sample) int64 { return s.files },
	} {
		if early, late := quarter(samples/4, of), quarter(samples*3/4, of); late*3 > early*4 {
			return fmt.Errorf("%s grew from %d to %d", name, early/(samples/4), late/(samples/4))
		}
	}
	return nil
}

// sample looks at the process, as Linux tells of it.
func (b *bank) sample() (s sample) {
	folder := filepath.Join("/proc", strconv.Itoa(b.process.Process.Pid))
	status, _ := os.ReadFile(filepath.Join(folder, "status")) // elsewhere there is nothing to see
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "VmRSS:"); found {
			s.memory, _ = strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
		}
	}
	files, _ := os.ReadDir(filepath.Join(folder, "fd"))
	s.files = int64(len(files))
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(b.database + suffix); err == nil {
			s.bytes += info.Size()
		}
	}
	return s
}
