package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/mockbank/mockbank/engine"
)

var (
	identifierColumns = columnsOf(`api lookup kind session owner element ordinal process_id connection_id expires_at used_at`)
	identifierSaved   = append(identifierColumns[:len(identifierColumns):len(identifierColumns)], "created_at")

	selectIdentifiers = "SELECT " + identifierColumns.list() + " FROM api_identifiers"
	selectIdentifier  = selectIdentifiers + " WHERE api = ? AND lookup = ?"
	saveIdentifier    = insert("api_identifiers", identifierSaved, 1) + ` ON CONFLICT (api, lookup) DO UPDATE SET
		process_id = excluded.process_id, connection_id = excluded.connection_id,
		expires_at = excluded.expires_at, used_at = excluded.used_at`
	useIdentifier = `UPDATE api_identifiers SET used_at = ? WHERE api = ? AND lookup = ? AND used_at IS NULL`

	selectKept = `SELECT process_id, session, api, fields FROM api_kept WHERE process_id = ?`
	saveKept   = `INSERT INTO api_kept (process_id, session, api, fields, created_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (process_id) DO UPDATE SET fields = excluded.fields`

	processBound  = columnsOf("session bank username scenario trigger_key rules captures seed")
	rebindProcess = "UPDATE bank_authentication_processes SET " + processBound.set() + " WHERE id = ?"
)

// identifiersQuery selects the identifiers of so many owners.
func identifiersQuery(owners int) string {
	return selectIdentifiers + " WHERE api = ? AND owner IN " + places(owners) + " ORDER BY kind, element, ordinal"
}

func identifierTargets(i *engine.Identifier) []any {
	return []any{
		&i.API, &i.Lookup, &i.Kind, &i.Session, &i.Owner, &i.Element, &i.Ordinal,
		optionalText[string]{&i.Process}, optionalText[string]{&i.Connection},
		optionalStamp{&i.ExpiresAt}, optionalStamp{&i.UsedAt},
	}
}

func identifierArgs(d dialect, i *engine.Identifier) []any {
	return []any{
		i.API, i.Lookup, i.Kind, i.Session, i.Owner, i.Element, i.Ordinal, textOrNull(i.Process), textOrNull(i.Connection),
		timeOrNull(d, i.ExpiresAt), timeOrNull(d, i.UsedAt),
	}
}

func keptTargets(k *engine.Kept) []any {
	return []any{&k.ProcessID, &k.Session, &k.API, optionalText[string]{&k.Fields}}
}

// Surface implements [engine.Store].
func (s *Store) Surface(ctx context.Context) engine.SurfaceRecords { return surfaceReader{s, ctx} }

// surfaceReader reads outside of any transaction.
type surfaceReader struct {
	store *Store
	ctx   context.Context
}

// Identifier implements [engine.SurfaceRecords].
func (r surfaceReader) Identifier(api, lookup string) (i engine.Identifier, err error) {
	err = r.store.readRow(r.ctx, selectIdentifier, []any{api, lookup}, identifierTargets(&i)...)
	return i, err
}

// Identifiers implements [engine.SurfaceRecords].
func (r surfaceReader) Identifiers(api string, owners ...string) (found []engine.Identifier, err error) {
	if len(owners) == 0 {
		return nil, nil
	}
	begin := func() { found = nil }
	err = r.store.readRows(r.ctx, identifiersQuery(len(owners)), ownerArgs(api, owners), begin, func(rows *sql.Rows) error {
		var i engine.Identifier
		err := rows.Scan(identifierTargets(&i)...)
		found = append(found, i)
		return err
	})
	return found, err
}

// Kept implements [engine.SurfaceRecords].
func (r surfaceReader) Kept(processID string) (k engine.Kept, err error) {
	err = r.store.readRow(r.ctx, selectKept, []any{processID}, keptTargets(&k)...)
	return k, err
}

func ownerArgs(api string, owners []string) []any {
	args := make([]any, 0, len(owners)+1)
	args = append(args, api)
	for _, owner := range owners {
		args = append(args, owner)
	}
	return args
}

// Identifier implements [engine.SurfaceRecords].
func (t *transaction) Identifier(api, lookup string) (i engine.Identifier, err error) {
	err = notFound(t.row(selectIdentifier, []any{api, lookup}, identifierTargets(&i)...))
	return i, err
}

// Identifiers implements [engine.SurfaceRecords].
func (t *transaction) Identifiers(api string, owners ...string) (found []engine.Identifier, err error) {
	if len(owners) == 0 {
		return nil, nil
	}
	err = t.rows(identifiersQuery(len(owners)), ownerArgs(api, owners), func(rows *sql.Rows) error {
		var i engine.Identifier
		err := rows.Scan(identifierTargets(&i)...)
		found = append(found, i)
		return err
	})
	return found, err
}

// Kept implements [engine.SurfaceRecords].
func (t *transaction) Kept(processID string) (k engine.Kept, err error) {
	err = notFound(t.row(selectKept, []any{processID}, keptTargets(&k)...))
	return k, err
}

// SaveIdentifier implements [engine.SurfaceTx].
func (t *transaction) SaveIdentifier(i engine.Identifier) error {
	_, err := t.write(saveIdentifier, append(identifierArgs(t.store.dialect, &i), t.store.dialect.time(t.store.options.Now()))...)
	return err
}

// UseIdentifier implements [engine.SurfaceTx].
func (t *transaction) UseIdentifier(api, lookup string, at time.Time) error {
	return stale(t.write(useIdentifier, t.store.dialect.time(at), api, lookup))
}

// SaveKept implements [engine.SurfaceTx].
func (t *transaction) SaveKept(k engine.Kept) error {
	_, err := t.write(saveKept, k.ProcessID, k.Session, k.API, textOrNull(k.Fields), t.store.dialect.time(t.store.options.Now()))
	return err
}

// RebindProcess implements [engine.SurfaceTx].
func (t *transaction) RebindProcess(p engine.Process, flow *engine.Flow) error {
	if err := t.keepFlow(flow); err != nil {
		return err
	}
	if err := t.SaveProcess(p); err != nil {
		return err
	}
	args := []any{p.Session, p.Bank, p.Username, p.Scenario, p.Trigger, p.Rules, jsonOrNull(len(p.Captures) == 0, p.Captures),
		int64(p.Seed), p.ID}
	_, err := t.write(rebindProcess, args...)
	return err
}

// oldIdentifiers removes a page of identifiers whose process is gone, or that never had one. Fields that were
// kept go with their process. A process is looked for by its key, row by row: as a join, PostgreSQL may read all of them.
const (
	oldIdentifiers = `DELETE FROM api_identifiers WHERE (api, lookup) IN (SELECT api, lookup FROM api_identifiers i
		WHERE created_at < ? AND (SELECT 1 FROM bank_authentication_processes p WHERE p.id = i.process_id) IS NULL LIMIT ?)`
	oldKept = `DELETE FROM api_kept WHERE process_id IN (SELECT process_id FROM api_kept k
		WHERE created_at < ? AND (SELECT 1 FROM bank_authentication_processes p WHERE p.id = k.process_id) IS NULL LIMIT ?)`
)
