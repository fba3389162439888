package store_test

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mockbank/mockbank/engine"
	"github.com/mockbank/mockbank/engine/store"
	"github.com/mockbank/mockbank/engine/store/pgtest"
	"github.com/mockbank/mockbank/engine/store/storetest"
)

// client opens the database as any SQL client would.
func client(t *testing.T, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	p := newPlans(t, func(t *testing.T) string { return server.NewDatabase(t) })
	storetest.Run(t, p.open)
	t.Run("rows are readable", func(t *testing.T) {
		t.Parallel()
		address := server.NewDatabase(t)
		readable(t, open(t, address, store.Options{}), client(t, address+"&timezone=UTC"), "2026-03-29T00:59:59.123Z")
	})
	t.Run("a flow is put back", func(t *testing.T) {
		t.Parallel()
		address := server.NewDatabase(t)
		putsBack(t, open(t, address, store.Options{}), client(t, address))
	})
	t.Run("clean-up", func(t *testing.T) {
		t.Parallel()
		cleansUp(t, server.NewDatabase(t))
	})
	t.Run("clean-up by the wall", func(t *testing.T) {
		t.Parallel()
		cleansUpByTheWall(t, server.NewDatabase(t))
	})
	t.Run("clean-up keeps flows", func(t *testing.T) {
		t.Parallel()
		cleanUpKeepsFlows(t, server.NewDatabase(t))
	})
	t.Run("clean-up of deliveries", func(t *testing.T) {
		t.Parallel()
		cleansUpDeliveries(t, server.NewDatabase(t))
	})
	t.Run("lists", func(t *testing.T) {
		t.Parallel()
		listsStayFlat(t, server.NewDatabase(t))
	})
	t.Run("open processes", func(t *testing.T) {
		t.Parallel()
		openProcessesStayFlat(t, server.NewDatabase(t))
	})
	t.Run("ten nodes start at once", func(t *testing.T) {
		t.Parallel()
		address := server.NewDatabase(t)
		stores := openTogether(t, address, 10)
		cleansUpAmongLogins(t, stores[:3], client(t, address))
	})
	t.Run("batches", func(t *testing.T) {
		t.Parallel()
		writesTogether(t, server.NewDatabase(t))
	})
	t.Run("changes share a commit", func(t *testing.T) {
		t.Parallel()
		sharesCommits(t, server.NewDatabase(t))
	})
	t.Run("connections are cut", func(t *testing.T) {
		t.Parallel()
		outlivesCuts(t, server.NewDatabase(t))
	})
	t.Run("the server falls silent", func(t *testing.T) {
		t.Parallel()
		outlivesSilence(t, startProxy(t, server))
	})
}

// Outages are bounded and pass without a restart.
func TestPostgresOutage(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	address := server.NewDatabase(t)
	const timeout = 2 * time.Second
	s := open(t, address, store.Options{Timeout: timeout, ConnectTimeout: time.Second})
	flow := storetest.Flow(t, "one")
	login := func() (engine.Process, error) {
		p := storetest.Process(flow)
		return p, s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(p, flow) })
	}
	before, err := login()
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []func(testing.TB){server.Stop, server.Kill} {
		end(t)
		_, err = login()
		if engine.CodeOf(err) != engine.CodeUnavailable {
			t.Errorf("a login without a database: %v", err)
		}
		if _, err := s.Process(t.Context(), before.ID); engine.CodeOf(err) != engine.CodeUnavailable {
			t.Errorf("a read without a database: %v", err)
		}
		server.Restart(t)
		if _, err := login(); err != nil {
			t.Errorf("a login after the outage: %v", err)
		}
		if _, err := s.Process(t.Context(), before.ID); err != nil {
			t.Errorf("a read after the outage: %v", err)
		}
	}
}

// A connection that is cut while it rests is no failure of the request that takes it up.
func outlivesCuts(t *testing.T, address string) {
	t.Helper()
	s := open(t, address, store.Options{})
	other := client(t, address)
	flow := storetest.Flow(t, "one")
	for range 5 {
		p := storetest.Process(flow)
		if err := s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(p, flow) }); err != nil {
			t.Fatalf("a login after its connection was cut: %v", err)
		}
		if _, err := s.Process(t.Context(), p.ID); err != nil {
			t.Fatalf("a read after its connection was cut: %v", err)
		}
		if _, err := other.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mockbank' AND datname = current_database()"); err != nil {
			t.Fatal(err)
		}
	}
}

// A server that no longer answers, with its connections open, is given up in time.
func outlivesSilence(t *testing.T, proxy *proxy) {
	t.Helper()
	const timeout = 500 * time.Millisecond
	s := open(t, proxy.address, store.Options{Timeout: timeout, ConnectTimeout: timeout})
	flow := storetest.Flow(t, "one")
	p := storetest.Process(flow)
	if err := s.Update(t.Context(), func(tx engine.Tx) error { return tx.InsertProcess(p, flow) }); err != nil {
		t.Fatal(err)
	}
	proxy.silence.Lock()
	var all sync.WaitGroup
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // longer than any call may take by itself
	defer cancel()
	for range 20 {
		all.Go(func() {
			if _, err := s.Process(ctx, p.ID); engine.CodeOf(err) != engine.CodeUnavailable {
				t.Errorf("a read from a silent server: %v", err)
			}
			err := s.Update(ctx, func(tx engine.Tx) error { return tx.InsertProcess(storetest.Process(flow), flow) })
			if engine.CodeOf(err) != engine.CodeUnavailable {
				t.Errorf("a login at a silent server: %v", err)
			}
		})
	}
	all.Wait()
	// N-4: a request that has waited for nothing does not wait once more.
	impatient := engine.WithPatience(t.Context())
	_, first := s.Process(impatient, p.ID)
	_, second := s.Process(impatient, p.ID)
	third := s.Update(impatient, func(engine.Tx) error {
		t.Error("a change is made after the database was given up")
		return nil
	})
	if first == nil || !errors.Is(second, first) || !errors.Is(third, first) {
		t.Errorf("a request's calls failed with %v, %v and %v", first, second, third)
	}
	if ctx.Err() != nil {
		t.Error("the calls did not give up by themselves")
	}
	proxy.silence.Unlock()
	// A busy machine may need longer than the timeout to connect anew.
	deadline := time.Now().Add(time.Minute)
	_, err := s.Process(t.Context(), p.ID)
	for err != nil && time.Now().Before(deadline) {
		_, err = s.Process(t.Context(), p.ID)
	}
	if err != nil {
		t.Errorf("a read after the silence: %v", err)
	}
}

// proxy stands between a store and its server.
type proxy struct {
	address string
	// silence is locked while nothing passes.
	silence sync.RWMutex
}

func startProxy(t *testing.T, server *pgtest.Server) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	target := strings.Replace(server.NewDatabase(t), strconv.Itoa(server.Port()), "PORT", 1)
	p := &proxy{address: strings.Replace(target, "PORT", strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), 1)}
	var all sync.WaitGroup
	t.Cleanup(func() {
		_ = listener.Close()
		all.Wait()
	})
	all.Go(func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(server.Port()))
			if err != nil {
				_ = from.Close()
				continue
			}
			all.Go(func() { p.pass(from, to) })
			all.Go(func() { p.pass(to, from) })
		}
	})
	return p
}

func (p *proxy) pass(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	buffer := make([]byte, 4096)
	for {
		n, err := from.Read(buffer)
		p.silence.RLock()
		_, failed := to.Write(buffer[:n])
		p.silence.RUnlock()
		if err != nil || failed != nil {
			return
		}
	}
}
