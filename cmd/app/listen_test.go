package app

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/scenarios"
)

func TestABusyPortNamesItsProcess(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/net/tcp"); err != nil {
		t.Skip("MISSING: /proc, which tells who listens")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() //nolint:errcheck // nobody uses it
	if got := listenerOf(listener.Addr().String()); got != " (process "+strconv.Itoa(os.Getpid())+")" {
		t.Errorf("it is %q", got)
	}
	if got := listenerOf("nonsense"); got != "" {
		t.Errorf("nonsense is %q", got)
	}
}

func TestOthersThatAreLetIn(t *testing.T) {
	t.Parallel()
	for address, c := range map[string]struct {
		tokens []string
		warns  bool
	}{
		"127.0.0.1:0": {}, "[::1]:0": {}, "localhost:0": {},
		"0.0.0.0:0": {warns: true}, ":0": {warns: true}, "[::]:0": {warns: true},
		"0.0.0.0:00": {tokens: []string{"x"}},
	} {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			t.Logf("%s: %v", address, err) // a machine without IPv6
			continue
		}
		var log bytes.Buffer
		a := &App{listener: listener, logger: zerolog.New(&log), server: scenarios.Server{Tokens: c.tokens}}
		a.warnOfOthers()
		if warned := strings.Contains(log.String(), "server.tokens"); warned != c.warns {
			t.Errorf("%s: %s", address, log.String())
		}
		_ = listener.Close()
	}
}

// Last duties are done also where requests have used up the time.
func TestLastDutiesHaveTimeOfTheirOwn(t *testing.T) {
	t.Parallel()
	var ended []error
	a := &App{server: scenarios.Server{ShutdownTimeout: time.Nanosecond}}
	for range 2 {
		a.stops = append(a.stops, func(ctx context.Context) error {
			ended = append(ended, ctx.Err())
			return nil
		})
	}
	a.stops = append(a.stops, func(ctx context.Context) error {
		<-ctx.Done() // as a drain does that takes too long
		return nil
	})
	if err := a.end(); err != nil || errors.Join(ended...) != nil || len(ended) != 2 {
		t.Errorf("%v, %v", ended, err)
	}
}
