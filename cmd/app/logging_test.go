package app

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// A library's line has one time, in the log's own form, whatever it was given on its way.
func TestLinesOfLibrariesHaveOneTime(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger, err := newLogger(Options{Log: &log}, "info", "json")
	if err != nil {
		t.Fatal(err)
	}
	lines := structured(logger, "jobs")
	lines.Warn("plain")
	lines.With("queue", "imports").WithGroup("g").Warn("with more", "a", 1)
	lines.Info("not a warning")
	got := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(got) != 2 {
		t.Fatalf("%d lines: %s", len(got), log.String())
	}
	for _, line := range got {
		var fields struct{ Time, Component string }
		if err := json.Unmarshal([]byte(line), &fields); err != nil || fields.Component != "jobs" {
			t.Errorf("%s: %v", line, err)
		}
		if _, err := time.Parse("2006-01-02T15:04:05.000Z", fields.Time); err != nil || strings.Count(line, `"time":`) != 1 {
			t.Errorf("the time of %s: %v", line, err)
		}
	}
}

func TestLoggersThatThereAreNot(t *testing.T) {
	t.Parallel()
	for _, wrong := range [][2]string{{"loud", "json"}, {"info", "xml"}} {
		if _, err := newLogger(Options{Log: &bytes.Buffer{}}, wrong[0], wrong[1]); err == nil || !strings.Contains(err.Error(), "use ") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}
