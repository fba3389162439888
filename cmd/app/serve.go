package app

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/mockbank/mockbank/httpapi"
	"github.com/mockbank/mockbank/scenarios"
)

// Bounds of a connection. An answer that a scenario delays has no bound here but its own.
const (
	readHeaderTimeout = 10 * time.Second
	readTimeout       = 60 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
)

// serve builds the handler and begins to answer.
func (a *App) serve(path string, build Build) func(context.Context) error {
	return func(ctx context.Context) error {
		handler, err := a.handler(ctx, path, build)
		if err != nil {
			return err
		}
		a.http = &http.Server{
			Handler: counted(handler, &a.requests), ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout,
			IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
			ErrorLog: log.New(lines{a}, "", 0),
		}
		a.stops = append(a.stops, a.drain)
		go func() {
			if err := a.http.Serve(a.listener); !errors.Is(err, http.ErrServerClosed) {
				a.failed <- fmt.Errorf("the server ended: %w", err)
			}
		}()
		a.logger.Info().Str("address", a.listener.Addr().String()).Str("url", a.URL()).
			Str("database", a.store.Kind()).Str("version", build.Version).Str("commit", build.Commit).Str("date", build.Date).Msg(
			"listening")
		return nil
	}
}

func (a *App) handler(ctx context.Context, path string, build Build) (http.Handler, error) {
	key, err := a.store.Key(ctx, "idempotency")
	if err != nil {
		return nil, err
	}
	return httpapi.New(httpapi.Config{
		Now:  a.clock.Now,
		Bank: a.bank, Requests: a.store, Configuration: a.configuration, Files: a.files(path), CompileFaults: a.compileFaults,
		Record: a.record, Ready: a.store.Ping, Logger: a.logger,
		FingerprintKey: key, IdentifierKey: a.identifiers, SigningKey: a.signing,
		BasePath: a.server.BasePath, CamelCase: a.server.Naming == scenarios.NamingCamelCase, PublicURL: a.server.PublicURL,
		RedirectHosts: a.server.RedirectHosts, RedirectSchemes: a.server.RedirectSchemes,
		AllowedOrigins: a.server.AllowedOrigins, LoopbackOnly: loopbackOnly(a.listener.Addr()),
		Access:  a.access,
		Console: a.server.Console, SessionsByLogin: a.server.SessionsByLogin, JournalEntries: a.server.JournalEntries,
		JournalBytes: a.server.JournalBytes, Observer: a.observer, Stopping: a.stopping,
		Registry: a.registry, Nodes: a.nodes,
		Version: build.Version, Commit: build.Commit, Date: build.Date, Node: nodeName(), Database: a.store.Kind(),
	})
}

// loopbackOnly reports whether nobody but this machine reaches the address.
func loopbackOnly(address net.Addr) bool {
	tcp, ok := address.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// drain lets requests under way end, and cuts those off that take too long.
func (a *App) drain(ctx context.Context) error {
	close(a.stopping)
	if err := a.http.Shutdown(ctx); err != nil {
		a.logger.Warn().Err(err).Msg("requests were cut off")
		return a.http.Close()
	}
	return nil
}

// newID returns a UUID of version 7.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// nodeName is how this process calls itself among others on the same database.
func nodeName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "localhost"
	}
	return fmt.Sprintf("%s-%d", host, os.Getpid())
}

// maxNodeName leaves room beside it: River takes identifiers of up to 100 characters.
const maxNodeName = 60

// processID identifies this process among all that ever were on the database.
func processID() string {
	name := nodeName()
	return name[:min(len(name), maxNodeName)] + "-" + newID()
}

// lines lets net/http write its complaints about single connections into the log.
type lines struct{ app *App }

// Write implements io.Writer.
func (l lines) Write(line []byte) (int, error) {
	l.app.logger.Debug().Str("component", "http").Msg(strings.TrimSpace(string(line)))
	return len(line), nil
}
