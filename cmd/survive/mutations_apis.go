package main

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	_ "embed" // for apis.json
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// The catalogue's declared apis, how something of each is made, and what mutated requests are made of: facts of those
// apis, which no code here knows.
//
//go:embed apis.json
var apisText []byte

// declaredAPIs is what [apisText] says.
type declaredAPIs struct {
	Packs   []string
	Bases   []string // paths that all endpoints of the packs begin with
	Accepts []string // media types by which some of them are told from the bank's own
	Bearers []string // secrets that are bearer tokens
	Seeds   []seed
	Members []string
	Values  []json.RawMessage
}

// hush is a password that no log, row or journal may hold.
const hush = "hush-b5c1e0d7a9"

// seed is a request that makes something of a pack which mutated requests name, and secrets that nobody may see. Seeds
// are played in their order; a body or path may name what an answer before gave, as ${name}.
type seed struct {
	Method, Path string
	Body         json.RawMessage
	// Known and Secret are dotted names of the answer's members, with `as NAME` where they are to be called otherwise.
	Known, Secret []string
	// Bearer is the secret that the request bears, "" for the first pack's, and Accept the media type that it wants.
	Bearer, Accept string
}

// configuration includes the packs before what [configuration] has.
func (d *declaredAPIs) configuration(hooks string) string {
	include := "version: 1\ninclude: [\"catalogue:" + strings.Join(d.Packs, "\", \"catalogue:") + "\"]\n"
	return include + strings.TrimPrefix(fmt.Sprintf(configuration, hooks, "apis"), "version: 1\n")
}

// mutateAPIs is as [mutate], for the endpoints that the packs declare. Beside it no secret that was sent, or issued, may
// be found in the log, the journal, the database's file or, of PostgreSQL, any row.
func mutateAPIs(ctx context.Context, b *bank, requests int, number uint64) (*mutations, error) {
	result := &mutations{statuses: map[int]int{}}
	var apis declaredAPIs
	if err := json.Unmarshal(apisText, &apis); err != nil {
		return result, err
	}
	if err := os.WriteFile(b.config, []byte(apis.configuration(b.hooks.URL)), 0o600); err != nil {
		return result, err
	}
	if err := b.start(ctx); err != nil {
		return result, err
	}
	declared, err := apis.described(ctx, b)
	if err != nil {
		return result, err
	}
	known, secrets, err := apis.sow(ctx, b)
	if err != nil {
		return result, err
	}
	nothing := &openapi3.T{Paths: openapi3.NewPaths()} // of refusals an api's description promises nothing
	var bearers []string
	for _, name := range apis.Bearers {
		bearers = append(bearers, secrets[name])
	}
	examples := make(map[string][]string)
	for _, one := range apis.Seeds {
		if one.Body != nil {
			path := strings.TrimSuffix(one.Path, "/")
			examples[path] = append(examples[path], filled(string(one.Body), secrets))
		}
	}
	values := make([]string, len(apis.Values))
	for i, value := range apis.Values {
		values[i] = filled(string(value), secrets)
	}
	result.sendAll(ctx, b, nothing, requests, func(part, client uint64) *mutator {
		m := newMutator(declared, known, rand.New(rand.NewPCG(number+part, client)))
		m.bearers, m.secrets, m.examples, m.values, m.members, m.accepts = bearers, secrets, examples, values, apis.Members, apis.Accepts
		return m
	})
	return result, b.unseen(ctx, result, secrets)
}

