package app

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/jobs"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

// TestClockBehindTheNewestRow: W-6. A clock that was set back while the bank was down is told of, with the way out.
func TestClockBehindTheNewestRow(t *testing.T) {
	t.Parallel()
	for kind, write := range map[string]func(tx engine.Tx) error{
		"a process": func(tx engine.Tx) error {
			flow := storetest.Flow(t, "one")
			p := storetest.Process(flow)
			p.ID = uuid.Must(uuid.NewV7()).String()
			return tx.InsertProcess(p, flow)
		},
		"a session": func(tx engine.Tx) error {
			now := time.Now()
			return tx.SaveSession(engine.Session{ID: "s", CreatedAt: now, BeganAt: now, UsedAt: now})
		},
		"nothing": func(engine.Tx) error { return nil },
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			records, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "mockbank.db"), store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = records.Close() })
			if err := records.Update(t.Context(), write); err != nil {
				t.Fatal(err)
			}
			for _, back := range []time.Duration{0, time.Hour} {
				var log bytes.Buffer
				wall := func() time.Time { return time.Now().Add(-back) }
				a := &App{store: records, logger: zerolog.New(&log), clock: jobs.NewNodeClock(wall, time.Now)}
				err := a.warnOfTheFuture(t.Context())
				reported := strings.Contains(log.String(), `"behind":"`) && strings.Contains(log.String(), "sessions/default/clock")
				if err != nil || reported != (back > 0 && kind != "nothing") {
					t.Errorf("%v back: %s %v", back, log.String(), err)
				}
			}
		})
	}
}
