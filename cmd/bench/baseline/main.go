// Command baseline serves logins as barely as it can be done, for comparison: a body is decoded, a
// password looked up in a map, an answer encoded, a line logged. It knows no scenario, no step and
// no time. What mockbank costs beyond it is the price of being a bank.
//
// Of its kinds, net is net/http alone and mux is gorilla/mux and zerolog, as mockbank uses them;
// sqlite-alone and sqlite-grouped are the latter and a row in SQLite for each login, committed each
// by itself or together with those that wait; postgres-alone and postgres-batched the same in PostgreSQL,
// where a question is answered by one row that is read by its key.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/gorilla/mux"
	"github.com/rs/zerolog"
)

const kinds = "net, mux, sqlite-alone, sqlite-grouped, postgres-alone or postgres-batched"

const path = "/api/v3/wealth_api/bank_connections"

func main() {
	kind := flag.String("kind", "mux", kinds)
	listen := flag.String("listen", "127.0.0.1:0", "address to serve on")
	passwords := flag.Int("passwords", 10, "how many passwords there are")
	database := flag.String("database", "", "SQLite file, or address of PostgreSQL, of the kinds that have one")
	flag.Parse()
	if err := run(*kind, *listen, *database, *passwords); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(kind, listen, database string, passwords int) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	bank := newBank(passwords)
	rows, err := openRows(ctx, kind, database)
	if err != nil {
		return err
	}
	defer rows.close()
	bank.insert, bank.find = rows.insert, rows.find
	handler, err := bank.handler(kind)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return server.Close()
	}
}

// handler routes as the kind has it.
func (b *bank) handler(kind string) (http.Handler, error) {
	switch kind {
	case "net":
		routes := http.NewServeMux()
		routes.HandleFunc("POST "+path+"/authenticate", func(w http.ResponseWriter, r *http.Request) { b.authenticate(w, r) })
		routes.HandleFunc("GET "+path+"/{id}", func(w http.ResponseWriter, r *http.Request) { b.connection(w, r.PathValue("id")) })
		return routes, nil
	case "mux", "sqlite-alone", "sqlite-grouped", "postgres-alone", "postgres-batched":
		logger := zerolog.New(os.Stderr).With().Timestamp().Logger()
		routes := mux.NewRouter()
		routes.HandleFunc(path+"/authenticate", logged(logger, b.authenticate)).Methods(http.MethodPost)
		routes.HandleFunc(path+"/{id}", logged(logger, func(w http.ResponseWriter, r *http.Request) int {
			return b.connection(w, mux.Vars(r)["id"])
		})).Methods(http.MethodGet)
		return routes, nil
	default:
		return nil, fmt.Errorf("no kind %q: take %s", kind, kinds)
	}
}

func logged(logger zerolog.Logger, handle func(http.ResponseWriter, *http.Request) int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		status := handle(w, r)
		logger.Info().Str("method", r.Method).Str("path", r.URL.Path).Int("status", status).
			Dur("duration", time.Since(began)).Msg("request")
	}
}

func reply(w http.ResponseWriter, status int, body any) int {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that went away is no fault of ours
	return status
}
