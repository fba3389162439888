package engine

import (
	"strings"
	"testing"
)

func TestDatabaseAddresses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]DatabaseAddress{
		"mockbank.db":                   {Kind: DatabaseFile, Path: "mockbank.db"},
		" mockbank.db\n":                {Kind: DatabaseFile, Path: "mockbank.db"},
		"data/mock bank.db":             {Kind: DatabaseFile, Path: "data/mock bank.db"},
		"./postgres":                    {Kind: DatabaseFile, Path: "./postgres"},
		"/a b?c#d%20e.db":               {Kind: DatabaseFile, Path: "/a b?c#d%20e.db"},
		"/home/me@work:1/db":            {Kind: DatabaseFile, Path: "/home/me@work:1/db"},
		`C:\bank\mockbank.db`:           {Kind: DatabaseFile, Path: `C:\bank\mockbank.db`},
		"file:foo.db":                   {Kind: DatabaseFile, Path: "foo.db"},
		"file:a%20b.db":                 {Kind: DatabaseFile, Path: "a b.db"},
		"file:///data/foo.db":           {Kind: DatabaseFile, Path: "/data/foo.db"},
		"FILE://localhost/data/foo.db":  {Kind: DatabaseFile, Path: "/data/foo.db"},
		"sqlite:foo.db":                 {Kind: DatabaseFile, Path: "foo.db"},
		"sqlite3:/data/foo.db":          {Kind: DatabaseFile, Path: "/data/foo.db"},
		":memory:":                      {Kind: DatabaseMemory},
		"file::memory:":                 {Kind: DatabaseMemory},
		"sqlite::memory:":               {Kind: DatabaseMemory},
		"me@work.db":                    {Kind: DatabaseFile, Path: "me@work.db"},
		"postgres://u:p@h/x":            {Kind: DatabasePostgres, URL: "postgres://u:p@h/x"},
		"POSTGRES://u:p@h/x\n":          {Kind: DatabasePostgres, URL: "postgres://u:p@h/x"},
		"postgresql://u:p%40q@h:1,i:2/": {Kind: DatabasePostgres, URL: "postgresql://u:p%40q@h:1,i:2/"},
		"postgres:///x?host=/var/run":   {Kind: DatabasePostgres, URL: "postgres:///x?host=/var/run"},
		"postgres://u@[::1]:5432/x":     {Kind: DatabasePostgres, URL: "postgres://u@[::1]:5432/x"},
	} {
		if got, err := ParseDatabaseAddress(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
}

// Each refusal says what to write, and repeats nothing.
func TestDatabaseAddressesThatAreRefused(t *testing.T) {
	t.Parallel()
	for word, texts := range map[string][]string{
		"no database is named": {"", " ", "\n"},
		"postgres://user:password@host:5432/database": {
			"host=127.0.0.1 port=1 user=u password=s3cret dbname=x", "password=s3cret", "user = u  password = s3cret",
			"foo=1 dbname=x password=s3cret", "Host=127.0.0.1;Username=u;Password=s3cret", "Server=h;Uid=u;Pwd=s3cret",
			"u:s3cret@127.0.0.1/x", "u:s3cret@h", "u:s/3cret@127.0.0.1/x", "u@127.0.0.1/s3cret", "//u:s3cret@127.0.0.1/x",
			"postgres:x", "postgres", "postgresql:s3cret", "Postgres:/u:s3cret@h/x", "postgres//u:s3cret@h/x", "postgres.db",
			`"postgres://u:s3cret@h/x"`, "DATABASE_URL=postgres://u:s3cret@h/x", "jdbc:postgresql://h/x?password=s3cret",
			"psql postgres://u:s3cret@h/x", "pg:s3cret", "pgsql:host=h", "127.0.0.1:5432/s3cret", "localhost:5432", "[::1]:5432/s3cret",
			"u:s3cret@x://h/",
		},
		"%40": {
			"postgres://u:p@s3cret@127.0.0.1:1/x", "postgres://u:p/s3cret@127.0.0.1:1/x", "postgres://u:12/s3cret@h/x",
			"postgres://u:12?s3cret@h/x", "postgres://u:p#s3cret@h/x", "postgres:///u:s3cret@h/x", "postgres://u:p@h/x?user=a@s3cret",
		},
		"percent-encoded":         {"postgres://u:p@h:s3cret/x", "postgres://u:s3cret%zz@h/x", "postgres://u:s3 cret@h/x", "postgres://h/x#s3cret", "postgres://u:p/s3cret"},
		"no such kind":            {"libsql:s3cret", "s3cret:x", "memory:x:"},
		"of the kind":             {"mysql:s3cret", "http://h/s3cret", "mysql://u:s3cret@h/x"},
		"its path alone":          {"sqlite://s3cret.db", "sqlite:///s3cret.db", "sqlite:", "file:", "file://s3cret.db", "file:%zz", "s3cret.db?mode=ro", "file:s3cret.db?mode=ro", "./s3cret.db?_x=1"},
		"are not replaced":        {"~/s3cret.db", "$HOME/s3cret.db", "${HOME}/s3cret.db", "%APPDATA%/s3cret.db"},
		"cannot be the name":      {":memory", "-v", "..", ".", "'s3cret.db'", "./s3cret\ndb", "s3cret\x00.db"},
		`":memory:" or a postgre`: {":memory", "memory:"},
	} {
		for _, text := range texts {
			_, err := ParseDatabaseAddress(text)
			if err == nil {
				t.Errorf("%q is taken", text)
				continue
			}
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%q: %v; want %q", text, err, word)
			}
			if strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "3cret") {
				t.Errorf("%q is repeated: %v", text, err)
			}
		}
	}
}

func FuzzDatabaseAddress(f *testing.F) {
	for _, text := range []string{"postgres://u:p@h/x", "host=h password=p", "sqlite:a", "file:///a?b=c", "~/x", "C:\\x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseDatabaseAddress(text)
		if schemeName.MatchString(strings.ToLower(strings.TrimSpace(text))) {
			return // file: says what it is
		}
		if err == nil && got.Kind == DatabaseFile && (got.Path == "" || !isPath(got.Path) && looksLikePostgres(strings.ToLower(got.Path))) {
			t.Errorf("%q is the file %q", text, got.Path)
		}
	})
}
