package main

import (
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver

	"github.com/mockbank/mockbank/engine/store/pgtest"
)

// earlier are the identifiers of what an earlier version left.
type earlier struct{ Authenticated, Connected, Challenge, Asking, Awaiting, Frozen string }

// unpack reads a file of testdata.
func unpack(t *testing.T, name string) []byte {
	t.Helper()
	file, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // it was read
	packed, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(packed)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// An update of mockbank goes on with what the version before it had on the database.
func TestADatabaseOfAnEarlierVersion(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		b := earlierBank(t, "")
		if err := os.WriteFile(b.database, unpack(t, "earlier.sqlite.gz"), 0o644); err != nil {
			t.Fatal(err)
		}
		goesOn(t, b, "sqlite")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		address := pgtest.Start(t).NewDatabase(t)
		db, err := sql.Open("pgx", address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), string(unpack(t, "earlier.postgres.sql.gz"))); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		goesOn(t, earlierBank(t, address), "postgres")
	})
}

func earlierBank(t *testing.T, database string) *bank {
	t.Helper()
	b := testBank(t, database)
	config, err := os.ReadFile("testdata/earlier.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(b.config, config, 0o644); err != nil {
		t.Fatal(err)
	}
	return b
}

func goesOn(t *testing.T, b *bank, kind string) {
	t.Helper()
	content, err := os.ReadFile("testdata/earlier." + kind + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var left earlier
	if err := json.Unmarshal(content, &left); err != nil {
		t.Fatal(err)
	}
	if err := b.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	for path, want := range map[string]string{
		"/authenticate/" + left.Authenticated: "AUTHENTICATED",
		"/" + left.Connected:                  "SUCCESS",
		"/authenticate/" + left.Challenge:     "CHALLENGE_RESPONSE_REQUIRED",
		"/" + left.Awaiting:                   "IN_PROGRESS",
	} {
		if got, err := statusOf(ctx, b, path); err != nil || got != want {
			t.Errorf("%s is %s, want %s: %v", path, got, want, err)
		}
	}
	for _, process := range []string{left.Challenge, left.Asking} {
		got, err := b.do(ctx, http.MethodPost, api+"/confirm_challenge_response", nil,
			map[string]string{"bank_authentication_process_id": process, "challenge_response": "123456"})
		if err != nil || got.status != http.StatusOK {
			t.Errorf("the TAN of %s: %v %s", process, err, got.body)
		}
	}
	eventually(t, b, "/"+left.Awaiting, "SUCCESS")
	if _, got, err := login(ctx, b, "often", "counted", nil); err == nil {
		var locked struct{ Error struct{ Code string } }
		if err := got.into(http.StatusOK, &locked); err != nil || locked.Error.Code != "LOCKED" {
			t.Errorf("who was locked out is let in: %s", got.body)
		}
	}
	if got, err := b.do(ctx, http.MethodPost, "/admin/v1/sessions/frozen/clock", nil, map[string]string{"advance": "1s"}); err != nil || got.status != http.StatusOK {
		t.Errorf("the clock of a session that stands: %v %s", err, got.body)
	}
	eventually(t, b, "/"+left.Frozen, "SUCCESS")
	if err := load(ctx, b, newLedger(), 0, false); err != nil {
		t.Error(err)
	}
}

func statusOf(ctx context.Context, b *bank, path string) (string, error) {
	got, err := b.do(ctx, http.MethodGet, api+path, nil, nil)
	if err != nil {
		return "", err
	}
	var now struct{ Status string }
	err = got.into(http.StatusOK, &now)
	return now.Status, err
}

func eventually(t *testing.T, b *bank, path, want string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), restPatience)
	defer stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		got, err := statusOf(ctx, b, path)
		if err == nil && got == want {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal(fmt.Errorf("%s is %s, want %s: %w", path, got, want, err))
		}
	}
}
