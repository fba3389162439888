package contender

import (
	"cmp"
	"path/filepath"
	"strconv"
)

// MuxBaseline is the name of the contender that all others are compared to.
const MuxBaseline = "mux + zerolog"

// Baselines are bare servers that decode a login, look it up in a map and answer.
func Baselines(binary string) []*Contender {
	return []*Contender{
		baseline(binary, "net/http", "net", "decode, map look-up, encode; no log"),
		baseline(binary, MuxBaseline, "mux", "the same on gorilla/mux, with a line of log each"),
		baseline(binary, "mux + zerolog + SQLite row", "sqlite-alone", "and a row for each login, a transaction each"),
		baseline(binary, "mux + zerolog + SQLite rows, grouped", "sqlite-grouped",
			"and a row for each login, those that wait in one transaction"),
	}
}

// The baselines that keep their rows in PostgreSQL.
const (
	PostgresRow     = "mux + zerolog + PostgreSQL row"
	PostgresBatched = "mux + zerolog + PostgreSQL rows, batched"
)

// PostgresBaselines are the mux baseline with a row in PostgreSQL for each login. Asked for a record they read one row by
// its key.
func PostgresBaselines(binary string) []*Contender {
	return []*Contender{
		baseline(binary, PostgresRow, "postgres-alone", "a row for each login, a transaction each"),
		baseline(binary, PostgresBatched, "postgres-batched", "a row for each login, those that wait in one statement"),
	}
}

func baseline(binary, name, kind, note string) *Contender {
	return &Contender{
		Name: name, Family: Baseline, Note: note, Counts: kind == "mux", request: loginRequest,
		command: func(s *Setup) []string {
			return []string{
				binary, "-kind", kind, "-listen", s.Address, "-passwords", strconv.Itoa(s.Stubs),
				"-database", cmp.Or(s.Database, filepath.Join(s.Folder, "rows.db")),
			}
		},
	}
}
