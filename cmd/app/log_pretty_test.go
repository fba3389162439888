package app

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rs/zerolog"
)

var colour = regexp.MustCompile("\x1b\\[[0-9;]*m")

// reported returns what a terminal shows of a line about a request.
func reported(t *testing.T, add func(*zerolog.Event)) string {
	t.Helper()
	var log bytes.Buffer
	logger, err := newLogger(Options{Log: &log, Terminal: true}, "info", "auto")
	if err != nil {
		t.Fatal(err)
	}
	event := logger.Info().Str("route", "authenticate").Str("method", "POST").Int("status", 200).Float64("duration_ms", 1.5).
		Int64("bytes", 453).Str("request_id", "r-1").Str("session", "default").Str("path", "/api/v3/wealth_api/bank_connections/authenticate")
	add(event)
	event.Msg("request")
	return strings.TrimSpace(colour.ReplaceAllString(log.String(), ""))
}

// On a terminal a request is one line that says what a tester looks for.
func TestTerminalReportsTheStory(t *testing.T) {
	t.Parallel()
	got := reported(t, func(e *zerolog.Event) {
		e.Str("username", "tester").Str("state", "AUTHENTICATION_FAILED").Str("error_code", "INVALID_CREDENTIALS").
			Str("scenario", "anything-else").Str("nearest", "success").Str("differs", "password edit distance 1")
	})
	const want = "200 POST …/authenticate tester AUTHENTICATION_FAILED INVALID_CREDENTIALS by anything-else " +
		"(nearest success: password edit distance 1)"
	if !strings.HasSuffix(got, want) || utf8.RuneCountInString(got) > 160 {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	nobody := reported(t, func(e *zerolog.Event) { e.Str("username", "tester").Str("state", "AUTHENTICATION_FAILED") })
	if !strings.HasSuffix(nobody, "tester AUTHENTICATION_FAILED by no scenario") {
		t.Errorf("got %s", nobody)
	}
	import40 := reported(t, func(e *zerolog.Event) {
		e.Str("state", "IN_PROGRESS").Int("progress", 40).Str("session", "run-1").Str("scenario", "s")
	})
	if !strings.HasSuffix(import40, "IN_PROGRESS 40% by s session run-1") {
		t.Errorf("got %s", import40)
	}
}

// However long its parts are, a line stays one at 160 columns.
func TestTerminalLinesAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 500)
	got := reported(t, func(e *zerolog.Event) {
		for _, name := range []string{"username", "state", "error_code", "scenario", "nearest", "differs", "fault", "session"} {
			e.Str(name, long)
		}
	})
	if n := utf8.RuneCountInString(got); n > 160 || strings.Contains(got, "\n") {
		t.Errorf("%d columns: %s", n, got)
	}
}

// The form for machines has all of it as fields.
func TestJSONKeepsItsFields(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger, err := newLogger(Options{Log: &log}, "info", "auto")
	if err != nil {
		t.Fatal(err)
	}
	logger.Info().Str("route", "authenticate").Str("nearest", "success").Msg("request")
	if got := log.String(); !strings.Contains(got, `"nearest":"success"`) || !strings.Contains(got, `"message":"request"`) {
		t.Errorf("%s", got)
	}
}
