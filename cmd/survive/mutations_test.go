package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/mockbank/mockbank/engine/store/pgtest"
)

// Some thousands of what the command sends a hundred thousand times.
func TestMutatedRequests(t *testing.T) {
	t.Parallel()
	sendsThousands(t, "", mutate)
}

// The same for the endpoints that the catalogue's apis declare, whose secrets are nowhere to be found.
func TestMutatedRequestsToAPIs(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		sendsThousands(t, "", mutateAPIs)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		sendsThousands(t, pgtest.Start(t).NewDatabase(t), mutateAPIs)
	})
}

// What stands in any row of a PostgreSQL database is looked at, in whatever form.
func TestRowsAreLookedAt(t *testing.T) {
	t.Parallel()
	b := &bank{database: pgtest.Start(t).NewDatabase(t)}
	if _, err := b.rows(t.Context()); err == nil {
		t.Error("a database without tables holds no secrets, it says")
	}
	db, err := sql.Open("pgx", b.database)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), `CREATE SCHEMA "own"; CREATE TABLE "own"."Kept" (a text, b bytea, c jsonb);
		INSERT INTO "own"."Kept" VALUES ('one', 'two', '{"x": "three"}')`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	rows, err := b.rows(t.Context())
	for _, want := range []string{`own."Kept" `, "one", hex.EncodeToString([]byte("two")), "three"} {
		if err != nil || !strings.Contains(string(rows), want) {
			t.Errorf("no %s in %s, %v", want, rows, err)
		}
	}
}

func sendsThousands(t *testing.T, database string, send func(ctx context.Context, b *bank, requests int, seed uint64) (*mutations, error)) {
	t.Helper()
	result, err := send(t.Context(), testBank(t, database), 3000, 1)
	t.Log(result)
	if err != nil || result.sent < 2500 || result.accepted < 100 || result.refused < 100 {
		t.Error(err)
	}
}

// The run notices what the description does not promise.
func TestUndescribedAnswersAreNoticed(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(`{"openapi": "3.1.0", "info": {"title": "x", "version": "1"},
		"paths": {"/things/{id}": {"get": {"operationId": "getThing", "responses": {"200": {"description": "it",
			"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}}}},
		"components": {"schemas": {"Thing": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, schema := range doc.Components.Schemas {
		forbidOthers(schema)
	}
	for _, c := range []struct {
		path, kind, body string
		status           int
		want             string
	}{
		{"/things/1", "application/json", `{"id":"1"}`, 200, ""},
		{"/sessions/a/things/1", "application/json; charset=utf-8", `{"id":"1"}`, 200, ""},
		{"/others/1", "text/plain", "x", 418, ""},
		{"/things/1", "application/json", `{"id":"1"}`, 201, "promises no 201"},
		{"/things/1", "text/html", "<p>", 200, `of type "text/html"`},
		{"/things/1", "application/json", `{"id":`, 200, "unexpected end"},
		{"/things/1", "application/json", `{"id":1}`, 200, "is not described"},
		{"/things/1", "application/json", `{"id":"1","secret":"x"}`, 200, "is not described"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://bank.test"+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := &http.Response{StatusCode: c.status, Header: http.Header{"Content-Type": {c.kind}}, Body: io.NopCloser(bytes.NewReader(nil))}
		if fault := undescribed(doc, r, got, []byte(c.body)); (c.want == "") != (fault == "") || !strings.Contains(fault, c.want) {
			t.Errorf("%s %d %s: %q, want %q", c.path, c.status, c.body, fault, c.want)
		}
	}
}