// described is the description of the packs' endpoints alone.
func (d *declaredAPIs) described(ctx context.Context, b *bank) (*openapi3.T, error) {
	text, err := exec.CommandContext(ctx, b.binary, "openapi", "--config", b.config).Output()
	if err != nil {
		return nil, fmt.Errorf("mockbank openapi: %w", err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	only := openapi3.NewPaths()
	for path, item := range doc.Paths.Map() {
		if slices.ContainsFunc(d.Bases, func(base string) bool { return strings.HasPrefix(path, base) }) {
			only.Set(path, item)
		}
	}
	if only.Len() == 0 {
		return nil, errors.New("the description has none of the packs' paths")
	}
	doc.Paths = only
	return doc, nil
}

var placeholder = regexp.MustCompile(`\$\{(\w+)\}`)

// filled puts values in the places of their names.
func filled(text string, given map[string]string) string {
	return placeholder.ReplaceAllStringFunc(text, func(name string) string { return given[name[2:len(name)-1]] })
}

// sow plays the seeds.
func (d *declaredAPIs) sow(ctx context.Context, b *bank) (known []string, secrets map[string]string, err error) {
	known, secrets = []string{"01900000-0000-7000-8000-000000000009"}, map[string]string{"hush": hush, "secret_key": hush}
	given := map[string]string{"hush": hush}
	for _, one := range d.Seeds {
		header := http.Header{}
		if bearer := secrets[cmp.Or(one.Bearer, d.Bearers[0])]; bearer != "" {
			header.Set("Authorization", "Bearer "+bearer)
		}
		if one.Accept != "" {
			header.Set("Accept", one.Accept)
		}
		var body any
		if one.Body != nil {
			body = json.RawMessage(filled(string(one.Body), given))
		}
		got, err := b.do(ctx, one.Method, filled(one.Path, given), header, body)
		if err != nil {
			return nil, nil, err
		}
		var said map[string]any
		if err := json.Unmarshal(got.body, &said); err != nil {
			return nil, nil, fmt.Errorf("%s %s: %d %s", one.Method, one.Path, got.status, got.body)
		}
		for _, name := range slices.Concat(one.Known, one.Secret) {
			member, as, renamed := strings.Cut(name, " as ")
			text := memberText(said, member)
			if text == "" {
				return nil, nil, fmt.Errorf("%s %s says no %s: %s", one.Method, one.Path, member, got.body)
			}
			if !renamed {
				as = member
			}
			if given[as] = text; slices.Contains(one.Secret, name) {
				secrets[as] = text
			} else {
				known = append(known, text)
			}
		}
	}
	return known, secrets, nil
}

// memberText follows a dotted name, in which a number is an element's.
func memberText(value any, name string) string {
	for part := range strings.SplitSeq(name, ".") {
		switch at := value.(type) {
		case map[string]any:
			value = at[part]
		case []any:
			var index int
			if _, err := fmt.Sscan(part, &index); err != nil || index >= len(at) {
				return ""
			}
			value = at[index]
		}
	}
	text, _ := value.(string)
	return text
}

// unseen ends the bank, and looks for secrets wherever it keeps anything.
func (b *bank) unseen(ctx context.Context, result *mutations, secrets map[string]string) error {
	journal, err := b.do(ctx, http.MethodGet, "/admin/v1/journal?limit=500", nil, nil)
	if err != nil {
		return err
	}
	if err := b.stop(); err != nil {
		return err
	}
	kept := map[string][]byte{"the log": b.log.Bytes(), "the journal": journal.body}
	files, err := filepath.Glob(filepath.Join(b.folder, "data", "*"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if kept["the file "+filepath.Base(file)], err = os.ReadFile(file); err != nil {
			return err
		}
	}
	if kept["a row"], err = b.rows(ctx); err != nil {
		return err
	}
	for where, text := range kept {
		for name, secret := range secrets {
			if at := bytes.Index(text, []byte(secret)); at >= 0 {
				result.faults = append(result.faults, fmt.Sprintf("%s holds the secret %q: %.300q", where, name, text[max(0, at-150):]))
			}
			if escaped := url.QueryEscape(secret); escaped != secret && bytes.Contains(text, []byte(escaped)) {
				result.faults = append(result.faults, fmt.Sprintf("%s holds the secret %q, escaped", where, name))
			}
			if bytes.Contains(text, []byte(hex.EncodeToString([]byte(secret)))) {
				result.faults = append(result.faults, fmt.Sprintf("%s holds the secret %q, in bytes", where, name))
			}
		}
	}
	return result.end(ctx, b)
}

// tables lists all tables of a PostgreSQL database but its own.
const tables = `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
	WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`

// rows returns every row of the bank's PostgreSQL database as texts, bytes in hexadecimal; nothing of a file, which is read as
// it is.
func (b *bank) rows(ctx context.Context) (all []byte, err error) {
	if !strings.HasPrefix(b.database, "postgres") {
		return nil, nil
	}
	db, err := sql.Open("pgx", b.database)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	names, err := texts(ctx, db, tables)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("the database has no tables to look for secrets in")
	}
	for _, table := range names {
		rows, err := texts(ctx, db, "SELECT t::text FROM "+table+" t")
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			all = append(append(append(all, table...), ' '), row...)
			all = append(all, '\n')
		}
	}
	return all, nil
}

// texts returns the rows of a query that has one column.
func texts(ctx context.Context, db *sql.DB, query string) (all []string, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // its error is that of Err
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
