package app

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine"
)

// newLogger returns the logger that the options and the configuration ask for.
func newLogger(options Options, level, format string) (zerolog.Logger, error) {
	level, format = cmp.Or(options.LogLevel, level), cmp.Or(options.LogFormat, format)
	parsed, err := zerolog.ParseLevel(level)
	if err != nil {
		return zerolog.Nop(), fmt.Errorf("log level %q: use trace, debug, info, warn or error", level)
	}
	w := options.Log
	switch {
	case isPretty(options, format):
		w = zerolog.ConsoleWriter{Out: w, TimeFormat: time.TimeOnly, NoColor: !options.Terminal, FormatPrepare: formatStory}
	case format != "json" && format != "auto":
		return zerolog.Nop(), fmt.Errorf("log format %q: use auto, pretty or json", format)
	}
	return zerolog.New(w).Level(parsed).Hook(stamp{}), nil
}

// isPretty reports whether people read the log.
func isPretty(options Options, format string) bool {
	return format == "pretty" || format == "auto" && options.Terminal
}

// stamp adds the time to each line.
type stamp struct{}

// Run implements [zerolog.Hook].
func (stamp) Run(event *zerolog.Event, _ zerolog.Level, _ string) {
	event.Str(zerolog.TimestampFieldName, engine.FormatTime(time.Now()))
}

// structured lets a library that logs through slog write into the log, warnings and worse.
func structured(logger zerolog.Logger, component string) *slog.Logger {
	quiet := logger.With().Str("component", component).Logger()
	if quiet.GetLevel() < zerolog.WarnLevel && quiet.GetLevel() > zerolog.DebugLevel {
		quiet = quiet.Level(zerolog.WarnLevel)
	}
	return slog.New(timeless{zerolog.NewSlogHandler(quiet)})
}

// timeless leaves the time of a line to stamp; a line of JSON would have it twice.
type timeless struct{ slog.Handler }

// Handle implements [slog.Handler].
func (h timeless) Handle(ctx context.Context, record slog.Record) error {
	record.Time = time.Time{}
	return h.Handler.Handle(ctx, record)
}

// WithAttrs implements [slog.Handler].
func (h timeless) WithAttrs(attrs []slog.Attr) slog.Handler {
	return timeless{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements [slog.Handler].
func (h timeless) WithGroup(name string) slog.Handler { return timeless{h.Handler.WithGroup(name)} }
