package main

import (
	"context"
	"fmt"
	"net/http"
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
	at time.Duration
	// kB of the process and of what Go's last collection left, descriptors, goroutines, things acknowledged, bytes of the
	// database's files and of the journal.
	memory, live, files, goroutines, rows, bytes, journal int64
}

// soaked is how a soak went.
type soaked struct{ samples []sample }

// String draws what was seen, a line for each look.
func (s *soaked) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "\n%8s %10s %10s %12s %11s %13s %12s %11s\n",
		"after", "memory kB", "live kB", "descriptors", "goroutines", "acknowledged", "database kB", "journal kB")
	for _, one := range s.samples {
		fmt.Fprintf(&text, "%8s %10d %10d %12d %11d %13d %12d %11d\n", one.at.Round(time.Second), one.memory, one.live/1024, one.files,
			one.goroutines,
			one.rows, one.bytes/1024, one.journal/1024)
	}
	return text.String()
}

// soak loads the bank for so long, with so many things a second at most. Memory, descriptors and goroutines of the last quarter may
// not exceed those of the second by
// more than a third: what grows without end would.
func soak(ctx context.Context, b *bank, length time.Duration, rate int) (*soaked, error) {
	result, l := &soaked{}, newLedger()
	if err := b.start(ctx); err != nil {
		return result, err
	}
	begun := time.Now()
	for range samples {
		if err := loadAt(ctx, b, l, length/samples, false, rate); err != nil {
			return result, err
		}
		one := b.sample(ctx)
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
		"goroutines":  func(s sample) int64 { return s.goroutines },
	} {
		if early, late := quarter(samples/4, of), quarter(samples*3/4, of); late*3 > early*4 {
			return fmt.Errorf("%s grew from %d to %d", name, early/(samples/4), late/(samples/4))
		}
	}
	return nil
}

// sample looks at the process, as Linux tells of it.
func (b *bank) sample(ctx context.Context) (s sample) {
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
	got, err := b.do(ctx, http.MethodGet, "/metrics", nil, nil)
	if err == nil {
		s.live = metric(got.body, "go_memstats_next_gc_bytes") / 2 // the next collection comes at twice what the last one left
		s.goroutines, s.journal = metric(got.body, "go_goroutines"), metric(got.body, "mockbank_journal_bytes")
	}
	return s
}

// metric returns the value of a metric without labels, 0 where it is not there.
func metric(text []byte, name string) int64 {
	for line := range strings.Lines(string(text)) {
		if rest, found := strings.CutPrefix(line, name+" "); found {
			value, _ := strconv.ParseFloat(strings.TrimSpace(rest), 64) // as Prometheus writes it
			return int64(value)
		}
	}
	return 0
}
